"""The sentences by which machines are known when their headers say nothing: automatic answers and returned letters."""

from __future__ import annotations

import re
import tomllib
from importlib import resources
from typing import Any

_TOLD: dict[str, Any] = tomllib.loads(
    resources.files("secondring.mail").joinpath("words/machine.toml").read_text("utf-8")
)


def any_of(name: str, *, flags: re.RegexFlag = re.IGNORECASE) -> re.Pattern[str]:
    """One pattern for a list of phrases in words/machine.toml."""
    return re.compile("|".join(f"(?:{phrase})" for phrase in _TOLD[name]), flags)


_BOUNCE_SUBJECT, _BOUNCE_BODY = any_of("bounce_subjects"), any_of("bounce_bodies")
_AWAY_BODY = any_of(
    "away_bodies", flags=re.NOFLAG
)  # every letter is asked; lower case on both sides is thrice as quick
_AWAY_HINTS = tuple(hint.casefold() for hint in _TOLD["away_hints"])
_STARTS = tuple(sorted({start.casefold() for start in _TOLD["away_subjects"]}, key=len, reverse=True))
_AFTER_TITLE = ":：-–—([!,;/|〔（「【"
_MORE_TITLE = re.compile(
    r"re\b|aw\b|auto|reply|message|notification|notice|response|until|till|from|bis|jusqu|hasta|até|fino|tot|t\.o\.m|do |до|\d"
)
_ANSWER = re.compile(r"\s*(?:re|aw|antw|sv|vs|fw|fwd|wg|tr|rv|i|odp|ynt)\s*:", re.IGNORECASE)


def plain(subject: str) -> str:
    """A subject to compare: lower case, white space folded, no quotes or stars around it."""
    return re.sub(r"\s+", " ", subject).strip(" *\"'`[](){}<>!-_.,").replace("İ", "i").casefold()


def is_away_subject(subject: str) -> bool:
    """True when a mail program put an automatic answer's title above it, rather than a person a word about holidays."""
    words = plain(subject).replace("’", "'")
    start = next((start for start in _STARTS if words.startswith(start)), None)
    if start is None:
        return False
    rest = words[len(start) :].lstrip()
    return not rest or rest[0] in _AFTER_TITLE or bool(_MORE_TITLE.match(rest))


def hints_at_away(subject: str) -> bool:
    """True for words about absence in a subject that is no answer of a person's."""
    words = plain(subject)
    return not _ANSWER.match(subject) and any(hint in words for hint in _AWAY_HINTS)


def is_away_body(text: str) -> bool:
    """True when the letter's beginning says that its writer is not there."""
    return bool(_AWAY_BODY.search(re.sub(r"[ \t]+", " ", text[:1_500]).replace("İ", "i").lower()))


def is_bounce_subject(subject: str) -> bool:
    """True when a mail server's title for a returned letter stands at its beginning, so not below a person's 'Fwd:'."""
    if _ANSWER.match(subject):
        return False
    words = re.sub(r"^\[?(?:postmaster|spam)\]?\s*", "", plain(subject)[:300])
    return bool(_BOUNCE_SUBJECT.match(words))


def is_bounce_body(words: str) -> bool:
    """True when a mail server tells in words that it could not deliver."""
    return bool(_BOUNCE_BODY.search(re.sub(r"\s+", " ", words[:20_000])))
