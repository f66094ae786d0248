"""What people hold up to the camera: a warped record, a proof with a wrong name, the van. Drawn, then blurred and grained."""

import io
import random
from collections.abc import Callable

from PIL import Image, ImageChops, ImageFilter

from .drawing import Drawing, Shape, rectangle

WIDTH, HEIGHT = 320, 240


def _kitchen_table(_dice: random.Random) -> list[Shape]:
    rims = [
        Shape(
            d=(
                f"M{53 + 9 * i} {153 + 1.5 * i}"
                f"C{79 + 7 * i} {119 + 4 * i} {135 - 2 * i} {108 + 5 * i} {166 - 9 * i} {131 + 4 * i}"
                f"C{195 - 14 * i} {153 - 2 * i} {237 - 20 * i} {142 + 2 * i} {261 - 22 * i} {127 + 4 * i}"
            ),
            stroke="#3c3f44",
            width=1,
        )
        for i in range(5)
    ]
    record = Shape(
        d=("M34 150C64 106 130 88 166 120C202 152 254 132 286 112C292 142 266 178 216 186C146 198 56 196 34 150Z"),
        fill="#17181a",
    )
    rim = Shape(d="M34 150C64 106 130 88 166 120C202 152 254 132 286 112", stroke="#5a5d61", width=2)
    label = Shape(d="M126 152C132 136 188 138 194 154C190 170 132 168 126 152Z", fill="#d9b27c")
    letter = Shape(d="M200 60L292 38L304 82L224 108Z", fill="#e3d5b8")
    cup = [Shape(circle=(52, 78, 26), fill="#eef0ee"), Shape(circle=(52, 78, 20), fill="#4a2c1c")]
    return [
        rectangle(0, 0, WIDTH, HEIGHT, "#b9a68c"),
        rectangle(0, 168, WIDTH, 72, "#8f7a60"),
        *cup,
        letter,
        record,
        rim,
        *rims,
        label,
        Shape(circle=(160, 152, 2.4), fill="#17181a"),
    ]


def _disc_proof(_dice: random.Random) -> list[Shape]:
    """Capitals of sticks: SIOBHAN NI DHALAIGH, without a single accent."""
    sticks = {
        "S": "M8 0H0V6H8V12H0", "I": "M4 0V12", "O": "M0 0H8V12H0Z", "B": "M0 0H6V6H0M0 6H8V12H0V0", "H": "M0 0V12M8 0V12M0 6H8",
        "A": "M0 12L4 0L8 12M2 8H6", "N": "M0 12V0L8 12V0", "D": "M0 0H5L8 4V8L5 12H0Z", "L": "M0 0V12H8", "G": "M8 0H0V12H8V7H5",
    }  # fmt: skip
    words: list[Shape] = []
    for row, word in enumerate(("SIOBHAN", "NI", "DHALAIGH")):
        left = 160 - len(word) * 7
        words += [
            Shape(d=_moved(sticks[letter], left + 14 * i, 146 + 21 * row), stroke="#23302a", width=2)
            for i, letter in enumerate(word)
        ]
    disc = [Shape(circle=(160, 120, 108), fill="#dfe6da"), Shape(circle=(160, 120, 108), stroke="#9db0a0", width=2)]
    hole = [Shape(circle=(160, 112, 22), fill="#b8bfb8"), Shape(circle=(160, 112, 9), fill="#6f5a44")]
    fiddle = Shape(
        d=("M92 70C84 70 82 78 86 82C82 86 80 98 92 98C104 98 102 86 98 82C102 78 100 70 92 70ZM91 70V46h2V70Z"),
        fill="#8c3d1b",
    )
    pencil = Shape(d="M118 224C150 214 176 228 214 216", stroke="#b4372a", width=2.4)
    return [rectangle(0, 0, WIDTH, HEIGHT, "#6f5a44"), *disc, *hole, fiddle, *words, pencil]


def _moved(d: str, x: float, y: float) -> str:
    """The path, made of absolute M L H V Z, moved."""
    moved, axis, command = [], 0, ""
    for token in (
        d.replace("M", " M ").replace("L", " L ").replace("H", " H ").replace("V", " V ").replace("Z", " Z ").split()
    ):
        if token.isalpha():
            command, axis = token, 0
            moved.append(token)
            continue
        upright = command == "V" or (command in "ML" and axis % 2 == 1)
        moved.append(f"{float(token) + (y if upright else x):g}")
        axis += 1
    return " ".join(moved)


def _van(dice: random.Random) -> list[Shape]:
    rain = [
        Shape(d=f"M{dice.randint(0, 320)} {dice.randint(0, 200)}l-3 10", stroke="#dfe6ea", width=0.8, opacity=0.5)
        for _ in range(60)
    ]
    body = Shape(d="M44 168V92C44 84 50 80 58 80H206C226 80 238 100 246 118L276 128V168Z", fill="#c9962f")
    glass = [
        Shape(d="M204 92H214C222 92 230 108 234 118H204Z", fill="#33434d"),
        rectangle(66, 92, 52, 28, "#33434d"),
        rectangle(130, 92, 52, 28, "#33434d"),
    ]
    wheels = [Shape(circle=(x, 170, r), fill=c) for x in (92, 232) for r, c in ((21, "#17181a"), (9, "#8d9297"))]
    stripe = rectangle(44, 134, 232, 7, "#7a2f1c")
    return [
        rectangle(0, 0, WIDTH, 160, "#7f8d96"),
        rectangle(0, 160, WIDTH, 80, "#4a4e50"),
        body,
        stripe,
        *glass,
        *wheels,
        *rain,
    ]


