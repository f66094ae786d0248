"""Letters and what was done with them are written like a play, to be read as one; this reads them.

=== gordon-late                         a conversation and its key
who: gordon                             a person of the company, or "Name <address>" of somebody unknown
subject: Parcel. Late.
tags: late parcel
--- 47d ago at 09:01 | gordon writes    when, who, what; below it the words
--- 1m05s later | tom takes             counted from the step before
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, time, timedelta
from pathlib import Path

from .company import WORLD

_STEP = re.compile(r"^--- (?P<when>[^|]+?) \| (?P<who>\S+) (?P<deed>.+)$")
_OPTION = re.compile(r"^\. (?P<name>\w+): (?P<value>.+)$")
_SPAN = re.compile(r"(?:(\d+)d)?(?:(\d+)h)?(?:(\d+)m)?(?:(\d+)s)?")
_WHEN = re.compile(r"^(?P<span>\w+) (?P<way>ago|later)(?: at (?P<clock>\d\d:\d\d))?$")

# What is said of a step, and the deed it names; what follows the words is kept with it.
DEEDS = {
    "writes": "letter", "write": "letter", "is away": "away", "bounces": "bounce", "replies": "reply",
    "notes": "note", "drafts": "draft", "takes": "take", "hands to": "hand_over", "releases": "release",
    "pauses for": "pause", "closes": "close", "marks as spam": "junk",
}  # fmt: skip


class Misread(ValueError):
    """A script that cannot be understood; says which line."""


@dataclass(frozen=True, slots=True)
class When:
    """A moment, told from the reader's present (`ago`) or from the step before."""

    span: timedelta
    ago: bool
    clock: time | None = None

    def moment(self, now: datetime, before: datetime | None) -> datetime:
        """The moment itself. A clock time is that of the day `span` before, UTC."""
        if not self.ago:
            if before is None:
                raise Misread("the first step of a conversation cannot be 'later'")
            return before + self.span
        then = now - self.span
        return datetime.combine(then.date(), self.clock, then.tzinfo) if self.clock else then


@dataclass(frozen=True, slots=True)
class Step:
    """One line of the play: at that moment, `who` did `deed`; `rest` says to whom or for how long."""

    when: When
    who: str
    deed: str
    rest: str = ""
    options: Mapping[str, str] = field(default_factory=dict)
    text: str = ""


@dataclass(frozen=True, slots=True)
class Script:
    """One conversation from its first letter on."""

    key: str
    who: str
    subject: str
    mailbox: str
    tags: tuple[str, ...]
    steps: tuple[Step, ...]
    is_spam: bool = False
    machine: str = ""
    proof: str = "pass"  # what the mail server found when it asked the sender's domain

    def moments(self, now: datetime) -> list[datetime]:
        """When each step happened, for a world that is opened at `now`."""
        moments: list[datetime] = []
        for step in self.steps:
            moments.append(step.when.moment(now, moments[-1] if moments else None))
        return moments


def scripts(names: Iterable[str]) -> list[Script]:
    """The scripts of these files (without .txt), in their order."""
    return [script for name in names for script in read((WORLD / "letters" / f"{name}.txt").read_text("utf-8"))]


def all_names() -> list[str]:
    """Every file of scripts there is."""
    return sorted(Path(file).stem for file in (WORLD / "letters").glob("*.txt"))


def read(text: str) -> list[Script]:
    """The scripts of one file. Raises Misread."""
    _preface, *pieces = re.split(r"^=== ", text, flags=re.MULTILINE)
    return [_script(piece) for piece in pieces]


def span(written: str) -> timedelta:
    """A length of time.

    >>> span("1h04m")
    datetime.timedelta(seconds=3840)
    """
    found = _SPAN.fullmatch(written)
    if not found or not any(found.groups()):
        raise Misread(f"not a length of time: {written!r}")
    days, hours, minutes, seconds = (int(each or 0) for each in found.groups())
    return timedelta(days=days, hours=hours, minutes=minutes, seconds=seconds)


def _script(piece: str) -> Script:
    head, *steps = re.split(r"^(?=--- )", piece, flags=re.MULTILINE)
    key, *lines = head.strip().splitlines()
    known = dict(line.split(": ", 1) for line in lines)
    return Script(
        key=key.strip(),
        who=known["who"],
        subject=known["subject"],
        mailbox=known.get("to", "hello"),
        tags=tuple(each.strip() for each in known.get("tags", "").split(",") if each.strip()),
        steps=tuple(_step(step) for step in steps),
        is_spam=known.get("spam") == "yes",
        machine=known.get("machine", ""),
        proof=known.get("proof", "pass"),
    )


def _step(piece: str) -> Step:
    first, *lines = piece.strip().splitlines()
    found = _STEP.match(first)
    if not found:
        raise Misread(f"not a step: {first!r}")
    deed, rest = _deed(found["deed"])
    options: dict[str, str] = {}
    while lines and (option := _OPTION.match(lines[0])):
        options[option["name"]] = option["value"].strip()
        lines.pop(0)
    return Step(_when(found["when"]), found["who"], deed, rest, options, "\n".join(lines).strip())


def _deed(words: str) -> tuple[str, str]:
    for said in sorted(DEEDS, key=len, reverse=True):
        if words == said or words.startswith(said + " "):
            return DEEDS[said], words[len(said) :].strip()
    raise Misread(f"nobody knows how to {words!r}")


def _when(written: str) -> When:
    found = _WHEN.match(written)
    if not found:
        raise Misread(f"not a moment: {written!r}")
    clock = time.fromisoformat(found["clock"]) if found["clock"] else None
    return When(span(found["span"]), ago=found["way"] == "ago", clock=clock)
