"""Which tags and attributes a letter may keep, under which names, and what each attribute may say."""

import re

VOID = frozenset({"br", "hr", "img", "wbr", "col"})
FORMATTING = frozenset("a b big code em font i s small strike strong tt u".split())
TABLE_PARTS = frozenset("table caption colgroup thead tbody tfoot tr td th".split())
HEADINGS = frozenset("h1 h2 h3 h4 h5 h6".split())
LISTS = frozenset("ul ol menu dir dl".split())
BLOCKS = (
    frozenset(
        "address article aside blockquote center details div dd dt figcaption figure footer header hgroup hr li main nav p pre"
        " section summary table".split()
    )
    | HEADINGS
    | LISTS
)
_WORDS = frozenset(
    "abbr acronym bdi bdo cite del dfn ins kbd mark meter q rp rt ruby samp span sub sup time var wbr img br".split()
)
KEPT = BLOCKS | FORMATTING | TABLE_PARTS | _WORDS | {"col"}
RENAMED = {
    "image": "img", "form": "div", "fieldset": "div", "legend": "div", "dialog": "div", "button": "span", "label": "span",
    "option": "span", "optgroup": "span", "select": "span", "output": "span", "listing": "pre", "multicol": "div",
    "datalist": "span", "nobr": "span", "search": "div",
}  # fmt: skip
"""Elements that lose what they do and keep their words."""

SPACED = frozenset({"option", "optgroup", "button", "select", "td", "th", "output"})
"""Elements whose words would run together with their neighbours' if they stood bare."""

LOADING = frozenset(
    "src srcset data poster background lowsrc dynsrc code archive imagesrcset manifest icon xlink:href classid codebase".split()
)
"""Attributes that make a browser load something."""

LOADING_HREF = frozenset({"link", "image", "use", "feimage", "script", "lineargradient", "radialgradient", "textpath"})
"""Elements whose href is loaded, not followed."""

_COUNT = re.compile(r"[+-]?\d{1,4}")
_LENGTH = re.compile(r"\d{1,4}(?:\.\d{1,4})?(?:px|%)?")
_NAME = re.compile(r"[\w-]{0,24}")
_COLOUR = re.compile(r"[#\w(),.% -]{1,40}")
_FACE = re.compile(r"[\w ,'\"._-]{1,200}")
_SAID = re.compile(r".{0,2000}", re.DOTALL)

EVERYWHERE = {"title": _SAID, "dir": _NAME, "lang": _NAME, "align": _NAME}
_BOX = {"width": _LENGTH, "height": _LENGTH, "bgcolor": _COLOUR, "valign": _NAME, "bordercolor": _COLOUR}
_CELL = _BOX | {"colspan": _COUNT, "rowspan": _COUNT, "nowrap": _NAME, "scope": _NAME, "abbr": _SAID}
ATTRIBUTES = {
    "img": {"width": _LENGTH, "height": _LENGTH, "alt": _SAID, "border": _COUNT, "hspace": _COUNT, "vspace": _COUNT},
    "table": _BOX
    | {
        "border": _COUNT,
        "cellpadding": _LENGTH,
        "cellspacing": _LENGTH,
        "rules": _NAME,
        "frame": _NAME,
        "summary": _SAID,
    },
    "td": _CELL,
    "th": _CELL,
    "tr": _BOX,
    "thead": _BOX,
    "tbody": _BOX,
    "tfoot": _BOX,
    "col": _BOX | {"span": _COUNT},
    "colgroup": _BOX | {"span": _COUNT},
    "font": {"color": _COLOUR, "face": _FACE, "size": _COUNT},
    "hr": {"width": _LENGTH, "size": _COUNT, "color": _COLOUR, "noshade": _NAME},
    "ol": {"start": _COUNT, "type": _NAME, "reversed": _NAME},
    "ul": {"type": _NAME},
    "li": {"value": _COUNT, "type": _NAME},
    "br": {"clear": _NAME},
    "details": {"open": _NAME},
    "time": {"datetime": _SAID},
    "abbr": {},
    "meter": {"value": _LENGTH, "min": _LENGTH, "max": _LENGTH},
}
COLOURING = frozenset({"bgcolor", "color", "bordercolor"})


def allowed(tag: str, attributes: dict[str, str]) -> dict[str, str]:
    """Return the attributes that only say how `tag` looks or reads, each with a value that can do nothing else."""
    known = EVERYWHERE | ATTRIBUTES.get(tag, {})
    return {
        name: value.strip()
        for name, value in attributes.items()
        if name in known and known[name].fullmatch(value.strip())
    }
