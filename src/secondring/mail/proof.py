"""Is the sender who the letter says? Only the word of a server that we trust counts (RFC 8601, DMARC RFC 7489)."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from . import dates
from .headers import Headers
from .parsed import AuthResults, Hop, ParsedEmail

Verdict = Literal["proven", "unproven", "failed"]
_MOST = 50
_PROPERTY = re.compile(r"([a-z][a-z0-9_-]*(?:\.[a-z0-9_-]+)?)\s*=\s*(\"[^\"]*\"|[^\s;\"]+)", re.IGNORECASE)
_COMMENT = re.compile(r"\([^()]{0,1000}\)")
_BY = re.compile(r"\bby\s+([A-Za-z0-9_.:\[\]-]{1,255})", re.IGNORECASE)
_FROM = re.compile(r"\bfrom\s+([A-Za-z0-9_.:\[\]-]{1,255})", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Proof:
    """How sure the desk is of a sender, in words for the screen, and what it rests on."""

    verdict: Verdict
    words: str
    because: str = ""


@dataclass(frozen=True, slots=True)
class DkimCheck:
    """A signature that we checked ourselves: its domain (d=) and whether it held."""

    domain: str
    passed: bool


def proven(letter: ParsedEmail, trusted_hosts: Collection[str], *, dkim: Iterable[DkimCheck] = ()) -> Proof:
    """What is known of the sender. Reads only the topmost Authentication-Results of a trusted host, and `dkim`.

    A host in `trusted_hosts` also stands for the names below it ('google.com' for 'mx.google.com'). It must be one that
    stamps every letter and removes forged stamps, as RFC 8601, section 5 asks: the provider of the mailbox.
    """
    if len(letter.senders) != 1:
        return Proof("unproven", "The letter names no single sender.", "from")
    domain = letter.senders[0].email.rpartition("@")[2]
    stamp = next((one for one in letter.auth_results if _is_trusted(one.server, trusted_hosts)), None)
    ours = [("dkim", "pass" if check.passed else "fail", {"header.d": check.domain}) for check in dkim]
    verdicts = [*(stamp.verdicts if stamp else ()), *ours]
    if because := next((method for method, result, told in verdicts if _vouches(method, result, told, domain)), ""):
        return Proof("proven", "Their mail provider vouches for this address.", because)
    if any(method in ("dmarc", "compauth") and result in ("fail", "permerror") for method, result, _ in verdicts):
        return Proof("failed", f"This letter says it comes from {domain}, but {domain} does not vouch for it.", "dmarc")
    if stamp is None and not ours:
        return Proof("unproven", "No mail server that we trust has checked who wrote this.")
    return Proof("unproven", f"Nobody vouches that this letter comes from {domain}.")


def _vouches(method: str, result: str, told: Mapping[str, str], domain: str) -> bool:
    """True when this verdict proves the domain in From, not merely some other domain on the road."""
    if result != "pass":
        return False
    match method:
        case "dmarc":
            return aligned(_domain(told.get("header.from", "")), domain)
        case "dkim":
            return aligned(_domain(told.get("header.d") or told.get("header.i", "")), domain)
        case "spf":
            return aligned(_domain(told.get("smtp.mailfrom") or told.get("smtp.mail", "")), domain)
        case _:
            return False


def aligned(one: str, other: str) -> bool:
    """Relaxed alignment (RFC 7489, section 3.1), read narrowly: equal, or one below the other. Siblings don't count."""
    one, other = one.lower().rstrip("."), other.lower().rstrip(".")
    if "." not in one or "." not in other:
        return False
    return one == other or one.endswith("." + other) or other.endswith("." + one)


def _domain(value: str) -> str:
    return value.strip('"<> ').rpartition("@")[2]


def _is_trusted(server: str, trusted_hosts: Collection[str]) -> bool:
    server = server.lower().rstrip(".")
    return bool(server) and any(
        server == host.lower() or server.endswith("." + host.lower()) for host in trusted_hosts if host
    )


def auth_results(fields: Headers) -> tuple[AuthResults, ...]:
    """The Authentication-Results headers, topmost first. Microsoft's name no server: the hop that stamped them does."""
    found = []
    names = [name for name, _ in fields.fields]
    values = fields.every_raw("authentication-results")
    for place in [at for at, name in enumerate(names) if name == "authentication-results"][:_MOST]:
        server, verdicts = _read(next(values))
        if not server:
            below = Headers(fields.fields[place:], (), fields.charset)
            server = _host(_BY, below.raw("received"))
        found.append(AuthResults(server, verdicts))
    return tuple(found)


def _read(value: str) -> tuple[str, tuple[tuple[str, str, Mapping[str, str]], ...]]:
    for _ in range(5):  # comments may stand inside comments
        value = _COMMENT.sub(" ", value)
    first, *rest = value[:10_000].split(";")
    server = "" if "=" in first else first.strip().partition(" ")[0].lower()
    verdicts = []
    for statement in (rest if server else [first, *rest])[:_MOST]:
        pairs = [(name.lower(), given.strip('"').lower()) for name, given in _PROPERTY.findall(statement)]
        if pairs:
            method, result = pairs[0]
            verdicts.append((method.partition("/")[0], result, dict(pairs[1:])))
    return server, tuple(verdicts)


def hops(fields: Headers) -> tuple[Hop, ...]:
    """The Received lines, nearest first, at most 50."""
    found = []
    for value in list(fields.every_raw("received"))[:_MOST]:
        road, _, time = value[:3_000].rpartition(";")
        found.append(Hop(_host(_BY, road or time), _host(_FROM, road), dates.read(time)))
    return tuple(found)


def _host(pattern: re.Pattern[str], text: str) -> str:
    found = pattern.search(text)
    return found[1].lower().strip("[].") if found else ""


def reached_us_at(letter: ParsedEmail, trusted_hosts: Collection[str]) -> datetime | None:
    """When the first server that we trust took the letter in; None when none says so.

    Only the unbroken run of trusted servers from our end counts: what stands below it the sender may have invented.
    """
    first = None
    for hop in letter.hops:
        if not _is_trusted(hop.by, trusted_hosts):
            break
        first = hop.at or first
    return first
