"""Writes a stranger's letter anew, token by token, keeping its words and its looks and nothing that it could do.

What comes out holds no style attribute (each became a class with a rule), no address that loads by itself, no name of ours.
"""

import re
from collections.abc import Callable
from html import escape

from secondring.lib import safe_css, safe_selectors, web_addresses
from secondring.lib.markup import End, Raw, Start, Text, Token
from secondring.lib.safe_nesting import Nesting, Opened
from secondring.lib.safe_pictures import Pictures
from secondring.lib.safe_tags import COLOURING, KEPT, LOADING, LOADING_HREF, RENAMED, SPACED, VOID, allowed
from secondring.lib.web_addresses import Link

NOTHING = "data:image/gif;base64,"
"""A picture that never arrives: browsers show its frame and its alternative words, and ask nobody."""

_STYLE_BUDGET = 250_000
_SHEET_BUDGET = 600_000
_MOST_CLASSES = 20
_DOT = re.compile(r"[0-2](?:\.\d+)?(?:px)?")
_COLOURED = re.compile(r"(?:^|[;{])(?:color|background[a-z-]*):")
_TICKS = {"checkbox": ("☐ ", "☑ "), "radio": ("○ ", "● ")}
_WORDLESS_FIELDS = frozenset({"hidden", "password", "file", "image"})


