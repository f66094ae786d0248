"""Finds what a mail program put under the writer's words: a signature behind "-- ", "Sent from my phone", a list's footer.

A closing by hand ("Best wishes, Ana") is the writer's own and stays. Where it is not sure, it is no signature.
"""

import re
from collections.abc import Sequence
from typing import Final

from . import quote_words as words
from .quote_marks import is_delimiter

LONGEST_SIGNATURE: Final = 25  # lines

_OFFERED: Final = re.compile(rf"^(?:{words.OFFERS}) (?:{words.OFFERED})(?:\s\w+){{0,3}}\W{{0,3}}$", re.IGNORECASE)
_OF_PRODUCT: Final = re.compile(
    rf"^\W{{0,3}}(?:{words.SENT})(?!\w)[^!?;]{{0,60}}?(?<![^\W\d_])(?:{words.PRODUCTS})(?P<rest>.{{0,120}})$",
    re.IGNORECASE,
)
_OF_DEVICE: Final = re.compile(
    rf"^\W{{0,3}}(?:{words.SENT})(?!\w)[^!?;,.]{{0,30}}?(?<!\w)(?:{words.DEVICES})(?!\w)(?P<rest>(?:\s\w+){{0,3}}\W{{0,3}})$",
    re.IGNORECASE,
)
# A person goes on talking: "Sent from the iPhone that I bought from you".
_SPOKEN: Final = re.compile(rf"\b(?:{words.SPOKEN})\b", re.IGNORECASE)
_PRODUCT_FIRST: Final = re.compile(  # "iPhoneから送信", "iPhone'umdan gönderildi"
    rf"^[^.!?]{{0,30}}(?:iphone|ipad|android|samsung|galaxy|outlook)[^.!?]{{0,12}}(?:{words.ENDS})\W{{0,3}}$",
    re.IGNORECASE,
)
_GOES_ON: Final = re.compile(r"[,.;:]\s*\S+\s+\S+|\s-\s")
_EXCUSE: Final = re.compile(words.EXCUSES, re.IGNORECASE)
_LINK: Final = re.compile(r"<[^<>]{0,300}>|\[[^\[\]]{0,300}\]|\([^()]{0,300}\)|https?://\S+")
_EVIDENCE: Final = re.compile(
    r"https?://|www\.|\S@\S|\+?\d[\d /().-]{7,}\d|mailing list|confidential|vertraulich|confidentiel|unsubscribe|signature|"
    r"\b(?:tel|fax|phone|mobile?|skype|gmbh|ltd|inc|llc|s\.?a\.?r\.?l|b\.?v|a/s)\b",
    re.IGNORECASE,
)
_LISTED: Final = re.compile(r"^(?:[-*•·+]\s|\d{1,2}[.)]\s|[a-z]\)\s)", re.IGNORECASE)
_ARMOUR: Final = re.compile(r"^-----(BEGIN|END) PGP (SIGNATURE|SIGNED MESSAGE)-----$")


def is_sent_from(line: str) -> bool:
    """A line that a device or program adds: "Sent from my iPhone", in many languages; at most 160 characters."""
    line = _LINK.sub("", line).strip() if len(line) <= 600 else ""
    if not line or len(line) > 160:
        return False
    if _OFFERED.match(line) or _PRODUCT_FIRST.match(line):
        return True
    found = _OF_DEVICE.match(line) or _OF_PRODUCT.match(line)
    if found is None or "?" in found["rest"]:
        return False
    rest = found["rest"]
    if _EXCUSE.search(rest):
        return True
    return len(rest.split()) <= 8 and not _GOES_ON.search(rest) and not _SPOKEN.search(rest)


def signature_start(lines: Sequence[str]) -> int:
    """The index at which the signature begins in what one person wrote without a break; len(lines) if there is none.

    lines: clean lines of one run, without quotation.
    """
    end = _trimmed(lines, len(lines))
    for at in range(max(0, end - LONGEST_SIGNATURE), end):
        if is_delimiter(lines[at]) and _is_signature(lines[at], lines[at + 1 : end]):
            end = at
            break
    while True:
        end = _trimmed(lines, end)
        # A stroke with nothing under it parts nothing; in a table ("Item" over "-----") there is something under it.
        if not end or not (is_sent_from(lines[end - 1]) or is_delimiter(lines[end - 1])):
            return end if any(lines[end:]) else len(lines)
        end -= 1


def _trimmed(lines: Sequence[str], end: int) -> int:
    while end and not lines[end - 1]:
        end -= 1
    return end


def _is_signature(delimiter: str, tail: Sequence[str]) -> bool:
    filled = [line for line in tail if line and not is_delimiter(line)]
    if not filled:
        return True
    if any("?" in line or _LISTED.match(line) for line in filled if "://" not in line):
        return False
    if delimiter in ("--", "—"):
        return not any(_is_prose(line) for line in filled)
    if len(filled) > 8:
        return False
    return _is_name(filled) or (any(_EVIDENCE.search(line) for line in filled) and not any(map(_is_prose, filled)))


def _is_prose(line: str) -> bool:
    return len(line.split()) >= 9 and not _EVIDENCE.search(line)


def _is_name(lines: Sequence[str]) -> bool:
    """One to three lines of a few capitalised words without figures: "Ana", "Ana Lima", "Record Shop"."""
    return len(lines) <= 3 and all(
        len(line.split()) <= 4
        and not any(sign.isdigit() or sign in ":;!" for sign in line)
        and all(word[:1].isupper() for word in line.split())
        for line in lines
    )


def armour(lines: Sequence[str]) -> set[int]:
    """The lines that hold PGP's armour: the opening with its Hash line, and the whole signature block."""
    found: set[int] = set()
    inside = ""
    for at, line in enumerate(lines):
        mark = _ARMOUR.match(line)
        if mark and mark[1] == "BEGIN":
            inside = mark[2]
        if inside:
            found.add(at)
        if (mark and mark[1] == "END") or (inside == "SIGNED MESSAGE" and not line):
            inside = ""
    return set() if inside else found
