"""Recognises the line that names the author of a quotation: "On 5 May 2024 at 10:00, Ana wrote:", in some forty languages.

An attribution holds a date and, for most, a verb or an address; a sentence that merely speaks of writing does not.
"""

import re
from collections.abc import Sequence
from typing import Final

from . import quote_words as words
from .quote_marks import TIME

LONGEST_ATTRIBUTION: Final = 500  # characters
ATTRIBUTION_LINES: Final = 6

_MONTHLY: Final = r"[^\W\d_]{2,15}"
_DATES: Final = (
    r"\d{4}\s?[-/.年년]\s?\d{1,2}\s?[-/.月월]\s?\d{1,2}",
    r"\d{1,2}[-/.]\s?\d{1,2}[-/.]\s?\d{2,4}",
    r"\d{1,2}(?:st|nd|rd|th|er|\.?º|\.?ª|-?го|-?є)?[.,]?[\s-]+(?:de |of |d['’]|thg )?"
    + _MONTHLY
    + r"[.,׳'’]*[\s-]+(?:de |del |of |พ\.ศ\. )?\d{4}",
    r"\d{1,2}\s+(?:thg|tháng)\s+\d{1,2},?\s+(?:năm\s+)?\d{4}",
    _MONTHLY + r"[.,]?[\s-]+\d{1,2}(?:st|nd|rd|th)?,?[\s-]+(?:at |в )?\d{2,4}\b",
    r"\d{4}\.?\s+(?:m\.\s+|gada\s+)?" + _MONTHLY + r"\.?\s+\d{1,2}",
    r"\d{1,2}\S{0,3}\s+\S{2,12}\s+(?:\S{1,5}\s+)?\d{4}",
    r"\d{1,2}\.?\s+" + _MONTHLY + r"\.?,?\s.{0,6}\d{1,2}[:.]\d{2}",
    _MONTHLY + r"\s+\d{1,2},?\s.{0,6}\d{1,2}:\d{2}",
)
_DATE: Final = re.compile("|".join(_DATES))
_ADDRESS: Final = re.compile(r"[^\s<>@]{1,80}@[^\s<>@]{1,80}")
_DASHED: Final = re.compile(r"^[-–—_]{2,}\s*(.*?)\s*[-–—_]{2,}\s*[:：]?$")
_DASHES_AROUND: Final = " \t-–—_"


_WROTE: Final = tuple(sorted({word.lower() for word in (*words.WROTE, *words.WROTE_UNSPACED)}, key=len, reverse=True))
_UNSPACED: Final = frozenset(word.lower() for word in words.WROTE_UNSPACED)
_QUOTING: Final = re.compile(rf"^(?:{words.any_of(words.QUOTING)})\s", re.IGNORECASE)
_LEAD: Final = re.compile(rf"(?:^|(?<=\s))(?:{words.any_of(words.LEADS)})(?!\w)", re.IGNORECASE)
_LEAD_ALONE: Final = re.compile(rf"^(?:{words.any_of(words.LEADS)})(?!\w)", re.IGNORECASE)
_ENDING: Final = re.compile(r"[:：]$|[-–—_]{2,}$")
_SENTENCE: Final = re.compile(r"[!?]|[.。]\s+\S+\s+\S+\s+\S+\s+\S")


def may_end_attribution(line: str) -> bool:
    """Cheap first look at a clean line: could "… wrote:" end here, or "2011/4/7 Ana <ana@example.org>"?"""
    if _ENDING.search(line[-8:]) or (line[:1].isdigit() and line.endswith(">") and "@" in line):
        return True
    return _ends_in_wrote(line)


def _ends_in_wrote(text: str) -> bool:
    text = _lower(text[-80:].rstrip(" :：,"))
    return text.endswith(_WROTE) and any(
        text.endswith(word) and _stands_alone(text, len(text) - len(word), word) for word in _WROTE
    )


def _wrote(text: str) -> tuple[int, int] | None:
    """Where the first "wrote" of any language stands. Plain search for each word is far quicker than one great pattern."""
    text = _lower(text)
    found = [(at, -len(word)) for word in _WROTE if (at := text.find(word)) >= 0 and _stands_alone(text, at, word)]
    if not found:
        return None
    start, length = min(found)
    return start, start - length


