"""Reads any HTML as a flat run of tokens, in one pass whose time grows with its length and with nothing else.

A tree builder that follows the standard can be made to take minutes by a letter of a megabyte (a hundred thousand nested
tags took nh3 76 seconds), so whatever comes from outside passes here first.
"""

import html
import re
from collections.abc import Iterator
from html.entities import html5
from typing import NamedTuple

NOT_AN_AMPERSAND, NOT_A_SPACE = "\ufdd0", "\ufdd1"
"""Two non-characters of Unicode, which no token ever holds, for who needs a mark that no letter can bring along."""

_OURS = {ord(NOT_AN_AMPERSAND): "\ufffd", ord(NOT_A_SPACE): "\ufffd"}
_MOST_ATTRIBUTES = 64
_NAME = re.compile(r"[a-zA-Z][^\s/>]*")
_ATTRIBUTE = re.compile(r"[\s/]*+([^\s/>][^\s/>=]*+)(?:\s*+=\s*+(\"[^\"]*+\"|'[^']*+'|[^\s>\"'][^\s>]*+|(?=>)))?+")
_TAG_END = re.compile(r"[\s/]*+>")
_REFERENCE = re.compile(r"&(#\d+;?|#[xX][0-9a-fA-F]+;?|[a-zA-Z][a-zA-Z0-9]*;?)(=?)")
_RAW = {
    name: re.compile(rf"</{name}(?=[\s/>])", re.IGNORECASE)
    for name in ("script", "style", "iframe", "noembed", "noframes", "xmp", "title", "textarea")
}
_WITH_REFERENCES = frozenset({"title", "textarea"})
_WORDS_TO_THE_END = frozenset({"xmp", "title", "textarea"})


class Start(NamedTuple):
    """An opening tag; names in lower case, the first of two equal attributes counts."""

    name: str
    attributes: dict[str, str]


class End(NamedTuple):
    """A closing tag."""

    name: str


class Text(NamedTuple):
    """Words, with character references resolved."""

    words: str


class Raw(NamedTuple):
    """An element whose inside is not markup: script, style, title, textarea and the like."""

    name: str
    attributes: dict[str, str]
    inside: str


Token = Start | End | Text | Raw


def tokens(source: str) -> Iterator[Token]:
    """Tell the tags and words of `source` in order (WHATWG HTML, 13.2.5, without its scripting states)."""
    source = tidy(source)
    at, end = 0, len(source)
    while at < end:
        opening = source.find("<", at)
        if opening < 0:
            opening = end
        if opening > at:
            yield Text(html.unescape(source[at:opening]))
        if opening == end:
            return
        token, at = _after_angle(source, opening)
        if token:
            yield token


def tidy(source: str) -> str:
    """Replace what no text may hold: NUL, halves of characters, and the non-characters we use ourselves."""
    return source.replace("\0", "\ufffd").translate(_OURS).encode("utf-8", "replace").decode("utf-8")


def _after_angle(source: str, at: int) -> tuple[Token | None, int]:
    following = source[at + 1 : at + 2]
    if following.isascii() and following.isalpha():
        return _start(source, at)
    if following == "/":
        return _closing(source, at)
    if following in ("!", "?"):
        return None, _after_comment(source, at)
    return Text("<"), at + 1


def _after_comment(source: str, at: int) -> int:
    if not source.startswith("<!--", at):
        return _past(source, ">", at)
    if source.startswith((">", "->"), at + 4):
        return source.index(">", at + 4) + 1
    ends = re.compile(r"--!?>").search(source, at + 4)
    return ends.end() if ends else len(source)


def _past(source: str, mark: str, at: int) -> int:
    found = source.find(mark, at)
    return found + 1 if found >= 0 else len(source)


def _closing(source: str, at: int) -> tuple[Token | None, int]:
    name = _NAME.match(source, at + 2)
    if not name:
        return None, _past(source, ">", at)
    return End(name.group().lower()), _past(source, ">", name.end())


def _start(source: str, at: int) -> tuple[Token, int]:
    name = _NAME.match(source, at + 1)
    assert name, "the caller saw a letter"
    attributes, after = _attributes(source, name.end())
    if after < 0:  # the letter ends inside a tag: a browser would lose these words, we keep them, and look no further
        return Text(html.unescape(source[at:])), len(source)
    tag = name.group().lower()
    if tag == "plaintext":
        return Raw(tag, attributes, source[after:]), len(source)
    if tag in _RAW:
        return _raw(source, after, tag, attributes)
    return Start(tag, attributes), after


def _attributes(source: str, at: int) -> tuple[dict[str, str], int]:
    """Return the attributes and the place after '>', or -1 if the tag never ends."""
    found: dict[str, str] = {}
    while not (closing := _TAG_END.match(source, at)):
        match = _ATTRIBUTE.match(source, at)
        if not match:
            return found, -1
        name = match[1].lower()
        if name not in found and len(found) < _MOST_ATTRIBUTES:
            found[name] = _value(match[2] or "")
        at = match.end()
    return found, closing.end()


def _value(written: str) -> str:
    if written[:1] in ("'", '"'):
        written = written[1:-1]
    return _REFERENCE.sub(_resolved, written) if "&" in written else written


def _resolved(reference: re.Match[str]) -> str:
    """Resolve as attributes do: '?a=1&copy=2' keeps its '&copy=' (WHATWG HTML, 13.2.5.73)."""
    name, sign = reference[1], reference[2]
    if name.startswith("#") or name.endswith(";"):
        return html.unescape("&" + name) + sign
    return reference[0] if sign or name not in html5 else html5[name]


def _raw(source: str, at: int, tag: str, attributes: dict[str, str]) -> tuple[Token, int]:
    ends = _RAW[tag].search(source, at)
    if (
        not ends and tag in _WORDS_TO_THE_END
    ):  # everything after is inside it; searched once, or time would grow squared
        tag = "plaintext"
    inside = source[at : ends.start() if ends else len(source)]
    if tag in _WITH_REFERENCES:
        inside = html.unescape(inside)
    return Raw(tag, attributes, inside), _past(source, ">", ends.end()) if ends else len(source)
