"""Why a letter did not arrive: the many sentences of mail servers, sorted into few reasons that a person can be told."""

from __future__ import annotations

import re
import tomllib
from importlib import resources

# In words for the screen. The keys are the reasons that bounces are known by in the field.
WORDS = {
    "userunknown": "There is no such address.",
    "hostunknown": "There is no mail server for the part after the @.",
    "hasmoved": "This address has moved and no longer takes mail.",
    "notaccept": "This domain takes no mail at all.",
    "mailboxfull": "Their mailbox is full.",
    "suspend": "Their mailbox has been switched off.",
    "filtered": "Their mail server takes no letters for this address.",
    "expired": "Their mail server could not be reached in time.",
    "networkerror": "The road to their mail server is broken.",
    "mesgtoobig": "The letter is too big for them.",
    "exceedlimit": "The letter is bigger than this person may receive.",
    "spamdetected": "Their filter took the letter for spam.",
    "virusdetected": "Their filter believes there is a virus in the letter.",
    "contenterror": "Something in the letter's contents was refused.",
    "notcompliantrfc": "Their server found the letter badly written.",
    "blocked": "Their server does not take letters from our server.",
    "badreputation": "Our server has a bad name with theirs.",
    "requireptr": "Our server's name and number do not match.",
    "authfailure": "Their server could not check that the letter is ours (SPF, DKIM or DMARC).",
    "rejected": "They do not take letters from our address.",
    "norelaying": "That server does not pass letters on to this address.",
    "policyviolation": "Their house rules refused the letter.",
    "securityerror": "A security check stood in the way.",
    "speeding": "We wrote faster than their server likes.",
    "toomanyconn": "Their server has too many connections from us.",
    "mailererror": "A program on their side failed to deliver the letter.",
    "systemerror": "Their server has a fault.",
    "systemfull": "Their server's disk is full.",
    "delivered": "The letter arrived.",
    "feedback": "They marked our letter as unwanted.",
    "vacation": "They are away.",
    "undefined": "Their server did not say why.",
}
HARD = frozenset({"userunknown", "hostunknown", "hasmoved", "notaccept"})


def _compiled() -> tuple[tuple[str, re.Pattern[str]], ...]:
    told = tomllib.loads(resources.files("secondring.mail").joinpath("words/bounce_reasons.toml").read_text("utf-8"))
    return tuple((one["name"], re.compile("|".join(one["phrases"]), re.IGNORECASE)) for one in told["reason"])


_COMPILED = _compiled()
# What the enhanced status codes mean (RFC 3463 and its registry) where the words say nothing.
_BY_STATUS = {
    "1.0": "userunknown", "1.1": "userunknown", "1.2": "hostunknown", "1.3": "userunknown", "1.4": "filtered",
    "1.6": "hasmoved", "1.7": "rejected", "1.8": "rejected", "1.9": "notcompliantrfc", "1.10": "notaccept",
    "2.0": "filtered", "2.1": "suspend", "2.2": "mailboxfull", "2.3": "exceedlimit", "2.4": "filtered",
    "3.0": "mailererror", "3.1": "systemfull", "3.2": "notaccept", "3.3": "systemerror", "3.4": "mesgtoobig",
    "3.5": "systemerror", "4.0": "networkerror", "4.1": "expired", "4.2": "networkerror", "4.3": "systemerror",
    "4.4": "hostunknown", "4.5": "speeding", "4.6": "networkerror", "4.7": "expired", "5.3": "toomanyconn",
    "5.0": "systemerror", "6.0": "contenterror", "6.1": "contenterror", "6.3": "contenterror", "6.7": "contenterror",
    "6.9": "contenterror", "7.0": "securityerror", "7.1": "securityerror", "7.2": "rejected", "7.7": "authfailure",
    "7.13": "suspend", "7.17": "hasmoved",
    "7.20": "authfailure", "7.23": "authfailure", "7.25": "requireptr", "7.26": "authfailure",
    "7.27": "notaccept",
}  # fmt: skip
_SURE = {"1.6", "2.2", "3.4", "7.25"}  # these say more than the words beside them
_STATUS = re.compile(r"(?<![\d.])([245])\.(\d{1,3})\.(\d{1,3})(?![\d.]|\w)")
_REPLY = re.compile(r"(?<![\d.])([245])\d\d(?=[\s-]|$)")
_LONGEST = 4_000


def status_in(text: str) -> str:
    """The first enhanced status code (RFC 3463) in a server's words, '' when there is none."""
    found = _STATUS.search(text[:_LONGEST])
    return found[0] if found else ""


def is_permanent(status: str, text: str, *, otherwise: bool = True) -> bool:
    """5 is for ever, 4 is for now; where no number says so, `otherwise`."""
    if status[:1] in ("4", "5"):
        return status[0] == "5"
    reply = _REPLY.search(text[:_LONGEST])
    return reply[1] == "5" if reply and reply[1] in "45" else otherwise


def is_hard(reason: str, status: str) -> bool:
    """True when the address itself is no good. A passing fault (4.x.x) is no proof of that, but 4.1.1 is: nobody there."""
    return reason in HARD and (not status.startswith("4") or status[2:] == "1.1")


def reason_of(text: str, status: str) -> str:
    """One of the reasons in WORDS, from what the server said and its status code."""
    text = re.sub(r"\s+", " ", text[:_LONGEST])
    text = re.sub(r"https?://\S+", " ", text)
    text = re.sub(r"<?[^\s<>@]{1,64}@[^\s<>@:,;]{1,255}>?", "<address>", text)  # an address may hold any word
    if status[2:] in _SURE:
        return _BY_STATUS[status[2:]]
    return next((reason for reason, pattern in _COMPILED if pattern.search(text)), "") or _BY_STATUS.get(
        status[2:], "undefined"
    )
