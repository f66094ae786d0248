"""Recognises the lines by which mail programs announce somebody else's words.

Each question looks at a handful of lines cut to a fixed length, so a letter of any size costs time in proportion to its lines.
"""

import html
import re
from collections.abc import Iterable, Sequence
from functools import lru_cache
from typing import Final

from . import quote_words as words

LONGEST_LINE: Final = 1000  # what is longer was not written by a mail program
HEADER_LINES: Final = 16

_INVISIBLE: Final = re.compile("[\u00ad\u200b-\u200f\u202a-\u202e\u2060\u2066-\u2069\ufeff]")
TIME: Final = re.compile(r"\d{1,2}\s?[:.hH时時시]\s?\d{2}")
_LINK_OPENS: Final = re.compile(r"<(?=\s*$|mailto:|https?:|[^\s<>]{1,80}@)", re.MULTILINE)
_QUOTE: Final = re.compile(r"(?:\s{0,4}(?:>|[A-Z]{1,3}>(?=[\s>]|$)))+")


def clean(line: str) -> str:
    """A line as it is compared: no entities, no bold stars, no direction marks, single spaces; at most LONGEST_LINE."""
    line = line[:LONGEST_LINE]
    if "&" in line and ";" in line:
        line = html.unescape(line)
    if not line.isascii():
        line = _INVISIBLE.sub("", line)
    return " ".join(line.replace("*", "").split())


def quote_depth(line: str) -> int:
    """How many quote marks ("> ", or initials as in "AB> ") begin the line."""
    found = _QUOTE.match(line[:LONGEST_LINE])
    return found.group().count(">") if found else 0


def unquoted(line: str) -> str:
    """The line without its quote marks."""
    found = _QUOTE.match(line[:LONGEST_LINE])
    return line[found.end() :] if found else line


def leaves_a_link_open(lines: Iterable[str]) -> bool:
    """A mail program broke "<ana@example.org>" over lines: then the ">" that begins the next line quotes nothing."""
    text = "\n".join(line[-LONGEST_LINE:] for line in lines)
    return len(_LINK_OPENS.findall(text)) > text.count(">")


def raw_column(line: str, column: int) -> int:
    """The column of a raw line at which the clean one reaches column; the line's end where they cannot be matched."""
    rest = clean(line)[column:]
    line = line[:LONGEST_LINE]
    for at in range(column, len(line)):
        if rest and line[at] == rest[0] and clean(line[at:]) == rest:
            return at
    return len(line)


# ---------------------------------------------------------------- headers

_LABEL: Final = re.compile(r"^([^:：]{1,30}?)\s?[:：](?!//)")
_INNER_LABEL: Final = re.compile(r"\s([^\s:：]{2,20})\s?[:：]\s")


def header_kind(line: str) -> str:
    """Which field a clean line gives ("from", "sent", "date", "to", "subject", "other"), or "" for none."""
    found = _LABEL.match(line)
    return words.LETTERHEAD.get(found.group(1).strip().casefold(), "") if found else ""


@lru_cache(maxsize=64)
def _kinds_in(line: str) -> tuple[str, ...]:
    """Fields of a line that HTML has run together: "From: a@example.org Date: 5 May"."""
    first = header_kind(line)
    if not first:
        return ()
    others = (words.LETTERHEAD.get(label.casefold(), "") for label in _INNER_LABEL.findall(line[:300]))
    return (first, *(kind for kind in others if kind in ("date", "sent", "to", "subject")))


def header_block_end(lines: Sequence[str], start: int) -> int:
    """The line after a block of From, Sent, To, Subject that begins at start; start itself if there is none.

    A trip ("From: Paris, To: Rome, Date: 5 May") is no letter: the block must name a subject, a sending or an address.
    """
    if not header_kind(lines[start]):
        return start
    kinds: list[str] = []
    end, strange, address, timed = start, 0, False, False
    for at in range(start, min(start + HEADER_LINES, len(lines))):
        found = _kinds_in(lines[at])
        address = address or ("@" in lines[at] and strange < 2)
        timed = timed or bool(TIME.search(lines[at][:200]))
        if found:
            kinds += found
            end, strange = at + 1, 0
        else:
            strange += 1
        if strange > 2:
            break
    return end if _is_letterhead(set(kinds), address=address, timed=timed) else start


def _is_letterhead(kinds: set[str], *, address: bool, timed: bool) -> bool:
    if "from" not in kinds:
        return {"sent", "to", "subject"} <= kinds or ({"date", "to"} <= kinds and address and timed)
    if kinds & {"sent", "subject"} and len(kinds) >= 3:
        return True
    return address and bool(kinds & {"sent", "date"})


# ---------------------------------------------------------------- lines that say what follows

_ORIGINAL: Final = frozenset(words.ORIGINAL)
_BELOW: Final = re.compile(rf"(?<!\w)(?:{words.any_of(words.BELOW)})(?!\w)", re.IGNORECASE)
_STROKES: Final = " \t-–—_=*+#~<>"
_RULED: Final = re.compile(r"^[-–—_=*+#~>\s]{2,}\S.*[-–—_=*+#~<\s]{2,}$")
_DELIMITER: Final = re.compile(r"^[-–—_=*+#~ᐧ\s]{2,}$|^[—–ᐧ]$")


def announces_original(line: str) -> bool:
    """ "-----Original Message-----", in the languages known."""
    return len(line) < 120 and line[:2].strip(_STROKES) == "" and line.strip(_STROKES + ":").casefold() in _ORIGINAL


def announces_forward(line: str) -> bool:
    """ "---------- Forwarded message ---------" or Apple's "Begin forwarded message:"."""
    if len(line) >= 120 or not (_RULED.match(line) or (line.endswith((":", "：")) and len(line.split()) <= 6)):
        return False
    return line.strip(_STROKES).casefold().startswith(words.FORWARDED)


def announces_the_end(line: str) -> bool:
    """ "##- Please type your reply above this line -##"."""
    return len(line) < 160 and not line[:1].isalnum() and any(phrase in line.casefold() for phrase in words.ABOVE)


def is_delimiter(line: str) -> bool:
    """Nothing but strokes: a line drawn to part one thing from another."""
    return len(line) < 200 and bool(_DELIMITER.match(line))


def says_answers_are_below(text: str) -> bool:
    """The writer answers inside the other's letter and says so ("see my answers below, in red")."""
    return len(text) < 600 and bool(_BELOW.search(text))
