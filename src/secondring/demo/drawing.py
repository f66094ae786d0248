"""A drawing is a list of shapes; it can be put on two papers, SVG and PNG. Knows just enough of SVG paths for both."""

import io
import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise

from PIL import Image, ImageDraw

Point = tuple[float, float]

_TOKENS = re.compile(r"[MmLlHhVvCcQqZz]|-?(?:\d+\.?\d*|\.\d+)")
_NUMBERS = {"M": 2, "L": 2, "H": 1, "V": 1, "C": 6, "Q": 4, "Z": 0}
_CURVE_STEPS = 12
_SHARPNESS = 2  # PNGs are drawn so many times larger, then shrunk, since Pillow draws hard edges


@dataclass(frozen=True, slots=True)
class Shape:
    """One path or circle, filled or stroked. `d` uses the commands M L H V C Q Z, either case."""

    d: str = ""
    circle: tuple[float, float, float] | None = None  # x, y, radius
    fill: str = ""
    stroke: str = ""
    width: float = 1.0
    opacity: float = 1.0


@dataclass(frozen=True, slots=True)
class Drawing:
    """Shapes on a paper of width times height units, the last one on top."""

    width: int
    height: int
    shapes: tuple[Shape, ...]

    def svg(self) -> bytes:
        """The drawing as an SVG document without scripts, styles or links."""
        body = "".join(map(_svg_shape, self.shapes))
        return f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {self.width} {self.height}">{body}</svg>'.encode()

    def png(self, scale: int = 2) -> bytes:
        """The drawing as a PNG, `scale` pixels a unit."""
        out = io.BytesIO()
        self.image(scale).save(out, "PNG", optimize=False, compress_level=6)
        return out.getvalue()

    def image(self, scale: int) -> Image.Image:
        """The drawing as pixels."""
        factor = scale * _SHARPNESS
        picture = Image.new("RGB", (self.width * factor, self.height * factor), "white")
        brush = ImageDraw.Draw(picture, "RGBA")
        for shape in self.shapes:
            _paint(brush, shape, factor)
        return picture.resize((self.width * scale, self.height * scale), Image.Resampling.BOX)


def rectangle(x: float, y: float, width: float, height: float, fill: str, opacity: float = 1.0) -> Shape:
    """A filled rectangle."""
    return Shape(d=f"M{x} {y}h{width}v{height}h{-width}Z", fill=fill, opacity=opacity)


def lines_of(d: str) -> list[list[Point]]:
    """The path as straight lines, curves cut in twelve.

    >>> lines_of("M1 1h2v2Z")
    [[(1.0, 1.0), (3.0, 1.0), (3.0, 3.0), (1.0, 1.0)]]
    """
    lines: list[list[Point]] = []
    for command, numbers in _commands(d):
        if command in "Mm":
            lines.append([_shifted(lines, command, numbers)[-1]])
        elif command in "Zz":
            lines[-1].append(lines[-1][0])
        else:
            lines[-1] += _segment(lines, command, numbers)
    return lines


def _commands(d: str) -> Iterator[tuple[str, list[float]]]:
    tokens, i, command = _TOKENS.findall(d), 0, ""
    while i < len(tokens):
        if tokens[i].isalpha():
            command, i = tokens[i], i + 1
        count = _NUMBERS[command.upper()]
        yield command, [float(t) for t in tokens[i : i + count]]
        i += count
        command = {"M": "L", "m": "l"}.get(command, command)


def _shifted(lines: list[list[Point]], command: str, numbers: list[float]) -> list[Point]:
    """The command's points in absolute terms."""
    x, y = lines[-1][-1] if lines and command.islower() else (0.0, 0.0)
    return [(x + a, y + b) for a, b in zip(numbers[::2], numbers[1::2], strict=True)]


def _segment(lines: list[list[Point]], command: str, numbers: list[float]) -> list[Point]:
    x, y = lines[-1][-1]
    match command:
        case "H":
            return [(numbers[0], y)]
        case "h":
            return [(x + numbers[0], y)]
        case "V":
            return [(x, numbers[0])]
        case "v":
            return [(x, y + numbers[0])]
        case "L" | "l":
            return _shifted(lines, command, numbers)
    return _curve([(x, y), *_shifted(lines, command, numbers)])


def _curve(points: list[Point]) -> list[Point]:
    """A Bézier curve of any degree, by de Casteljau."""
    drawn = []
    for step in range(1, _CURVE_STEPS + 1):
        t, left = step / _CURVE_STEPS, points
        while len(left) > 1:
            left = [(a + (c - a) * t, b + (d - b) * t) for (a, b), (c, d) in pairwise(left)]
        drawn.append(left[0])
    return drawn


def _svg_shape(shape: Shape) -> str:
    paint = f'fill="{shape.fill or "none"}"'
    if shape.stroke:
        paint += f' stroke="{shape.stroke}" stroke-width="{shape.width:g}" stroke-linecap="round"'
    if shape.opacity < 1:
        paint += f' opacity="{shape.opacity:g}"'
    if shape.circle:
        x, y, radius = shape.circle
        return f'<circle cx="{x:g}" cy="{y:g}" r="{radius:g}" {paint}/>'
    return f'<path d="{shape.d}" {paint}/>'


def _paint(brush: ImageDraw.ImageDraw, shape: Shape, factor: int) -> None:
    alpha = f"{round(shape.opacity * 255):02x}"
    fill, stroke = (colour + alpha if colour else None for colour in (shape.fill, shape.stroke))
    width = max(1, round(shape.width * factor))
    if shape.circle:
        x, y, radius = (value * factor for value in shape.circle)
        box = (x - radius, y - radius, x + radius, y + radius)
        brush.ellipse(box, fill=fill, outline=stroke, width=width if stroke else 0)
        return
    for line in lines_of(shape.d):
        pixels = [(x * factor, y * factor) for x, y in line]
        if fill and len(pixels) > 2:
            brush.polygon(pixels, fill=fill)
        if stroke:
            brush.line(pixels, fill=stroke, width=width, joint="curve")
