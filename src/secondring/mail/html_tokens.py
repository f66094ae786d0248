"""Cuts HTML into tags, text and the rest, in time proportional to its length whatever it holds.

Browsers' tree building can grow far beyond its input (formatting elements are repeated in every block), so none is done here. The
tokens put together are the input, byte for byte: a letter is folded by cutting it, and no word may change or go.
(`lib.markup` reads for cleaning: it resolves and forgets, and could not give the letter back.)
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

_NAME: Final = re.compile(r"</?([a-zA-Z][^\s/>]*)")
_ATTRIBUTE: Final = re.compile(r"""([^\s"'>/=]+)(?:\s*=\s*(?:"([^"]*)"|'([^']*)'|([^\s"'>]*)))?""")
_RAW: Final = frozenset(("script", "style", "title", "xmp", "noembed", "noframes", "template"))
_LONGEST_TAG: Final = 20_000


@dataclass(frozen=True, slots=True)
class Token:
    """kind is "open", "close", "text" or "other" (comments, doctypes, scripts and style sheets)."""

    kind: str
    raw: str
    tag: str = ""

    def attributes(self) -> dict[str, str]:
        """Attributes of an opening tag, names in small letters."""
        if "=" not in self.raw:
            return {}
        found = _ATTRIBUTE.finditer(self.raw[1 + len(self.tag) : _LONGEST_TAG])
        return {
            name.lower(): double or single or bare or ""
            for name, double, single, bare in (one.groups() for one in found)
        }


def tokens(html: str) -> Iterator[Token]:
    """The tokens of a page or a piece of one."""
    at, text_from = 0, 0
    ends = _Ends(html)
    while True:
        start = html.find("<", at)
        if start < 0:
            break
        found = _token(html, start, ends)
        if found is None:
            at = start + 1
            continue
        if start > text_from:
            yield Token("text", html[text_from:start])
        yield found
        at = text_from = start + len(found.raw)
    if text_from < len(html):
        yield Token("text", html[text_from:])


class _Ends:
    """Finds what closes a construct, and remembers what is nowhere to be found, so that nothing is sought twice in vain."""

    def __init__(self, html: str) -> None:
        self.html = html
        self.folded = html.lower() if len(html.lower()) == len(html) else html
        self.missing: set[str] = set()

    def after(self, sought: str, start: int) -> int:
        """The index after the next such string, or -1."""
        if sought in self.missing:
            return -1
        at = self.folded.find(sought, start)
        if at < 0:
            self.missing.add(sought)
            return -1
        return at + len(sought)


def _token(html: str, start: int, ends: _Ends) -> Token | None:
    if html.startswith("<!--", start):
        end = ends.after("-->", start + 4)
        return Token("other", html[start:end]) if end > 0 else None
    if html.startswith(("<!", "<?"), start):
        end = ends.after(">", start)
        return Token("other", html[start:end]) if end > 0 else None
    name = _NAME.match(html, start, start + 100)
    if name is None:
        return None
    end = _end_of_tag(html, start, ends)
    if end < 0:
        return None
    tag = name[1].lower()
    if html[start + 1] == "/":
        return Token("close", html[start:end], tag)
    if tag in _RAW:
        closing = ends.after(f"</{tag}", end)
        close = ends.after(">", closing) if closing > 0 else -1
        return Token("other", html[start:close], tag) if close > 0 else Token("other", html[start:end], tag)
    return Token("open", html[start:end], tag)


def _end_of_tag(html: str, start: int, ends: _Ends) -> int:
    """After the ">" that is not inside quotation marks; after the first one where the marks do not add up."""
    first = end = ends.after(">", start)
    for _ in range(8):
        if end < 0 or end - start > _LONGEST_TAG:
            break
        if not _open_quote(html[start:end]):
            return end
        end = ends.after(">", end)
    return first


def _open_quote(tag: str) -> bool:
    """Whether a tag cut off here stands inside a quoted value."""
    if "=" not in tag:
        return False
    mark = ""
    for sign in re.findall(r"=\s*[\"']|[\"']", tag):
        if mark:
            mark = "" if sign[-1] == mark and sign == mark else mark
        elif sign.startswith("="):
            mark = sign[-1]
    return bool(mark)
