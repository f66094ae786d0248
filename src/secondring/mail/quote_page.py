"""Reads a letter line by line: which lines are quoted, and where lines begin that name a quotation's author."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Final

from . import attributions
from . import quote_marks as marks

MOST_LINES: Final = 20_000  # a person writes less; the caller hands over no more
MOST_CANDIDATES: Final = 500  # lines that may end an attribution; machines alone write more


@dataclass(frozen=True, slots=True)
class Line:
    """One line as a reader sees it, with what the HTML around it tells (nothing, for plain text)."""

    text: str
    depth: int = 0  # blockquotes around it
    cited: bool = False  # the mail program itself marked it as quotation
    cut: bool = False  # here begins what the mail program put under the answer
    attribution: bool = False  # the mail program marked it as "Ana wrote:"


@dataclass(slots=True)
class Page:
    """The letter while it is read: clean lines, which are quoted, where attributions begin."""

    lines: Sequence[Line]
    clean: list[str]
    quoted: list[bool]
    spans: dict[int, tuple[int, int]] = field(default_factory=dict)  # first line: (last line, column)
    named: set[int] = field(default_factory=set)  # lines of attributions that quotation follows
    shown_heads: set[int] = field(default_factory=set)
    columns: dict[int, int] = field(default_factory=dict)

    def quote_follows(self, at: int) -> bool:
        """Whether the next line with words is quoted; sought in the next few lines."""
        for below in range(at + 1, min(at + 8, len(self.lines))):
            if self.clean[below] or self.quoted[below]:
                return self.quoted[below]
        return False


def read(lines: Sequence[Line]) -> Page:
    """Read the lines of a letter."""
    quoted = [bool(line.depth) or marks.quote_depth(line.text) > 0 for line in lines]
    for at in range(1, len(lines)):
        if quoted[at] and not lines[at].depth and not quoted[at - 1]:
            quoted[at] = not marks.leaves_a_link_open([line.text for line in lines[max(0, at - 3) : at]])
    clean = [
        marks.clean(marks.unquoted(line.text) if is_quoted else line.text)
        for line, is_quoted in zip(lines, quoted, strict=True)
    ]
    page = Page(lines, clean, quoted)
    _join_wrapped_quotes(page)
    _find_attributions(page)
    return page


def _join_wrapped_quotes(page: Page) -> None:
    """A quoted line that some server broke in two leaves its second half without a mark."""
    for at in range(1, len(page.lines) - 1):
        if page.quoted[at] or not page.clean[at] or not page.quoted[at - 1] or not page.quoted[at + 1]:
            continue
        above, here = page.clean[at - 1], page.clean[at]
        broken = len(above) >= 60 and above[-1:] not in ".?!:" and here[:1].islower()
        page.quoted[at] = broken or (" " not in here.strip("()<> ") and "://" in here)


def _find_attributions(page: Page) -> None:
    tried = 0
    for at, line in enumerate(page.clean):
        if not line or not (attributions.may_end_attribution(line) or page.lines[at].attribution):
            continue
        tried += 1
        if tried > MOST_CANDIDATES:
            return
        found = _attribution_that_ends(page, at)
        if found:
            start, column = found
            page.spans.setdefault(start, (at, column))


def _attribution_that_ends(page: Page, at: int) -> tuple[int, int] | None:
    """The first line and column of the attribution whose last line this is, the shortest with a date first."""
    before_quote = page.quoted[at] or page.quote_follows(at)
    texts = list(_upwards(page, at))
    for start, text in texts:
        column = attributions.attribution_start(text, before_quote=before_quote)
        if column is not None:
            return _with_its_beginning(page, start, column, texts)
    if page.lines[at].attribution:
        return at, 0
    if before_quote:
        return next(((start, 0) for start, text in texts if attributions.names_a_writer(text)), None)
    return None


def _upwards(page: Page, at: int) -> Iterator[tuple[int, str]]:
    """Line at, then it with the line above, and so on, while they can belong together."""
    text, blanks = "", 0
    for start in range(at, max(-1, at - attributions.ATTRIBUTION_LINES), -1):
        if page.quoted[start] != page.quoted[at] and page.clean[start]:
            return
        blanks += not page.clean[start]
        text = f"{page.clean[start]} {text}".strip()
        if blanks > 1 or len(text) > attributions.LONGEST_ATTRIBUTION:
            return
        if page.clean[start]:
            yield start, text


def _with_its_beginning(page: Page, start: int, column: int, texts: list[tuple[int, str]]) -> tuple[int, int]:
    """A date or name that was broken over two lines has its first half on the line above."""
    for above, text in texts:
        if above != start - 1 or column:
            continue
        opens = attributions.opens_attribution(page.clean[above]) and not attributions.opens_attribution(
            page.clean[start]
        )
        whole = attributions.attribution_start(text, before_quote=True) == 0
        if whole and (opens or page.clean[start].startswith("<")) and len(page.clean[above]) <= 90:
            return above, 0
    return start, column
