"""Parts a letter into what its writer said and what may be folded away. Nothing is ever dropped.

All parts together are the whole letter, in its order, so a wrong guess costs one click and never a word.
"""

import time
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

from . import folds, mime, quote_html
from .folds import IN_SIGHT, Kind
from .quote_page import MOST_LINES, Line

__all__ = ["Kind", "Segment", "Split", "as_dict", "visible_of_html", "visible_of_text"]


@dataclass(frozen=True, slots=True)
class Segment:
    """A stretch of the letter of one kind. html is None in a letter of plain text; it is as unsafe as it came."""

    kind: Kind
    text: str
    html: str | None = None

    @property
    def in_sight(self) -> bool:
        """Shown at once; the others are folded where they stand."""
        return self.kind in IN_SIGHT


@dataclass(frozen=True, slots=True)
class Split:
    """A letter in its parts. styles: the style sheets of an HTML letter, which hold for all parts."""

    segments: tuple[Segment, ...]
    styles: str = ""

    @property
    def visible(self) -> str:
        """What the writer said, with what was forwarded and the passages answered."""
        return _joined(segment for segment in self.segments if segment.in_sight)

    @property
    def quoted(self) -> str:
        """What is folded: older letters and signatures."""
        return _joined(segment for segment in self.segments if not segment.in_sight)


def visible_of_text(text: str) -> Split:
    """Part a plain-text letter; the segments' texts, one after the other, are the text that was given."""
    lines = text.splitlines(keepends=True)
    folded = folds.fold([Line(line) for line in lines[:MOST_LINES]])
    kinds = folded.kinds + folded.kinds[-1:] * (len(lines) - MOST_LINES)
    segments: list[Segment] = []
    start = 0
    while start < len(lines):
        stop = start + 1
        while stop < len(lines) and kinds[stop] == kinds[start] and stop not in folded.columns:
            stop += 1
        segments += _shared(lines[start:stop], kinds[start], folded.columns.get(start, 0))
        start = stop
    return Split(tuple(segments))


def visible_of_html(html: str) -> Split:
    """Part an HTML letter; each segment's html is balanced, so that it can be made safe and shown by itself."""
    page = quote_html.read(html)
    folded = folds.fold(page.lines)
    kinds = folded.kinds
    for shared in folded.columns:
        kinds[shared] = Kind.SAID
    bounds = [0, *(at for at in range(1, len(kinds)) if kinds[at] != kinds[at - 1]), len(kinds)]
    stretches = zip(pairwise(bounds), page.pieces(bounds), strict=True)
    segments = (Segment(kinds[start], page.text(start, stop), piece) for (start, stop), piece in stretches)
    return Split(tuple(segments), page.styles)


def visible_of_letter(text: str | None, html: str | None = None) -> Split:
    """Part a letter that came as text, as HTML or as both: the text part is read first, as its quotation is better marked."""
    if text and text.strip():
        return visible_of_text(text)
    return visible_of_html(html) if html else Split(())


def as_dict(file: str, path: Path) -> dict[str, object]:
    """What `inspect reply` prints for a .txt, .html or .eml file: file, visible, quoted, seconds."""
    raw = path.read_bytes()
    began = time.perf_counter()
    split = _split_file(raw, path.suffix.lower())
    return {
        "file": file,
        "visible": split.visible,
        "quoted": split.quoted,
        "seconds": round(time.perf_counter() - began, 6),
    }


def _split_file(raw: bytes, suffix: str) -> Split:
    if suffix == ".eml":
        letter = mime.parse(raw)
        return visible_of_letter(letter.readable_text, letter.html)
    text = raw.decode("utf-8-sig", errors="replace")
    return visible_of_html(text) if suffix in (".html", ".htm") else visible_of_text(text)


def _shared(lines: Sequence[str], kind: Kind, column: int) -> list[Segment]:
    """One run of lines; where its first line is shared, the writer's words come first and the attribution after them."""
    if column <= 0:
        return [Segment(kind, "".join(lines))]
    rest = lines[0][column:] + "".join(lines[1:])
    return [Segment(Kind.SAID, lines[0][:column]), Segment(kind, rest)]


def _joined(segments: Iterable[Segment]) -> str:
    """The texts in order, each on lines of its own."""
    texts = (segment.text if segment.text.endswith("\n") else f"{segment.text}\n" for segment in segments)
    return "".join(texts).strip()
