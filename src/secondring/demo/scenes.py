"""The picture at the top of somebody's site: where they are, drawn 320 by 140."""

import random
from collections.abc import Callable

from .drawing import Drawing, Shape, rectangle

WIDTH, HEIGHT = 320, 140

_CELLO = (
    Shape(d="M234 44L237 10h4L244 44Z", fill="#2b120a"),
    Shape(
        d=(
            "M239 40C227 40 222 49 224 58C225 64 229 65 228 71C227 78 219 80 220 92"
            "C221 105 230 110 239 110C248 110 257 105 258 92C259 80 251 78 250 71"
            "C249 65 253 64 254 58C256 49 251 40 239 40Z"
        ),
        fill="#a84c22",
    ),
    Shape(d="M237 14v84M241 14v84", stroke="#f0d9b8", width=0.8),
    Shape(d="M232 68C228 74 236 78 232 84M246 68C250 74 242 78 246 84", stroke="#2b120a", width=1.6),
)


def _sky(top: str, bottom: str, bands: int = 14) -> list[Shape]:
    """A sky from one colour to another, in bands, as a poster printer would."""
    a, b = (tuple(int(colour[i : i + 2], 16) for i in (1, 3, 5)) for colour in (top, bottom))
    steps = [[round(x + (y - x) * i / (bands - 1)) for x, y in zip(a, b, strict=True)] for i in range(bands)]
    tall = HEIGHT / bands
    return [
        rectangle(0, i * tall, WIDTH, tall + 1, "#{:02x}{:02x}{:02x}".format(*step)) for i, step in enumerate(steps)
    ]


def _windows(dice: random.Random, low: int, high: int) -> list[Shape]:
    places = [(x, y) for x in range(30, 300, 11) for y in range(low, high, 12)]
    return [rectangle(x, y, 3, 5, "#f3c77c", dice.choice((0.2, 0.5, 0.9))) for x, y in places if dice.random() < 0.6]


def _ripples(colour: str) -> list[Shape]:
    return [
        Shape(d=f"M{4 + 26 * i} {110 + 7 * (i % 4)}h{20 + 7 * (i % 5)}", stroke=colour, width=1.2, opacity=0.45)
        for i in range(12)
    ]


def _roofs(dice: random.Random, colour: str) -> Shape:
    d, x = "M0 70", 0
    while x < WIDTH:
        step = dice.randint(14, 34)
        d, x = d + f"H{x + step}V{dice.randint(46, 74)}", x + step
    return Shape(d=d + f"V{HEIGHT}H0Z", fill=colour)


def _river(dice: random.Random) -> list[Shape]:
    town = [_roofs(dice, "#1d2e36"), *_windows(dice, 76, 100)]
    return [*_sky("#2a4a58", "#e8b27c"), *town, rectangle(0, 104, WIDTH, 36, "#12222a"), *_ripples("#e8b27c")]


def _river_cello(dice: random.Random) -> list[Shape]:
    return [*_river(dice), *_CELLO]


def _harbour(dice: random.Random) -> list[Shape]:
    masts = []
    for x in (40, 92, 170, 236, 284):
        tall, hull = dice.randint(34, 58), dice.choice(("#7a2f1c", "#24343c", "#d8c7a8"))
        masts.append(Shape(d=f"M{x} 100V{100 - tall}M{x} {104 - tall}L{x + 15} 94", stroke="#1d2226", width=1.4))
        masts.append(Shape(d=f"M{x - 20} 98h42L{x + 14} 112h-30Z", fill=hull))
    return [*_sky("#8fb3c0", "#f3e2c7"), rectangle(0, 104, WIDTH, 36, "#38606b"), *masts, *_ripples("#e9eef0")]


def _hills(dice: random.Random) -> list[Shape]:
    shades = ("#7d9a86", "#5b7d68", "#41614f", "#2c4639")
    ridges = []
    for i, shade in enumerate(shades):
        y, a, b = 66 + 17 * i, dice.randint(-26, 6), dice.randint(-14, 20)
        ridges.append(
            Shape(d=(f"M0 {y}C70 {y + a} 120 {y + b} 180 {y - 8}C230 {y + a} 280 {y + b} 320 {y}V140H0Z"), fill=shade)
        )
    return [*_sky("#b9c9cf", "#f1e4cd"), Shape(circle=(dice.randint(40, 280), 34, 13), fill="#f6efdd"), *ridges]


