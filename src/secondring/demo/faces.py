"""Portraits, drawn. A face is made of a few words ("bun glasses skin-2"); what they leave open, the name decides."""

import random
from collections.abc import Callable

from .drawing import Drawing, Shape

SKINS = {"skin-1": "#f6d7bf", "skin-2": "#f1c9a5", "skin-3": "#e3ab82", "skin-4": "#a8693f", "skin-5": "#6f4229"}
HAIRS = {
    "hair-black": "#1b1613", "hair-chestnut": "#4a2a1a", "hair-copper": "#8f4a22", "hair-rust": "#a5552b",
    "hair-straw": "#c99a4e", "hair-wheat": "#dcc38a", "hair-iron": "#4a4a4c", "hair-ash": "#b9b7b2",
    "hair-snow": "#d9d7d3", "hair-coal": "#26262a", "hair-indigo": "#44506b",
}  # fmt: skip
SHIRTS = {
    "shirt-slate": "#32424a", "shirt-moss": "#5d6b52", "shirt-navy": "#2b3a55", "shirt-night": "#2f3849",
    "shirt-brick": "#a3472f", "shirt-coal": "#2b2d30", "shirt-teal": "#1f4b52", "shirt-plum": "#6b4a62",
    "shirt-cream": "#dedad2", "shirt-steel": "#5a6b7a", "shirt-gold": "#c9962f", "shirt-rose": "#b0606a",
    "shirt-indigo": "#44506b",
}  # fmt: skip
WALLS = ("#d9dcd6", "#e6ddd0", "#dfe0e6", "#e2d8d2", "#dcdfdc", "#d6dbe0", "#ead9d9", "#e4dcc6", "#dbe2d6", "#e9dccf")
INK, SHADE = "#1d1d1f", "#3c1400"

_HEAD = "M29 44C29 30 37 22 48 22C59 22 67 30 67 44C67 60 59 72 48 72C37 72 29 60 29 44Z"
_NECK = "M40 62h16v16h-16Z"
_CHIN_SHADOW = "M40 70C44 74 52 74 56 70v4C52 78 44 78 40 74Z"
_SHOULDERS = "M10 100C10 82 24 75 40 73C44 78 52 78 56 73C72 75 86 82 86 100Z"
_CAP_OF_HAIR = "M29 46C26 26 36 16 49 16C62 16 71 25 67 46C66 38 64 34 61 31C53 33 42 32 36 28C32 32 30 37 29 46Z"
_FRINGE = "M30 42C30 28 37 20 48 20C59 20 66 28 66 42C58 41 52 40 48 40C44 40 38 41 30 42Z"
_PARTING = "M30 46C30 36 34 28 42 24C48 31 58 35 66 36C66 40 67 44 66 48C69 28 60 18 48 18C36 18 27 28 30 50Z"
_MIDDLE_PARTING = "M30 44C30 28 38 20 48 20C58 20 66 28 66 44C62 34 56 30 48 30C40 30 34 34 30 44Z"

# Of each hairstyle: what is behind the head, and what lies upon it.
_Style = tuple[list[Shape], list[Shape]]


def _filled(d: str, colour: str) -> Shape:
    return Shape(d=d, fill=colour)


def _dots(colour: str, *dots: tuple[float, float, float]) -> list[Shape]:
    return [Shape(circle=dot, fill=colour) for dot in dots]


def _curls(c: str) -> _Style:
    around = [(28, 51, 10), (25, 40, 10), (28, 29, 10), (36, 21, 10), (48, 18, 10), (60, 21, 10), (68, 29, 10)]
    return _dots(c, *around, (71, 40, 10), (68, 51, 10)), _dots(c, (37, 26, 8), (48, 23, 9), (59, 26, 8))


