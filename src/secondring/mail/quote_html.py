"""Reads an HTML letter as lines, each knowing which quotation it stands in, and cuts it between them into balanced pieces."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from html import unescape
from itertools import pairwise
from typing import Final

from .html_tokens import Token, tokens
from .quote_page import MOST_LINES, Line

DEEPEST: Final = 200  # elements inside each other that a piece repeats around itself
_REACH: Final = 200  # how far up an end tag looks for its beginning

# fmt: off
_BLOCKS: Final = frozenset((
    "address", "article", "aside", "blockquote", "body", "caption", "center", "dd", "details", "dir", "div", "dl",
    "dt", "fieldset", "figcaption", "figure", "footer", "form", "h1", "h2", "h3", "h4", "h5", "h6", "head",
    "header", "hr", "html", "legend", "li", "main", "menu", "nav", "ol", "p", "pre", "section", "summary", "table",
    "tbody", "td", "tfoot", "th", "thead", "tr", "ul",
))
_SPACED: Final = frozenset(("p", "h1", "h2", "h3", "h4", "h5", "h6", "ul", "ol", "pre"))
_VOID: Final = frozenset((
    "area", "base", "br", "col", "embed", "frame", "hr", "img", "input", "link", "meta", "param", "source", "track", "wbr",
))
# fmt: on
_SHELL: Final = frozenset(("html", "body", "head"))
_CLOSES: Final = {
    "p": ("p",), "li": ("p", "li"), "dt": ("p", "dt", "dd"), "dd": ("p", "dt", "dd"), "td": ("p", "td", "th"),
    "th": ("p", "td", "th"), "tr": ("p", "td", "th", "tr"),
}  # fmt: skip

# Boxes that mail programs draw around the whole older letter.
_BOXES: Final = re.compile(
    r"\b(?:yahoo_quoted|tutanota_quote|protonmail_quote|zmail_extra|isreplycontent|olk_src_body_section|bloop_markdown_quote|"
    r"mail-editor-reference-message-container|ms-outlook-mobile-reference-message|skiff_quote)\b",
    re.IGNORECASE,
)
# Points below which all is older.
_POINTS: Final = re.compile(
    r"\b(?:(?:x_)*divrplyfwdmsg|(?:x_)*appendonsend|stopspelling|replysplit|outlookmessageheader)\b", re.IGNORECASE
)
_ATTRIBUTIONS: Final = re.compile(r"\b(?:moz-cite-prefix|gmail_attr|reply-intro|cite-prefix)\b", re.IGNORECASE)
_INDENTED: Final = re.compile(r"margin:\s*0(?:px)?\s+0(?:px)?\s+0(?:px)?\s+40px", re.IGNORECASE)
_RULE_ABOVE: Final = re.compile(r"border-top(?:-style)?:[^;]{0,60}solid", re.IGNORECASE)
_TIGHT: Final = re.compile(r"\bMsoNormal\b|margin(?:-bottom)?:\s*0", re.IGNORECASE)
_LETTERHEAD: Final = re.compile(r"^\s*[^:：\s][^:：]{0,25}[:：].{0,200}@")
_SPACES: Final = re.compile(r"[ \t\r\n\f]+")


@dataclass(slots=True)
class _Box:
    """An open element and what it says about the lines inside it."""

    tag: str
    raw: str
    quotes: bool = False
    cited: bool = False
    attribution: bool = False
    spaced: bool = False


@dataclass(slots=True)
class _Row:
    """A line in the making: its words, and the token it begins with."""

    start: int
    parts: list[str] = field(default_factory=list)
    filled: bool = False
    depth: int = 0
    cited: bool = False
    cut: bool = False
    ruled: bool = False
    attribution: bool = False

    def line(self) -> Line:
        text = "".join(self.parts).strip(" \r\n")
        cut = self.cut or (self.ruled and bool(_LETTERHEAD.match(text)))
        return Line(text, self.depth, self.cited, cut, self.attribution)


@dataclass(slots=True)
class Page:
    """An HTML letter as lines, which can be cut into pieces between any two of them."""

    lines: list[Line]
    starts: list[int]
    tokens: list[tuple[str, str]]  # what opens ("div"), closes ("/div") or is neither (""), and its source
    styles: str

    def text(self, start: int, stop: int) -> str:
        """The words of lines start to stop."""
        return "\n".join(line.text for line in self.lines[start:stop])

    def pieces(self, bounds: Sequence[int]) -> Iterator[str]:
        """The HTML between each two neighbouring line numbers, balanced, inside the elements that are open there.

        Taken together they hold every token once; only elements that stand around a cut are opened anew.
        """
        starts = [*self.starts, len(self.tokens)]
        around: list[tuple[str, str]] = []
        for first, last in pairwise(bounds):
            out = [raw for _, raw in around[:DEEPEST]]
            for name, raw in self.tokens[starts[first] : starts[last]]:
                shown = not name or len(around) + (name[0] != "/") <= DEEPEST
                if name.startswith("/"):
                    around.pop()
                elif name:
                    around.append((name, raw))
                out.append(raw if shown else "")
            out += [f"</{name}>" for name, _ in reversed(around[:DEEPEST])]
            yield "".join(out)


def read(html: str) -> Page:
    """Read an HTML letter, however broken, into lines."""
    reader = _Reader()
    for token in tokens(html):
        reader.take(token)
    return reader.page()


class _Reader:
    """Follows the tokens once, with a stack of the boxes that are open."""

    def __init__(self) -> None:
        self.tokens: list[tuple[str, str]] = []
        self.rows: list[_Row] = [_Row(0)]
        self.boxes: list[_Box] = []
        self.styles: list[str] = []
        self.cut = self.ruled = False
        self.quotes = self.cited = self.attributions = self.preformatted = 0

    def take(self, token: Token) -> None:
        """Take the next token."""
        if token.kind == "text":
            self._words(token.raw)
        elif token.kind == "open":
            self._open(token)
        elif token.kind == "close":
            self._close(token)
        else:
            self._keep(token.raw)
            if token.tag == "style":
                self.styles.append(token.raw)

    def page(self) -> Page:
        """All lines; those elements that were never closed are closed."""
        while self.boxes:
            self._pop("")
        return Page(
            [row.line() for row in self.rows], [row.start for row in self.rows], self.tokens, "".join(self.styles)
        )

    def _keep(self, raw: str, name: str = "") -> None:
        self.tokens.append((name, raw))

    def _open(self, token: Token) -> None:
        tag, attributes = token.tag, token.attributes()
        while self.boxes and self.boxes[-1].tag in _CLOSES.get(tag, ()):
            self._pop("")
        box = _box(token, attributes)
        if tag in _BLOCKS:
            self._break(gap=box.spaced)
        self._note_points(tag, attributes)
        if tag in _VOID or tag in _SHELL:
            self._keep(token.raw if tag in _VOID else "")
            self._void(tag, attributes)
            return
        self._keep(token.raw, tag)
        self.boxes.append(box)
        self._count(box, 1)

    def _note_points(self, tag: str, attributes: dict[str, str]) -> None:
        named = f"{attributes.get('id', '')} {attributes.get('class', '')}"
        self.cut = self.cut or bool(_POINTS.search(named))
        self.ruled = self.ruled or tag == "hr" or bool(_RULE_ABOVE.search(attributes.get("style", "")))

    def _void(self, tag: str, attributes: dict[str, str]) -> None:
        if tag == "br":
            self._next_row()
        elif tag == "img" and attributes.get("alt"):
            self._write(f"[{unescape(attributes['alt'])}]" if len(attributes["alt"]) < 200 else "")

    def _close(self, token: Token) -> None:
        depth = self._depth_of(token.tag)
        if depth < 0:
            self._keep("")
            return
        while len(self.boxes) > depth + 1:
            self._pop("")
        self._pop(token.raw)

    def _depth_of(self, tag: str) -> int:
        """Where the element that this end tag closes was opened; an inline one reaches over no block."""
        for at in range(len(self.boxes) - 1, max(-1, len(self.boxes) - _REACH), -1):
            if self.boxes[at].tag == tag:
                return at
            if tag not in _BLOCKS and self.boxes[at].tag in _BLOCKS:
                return -1
        return -1

    def _pop(self, raw: str) -> None:
        box = self.boxes.pop()
        self._keep(raw or f"</{box.tag}>", f"/{box.tag}")
        self._count(box, -1)
        if box.tag in _BLOCKS:
            self._break(gap=box.spaced)

    def _count(self, box: _Box, by: int) -> None:
        self.quotes += by * box.quotes
        self.cited += by * box.cited
        self.attributions += by * box.attribution
        self.preformatted += by * (box.tag == "pre")

    def _words(self, raw: str) -> None:
        parts = raw.splitlines(keepends=True) if self.preformatted else [raw]
        for part in parts:
            self._keep(part)
            text = unescape(part)
            self._write(text if self.preformatted else _SPACES.sub(" ", text))
            if self.preformatted and part.endswith(("\n", "\r")):
                self._next_row()

    def _write(self, text: str) -> None:
        row = self.rows[-1]
        if not row.filled and text.strip():
            row.filled = True
            row.depth, row.cited, row.attribution = self.quotes, self.cited > 0, self.attributions > 0
            row.cut, row.ruled = self.cut, self.ruled
            self.cut = self.ruled = False
        row.parts.append(text)

    def _break(self, *, gap: bool) -> None:
        """End the line if it has begun; gap: leave an empty line, as a paragraph does."""
        row = self.rows[-1]
        if row.filled:
            self._next_row()
        if gap and len(self.rows) > 1 and self.rows[-2].filled:
            self._next_row()

    def _next_row(self) -> None:
        if len(self.rows) < MOST_LINES:
            self.rows.append(_Row(len(self.tokens)))
        else:
            self.rows[-1].parts.append("\n")


def _box(token: Token, attributes: dict[str, str]) -> _Box:
    named = f"{attributes.get('id', '')} {attributes.get('class', '')}"
    boxed = bool(_BOXES.search(named))
    style = attributes.get("style", "")
    quotes = token.tag == "blockquote" and not _INDENTED.search(style)
    cited = quotes and (attributes.get("type", "").lower() == "cite" or attributes.get("cite", "").startswith("mid:"))
    return _Box(
        token.tag,
        token.raw,
        quotes=quotes or boxed,
        cited=cited or boxed,
        attribution=bool(_ATTRIBUTIONS.search(named)),
        spaced=token.tag in _SPACED and not _TIGHT.search(f"{named} {style}"),
    )