def _stands_alone(text: str, at: int, word: str) -> bool:
    if word in _UNSPACED:
        return True
    after = text[at + len(word) : at + len(word) + 1]
    return not (text[at - 1 : at] or " ").isalnum() and not (after or " ").isalnum()


def _lower(text: str) -> str:
    small = text.lower()
    return small if len(small) == len(text) else text


def attribution_start(text: str, *, before_quote: bool) -> int | None:
    """Where in this clean text an attribution begins, or None if it is none.

    before_quote: marked quotation follows; then less proof is asked. What stands before the column was said by the writer.
    """
    if len(text) > LONGEST_ATTRIBUTION:
        return None
    dashed = _DASHED.match(text)
    if dashed:
        return 0 if _ends_in_wrote(dashed.group(1)) else None
    date = _DATE.search(text)
    if date is None:
        return None
    machine_made = before_quote or bool(_ADDRESS.search(text) or TIME.search(text))
    if not text.endswith((":", "：")) and not (before_quote or (TIME.search(text) and _ADDRESS.search(text))):
        return None
    wrote = _wrote(text)
    if wrote:
        return _dated(text, date, wrote, machine_made=machine_made)
    return _dated_sender(text, date, before_quote=before_quote)


def names_a_writer(text: str) -> bool:
    """ "Ana <ana@example.org> wrote:" or "Quoting Ana:", without a date: of use only right before marked quotation."""
    core = text.strip(_DASHES_AROUND)
    if len(text) > LONGEST_ATTRIBUTION or not core.endswith((":", "：")):
        return False
    count = len(core.split())
    if _QUOTING.match(core):
        return count <= 10
    return bool(_ends_in_wrote(core)) and (
        (bool(_ADDRESS.search(core)) and count <= 16) or (count <= 5 and core[:1].isupper())
    )


def opens_attribution(line: str) -> bool:
    """Begins like one ("On Thursday,"), so that the next line may carry it on."""
    return len(line) <= 90 and bool(_LEAD_ALONE.match(line))


def _dated(core: str, date: re.Match[str], wrote: tuple[int, int], *, machine_made: bool) -> int | None:
    """ "On 5 May Ana wrote:", "5 May, Ana wrote:", "Ana wrote on 5 May:"."""
    if not machine_made or (not core.endswith((":", "：")) and not _ends_in_wrote(core)):
        return None
    if wrote[0] < date.start():
        name = core[: wrote[0]]
        plain = len(name.split()) <= 8 and not _SENTENCE.search(_ADDRESS.sub("", name))
        return 0 if plain and len(core) - date.end() <= 60 else None
    if "?" in core[date.end() : wrote[0]]:
        return None
    return _lead_in(core, date)


def _lead_in(core: str, date: re.Match[str]) -> int | None:
    """Where the few words before the date begin: "On Thursday, "; words of the writer may stand before them."""
    before = core[: date.start()]
    if _ADDRESS.search(before) and len(before.split()) <= 8:
        return 0
    leads = [found.start() for found in _LEAD.finditer(before) if date.start() - found.start() <= 40]
    if leads:
        return _first_lead(before, leads)
    return 0 if len(before) <= 30 and len(before.split()) <= 3 else None


def _first_lead(before: str, leads: Sequence[int]) -> int:
    """A lone short word before "On" belongs to the date ("reply On Wed" does not): prefer the very beginning."""
    return 0 if 0 in leads else leads[-1]


def _dated_sender(core: str, date: re.Match[str], *, before_quote: bool) -> int | None:
    """No verb: "30.09.2017, 18.30, "Ana" <ana@example.org>:" or, before a quotation, the same in a language not known here."""
    addresses = list(_ADDRESS.finditer(core))
    if not addresses or (date.start() > addresses[-1].start() and not before_quote):
        return None
    closes = len(core) - addresses[-1].end() <= (40 if before_quote else 6)
    if not closes or not (before_quote or TIME.search(core)):
        return None
    return 0 if len(core[: date.start()].split()) <= 5 or before_quote else None
