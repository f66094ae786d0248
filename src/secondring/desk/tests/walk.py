"""The walk: every address of the house, tried with rows of one's own and of others; stops.py says who may stand there."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from django.test import Client
from django.urls import URLResolver, get_resolver, reverse

from secondring.team.models import Teammate

from .stops import STOPS, Stop

OTHERS = {"token": "made:up", "who": "MQ", "name": "open", "page": "index", "provider_id": "company", "key": "0"}
LEAVING = ("desk:log-out", "account_logout")


def routes() -> Iterator[tuple[str, frozenset[str]]]:
    """Every route of the house by its full name (its address where it has none), and the parts that its address needs."""
    yield from _routes(get_resolver().url_patterns, "", frozenset())


def _routes(patterns: Any, space: str, parts: frozenset[str]) -> Iterator[tuple[str, frozenset[str]]]:
    for each in patterns:
        wanted = parts | set(getattr(each.pattern, "converters", ())) | set(each.pattern.regex.groupindex)
        if isinstance(each, URLResolver):
            inner = f"{space}{each.namespace}:" if each.namespace else space
            yield from _routes(each.url_patterns, inner, wanted)
        else:
            yield (space + each.name if each.name else str(each.pattern)), wanted


def addresses(rows: dict[str, Any]) -> Iterator[tuple[str, Stop, str]]:
    """Every address to try with these rows: the route's name, its stop, and the address with its question."""
    for name, wanted in routes():
        stop = STOPS[name]
        values = {
            **OTHERS,
            "sha256": rows["face"],
            "work_id": rows["work"],
            "pk": rows.get(stop.row, 1),
            "call": rows["call"],
        }
        address = reverse(name, kwargs={each: values[each] for each in wanted})
        for asked in stop.asks:
            yield name, stop, address + asked.format_map(rows)


@dataclass(frozen=True)
class Answer:
    """What came back from one address."""

    name: str
    stop: Stop
    address: str
    status: int
    place: str
    text: str = field(repr=False)
    headers: dict[str, str] = field(repr=False)


def look(client: Client, rows: dict[str, Any], *, headers: dict[str, str] | None = None) -> Iterator[Answer]:
    """GET everywhere."""
    for name, stop, address in addresses(rows):
        yield _answer(name, stop, address, client.get(address, headers=headers))


def act(
    who: Teammate | None,
    rows: dict[str, Any],
    *,
    only: str = "",
    but: str = "",
    checks: bool = False,
    headers: dict[str, str] | None = None,
) -> Iterator[Answer]:
    """POST everywhere. checks: as a page of somebody else's would, without a token of ours."""
    client = _come_in(who, checks)
    for name, stop, address in addresses(rows):
        if (only and stop.who != only) or stop.who == but:
            continue
        says = {key: words.format_map(rows) for key, words in stop.says.items()}
        yield _answer(name, stop, address, client.post(address, says, headers=headers))
        if name in LEAVING:
            client = _come_in(who, checks)


def _come_in(who: Teammate | None, checks: bool) -> Client:
    client = Client(enforce_csrf_checks=checks)
    if who is not None:
        client.force_login(who)
    return client


def _answer(name: str, stop: Stop, address: str, response: Any) -> Answer:
    content = response.getvalue() if response.streaming else response.content
    said = f"{content.decode('utf-8', 'replace')} {dict(response.headers)}"
    return Answer(
        name, stop, address, response.status_code, response.headers.get("Location", ""), said, dict(response.headers)
    )
