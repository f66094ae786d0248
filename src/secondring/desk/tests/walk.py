"""The walk: every address of the house, who may stand there, and which rows it is tried with. A new route needs a line here."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from django.test import Client
from django.urls import URLResolver, get_resolver, reverse

from secondring.team.models import Teammate

OPEN, HERE, ANSWERS, LEADS, PLACE = "open", "here", "answers", "leads", "place"
# OPEN: anybody. HERE: whoever is logged in. ANSWERS: whoever talks with customers. LEADS: leads and owners. PLACE: whoever
# answers in the place that the row belongs to; for all others it does not exist.


@dataclass(frozen=True)
class Stop:
    """One route: who may stand there, which kind of row its number means, what it is asked (GET) and told (POST).

    {name} in a question or a word stands for the number of such a row.
    """

    who: str
    row: str = ""
    asks: tuple[str, ...] = ("",)
    says: dict[str, str] = field(default_factory=dict)
    deed: bool = False


def _deed(who: str, row: str = "", **says: str) -> Stop:
    return Stop(who, row, says=says, deed=True)


def _of(name: str) -> Stop:
    return Stop(PLACE, name)


OTHERS = {"token": "made:up", "who": "MQ", "name": "open", "page": "index", "provider_id": "company", "key": "0"}
LEAVING = ("desk:log-out", "account_logout")
KEYS = {  # of a browser that wants to be woken: the standard's own
    "public": "BCVxsr7N_eNgVRqvHtD0zTZsEc6-VV-JvLexhqUzORcxaOzi6-AYWXvTBHm4bjyPjs7Vd8pZGH6SRpkNtoIAiw4",
    "secret": "BTBZMqHH6r4Tts7J_aSIgg",
}
WORDS = {"words": "walked in", "html": "<p>walked in</p>", "to": "eve@example.org", "subject": "walked"}

STOPS: dict[str, Stop] = {
    "desk:inbox": Stop(HERE, asks=("", "?place={place}", "?tag=none")),
    "desk:rows": Stop(HERE, asks=("?of=waiting", "?of=mine", "?of=open", "?of=paused", "?of=done", "?of=junk",
                                        "?of=open&place={place}")),
    "desk:waiting-now": Stop(HERE),
    "desk:counts": Stop(HERE),
    "desk:list": Stop(HERE, "list"),
    "desk:conversation": Stop(PLACE, "conversation", asks=("", "?note", "?forward={message}", "?reply={message}")),
    "desk:conversation-bar": _of("conversation"),
    "desk:timeline": _of("conversation"),
    "desk:before": Stop(PLACE, "conversation", asks=("?event=999999999",)),
    "desk:earlier": Stop(PLACE, "conversation", asks=("", "?after=2999-01-01T00:00:00%2B00:00~9")),
    "desk:chapter": _of("conversation"),
    "desk:composer": Stop(PLACE, "conversation", asks=("", "?note", "?forward={message}")),
    "desk:send": Stop(PLACE, "conversation", says={**WORDS, "kind": "note"}, deed=True),
    "desk:take": _deed(PLACE, "conversation"),
    "desk:release": _deed(PLACE, "conversation"),
    "desk:hand-over": _deed(PLACE, "conversation", to="{teammate}"),
    "desk:close": _deed(PLACE, "conversation"),
    "desk:reopen": _deed(PLACE, "conversation"),
    "desk:pause": _deed(PLACE, "conversation", **{"for": "tomorrow"}),
    "desk:wake": _deed(PLACE, "conversation"),
    "desk:tag": _deed(PLACE, "conversation", tag="walked"),
    "desk:untag": _deed(PLACE, "conversation", tag="walked"),
    "desk:junk": _deed(PLACE, "conversation"),
    "desk:unjunk": _deed(PLACE, "conversation"),
    "desk:block": _deed(PLACE, "conversation"),
    "desk:unblock": _deed(PLACE, "conversation"),
    "desk:write": Stop(ANSWERS, asks=("", "?to=eve@example.org"), says={**WORDS, "place": "{place}", "draft": "{draft}"}),
    "desk:leaving": Stop(HERE),
    "desk:take-back": _deed(PLACE, "message"),
    "desk:try-again": _deed(PLACE, "delivery"),
    "desk:drafts": Stop(ANSWERS, asks=("", "?conversation={conversation}"),
                        says={**WORDS, "place": "{place}", "draft": "{draft}", "version": "1"}, deed=True),
    "desk:drop-draft": _deed(PLACE, "draft"),
    "desk:uploads": Stop(ANSWERS, asks=("", "?conversation={conversation}"), says={"draft": "{draft}"}, deed=True),
    "desk:file": Stop(PLACE, "attachment", asks=("", "?small")),
    "desk:remove-file": _deed(PLACE, "attachment"),
    "desk:card": Stop(ANSWERS, "customer", asks=("", "?conversation={conversation}")),
    "desk:people": Stop(HERE, asks=("", "?q=ana", "?before=999999999")),
    "desk:suggest": Stop(HERE, asks=("?q=ana",)),
    "desk:person": Stop(ANSWERS, "customer"),
    "desk:edit-person": Stop(ANSWERS, "customer"),
    "desk:remember": _deed(ANSWERS, "customer", text=""),
    "desk:heard": _deed(ANSWERS, "customer", words=""),
    "desk:call-person": _deed(ANSWERS, "customer"),
    "desk:dial": _deed(ANSWERS, number="911"),
    "desk:emergency": Stop(ANSWERS, asks=("", "?number=112")),
    "desk:talked": _deed(ANSWERS, "customer", words="walked in"),
    "desk:add-point": _deed(ANSWERS, "customer", value=""),
    "desk:forget": _deed(ANSWERS, "fact"),
    "desk:search": Stop(HERE, asks=("", "?q=needle", "?q=is:open", "?q=is:junk", "?q=has:file", "?q=ana", "?q=is:mine")),
    "desk:palette": Stop(HERE, asks=("", "?q=needle", "?q=ana")),
    "desk:nudges": Stop(HERE),
    "desk:nudge-news": Stop(HERE),
    "desk:nudge-badge": Stop(HERE),
    "desk:nudges-seen": _deed(HERE),
    "desk:calls": Stop(ANSWERS, asks=("", "?after=2999-01-01T00:00:00%2B00:00~9")),
    "desk:picked-up": Stop(ANSWERS),
    "desk:call": Stop(PLACE, "call_pk"),
    "desk:recording": _of("recording"),
    "desk:delete-recording": _deed(PLACE, "recording"),
    "desk:letters": Stop(HERE, asks=("", "?fate=aside", "?fate=message", "?before=999999999")),
    "desk:letter-source": _of("letter"),
    "desk:retry": _deed(PLACE, "letter"),
    "desk:source": _of("message"),
    "desk:frame": _of("message"),
    "desk:show-pictures": _deed(PLACE, "message"),
    "desk:remote": _of("message"),
    "desk:duty": _deed(HERE, on_duty="on"),
    "desk:softphone": Stop(ANSWERS),
    "desk:softphone-colleagues": Stop(ANSWERS),
    "desk:softphone-card": _of("call"),
    "desk:softphone-mark": _of("call"),
    "desk:softphone-put": _deed(PLACE, "call", matter="new"),
    "desk:subscribe-device": _deed(ANSWERS, endpoint="https://push.example/eve", **KEYS),
    "desk:unsubscribe-device": _deed(ANSWERS, endpoint="https://push.example/eve"),
    "desk:manifest": Stop(OPEN),
    "desk:service-worker": Stop(OPEN),
    "desk:softphone-note": _deed(PLACE, "call", text="walked in"),
    "desk:softphone-name": _deed(PLACE, "call", name="Eve"),
    "desk:parts": Stop(HERE),
    "desk:picture": Stop(ANSWERS, "face"),
    "desk:sound": Stop(ANSWERS, "work"),
    "desk:log-in": Stop(OPEN),
    "desk:first-run": Stop(OPEN, says={"code": "AAAA-BBBB-CCCC"}),
    "desk:join": Stop(OPEN),
    "desk:log-out": _deed(HERE),
    "desk:alive": Stop(OPEN),
    "desk:ready": Stop(OPEN),
    "desk:metrics": Stop(OPEN),  # on this machine, which a test is; see test_guards
    "desk:help": Stop(OPEN),
    "desk:help-page": Stop(OPEN, "help"),
    "desk:settings": Stop(HERE),
    "desk:my-page": Stop(HERE),
    "desk:sign-out-everywhere": _deed(HERE),
    "desk:team": Stop(HERE, says={"name": "Eve", "email": "eve@example.org", "role": "owner"}),
    "desk:change-role": _deed(LEADS, "teammate", role="packer"),
    "desk:way-in": _deed(LEADS, "teammate"),
    "desk:forget-second-step": _deed(LEADS, "teammate"),
    "desk:leave": _deed(LEADS, "teammate"),
    "desk:come-back": _deed(LEADS, "teammate"),
    "desk:mailboxes": Stop(LEADS),
    "desk:troubles": Stop(HERE),
    "desk:add-mailbox": Stop(LEADS, says={"address": "eve@example.org"}),
    "desk:mailbox": Stop(LEADS, "mailbox", says={"name": "Eve’s"}),
    "desk:mailbox-steps": Stop(LEADS, "mailbox"),
    "desk:mailbox-rows": Stop(LEADS),
    "desk:try-mailbox": _deed(LEADS, "mailbox"),
    "desk:open-mailbox-to": _deed(LEADS, "mailbox", everyone="yes"),
    "desk:rest-mailbox": _deed(LEADS, "mailbox"),
    "desk:wake-mailbox": _deed(LEADS, "mailbox"),
    "desk:telephone": Stop(HERE),
    "desk:wish-second-ring": _deed(HERE, wish="never"),
    "desk:call-page": _deed(LEADS, open="yes"),
    "desk:own-telephone": _deed(ANSWERS, number=""),
    "desk:test-call": Stop(ANSWERS),
    "desk:begin-test": _deed(ANSWERS, at="desk"),
    "desk:heard-test": _deed(ANSWERS, heard="yes"),
    "desk:first-telephone": Stop(HERE),
    "desk:add-number": Stop(LEADS, says={"number": "+351210000001", "through": "other", "host": "sip.example.org"}),
    "desk:number-rows": Stop(LEADS),
    "desk:number": Stop(LEADS, "number", says={"through": "other", "host": "sip.example.org"}),
    "desk:number-state": Stop(LEADS, "number"),
    "desk:change-number": _deed(LEADS, "number", name="Eve’s", greets_after="4"),
    "desk:open-number-to": _deed(LEADS, "number", everyone="yes"),
    "desk:remove-number": _deed(LEADS, "number"),
    "desk:keep-greeting": _deed(LEADS, "telephone", silence="yes"),
    "desk:play-greeting": Stop(LEADS, "telephone"),
    "desk:calling-out": Stop(LEADS),
    "desk:stop-calling-out": _deed(LEADS),
    "desk:hours": Stop(LEADS, "telephone", says={"whose": "house"}),
    "desk:house": Stop(LEADS, says={"name": "Eve’s"}),
    "portal:call-us": Stop(OPEN),
    "portal:call-back": Stop(OPEN, says={"number": "+351210000000", "words": "walked in"}),
    "portal:face": Stop(OPEN),
    "portal:widget": Stop(OPEN),
    # allauth's own: the way in is open, all else is one's own account.
    "account_login": Stop(OPEN),
    "account_logout": Stop(OPEN),
    "account_email": Stop(OPEN),
    "account_inactive": Stop(OPEN),
    "account_reauthenticate": Stop(HERE),
    "account_change_password": Stop(HERE),
    "account_set_password": Stop(HERE),
    "mfa_index": Stop(HERE),
    "mfa_authenticate": Stop(OPEN),
    "mfa_reauthenticate": Stop(HERE),
    "mfa_activate_totp": Stop(HERE),
    "mfa_deactivate_totp": Stop(HERE),
    "mfa_view_recovery_codes": Stop(HERE),
    "mfa_generate_recovery_codes": Stop(HERE),
    "mfa_download_recovery_codes": Stop(HERE),
    "mfa_list_webauthn": Stop(HERE),
    "mfa_add_webauthn": Stop(HERE),
    "mfa_reauthenticate_webauthn": Stop(HERE),
    "mfa_remove_webauthn": Stop(HERE, "key"),
    "mfa_edit_webauthn": Stop(HERE, "key"),
    "mfa_login_webauthn": Stop(OPEN),
    "socialaccount_login_cancelled": Stop(OPEN),
    "socialaccount_login_error": Stop(OPEN),
    "socialaccount_connections": Stop(OPEN),
    "socialaccount_signup": Stop(OPEN),
    "openid_connect_login": Stop(OPEN, "provider"),
    "openid_connect_callback": Stop(OPEN, "provider"),
    "usersessions_list": Stop(HERE),
}  # fmt: skip


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