def _sun_hills(dice: random.Random) -> list[Shape]:
    ridge = Shape(d="M0 96C60 80 120 100 180 90C230 82 280 96 320 88V140H0Z", fill="#6b3a22")
    return [*_sky("#d9772f", "#f4d28a"), Shape(circle=(dice.randint(80, 240), 82, 30), fill="#fbe6b0"), ridge]


def _stage(dice: random.Random) -> list[Shape]:
    beams = [
        Shape(d=f"M{x} -4L{x - 44 + dice.randint(-20, 20)} 140h74Z", fill="#f3c77c", opacity=0.16)
        for x in range(30, 320, 58)
    ]
    crowd = [Shape(circle=(x, 134 + dice.randint(-4, 4), 10), fill="#0d0c12") for x in range(4, 320, 17)]
    stand = Shape(d="M160 116V66M152 118L160 110L168 118", stroke="#d8d6d2", width=1.8)
    night = dice.choice(("#221a2c", "#142430", "#2c1a1a", "#1c2418"))
    return [rectangle(0, 0, WIDTH, HEIGHT, night), *beams, stand, Shape(circle=(160, 62, 4.5), fill="#d8d6d2"), *crowd]


def _room(dice: random.Random) -> list[Shape]:
    rain = [
        Shape(d=f"M{dice.randint(30, 136)} {dice.randint(22, 78)}l-3 9", stroke="#e4eef2", width=1, opacity=0.6)
        for _ in range(26)
    ]
    keys = [rectangle(186 + 9 * i, 92, 8, 13, "#f3efe6") for i in range(12)]
    piano = [rectangle(178, 66, 124, 26, "#3a251a"), *keys, rectangle(178, 105, 124, 26, "#2a1a12")]
    lamp = [Shape(d="M210 62L216 40h18L240 62Z", fill="#e8b25e"), Shape(d="M225 62v5", stroke="#2a1a12", width=2)]
    wall = dice.choice(("#b98f73", "#8c9a86", "#a9798a", "#c2a671", "#7f8fa3"))
    return [
        rectangle(0, 0, WIDTH, HEIGHT, wall),
        rectangle(26, 18, 116, 74, "#5b7685"),
        *rain,
        rectangle(82, 18, 4, 74, "#e9dccf"),
        *lamp,
        *piano,
    ]


def _forest(dice: random.Random) -> list[Shape]:
    trees = []
    for i in range(26):
        x, tall, shade = dice.randint(-6, 322), dice.randint(50, 104), ("#4b5a55", "#2f3d39", "#182320")[i // 9]
        trees.append(Shape(d=f"M{x} {132 - tall}L{x + 15} 140h-30Z", fill=shade))
    return [*_sky("#6d7a80", "#cfd2cc"), *trees, rectangle(0, 132, WIDTH, 8, "#11191a")]


def _snow(dice: random.Random) -> list[Shape]:
    flakes = [
        Shape(
            circle=(dice.randint(0, 320), dice.randint(0, 132), dice.choice((0.9, 1.4, 2.0))),
            fill="#ffffff",
            opacity=0.9,
        )
        for _ in range(70)
    ]
    x, paint = dice.randint(40, 250), dice.choice(("#8f3b2a", "#c9962f", "#3c5a46"))
    roof = Shape(d=f"M{x - 6} 82L{x + 22} 60L{x + 50} 82Z", fill="#e9eef0")
    house = [rectangle(x, 80, 44, 30, paint), roof, rectangle(x + 15, 90, 9, 10, "#f3c77c")]
    return [
        *_sky("#34475c", "#9db1c2"),
        Shape(d="M0 108C80 92 150 116 220 106C260 101 300 110 320 104V140H0Z", fill="#e9eef2"),
        *house,
        *flakes,
    ]


SCENES: dict[str, Callable[[random.Random], list[Shape]]] = {
    "river": _river, "river-cello": _river_cello, "harbour": _harbour, "hills": _hills, "sun-hills": _sun_hills,
    "stage": _stage, "room": _room, "forest": _forest, "snow": _snow,
}  # fmt: skip


def scene(kind: str, name: str) -> Drawing:
    """The picture at the top of the site of `name`."""
    return Drawing(WIDTH, HEIGHT, tuple(SCENES[kind](random.Random(f"site of {name}"))))
