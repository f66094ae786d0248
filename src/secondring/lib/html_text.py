"""Reads the words out of HTML, as a person would copy them: paragraphs, lists, tables, quotes, and where links lead."""

import html as entities
import re
from collections.abc import Iterable
from typing import NamedTuple

from secondring.lib import web_addresses
from secondring.lib.markup import End, Raw, Start, Text, Token, tokens

_BREAKS = frozenset(
    "address article aside blockquote center details dd div dl dt fieldset figcaption figure footer form h1 h2 h3 h4 h5 h6 header"
    " hr li main nav ol p pre section summary table tr ul caption legend listing xmp textarea title br body".split()
)
_SPACED = frozenset("p ul ol dl table blockquote h1 h2 h3 h4 h5 h6 pre hr".split())
_CELLS = frozenset({"td", "th"})
_SEPARATED = frozenset("option optgroup button select input label".split())
_SAYING_FIELDS = frozenset("submit button reset text email tel".split())
_MOST_WORDS = 1_000_000
_DEEPEST_QUOTE = 20
_LONGEST_PLAIN = 500_000
_HURRIED_DROPS = re.compile(r"<(script|style|head)\b[^<>]*>", re.IGNORECASE)
_HURRIED_BREAK = re.compile(r"<(?:br|/?p|/?div|/?tr|/?li|/?h[1-6]|/?table|/?blockquote)\b[^<>]*>", re.IGNORECASE)
_HURRIED_TAG = re.compile(r"<[!?/a-zA-Z][^<>]*>")

# What a letter may hold and still be no more than its words. Faces and sizes of type are no words.
_PLAIN_TAGS = frozenset(
    "html head meta title style body p div br span a blockquote wbr o:p ul ol li dl dt dd pre base link font".split()
)
_SPEAKING_STYLE = re.compile(
    r"(?:^|[;{\s])(?:background|border|color|text-decoration|display|visibility)[a-z-]*\s*:([^;}]*)", re.IGNORECASE
)
_SILENT_VALUES = re.compile(
    r"\s*(?:|none.*|0.*|black|white|inherit|initial|transparent|windowtext|block|inline|#?000(?:000)?|#?fff(?:fff)?"
    r"|rgba?\(\s*0[\s,]+0[\s,]+0\b.*)\s*(?:!important)?\s*",
    re.IGNORECASE,
)


class _List(NamedTuple):
    ordered: bool
    next: int


def text_of(html: str, *, links: bool = True) -> str:
    """Return the readable words of `html`, in time that grows with its length; with `links`, addresses follow their words."""
    return words_of(tokens(html), links=links)


def words_of(read: Iterable[Token], *, links: bool = True) -> str:
    """The same for HTML that has been read already."""
    page = _Page(links)
    for token in read:
        page.take(token)
    return page.finished()


def hurried_text_of(html: str) -> str:
    """Return the words of markup too large or too tangled for anything better, at most a million characters."""
    html = _without_code(html[: 40 * _MOST_WORDS])
    html = _HURRIED_TAG.sub(" ", _HURRIED_BREAK.sub("\n", html))
    return _folded(entities.unescape(_folded(html)[: 2 * _MOST_WORDS]))[:_MOST_WORDS]


def _without_code(html: str) -> str:
    """Cut out script, style and head in one pass; one that never ends costs one look to the end, not one each time."""
    kept, at, endless = [], 0, set[str]()
    for opening in _HURRIED_DROPS.finditer(html):
        name = opening[1].lower()
        if opening.start() < at or name in endless:
            continue
        closing = re.compile(f"</{name}[^<>]*>", re.IGNORECASE).search(html, opening.end())
        if closing:
            kept.append(html[at : opening.start()])
            at = closing.end()
        else:
            endless.add(name)
    return "".join([*kept, html[at:]])


def _folded(text: str) -> str:
    lines = (re.sub(r"[ \t\r\f\v\u00a0]+", " ", line).strip() for line in text.split("\n"))
    return re.sub(r"\n{3,}", "\n\n", "\n".join(lines)).strip()


def says_no_more_than_text(html: str) -> bool:
    """Tell whether the letter is plain paragraphs, so that showing its words alone loses nothing; half a megabyte never is."""
    return len(html) <= _LONGEST_PLAIN and all(_is_plain(token) for token in tokens(html))


def _is_plain(token: Token) -> bool:
    match token:
        case Start("span" | "font" | "p" | "div" | "a" as name, attributes):
            silent = all(
                _SILENT_VALUES.fullmatch(value) for value in _SPEAKING_STYLE.findall(attributes.get("style", ""))
            )
            return (silent and not {"color", "background", "bgcolor"} & attributes.keys()) or name == "a"
        case Start("body", attributes):
            return "background" not in attributes and attributes.get("bgcolor", "").strip("# ").lower() in (
                "",
                "white",
                "ffffff",
            )
        case Start(name, _):
            return name in _PLAIN_TAGS
        case Raw(name, _, _):
            return name in ("style", "title", "script")
    return True


