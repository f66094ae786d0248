"""Writes tags so that each closes inside the one that opened it, never deeper than a browser likes.

What stands here in place of the standard's tree builder does the same for decent letters, and for indecent ones costs
a bounded multiple of what they sent: reopening is paid for by the tag that is closed for good.
"""

from collections import Counter
from dataclasses import dataclass, field

from secondring.lib.safe_tags import BLOCKS, FORMATTING, HEADINGS, LISTS, TABLE_PARTS
from secondring.lib.web_addresses import Link

_DEEPEST = 200
_MOST_FORMATTING = 24
_CELLS = frozenset({"td", "th", "caption"})
_ROW_HOLDERS = frozenset({"table", "thead", "tbody", "tfoot"})
_INSIDE = {
    "td": _ROW_HOLDERS | {"tr"},
    "th": _ROW_HOLDERS | {"tr"},
    "tr": _ROW_HOLDERS,
    "thead": frozenset({"table"}),
    "tbody": frozenset({"table"}),
    "tfoot": frozenset({"table"}),
    "caption": frozenset({"table"}),
    "colgroup": frozenset({"table"}),
    "col": frozenset({"table", "colgroup"}),
}
_ENDS = {
    "li": (frozenset({"li"}), LISTS),
    "dt": (frozenset({"dt", "dd"}), LISTS),
    "dd": (frozenset({"dt", "dd"}), LISTS),
}


@dataclass(slots=True)
class Opened:
    """A tag that is open: the name it came with, the name it goes by, and where its start tag stands in what was written."""

    source: str
    tag: str
    start: str
    at: int = 0
    target: Link | None = None
    words: list[str] = field(default_factory=list)


class Nesting:
    """What has been written so far, and what is open."""

    def __init__(self) -> None:
        self.out: list[str] = []
        self.stack: list[Opened] = []
        self._open: Counter[str] = Counter()
        self._passed_over: Counter[str] = Counter()

    def open(self, opened: Opened) -> bool:
        """Write a start tag after closing what it ends; False when it has no place here and was left out."""
        if not self._make_room(opened):
            return False
        crowded = opened.tag in FORMATTING and sum(one.tag in FORMATTING for one in self.stack) >= _MOST_FORMATTING
        if crowded or len(self.stack) >= _DEEPEST:
            self._passed_over[opened.source] += 1
            return False
        self._push(opened)
        return True

    def write_void(self, tag: str, markup: str) -> None:
        """Write a tag that holds nothing, such as br, hr or img."""
        if self._make_room(Opened(tag, tag, markup)):
            self.out.append(markup)

    def close(self, source: str) -> None:
        """Write the end tag for `source`, closing what is open inside it; a stray end tag is passed over."""
        if self._passed_over[source]:
            self._passed_over[source] -= 1
            return
        barrier = frozenset({"table"}) if source in TABLE_PARTS else _CELLS | {"table"}
        wanted = HEADINGS if source in HEADINGS else {source}
        if (at := self._find(wanted, frozenset() if source == "table" else barrier)) is not None:
            self._close_to(at, blocks_too=self.stack[at].tag in FORMATTING)

    def close_all(self) -> None:
        while self.stack:
            self._pop()

    def _make_room(self, opened: Opened) -> bool:
        tag = opened.tag
        if tag in _INSIDE:
            return self._find_place_in_table(_INSIDE[tag])
        if tag == "a" and (at := self._find({"a"}, _CELLS | {"table"})) is not None:
            self._close_to(at, blocks_too=True)
        if tag in _ENDS and (at := self._find(*_ENDS[tag])) is not None:
            self._close_to(at)
        if tag in BLOCKS and (at := self._find({"p"}, _CELLS | {"table"})) is not None:
            self._close_to(at)
        return True

    def _find_place_in_table(self, holders: frozenset[str]) -> bool:
        """Close down to the nearest part of a table that may hold this one."""
        for at in range(len(self.stack) - 1, -1, -1):
            if self.stack[at].tag in holders:
                while len(self.stack) > at + 1:
                    self._pop()
                return True
        return False

    def _find(self, tags: frozenset[str] | set[str], barrier: frozenset[str]) -> int | None:
        if not any(self._open[tag] for tag in tags):
            return None
        for at in range(len(self.stack) - 1, -1, -1):
            if self.stack[at].source in tags:
                return at
            if self.stack[at].tag in barrier:
                return None
        return None

    def _close_to(self, at: int, *, blocks_too: bool = False) -> None:
        """Close the tag at `at`; open again what a browser would: formatting, and blocks if only formatting was ended."""
        inside, closed = self.stack[at + 1 :], self.stack[at].tag
        while len(self.stack) > at:
            self._pop()
        if closed in TABLE_PARTS:
            return
        for one in inside:
            if one.tag in FORMATTING or (blocks_too and one.tag in BLOCKS):
                self._push(Opened(one.source, one.tag, one.start, target=one.target))

    def _push(self, opened: Opened) -> None:
        opened.at = len(self.out)
        self.out.append(opened.start)
        self.stack.append(opened)
        self._open[opened.source] += 1

    def _pop(self) -> None:
        opened = self.stack.pop()
        self._open[opened.source] -= 1
        self.out.append(f"</{opened.tag}>")
        if opened.target:
            self._link_closed(opened, opened.target)

    def _link_closed(self, opened: Opened, target: Link) -> None:
        """For who writes links: called when one is whole, its words known."""
