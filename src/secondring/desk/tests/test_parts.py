"""The parts page shows every part; what it shows, the policy of the house allows."""

import re
from pathlib import Path

import pytest
from django.test import Client

from ...testing import bea

HERE = Path(__file__).resolve().parents[1]
pytestmark = pytest.mark.django_db


@pytest.fixture
def page(client: Client) -> str:
    client.force_login(bea(), backend="django.contrib.auth.backends.ModelBackend")
    return client.get("/parts/").content.decode()


def test_a_stranger_is_sent_to_the_door(client: Client):
    assert client.get("/parts/").headers["Location"].startswith("/log-in/")


def test_every_part_is_drawn_on_the_parts_page():
    parts = {f"desk/{file.name}" for file in (HERE / "templates/desk").glob("_*.html")}
    drawn = "".join(
        file.read_text()
        for pattern in ("templates/desk/**/*.html", "*.py", "templatetags/*.py")
        for file in HERE.glob(pattern)
    )
    not_pages = {"desk/_stage.html", "desk/_back_key.html", "desk/_card_key.html", "desk/_bar.html", "desk/_ring.html"}
    assert {part for part in parts - not_pages if f'"{part}"' not in drawn} == set()


def test_nothing_carries_a_style_or_a_script_of_its_own(page: str):
    assert not re.search(r"<[^>]*\s(style|on\w+)=", page)
    assert not re.search(r"<script(?![^>]*\bsrc=)", page)
    assert "<style" not in page


def test_a_comment_for_builders_is_never_sent(page: str):
    assert "{#" not in page
    assert "Takes:" not in page


def test_every_icon_that_is_asked_for_is_in_the_sprite(page: str):
    sprites = [
        re.findall(r'<symbol id="([\w-]+)"', file.read_text()) for file in (HERE / "static/desk").glob("icons*.svg")
    ]
    has = {name for sprite in sprites for name in sprite}
    assert len(has) == sum(map(len, sprites)), "an icon is in both sprites"
    templates = " ".join(file.read_text() for file in (HERE / "templates").rglob("*.html"))
    asked = set(re.findall(r'icons(?:-more)?(?:\.\w+)?\.svg#([\w-]+)"', page)) | set(
        re.findall(r'{% icon "([\w-]+)"', templates)
    )
    assert asked
    assert asked - has == set()


def test_a_page_of_latin_words_needs_at_most_90_kilobytes_of_fonts():
    fonts = HERE / "static/desk/fonts"
    needed = ["instrument-sans-latin", "ring-serif-latin", "ring-serif-italic-latin"]
    assert sum((fonts / f"{name}.woff2").stat().st_size for name in needed) <= 90_000


@pytest.mark.parametrize("page", ["400", "403", "403_csrf", "404", "500"])
def test_what_went_wrong_is_said_in_a_sentence_without_any_context(page: str):
    from django.template.loader import render_to_string

    words = render_to_string(f"{page}.html")
    assert re.search(r"<h1>[A-Z].+\.</h1>", words)
    assert "Error" not in words


def test_a_page_travels_small_and_a_file_as_it_is(client: Client):
    client.force_login(bea(), backend="django.contrib.auth.backends.ModelBackend")
    page = client.get("/parts/", headers={"Accept-Encoding": "gzip"})
    assert page.headers["Content-Encoding"] == "gzip"
    assert len(page.content) < 15_000
    assert "Content-Encoding" not in client.get("/healthz", headers={"Accept-Encoding": "gzip"}).headers