def _perm(c: str) -> _Style:
    around = [(30, 46, 7), (28, 37, 7), (31, 28, 7), (39, 22, 7), (48, 20, 7), (57, 22, 7), (65, 28, 7)]
    return _dots(c, *around, (68, 37, 7), (66, 46, 7)), _dots(c, (36, 29, 6), (44, 26, 6), (52, 26, 6), (60, 29, 6))


def _braids(c: str) -> _Style:
    down = [(x, 50 + 8 * i, 4.5) for x in (26, 70) for i in range(6)]
    return _dots(c, *down), [_filled(_MIDDLE_PARTING, c), *_dots(c, (29, 42, 4.5), (67, 42, 4.5))]


STYLES: dict[str, Callable[[str], _Style]] = {
    "bob": lambda c: (
        [_filled(("M24 48C24 26 34 15 48 15C62 15 72 26 72 48v12C69 63 64 64 60 64H36C31 64 27 63 24 60Z"), c)],
        [_filled(_FRINGE, c)],
    ),
    "sweep": lambda c: ([_filled("M22 46C22 24 34 14 48 14C62 14 74 24 74 46v18H22Z", c)], [_filled(_PARTING, c)]),
    "long": lambda c: (
        [_filled("M22 46C22 24 34 14 48 14C62 14 74 24 74 46v36H22Z", c)],
        [_filled(_MIDDLE_PARTING, c)],
    ),
    "long-wavy": lambda c: (
        [
            _filled(
                (
                    "M23 46C22 24 34 14 48 14C62 14 74 24 73 46C77 56 70 62 76 72"
                    "C78 80 72 86 66 86H30C22 86 18 78 21 70C26 62 19 56 23 46Z"
                ),
                c,
            )
        ],
        [_filled(_PARTING, c)],
    ),
    "bun": lambda c: (
        [*_dots(c, (48, 12, 9)), _filled("M26 46C26 26 35 17 48 17C61 17 70 26 70 46Z", c)],
        [_filled(("M30 44C30 28 38 20 48 20C58 20 66 28 66 44C62 34 56 30 48 30C40 30 34 34 30 44Z"), c)],
    ),
    "crop": lambda c: ([], [_filled(_CAP_OF_HAIR, c)]),
    "messy": lambda c: (
        [],
        [
            _filled(_CAP_OF_HAIR, c),
            _filled("M31 30C26 24 30 16 36 18C36 11 44 9 48 14C53 8 61 11 60 18C68 16 70 26 65 31Z", c),
        ],
    ),
    "afro": lambda c: (
        _dots(c, (48, 38, 29)),
        [_filled(("M31 40C31 28 38 21 48 21C58 21 65 28 65 40C61 33 55 31 48 31C41 31 35 33 31 40Z"), c)],
    ),
    "afro-short": lambda c: (_dots(c, (48, 34, 21)), [_filled(_CAP_OF_HAIR, c)]),
    "curls": _curls,
    "perm": _perm,
    "braids": _braids,
    "bald": lambda c: (
        [],
        [
            _filled("M29 50C28 45 28 40 29 37C31 39 31 45 31 50Z", c),
            _filled("M67 50C68 45 68 40 67 37C65 39 65 45 65 50Z", c),
        ],
    ),
    "tonsure": lambda c: (
        [],
        [_filled(("M28 47C25 33 32 26 39 25C34 30 32 36 32 47ZM68 47C71 33 64 26 57 25C62 30 64 36 64 47Z"), c)],
    ),
    "cap": lambda c: (
        [_filled("M27 48C26 42 28 38 30 36h36C68 38 70 42 69 48Z", c)],
        [
            _filled("M27 40C27 23 36 15 48 15C60 15 69 23 69 40Z", "#20262c"),
            _filled("M26 38h50C78 38 79 43 75 43H28Z", "#171c21"),
        ],
    ),
    "scarf": lambda c: (
        [_filled(("M22 50C22 26 33 14 48 14C63 14 74 26 74 50C74 64 72 72 68 80H28C24 72 22 64 22 50Z"), c)],
        [_filled(("M29 50C29 31 36 23 48 23C60 23 67 31 67 50C69 30 61 18 48 18C35 18 27 30 29 50Z"), c)],
    ),
}