class Letter(Nesting):
    """One letter being written."""

    def __init__(self, pictures: Pictures) -> None:
        super().__init__()
        self.pictures = pictures
        self.elsewhere: list[tuple[str, str]] = []
        self.coloured = False
        self._styles: dict[str, str] = {}
        self._cleaned: dict[str, str] = {}
        self._style_budget, self._sheet_budget = _STYLE_BUDGET, _SHEET_BUDGET
        self._sheets: list[str] = []
        self._paper: dict[str, str] = {}
        self._desk: dict[str, str] = {}

    # --- reading tokens

    def take(self, token: Token) -> None:
        match token:
            case Text(words):
                self.say(words)
            case Start(name, attributes):
                self._start(RENAMED.get(name, name) if name == "image" else name, attributes)
            case End(name):
                self.write_void("br", "<br>") if name == "br" else self.close(name)
            case Raw(name, attributes, inside):
                self._raw(name, attributes, inside)

    def say(self, words: str) -> None:
        self.out.append(escape(words, quote=False))
        for opened in self.stack:
            if opened.target:
                opened.words.append(words)

    def _raw(self, name: str, attributes: dict[str, str], inside: str) -> None:
        self._note_loads(name, attributes)
        if name == "style" and len(inside) <= self._sheet_budget:
            self._sheet_budget -= len(inside)
            self._sheets.append(safe_css.stylesheet(inside, picture=self.pictures.address_in_css))
        elif name in ("xmp", "plaintext", "textarea"):
            self.open(Opened(name, "pre", "<pre>"))
            self.say(inside)
            self.close(name)

    def _start(self, name: str, attributes: dict[str, str]) -> None:
        self._note_loads(name, attributes)
        tag = RENAMED.get(name, name)
        if name in _SPECIAL:
            _SPECIAL[name](self, attributes)
        elif tag in VOID:
            self.write_void(tag, f"<{tag}{self._looks(tag, attributes)}>")
        elif tag in KEPT:
            opened = self.open(Opened(name, tag, f"<{tag}{self._looks(tag, attributes)}>"))
            if name in SPACED and not (opened and tag in ("td", "th")):
                self.out.append(" ")
        elif name in SPACED:
            self.out.append(" ")

    def _note_loads(self, name: str, attributes: dict[str, str]) -> None:
        """Write down what a browser would have fetched for this tag, whether or not we keep the tag."""
        for attribute, value in attributes.items():
            if attribute.endswith("srcset"):
                self.pictures.note_set(value)
            elif attribute in (LOADING | {"href"} if name in LOADING_HREF else LOADING) and name != "img":
                self.pictures.note(value)

    # --- tags with a mind of their own

    def _base(self, attributes: dict[str, str]) -> None:
        target = web_addresses.web_link(attributes.get("href", ""))
        if target and not self.pictures.base:
            self.pictures.base = target.url

    def _body(self, attributes: dict[str, str]) -> None:
        if "text" in attributes and "style" in attributes:
            attributes = attributes | {"style": f"color:{_colour(attributes['text'])};{attributes['style']}"}
        elif "text" in attributes:
            attributes = attributes | {"style": f"color:{_colour(attributes['text'])}"}
        self._paper = attributes | self._paper

    def _html(self, attributes: dict[str, str]) -> None:
        self._desk = attributes | self._desk

    def _image(self, attributes: dict[str, str]) -> None:
        for old in ("lowsrc", "dynsrc"):
            self.pictures.note(attributes.get(old, ""))
        written = attributes.get("src", "")
        address = self.pictures.address(written)
        number = self.pictures.number(written)
        if not address and _is_dot(attributes):
            return
        held = "" if address else " held"
        looks = self._looks("img", attributes, ours=held.strip())
        remote = f' data-remote="{number}"' if number is not None else ""
        self.write_void("img", f'<img src="{escape(address or NOTHING)}"{looks}{remote}>')
        for opened in self.stack:
            if opened.target and not opened.words:
                opened.words.append(attributes.get("alt", ""))

    def _input(self, attributes: dict[str, str]) -> None:
        kind = attributes.get("type", "text").strip().lower()
        if kind in _TICKS:
            self.say(_TICKS[kind]["checked" in attributes])
        elif kind in _WORDLESS_FIELDS:
            self.say(attributes.get("alt", ""))
        elif words := attributes.get("value") or attributes.get("placeholder"):
            self.out.append(f"<span{self._looks('span', attributes)}>{escape(words)}</span> ")

    def _link(self, attributes: dict[str, str]) -> None:
        written = web_addresses.cleaned(attributes.get("href", ""))
        looks = self._looks("a", {name: value for name, value in attributes.items() if name != "title"})
        target = None
        if re.fullmatch(r"#[\w-]{1,80}", written):
            looks += f' href="#{safe_selectors.own_name(written[1:])}"'
        elif target := web_addresses.link(written, base=self.pictures.base):
            where = target.host or target.url.partition(":")[2][:200]
            looks += f' href="{escape(target.url)}" title="{escape(where)}" target="_blank"'
        self.open(Opened("a", "a", f"<a{looks}>", target=target))

    def _link_closed(self, opened: Opened, target: Link) -> None:
        words = "".join(opened.words)
        if not web_addresses.goes_elsewhere(words, target):
            return
        where = target.host or target.url.partition(":")[2][:200]
        self.elsewhere.append((" ".join(words.split())[:200], where))
        marked = opened.start.replace('class="', 'class="goes-elsewhere ', 1)
        if marked == opened.start:
            marked = opened.start.replace("<a", '<a class="goes-elsewhere"', 1)
        self.out[opened.at] = marked
        self.out.append(f'<span class="true-host"> ({escape(where)})</span>')

    # --- looks

    def _looks(self, tag: str, attributes: dict[str, str], *, ours: str = "") -> str:
        """Write the attributes of a tag: what may stay, its classes under our names, its style as one more class."""
        kept = allowed(tag, attributes)
        self.coloured = self.coloured or not COLOURING.isdisjoint(kept)
        classes = [safe_selectors.own_name(one) for one in attributes.get("class", "").split()[:_MOST_CLASSES]]
        classes += [self._style_class(tag, attributes), ours]
        if said := " ".join(filter(None, classes)):
            kept["class"] = said
        name = attributes.get("id") or (attributes.get("name") if tag == "a" else "") or ""
        if own := safe_selectors.own_name(name):
            kept["id"] = own
        return "".join(f' {name}="{escape(value)}"' for name, value in kept.items())

    def _style_class(self, tag: str, attributes: dict[str, str]) -> str:
        style = attributes.get("style", "")
        if "background" in attributes and self.pictures.number(attributes["background"]) is not None:
            style = f"background-image:url({re.sub('[^!#-&*-~]', '', attributes['background'])});{style}"
        if "hidden" in attributes:
            style = f"display:none;{style}"
        if not style.strip():
            return ""
        if style not in self._cleaned:
            self._style_budget -= len(style)
            picture = self.pictures.address_in_css
            self._cleaned[style] = safe_css.declarations(style, picture=picture) if self._style_budget > 0 else ""
        css = self._cleaned[style]
        return self._styles.setdefault(css, f"s{len(self._styles)}") if css else ""

    # --- the whole

    def finished(self) -> tuple[str, str]:
        """Return the letter as markup and its stylesheet."""
        self.close_all()
        paper = self._paper | {"id": self._paper.get("id", "")}
        if "bgcolor" in paper:
            paper["style"] = f"background-color:{_colour(paper['bgcolor'])};{paper.get('style', '')}"
        desk = self._box(self._desk, safe_selectors.HTML_CLASS)
        sheet = self._box(paper, safe_selectors.BODY_CLASS)
        css = "".join(self._sheets) + "".join(
            f".{name}:not(#s#s#s){{{style}}}\n" for style, name in self._styles.items()
        )
        if "<" in css:  # nothing writes one; if ever something does, looks are given up before safety
            css = ""
        self.coloured = self.coloured or bool(_COLOURED.search(css))
        return f"{desk}{sheet}{''.join(self.out)}</div></div>", css

    def _box(self, attributes: dict[str, str], ours: str) -> str:
        return f"<div{self._looks('div', attributes, ours=ours)}>"


def _is_dot(attributes: dict[str, str]) -> bool:
    """A picture of a pixel or two is there to be counted, not seen."""
    return any(_DOT.fullmatch(attributes.get(side, "").strip()) for side in ("width", "height"))


def _colour(written: str) -> str:
    """'FFEEDD', as old letters write it, is '#FFEEDD' in CSS."""
    written = written.strip()
    return "#" + written if re.fullmatch(r"[0-9a-fA-F]{3}|[0-9a-fA-F]{6}", written) else written.partition(";")[0]


_SPECIAL: dict[str, Callable[[Letter, dict[str, str]], None]] = {
    "base": Letter._base,
    "body": Letter._body,
    "html": Letter._html,
    "img": Letter._image,
    "input": Letter._input,
    "a": Letter._link,
}