class _Page:
    """Words being set line by line."""

    def __init__(self, links: bool) -> None:
        self._links = links
        self._lines: list[str] = []
        self._line: list[str] = []
        self._quotes = 0
        self._as_typed = 0
        self._lists: list[_List] = []
        self._leads: list[tuple[str, int]] = []
        self._mark = ""
        self._cell_gap = False

    def take(self, token: Token) -> None:
        match token:
            case Text(words):
                self._say(words)
            case Start(name, attributes):
                self._start(name, attributes)
            case End(name):
                self._end(name)
            case Raw("xmp" | "plaintext" | "textarea", _, inside):
                self._break()
                self._say_as_typed(inside)
                self._break()

    def _say(self, words: str) -> None:
        if self._as_typed:
            self._say_as_typed(words)
            return
        folded = re.sub(r"[ \t\r\n\f]+", " ", words)
        if folded.strip(" \u200b\u200c\u200d\u2060\ufeff\u00ad\u034f"):
            self._put(folded)
        elif self._line and folded:
            self._line.append(" ")

    def _say_as_typed(self, words: str) -> None:
        first, *more = words.replace("\r\n", "\n").split("\n")
        self._put(first)
        for line in more:
            self._break(always=True)
            self._put(line)

    def _put(self, words: str) -> None:
        if self._mark:
            self._line.append(self._mark)
            self._mark = ""
        elif self._cell_gap and self._line:
            self._line.append("\t")
        self._cell_gap = False
        self._line.append(words)

    def _start(self, name: str, attributes: dict[str, str]) -> None:
        if name == "br":
            self._break(always=True)
            return
        if name in _BREAKS:
            self._break(space=name in _SPACED and not self._lists)
        match name:
            case "blockquote":
                self._quotes = min(self._quotes + 1, _DEEPEST_QUOTE)
            case "pre" | "listing":
                self._as_typed += 1
            case "ul" | "ol" | "menu" | "dir":
                self._open_list(name == "ol", attributes.get("start", ""))
            case "li":
                self._open_item()
            case "td" | "th":
                self._cell_gap = bool(self._line)
            case "a":
                self._leads.append((attributes.get("href", ""), len(self._line)))
            case "img" | "image":
                self._say(attributes.get("alt", ""))
            case "input" if attributes.get("type", "text").lower() in _SAYING_FIELDS:
                self._say(f" {attributes.get('value') or attributes.get('placeholder', '')} ")
        if name in _SEPARATED and self._line:
            self._line.append(" ")

    def _open_list(self, ordered: bool, start: str) -> None:
        first = int(start) if re.fullmatch(r"-?\d{1,6}", start) else 1
        if len(self._lists) < _DEEPEST_QUOTE:
            self._lists.append(_List(ordered, first))

    def _open_item(self) -> None:
        depth = max(len(self._lists) - 1, 0)
        self._mark = "  " * depth + "- "
        if self._lists and self._lists[-1].ordered:
            number = self._lists[-1].next
            self._mark = f"{'  ' * depth}{number}. "
            self._lists[-1] = _List(True, number + 1)

    def _end(self, name: str) -> None:
        if name == "br":
            self._break(always=True)
            return
        if name == "a" and self._leads:
            self._say_where(*self._leads.pop())
        if name == "blockquote":
            self._break()
            self._quotes = max(self._quotes - 1, 0)
        if name in _BREAKS:
            self._break(space=name in _SPACED and len(self._lists) < 2)
        match name:
            case "pre" | "listing":
                self._as_typed = max(self._as_typed - 1, 0)
            case "ul" | "ol" | "menu" | "dir" if self._lists:
                self._lists.pop()

    def _say_where(self, href: str, since: int) -> None:
        target = web_addresses.link(href) if self._links else None
        words = "".join(self._line[since:]).strip()
        if target and words:
            bare = target.url.removeprefix("mailto:").removeprefix("tel:")
            if _bare(words) not in (_bare(bare), _bare(target.url)):
                self._line.append(f" <{bare}>")

    def _break(self, *, space: bool = False, always: bool = False) -> None:
        """End the line; `space`: leave an empty one; `always`: even if nothing stands on it."""
        words = "".join(self._line)
        if not self._as_typed:
            words = re.sub(r"[ \u00a0]+", " ", words).rstrip() if not words.startswith(" ") else words.rstrip()
        quote = "> " * self._quotes
        if words.strip() or always:
            self._lines.append((quote + words).rstrip())
        if space:
            self._leave_space(quote.rstrip())
        self._line.clear()
        self._leads = [(href, 0) for href, _ in self._leads]
        self._cell_gap = False

    def _leave_space(self, quote: str) -> None:
        """Leave one empty line, no deeper quoted than what follows."""
        if self._lines and not self._lines[-1].strip("> "):
            self._lines.pop()
        if self._lines:
            self._lines.append(quote)

    def finished(self) -> str:
        self._break()
        return re.sub(r"\n{3,}", "\n\n", "\n".join(self._lines)).strip("\n")


def _bare(address: str) -> str:
    return re.sub(r"^(?:https?://)?(?:www\.)?|/$", "", address.strip().lower())
