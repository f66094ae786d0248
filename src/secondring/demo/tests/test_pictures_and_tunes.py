import io
import subprocess
import sys
import wave
from xml.etree import ElementTree

import pytest
from PIL import Image

from secondring.demo import tunes
from secondring.demo.covers import COVERS, cover
from secondring.demo.drawing import Drawing, Shape, lines_of, rectangle
from secondring.demo.faces import portrait
from secondring.demo.papers import paper
from secondring.demo.photographs import PHOTOGRAPHS, photograph
from secondring.demo.scenes import SCENES, scene

EVERY_DRAWING = [
    portrait("Ana", "bun glasses skin-2"),
    *(cover(kind, "A record") for kind in sorted(COVERS)),
    *(scene(kind, "Somebody") for kind in sorted(SCENES)),
]


@pytest.mark.parametrize("drawing", EVERY_DRAWING)
def test_a_drawing_is_a_picture_on_either_paper(drawing):
    svg = ElementTree.fromstring(drawing.svg())
    assert svg.get("viewBox") == f"0 0 {drawing.width} {drawing.height}"
    assert len(list(svg)) == len(drawing.shapes)
    picture = Image.open(io.BytesIO(drawing.png(1)))
    assert picture.size == (drawing.width, drawing.height)
    assert len(picture.getcolors(1_000_000) or []) > 3


def test_a_drawing_brings_no_script_no_style_and_no_link_along():
    for drawing in EVERY_DRAWING:
        for forbidden in (b"script", b"style", b"href", b"url("):
            assert forbidden not in drawing.svg()


def test_paths_are_followed_relative_and_absolute():
    assert lines_of("M1 1h2v2H1Z") == [[(1, 1), (3, 1), (3, 3), (1, 3), (1, 1)]]
    assert lines_of("M1 1l2 2 3-1") == [[(1, 1), (3, 3), (6, 2)]]
    curve = lines_of("M0 0Q5 10 10 0")[0]
    assert curve[-1] == (10, 0)
    assert max(y for _x, y in curve) == pytest.approx(5)


def test_both_papers_show_the_same_colour_in_the_same_place():
    drawing = Drawing(20, 20, (rectangle(0, 0, 20, 20, "#ffffff"), Shape(circle=(10, 10, 6), fill="#a3472f")))
    picture = drawing.image(2)
    assert picture.getpixel((20, 20)) == (0xA3, 0x47, 0x2F)
    assert picture.getpixel((2, 2)) == (255, 255, 255)


def test_the_name_decides_what_the_words_leave_open():
    assert portrait("Ana").svg() == portrait("Ana").svg()
    assert len({portrait(name).svg() for name in ("Ana", "Bea", "Cal", "Noor", "Tom", "Wim")}) == 6


@pytest.mark.parametrize("name", [*(f"{kind}.jpg" for kind in PHOTOGRAPHS), "whale.png"])
def test_a_photograph_is_a_picture_of_its_kind(name):
    picture = Image.open(io.BytesIO(photograph(name)))
    assert picture.size == (640, 480)
    assert picture.format == {"jpg": "JPEG", "png": "PNG"}[name[-3:]]


@pytest.mark.parametrize("name", ["cello-d-minor", "drums-march", "organ-c-dance"])
def test_a_tune_can_be_played_and_seen(name):
    tune = tunes.tune(name)
    with wave.open(io.BytesIO(tune.wav)) as sound:
        assert (sound.getnchannels(), sound.getsampwidth()) == (1, 2)
        assert sound.getnframes() / sound.getframerate() == tune.seconds
    assert len(tune.wav) < 400_000
    assert len(tune.peaks) == 56
    assert max(tune.peaks) == 1.0
    assert min(tune.peaks) >= 0


def test_no_two_tunes_sound_alike():
    names = ["cello-d-minor", "fiddle-a-drone", "fiddle-d-reel", "guitar-a-blues"]
    assert len({tunes.tune(name).wav for name in names}) == len(names)


@pytest.mark.parametrize("sound", [tunes.needle, tunes.skipping])
def test_the_recordings_people_enclose_are_sounds(sound):
    assert max(sound().peaks) == 1.0


def test_a_paper_says_where_its_parts_lie():
    pdf = paper("Order (1)", ["Ünï", "\\"])
    start = int(pdf.rsplit(b"startxref\n", 1)[1].split()[0])
    assert pdf[start:].startswith(b"xref\n0 6\n")
    for number, line in enumerate(pdf[start:].split(b"\n")[3:8], start=1):
        place = int(line[:10])
        assert pdf[place:].startswith(b"%d 0 obj" % number)


def test_another_start_draws_and_plays_the_very_same():
    code = (
        "import hashlib; from secondring.demo import tunes, photographs, faces;"
        "print(hashlib.sha256(tunes.tune('oud-e-hijaz').wav + photographs.photograph('van.jpg')"
        " + faces.portrait('Ana').png()).hexdigest())"
    )
    said = [
        subprocess.run(
            [sys.executable, "-c", code], capture_output=True, check=True, timeout=60, text=True,
            env={"PYTHONPATH": ":".join(sys.path), "PYTHONHASHSEED": seed},
        ).stdout
        for seed in ("1", "2")
    ]  # fmt: skip
    assert said[0] == said[1]
