"""Decides line by line what the writer said and what may be folded away. In doubt a line counts as said.

Text and HTML come here in the same shape, so both follow the same rules.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from itertools import pairwise
from typing import Final

from . import quote_marks as marks
from . import quote_page, signatures
from .quote_page import Line, Page

SHORT_PASSAGE: Final = 6  # lines of quotation that may stay in sight when one answer follows them
BARE_QUOTE: Final = 3  # lines of "> " that count as quotation though nobody is named
MOST_PARTS: Final = 500  # a letter in more pieces is shown whole


class Kind(StrEnum):
    SAID = "said"
    ANSWERED = "answered"  # quotation left in sight, because the writer answers it where it stands
    FORWARDED = "forwarded"  # somebody else's letter that the writer wants to show
    QUOTED = "quoted"
    SIGNATURE = "signature"


IN_SIGHT: Final = frozenset((Kind.SAID, Kind.ANSWERED, Kind.FORWARDED))


@dataclass(frozen=True, slots=True)
class Folded:
    """The kind of each line, and for lines shared by two people the column where the other one begins."""

    kinds: list[Kind]
    columns: dict[int, int]


@dataclass(slots=True)
class _Run:
    """Neighbouring lines of one sort: the writer's text, or one quotation with the line that names its author."""

    start: int
    stop: int
    quotes: bool
    attributed: bool = False


def fold(lines: Sequence[Line]) -> Folded:
    """Give each line its kind."""
    page = quote_page.read(lines)
    kinds = _kinds(page)
    if sum(before != after for before, after in pairwise(kinds)) >= MOST_PARTS:
        return Folded([Kind.SAID] * len(lines), {})
    return Folded(kinds, page.columns)


def _kinds(page: Page) -> list[Kind]:
    end, tail = _end_of_letter(page)
    kinds = [Kind.SAID] * end + [tail] * (len(page.lines) - end)
    for at in page.shown_heads:
        kinds[at] = Kind.FORWARDED
    runs = list(_runs(page, end))
    _mark_signatures(page, runs, kinds)
    _mark_quotations(page, runs, kinds)
    _show_a_silent_letter(page, runs, kinds)
    return kinds


# ---------------------------------------------------------------- where the letter ends


def _end_of_letter(page: Page) -> tuple[int, Kind]:
    """The first line of what stands under the writer's letter to the very end, and what it is."""
    said, at = False, 0
    while at < len(page.lines):
        if marks.announces_forward(page.clean[at]) and not (at and page.quoted[at - 1]):
            return at, Kind.FORWARDED
        if not page.clean[at] or page.quoted[at]:
            at += 1
            continue
        head = _head_end(page, at)
        if head > at and said:
            return at, _tail(page, at)
        if head > at:
            page.shown_heads.update(range(at, head))
            at = head
            continue
        if at in page.spans:
            last, column = page.spans[at]
            if column:
                page.columns[at] = marks.raw_column(page.lines[at].text, column)
            if page.quote_follows(last):
                page.named.update(range(at, last + 1))
            elif said or column:
                return at, _tail(page, at)
            said = said or column > 0
            at = last + 1
            continue
        said = True
        at += 1
    return len(page.lines), Kind.QUOTED


def _head_end(page: Page, at: int) -> int:
    """The line after the letterhead of an older letter; at itself if none begins here."""
    line = page.clean[at]
    if page.lines[at].cut or marks.announces_original(line) or marks.announces_the_end(line):
        return max(at + 1, marks.header_block_end(page.clean, at))
    return marks.header_block_end(page.clean, at)


def _tail(page: Page, end: int) -> Kind:
    said = " ".join(page.clean[at] for at in range(max(0, end - 40), end) if not page.quoted[at])
    return Kind.ANSWERED if marks.says_answers_are_below(said) else Kind.QUOTED


# ---------------------------------------------------------------- what stands above that end


def _runs(page: Page, end: int) -> Iterator[_Run]:
    run: _Run | None = None
    for at in range(end):
        named = at in page.named
        blank = not page.clean[at] and not page.quoted[at]
        quotes = page.quoted[at] or named
        begins_anew = named and (at - 1) not in page.named
        if run is None or (not blank and (quotes != run.quotes or begins_anew)):
            if run:
                yield run
            run = _Run(at, at, quotes)
        run.stop = at + 1
        run.attributed = run.attributed or (quotes and (named or at in page.spans or page.lines[at].cited))
    if run:
        yield run


def _mark_signatures(page: Page, runs: Sequence[_Run], kinds: list[Kind]) -> None:
    for run in runs:
        if run.quotes:
            continue
        start = run.start + signatures.signature_start(page.clean[run.start : run.stop])
        kinds[start : run.stop] = [Kind.SIGNATURE] * (run.stop - start)
    for at in signatures.armour(page.clean):
        if kinds[at] is Kind.SAID:
            kinds[at] = Kind.SIGNATURE


def _mark_quotations(page: Page, runs: Sequence[_Run], kinds: list[Kind]) -> None:
    speaks = [not run.quotes and _has_words(page, run, kinds) for run in runs]
    answered = sum(run.quotes and any(speaks[at + 1 : at + 2]) for at, run in enumerate(runs))
    last_words = max((at for at, spoke in enumerate(speaks) if spoke), default=-1)
    first_words = speaks.index(True) if True in speaks else len(runs)
    for at, run in enumerate(runs):
        if not run.quotes:
            continue
        if at > last_words:
            kind = _kind_at_the_end(page, runs, at)
        else:
            kind = _kind_within(page, run, opens=at < first_words, answers=answered)
        kinds[run.start : run.stop] = [kind] * (run.stop - run.start)
    for at in page.named:
        kinds[at] = Kind.QUOTED


def _has_words(page: Page, run: _Run, kinds: Sequence[Kind]) -> bool:
    return any(page.clean[at] and kinds[at] in IN_SIGHT for at in range(run.start, run.stop))


def _kind_at_the_end(page: Page, runs: Sequence[_Run], at: int) -> Kind:
    """Quotation under the last word: folded, unless it may be the writer's own list or poem marked with ">"."""
    run = runs[at]
    if any(earlier.attributed for earlier in runs[: at + 1]):
        return Kind.QUOTED
    if any(later.attributed for later in runs[at + 1 :]):
        return Kind.SAID
    above = next((page.clean[line] for line in range(run.start - 1, -1, -1) if page.clean[line]), "")
    enough = sum(page.quoted[run.start : run.stop]) >= BARE_QUOTE and above and not above.endswith((":", "："))
    return Kind.QUOTED if enough else Kind.SAID


def _kind_within(page: Page, run: _Run, *, opens: bool, answers: int) -> Kind:
    """Quotation with the writer's words under it. opens: none of them stand above it. answers: how many passages are answered."""
    if not run.attributed or answers > 1:
        return Kind.ANSWERED
    if opens:
        return Kind.QUOTED
    return Kind.ANSWERED if _length(page, run) <= SHORT_PASSAGE else Kind.QUOTED


def _length(page: Page, run: _Run) -> int:
    return sum(1 for at in range(run.start, run.stop) if page.clean[at] and at not in page.named)


def _show_a_silent_letter(page: Page, runs: Sequence[_Run], kinds: list[Kind]) -> None:
    """Where nothing would be left to read and no author is named, the writer meant what is there."""
    if any(page.clean[at] and kind in IN_SIGHT for at, kind in enumerate(kinds)):
        return
    if not any(run.attributed for run in runs):
        kinds[:] = [Kind.SAID] * len(kinds)
