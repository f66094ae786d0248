"""Record covers and the pictures at the top of people's sites, drawn from one word and a name."""

import random
from collections.abc import Callable

from .drawing import Drawing, Shape, rectangle

# Paper, ink, third colour: what a small printer would have had in stock.
INKS = (
    ("#16323a", "#4f8f8c", "#f0c98a"),
    ("#c9962f", "#1d1a14", "#efe3c4"),
    ("#e9e2d4", "#7a2f1c", "#2b2d30"),
    ("#2a2438", "#a9785f", "#f3d9b1"),
    ("#3c5a46", "#dbe2d6", "#e0a458"),
    ("#d8d3c7", "#2f4858", "#b4532a"),
    ("#5b2333", "#e8b4a0", "#f4e9d8"),
    ("#20303f", "#c7d3d4", "#d98324"),
)


def _tide(ink: str, third: str, dice: random.Random) -> list[Shape]:
    sun = Shape(circle=(dice.randint(24, 72), 30, 13), fill=third)
    waves = [
        Shape(
            d=(
                f"M-4 {y}C8 {y - 7} 16 {y - 7} 28 {y}C40 {y + 7} 48 {y + 7} 60 {y}"
                f"C72 {y - 7} 80 {y - 7} 100 {y}V100H-4Z"
            ),
            fill=ink,
            opacity=0.35,
        )
        for y in range(44, 92, 9)
    ]
    return [sun, *waves]


def _waves(ink: str, third: str, dice: random.Random) -> list[Shape]:
    shift = dice.randint(-8, 8)
    return [
        Shape(
            d=(f"M-4 {y}C20 {y - 14 + shift} 40 {y + 14} 60 {y}C74 {y - 9} 88 {y + 8} 104 {y - 3}"),
            stroke=third if y == 46 else ink,
            width=2.4,
        )
        for y in range(10, 96, 9)
    ]


def _rings(ink: str, third: str, dice: random.Random) -> list[Shape]:
    x, y = dice.randint(30, 66), dice.choice((48, 104))
    rings = [Shape(circle=(x, y, r), stroke=ink, width=4) for r in range(14, 100, 13)]
    return [*rings, Shape(circle=(x, y, 6), fill=third)]


def _strings(ink: str, third: str, dice: random.Random) -> list[Shape]:
    bent = dice.randint(1, 4)
    return [
        Shape(
            d=f"M{x} -2C{x - 12 + 2 * i} 30 {x + 12 - 2 * i} 60 {x} 98",
            stroke=third if i == bent else ink,
            width=1 + 0.7 * i,
        )
        for i, x in enumerate(range(18, 84, 12))
    ]


def _moon(ink: str, third: str, dice: random.Random) -> list[Shape]:
    stars = [Shape(circle=(dice.randint(4, 92), dice.randint(4, 60), 0.9), fill=third) for _ in range(22)]
    field = Shape(d="M0 74C20 68 44 78 64 72C76 69 88 72 96 70V96H0Z", fill=ink)
    return [*stars, Shape(circle=(62, 32, 14), fill=third), field]


def _sun(ink: str, third: str, dice: random.Random) -> list[Shape]:
    x = dice.randint(34, 62)
    rays = [Shape(d=f"M{x} 58L{end} -4", stroke=third, width=2.2) for end in range(-40, 140, 20)]
    return [*rays, Shape(circle=(x, 60, 22), fill=third), rectangle(0, 60, 96, 36, ink)]


def _hills(ink: str, third: str, dice: random.Random) -> list[Shape]:
    hills = []
    for i, y in enumerate((40, 54, 68, 82)):
        a, b = dice.randint(-10, 2), dice.randint(-4, 8)
        hills.append(
            Shape(
                d=(f"M0 {y}C24 {y + a * 2} 40 {y + b} 58 {y + a}C74 {y - b} 86 {y + 4} 96 {y}V96H0Z"),
                fill=ink,
                opacity=0.3 + 0.15 * i,
            )
        )
    return [Shape(circle=(76, 22, 7), fill=third), *hills]


def _stripes(ink: str, third: str, dice: random.Random) -> list[Shape]:
    gold = dice.randint(2, 6)
    return [rectangle(8 + 10 * i, 8 + 3 * (i % 3), 5, 80 - 6 * (i % 3), third if i == gold else ink) for i in range(8)]


def _grid(ink: str, third: str, dice: random.Random) -> list[Shape]:
    lit = {(dice.randint(0, 6), dice.randint(0, 6)) for _ in range(6)}
    return [
        rectangle(11 + 11 * x, 11 + 11 * y, 7, 7, third if (x, y) in lit else ink) for x in range(7) for y in range(7)
    ]


def _dots(ink: str, third: str, dice: random.Random) -> list[Shape]:
    spots = [(dice.uniform(6, 90), dice.uniform(6, 90), dice.uniform(1, 5)) for _ in range(34)]
    return [Shape(circle=spot, fill=third if i % 7 == 0 else ink, opacity=0.85) for i, spot in enumerate(spots)]


def _window(ink: str, third: str, dice: random.Random) -> list[Shape]:
    lit = dice.randint(0, 3)
    panes = [rectangle(22 + 27 * (i % 2), 16 + 33 * (i // 2), 24, 30, third if i == lit else ink) for i in range(4)]
    return [*panes, rectangle(16, 82, 64, 4, ink)]


COVERS: dict[str, Callable[[str, str, random.Random], list[Shape]]] = {
    "tide": _tide, "waves": _waves, "rings": _rings, "strings": _strings, "moon": _moon, "sun": _sun,
    "hills": _hills, "stripes": _stripes, "grid": _grid, "dots": _dots, "window": _window,
}  # fmt: skip


def cover(kind: str, name: str) -> Drawing:
    """The cover of a record, 96 units square; the name chooses the colours."""
    dice = random.Random(f"cover of {name}")
    paper, ink, third = dice.choice(INKS)
    return Drawing(96, 96, (rectangle(0, 0, 96, 96, paper), *COVERS[kind](ink, third, dice)))