def _tape_salad(dice: random.Random) -> list[Shape]:
    loops = []
    for _ in range(26):
        x, y = dice.randint(40, 280), dice.randint(60, 200)
        bends = [dice.randint(-90, 90) for _ in range(4)]
        loops.append(
            Shape(
                d=(f"M{x} {y}C{x + bends[0]} {y + bends[1]} {x + bends[2]} {y - 60} {x + bends[3]} {y + 20}"),
                stroke="#3b2417",
                width=2.2,
            )
        )
    shell = [
        rectangle(104, 92, 112, 70, "#d8d3c7"),
        rectangle(118, 104, 84, 26, "#b4532a"),
        Shape(circle=(140, 142, 9), fill="#2b2d30"),
        Shape(circle=(180, 142, 9), fill="#2b2d30"),
    ]
    return [rectangle(0, 0, WIDTH, HEIGHT, "#cfd2cc"), *loops[:16], *shell, *loops[16:]]


def _whale(dice: random.Random) -> list[Shape]:
    """By Milo, 8. Wax crayon."""
    sea = [
        Shape(
            d=f"M{dice.randint(-10, 10)} {y}C80 {y - 8} 160 {y + 9} 330 {y - 3}",
            stroke="#3f7fb5",
            width=5,
            opacity=0.55,
        )
        for y in range(110, 240, 9)
    ]
    whale = Shape(
        d=(
            "M60 130C70 84 150 70 206 96C232 108 246 122 262 108"
            "C258 124 262 138 276 146C250 148 230 144 216 152C170 184 80 176 60 130Z"
        ),
        fill="#4a5a78",
    )
    face = [
        Shape(circle=(92, 122, 4.5), fill="#ffffff"),
        Shape(circle=(93, 122, 2), fill="#111111"),
        Shape(d="M72 146C88 156 104 152 118 142", stroke="#111111", width=3),
    ]
    spout = [
        Shape(d=f"M126 80C{126 + bend} 54 {126 + 2 * bend} 50 {126 + 2 * bend} 62", stroke="#3f7fb5", width=4)
        for bend in (-14, -5, 5, 14)
    ]
    sun = [
        Shape(circle=(288, 34, 22), fill="#f0b92e"),
        *(
            Shape(d=f"M288 34L{288 + x} {34 + y}", stroke="#f0b92e", width=4)
            for x, y in ((-44, 8), (-34, 34), (-6, 46), (22, 40))
        ),
    ]
    return [rectangle(0, 0, WIDTH, HEIGHT, "#fbf8f0"), *sun, *sea, whale, *face, *spout]


def _shop_window(dice: random.Random) -> list[Shape]:
    sleeves = [
        rectangle(
            36 + 64 * (i % 4),
            58 + 74 * (i // 4),
            54,
            54,
            dice.choice(("#16323a", "#c9962f", "#7a2f1c", "#3c5a46", "#e9e2d4", "#2a2438")),
        )
        for i in range(8)
    ]
    discs = [Shape(circle=(63 + 64 * (i % 4), 85 + 74 * (i // 4), 13), stroke="#e8dcc4", width=2) for i in range(8)]
    glare = Shape(d="M214 40L262 40L170 206L122 206Z", fill="#ffffff", opacity=0.12)
    return [
        rectangle(0, 0, WIDTH, HEIGHT, "#5b2b22"),
        rectangle(22, 36, 276, 176, "#e2cfa6"),
        *sleeves,
        *discs,
        glare,
        rectangle(0, 212, WIDTH, 28, "#3a3d40"),
    ]


def _screen(_dice: random.Random) -> list[Shape]:
    """A page seen on somebody's screen, the private part painted over by the one who found it."""
    rows = [rectangle(40, 84 + 22 * i, w, 8, "#c3c8c6") for i, w in enumerate((180, 120, 150, 96))]
    return [
        rectangle(0, 0, WIDTH, HEIGHT, "#dfe3e1"),
        rectangle(20, 20, 280, 200, "#ffffff"),
        rectangle(20, 20, 280, 24, "#2b2d30"),
        rectangle(40, 60, 110, 12, "#33434d"),
        *rows,
        rectangle(38, 80, 190, 40, "#111111"),
    ]


PHOTOGRAPHS: dict[str, Callable[[random.Random], list[Shape]]] = {
    "kitchen-table": _kitchen_table, "disc-proof": _disc_proof, "van": _van, "tape-salad": _tape_salad,
    "whale": _whale, "shop-window": _shop_window, "screen": _screen,
}  # fmt: skip


def photograph(name: str) -> bytes:
    """The file of that name ("van.jpg", "whale.png"): 640 by 480 points."""
    kind, _, suffix = name.rpartition(".")
    drawn = Drawing(WIDTH, HEIGHT, tuple(PHOTOGRAPHS[kind](random.Random(f"photograph of {kind}")))).image(2)
    out = io.BytesIO()
    if suffix == "jpg":
        _as_by_a_lens(drawn, random.Random(f"grain of {kind}")).save(out, "JPEG", quality=84)
    else:
        drawn.save(out, "PNG", compress_level=6)
    return out.getvalue()


def _as_by_a_lens(drawn: Image.Image, dice: random.Random) -> Image.Image:
    """A little out of focus, a little grain: a telephone in a kitchen."""
    soft = drawn.filter(ImageFilter.GaussianBlur(1.1))
    wide, high = drawn.width // 2, drawn.height // 2
    grain = Image.frombytes("L", (wide, high), dice.randbytes(wide * high)).resize(drawn.size)
    grain = grain.point([118 + value * 20 // 255 for value in range(256)])
    return ImageChops.overlay(soft, Image.merge("RGB", (grain, grain, grain)))
