"""What came in, in the shapes that conversations want."""

from __future__ import annotations

from collections.abc import Sequence

from ..conversations.receiving import Enclosure
from .addresses import Address
from .parsed import ParsedEmail
from .understood import Understood


def recipients(parsed: ParsedEmail) -> dict[str, list[list[str]]]:
    """Whom the letter names, side by side: {"to": [[name, address]], "cc": […]}."""
    sides: dict[str, Sequence[Address]] = {"to": parsed.to, "cc": parsed.cc}
    return {side: [[each.name, each.email] for each in named] for side, named in sides.items() if named}


def enclosures(understood: Understood) -> list[Enclosure]:
    """The files that came along."""
    return [
        Enclosure(each.sha256, each.name, each.type, each.size, each.inline, each.content_id)
        for each in understood.files
    ]