def portrait(name: str, words: str = "") -> Drawing:
    """The face of `name`, 96 units square. The same name and words give the same face always."""
    wish, dice = set(words.split()), random.Random(f"face of {name}")
    style = next((w for w in words.split() if w in STYLES), "") or dice.choice(sorted(STYLES))
    skin, hair, shirt = (_wished(wish, colours, dice) for colours in (SKINS, HAIRS, SHIRTS))
    wall = dice.choice(WALLS)
    behind, upon = STYLES[style](hair)
    paper = Shape(d="M0 0h96v96h-96Z", fill=wall)
    body = [_filled(_NECK, skin), Shape(d=_CHIN_SHADOW, fill=SHADE, opacity=0.16), _filled(_SHOULDERS, shirt)]
    return Drawing(96, 96, (paper, *behind, *body, _filled(_HEAD, skin), *_beard(wish, hair), *upon, *_features(wish)))


def _wished(wish: set[str], colours: dict[str, str], dice: random.Random) -> str:
    fallback = dice.choice(sorted(colours))  # thrown always, so that one word changes one thing
    return colours[next((word for word in colours if word in wish), fallback)]


def _beard(wish: set[str], hair: str) -> list[Shape]:
    if "beard" in wish:
        d = "M30 50C31 67 38 76 48 76C58 76 65 67 66 50C63 56 60 58 56 58C53 56 43 56 40 58C36 58 33 56 30 50Z"
        return [_filled(d, hair)]
    if "moustache" in wish:
        return [
            _filled(
                ("M38 60C41 55 46 55.500 48 57C50 55.500 55 55 58 60C54 59 51 58.500 48 58.500C45 58.500 42 59 38 60Z"),
                hair,
            )
        ]
    return []


def _features(wish: set[str]) -> list[Shape]:
    nose = Shape(
        d="M48 48C49 51 50 53 49 54.500C48.400 55.200 47 55.200 46.400 54.800", stroke=SHADE, width=1.4, opacity=0.4
    )
    brows = Shape(
        d="M37 42.500C39 41 42 41 44 42.200M52 42.200C54 41 57 41 59 42.500", stroke=INK, width=1.5, opacity=0.6
    )
    eyes = [*_dots(INK, (40.5, 48, 1.9), (55.5, 48, 1.9))]
    return [*_lines(wish), *eyes, brows, *_mouth(wish), nose, *_glasses(wish)]


def _mouth(wish: set[str]) -> list[Shape]:
    if "grin" in wish:
        return [Shape(d="M42 60C45 64.500 51 64.500 54 60Z", fill="#f4ece6", stroke=INK, width=0.8)]
    deep = 4.4 if "smile" in wish else 2.2
    return [Shape(d=f"M42 61C45 {61 + deep} 51 {61 + deep} 54 61", stroke=INK, width=1.5)]


def _lines(wish: set[str]) -> list[Shape]:
    if "lines" not in wish:
        return []
    return [Shape(d="M34 54L32 56M62 54L64 56M41 34C45 33 51 33 55 34", stroke=SHADE, width=1, opacity=0.35)]


def _glasses(wish: set[str]) -> list[Shape]:
    if "dark-glasses" in wish:
        return [
            *_dots(INK, (40, 48, 6.2), (56, 48, 6.2)),
            Shape(d="M46 47.500C47 46.500 49 46.500 50 47.500", stroke=INK, width=1.6),
        ]
    if "glasses" in wish:
        frames = [Shape(circle=(x, 48, 6), stroke=INK, width=1.6) for x in (40, 56)]
        return [*frames, Shape(d="M46 47.500C47 46.500 49 46.500 50 47.500", stroke=INK, width=1.6)]
    return []
