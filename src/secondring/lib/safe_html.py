"""Makes a stranger's HTML fit to be looked at: its words and looks stay, nothing runs, nothing loads, nothing deceives.

Three walls, each enough by itself: `safe_letter` writes the letter anew from a short list; nh3 checks what was written against
the same list with a parser of its own; and the desk shows it in a frame where no script can run (`letter_frame`).
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from html import escape
from typing import Any

import nh3

from secondring.lib import html_text
from secondring.lib.markup import NOT_A_SPACE, NOT_AN_AMPERSAND, tidy, tokens
from secondring.lib.safe_letter import NOTHING, Letter
from secondring.lib.safe_pictures import RASTER, Pictures, ShowRemote
from secondring.lib.safe_tags import ATTRIBUTES, EVERYWHERE, KEPT

MOST_TAGS = 50_000
MOST_REFERENCES = 400_000
MOST_CHARACTERS = 12_000_000
_MOST_WRITTEN = 24_000_000
_TAGS = set(KEPT) | {"img", "hr", "br", "wbr", "col"}
_FOLLOWED = re.compile(r"(?:https?://|mailto:|tel:)[^\s<>\"]+|#l-[\w-]+", re.IGNORECASE)
_OUR_ATTRIBUTES = {"a": {"href", "target"}, "img": {"src", "data-remote"}}


@dataclass(frozen=True, slots=True)
class SafeHtml:
    """A letter that may be looked at."""

    html: str
    """Markup without any style attribute, script or address that loads from elsewhere."""
    css: str
    """Its looks, to stand in a style element of the frame and nowhere else."""
    text: str
    """Its words alone."""
    remote: tuple[str, ...]
    """What it wanted to load from elsewhere and was held back; `data-remote="2"` in the markup is the third of these."""
    elsewhere: tuple[tuple[str, str], ...] = ()
    """Links whose words name another place than where they go: (words, true place)."""
    plain: bool = False
    """It says nothing about colours, so it may lie on dark paper."""
    whole: bool = True
    """False when it was too large or too tangled to be shown as more than its words."""


def clean(html: str, *, inline: Mapping[str, str] | None = None, show_remote: ShowRemote | None = None) -> SafeHtml:
    """Return `html` fit to be looked at, in time that grows with its length.

    inline: our own address for each Content-ID the letter brought along.
    show_remote: given an outside address, our own that fetches it (the person asked to see the pictures); without it nothing
    from outside is shown.
    """
    if html.count("<") > MOST_TAGS or html.count("&") > MOST_REFERENCES or len(html) > MOST_CHARACTERS:
        return _words_only(html)
    letter = Letter(Pictures(inline or {}, show_remote))
    read = list(tokens(html))
    for token in read:
        letter.take(token)
    written, css = letter.finished()
    if len(written) > _MOST_WRITTEN:
        return _words_only(html)
    return SafeHtml(
        html=_gate(written, letter.pictures.ours),
        css=css,
        text=html_text.words_of(read, links=False),
        remote=tuple(letter.pictures.remote),
        elsewhere=tuple(letter.elsewhere),
        plain=not letter.coloured,
    )


def as_dict(html: str, **name: str) -> dict[str, Any]:
    """Return what `inspect html` prints; `name` is `file=…` or `id=…`."""
    safe = clean(html)
    style = f"<style>{safe.css}</style>" if safe.css else ""
    return {**name, "html": style + safe.html, "text": safe.text, "remote": list(safe.remote)}


def _words_only(html: str) -> SafeHtml:
    words = html_text.hurried_text_of(html)
    return SafeHtml(
        f'<div class="letter-html"><pre class="words">{escape(tidy(words))}</pre></div>',
        "",
        words,
        (),
        plain=True,
        whole=False,
    )


def _gate(written: str, ours: set[str]) -> str:
    """Let through only what may stay, judged by another parser than the one that wrote it.

    nh3 0.3.8 takes time by the square of the number of ampersands and hard spaces (94 s for two million), so they sit it
    out as non-characters, which no letter holds any more, and come back in a form that can mean nothing else.
    """
    judged = nh3.clean(
        written.replace("&amp;", NOT_AN_AMPERSAND).replace("\u00a0", NOT_A_SPACE),
        tags=_TAGS,
        clean_content_tags={"script", "style"},
        attributes=_attributes(),
        attribute_filter=_judge(ours),
        url_schemes={"http", "https", "mailto", "tel", "data"},
        strip_comments=True,
        link_rel="noopener noreferrer nofollow",
    )
    return judged.replace(NOT_AN_AMPERSAND, "&amp;").replace(NOT_A_SPACE, "\u00a0")


def _attributes() -> dict[str, set[str]]:
    by_tag = {tag: set(ATTRIBUTES.get(tag, ())) | _OUR_ATTRIBUTES.get(tag, set()) for tag in _TAGS}
    return {**by_tag, "*": {*EVERYWHERE, "class", "id"}}


def _judge(ours: set[str]) -> Callable[[str, str, str], str | None]:
    def judge(tag: str, name: str, value: str) -> str | None:
        match name:
            case "src":
                return (
                    value
                    if value.replace(NOT_AN_AMPERSAND, "&") in ours or value == NOTHING or RASTER.fullmatch(value)
                    else None
                )
            case "href":
                return value if _FOLLOWED.fullmatch(value) else None
            case "target":
                return "_blank" if value == "_blank" else None
            case "id":
                return value if value.startswith("l-") else None
            case "data-remote":
                return value if value.isdecimal() else None
        return value

    return judge
