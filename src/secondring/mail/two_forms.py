"""Words and page are two forms of the same (RFC 2046, section 5.1.4), unless each says something that the other does not."""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence

from ..lib.html_text import hurried_text_of
from .structure import Part

_WORD = re.compile(r"\w+")
_LONGEST_STUB = 600  # characters; "Your program cannot show this letter" takes fewer


def stand_apart(root: Part, spoken: Collection[int]) -> bool:
    """Do words and page stand beside each other, and not as alternatives? spoken: the id() of each part that says something."""
    plain, pages = _kinds(root, spoken)
    if not (plain and pages):
        return False
    paired: set[int] = set()
    for part in root.walk():
        if part.type == "multipart/alternative":
            paired |= _paired([_kinds(child, spoken) for child in part.children])
    return not (plain | pages) <= paired


def _paired(branches: Sequence[tuple[set[int], set[int]]]) -> set[int]:
    """The parts of an alternative whose other form stands in another branch of it."""
    worded = [at for at, (plain, _pages) in enumerate(branches) if plain]
    paged = [at for at, (_plain, pages) in enumerate(branches) if pages]
    paired: set[int] = set()
    for at, (plain, pages) in enumerate(branches):
        paired |= plain if any(other != at for other in paged) else set()
        paired |= pages if any(other != at for other in worded) else set()
    return paired


def _kinds(root: Part, spoken: Collection[int]) -> tuple[set[int], set[int]]:
    said = [part for part in root.walk() if id(part) in spoken]
    plain = {id(part) for part in said if part.type != "text/html"}
    return plain, {id(part) for part in said} - plain


def is_stub(text: str, html: str) -> bool:
    """Does the plain form leave out most of what the page says, as one that only tells us to use another program?"""
    if not html or not text.strip() or len(text) > _LONGEST_STUB:
        return False
    page, plain = _words(hurried_text_of(html)), _words(text)
    return len(page - plain) > len(page) // 2


def _words(text: str) -> set[str]:
    return set(_WORD.findall(text.casefold()))
