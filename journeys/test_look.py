"""Every part of the desk, looked at by a real browser: readable for everybody, in both lights, on a desk and on a phone."""

from __future__ import annotations

import os
import smtplib
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from email.message import EmailMessage
from pathlib import Path
from typing import Any

import pytest

from journeys.axe import problems
from journeys.desks import RunningDesk, answers, serve
from journeys.engines.chromium import WatchedPage, new_page
from journeys.engines.process import private_folder
from secondring.commands import bench_desk, bench_idle, bench_letters

LARGEST_PAGE, LARGEST_FONTS = 60_000, 90_000  # bytes over the wire of a first visit
SIZES = {"desk": (1440, 900), "phone": (390, 844)}

pytestmark = pytest.mark.needs("chromium")


OPEN = """
import django
django.setup()
from secondring.lib import clock
from secondring.team import first_run
first_run.begin(company="Harbour Row", time_zone="UTC", name="Mae", email="mae@harbourrow.example",
                password="correct horse battery", at=clock.now())
"""


@pytest.fixture(scope="module")
def desk() -> Iterator[RunningDesk]:
    """A desk that Mae has just opened."""
    with private_folder("look") as folder, serve(folder) as running:
        running.server.wait_until(lambda: answers(f"{running.url}/healthz"), within=60)
        env = {**os.environ, "SECONDRING_DIR": str(folder), "DJANGO_SETTINGS_MODULE": "secondring.config.settings",
               "PYTHONPATH": str(Path(__file__).parents[1] / "src")}  # fmt: skip
        subprocess.run([sys.executable, "-c", OPEN], env=env, check=True, timeout=60)
        running.email, running.password = "mae@harbourrow.example", "correct horse battery"
        yield running


@pytest.fixture(scope="module")
def cookies(chromium: Any, desk: RunningDesk) -> Any:
    """What Mae's browser holds once she has come in by the log-in page."""
    with new_page(chromium) as watched:
        page = watched.page
        page.goto(f"{desk.url}/log-in/")
        page.fill("input[name=login]", desk.email)
        page.fill("input[name=password]", desk.password)
        page.click("form button[type=submit]")
        page.wait_for_url(lambda url: "log" not in url)
        return page.context.cookies()


@contextmanager
def parts(
    chromium: Any, desk: RunningDesk, cookies: Any, *, size: str = "desk", dark: bool = False
) -> Iterator[WatchedPage]:
    """The parts page, open."""
    width, height = SIZES[size]
    with new_page(chromium, width=width, height=height, dark=dark) as watched:
        watched.page.context.add_cookies(cookies)
        watched.page.goto(f"{desk.url}/parts/", wait_until="networkidle")
        yield watched


@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
@pytest.mark.parametrize("size", SIZES)
def test_every_part_is_readable_for_everybody(
    chromium: Any, desk: RunningDesk, cookies: Any, size: str, dark: bool
) -> None:
    with parts(chromium, desk, cookies, size=size, dark=dark) as watched:
        assert problems(watched.page) == []
        assert watched.page.evaluate("document.documentElement.scrollWidth <= innerWidth"), "it scrolls sideways"
        assert watched.troubles == []


def test_the_way_in_is_readable_for_everybody(chromium: Any, desk: RunningDesk) -> None:
    with new_page(chromium) as watched:
        watched.page.goto(f"{desk.url}/log-in/")
        assert problems(watched.page) == []
        assert watched.troubles == []


def test_on_a_phone_the_composer_takes_a_third_of_the_screen_at_most(
    chromium: Any, desk: RunningDesk, cookies: Any
) -> None:
    with parts(chromium, desk, cookies, size="phone") as watched:
        high = watched.page.evaluate("document.querySelector('.composer').getBoundingClientRect().height / innerHeight")
        assert 0.1 < high <= 1 / 3


def test_the_rail_opens_on_a_phone_and_closes_by_escape(chromium: Any, desk: RunningDesk, cookies: Any) -> None:
    with parts(chromium, desk, cookies, size="phone") as watched:
        page = watched.page
        assert not page.is_visible("#rail")
        page.click("[popovertarget=rail]")
        assert page.is_visible("#rail")
        page.keyboard.press("Escape")
        assert not page.is_visible("#rail")


@pytest.fixture(scope="module")
def busy() -> Iterator[bench_desk.Desk]:
    """A desk with a full list: sixty people wait."""
    with bench_desk.filled(company=["--open", "60", "--waiting", "60"]) as desk:
        yield desk


@contextmanager
def inbox(chromium: Any, busy: bench_desk.Desk) -> Iterator[WatchedPage]:
    """What somebody sees who comes to work in a browser that was never here."""
    with new_page(chromium) as watched:
        jar = bench_idle.cookies(busy, 1)
        watched.page.context.add_cookies([{"name": c.name, "value": c.value or "", "url": busy.url} for c in jar])
        watched.page.goto(busy.url, wait_until="networkidle")
        yield watched


def test_a_first_visit_is_light(chromium: Any, busy: bench_desk.Desk) -> None:
    with inbox(chromium, busy) as watched:
        assert watched.page.locator("#lines .wait").count() == 50
        sizes = watched.page.evaluate(
            "performance.getEntriesByType('resource').concat(performance.getEntriesByType('navigation'))"
            ".map(r => [r.name, r.encodedBodySize])"
        )
    assert any("icons" in name for name, _size in sizes), "what the page draws with was not counted"
    latin = (
        "instrument-sans-latin.",
        "ring-serif-latin.",
        "ring-serif-italic-latin.",
    )  # a name such as Kovač needs more
    assert sum(size for name, size in sizes if any(font in name for font in latin)) <= LARGEST_FONTS
    assert sum(size for name, size in sizes if "woff2" not in name) <= LARGEST_PAGE


def test_what_comes_late_is_there_when_somebody_asks(chromium: Any, busy: bench_desk.Desk) -> None:
    """Ctrl K, the composer and the frame around a letter in HTML are not part of the first visit."""
    letter = EmailMessage()
    letter["From"], letter["To"] = "Tall Tom <tom@post.example>", "hello@harbourrow.example"
    letter["Subject"], letter["Message-ID"] = "A long story", "<tall@post.example>"
    letter.set_content("And then it went on.\n\n" * 60)
    letter.add_alternative(
        "<table><tr><td>" + "<p>And then it went on.</p>" * 60 + "</td></tr></table>", subtype="html"
    )
    with inbox(chromium, busy) as watched, smtplib.SMTP("127.0.0.1", busy.inlet, timeout=20) as door:
        page = watched.page
        door.send_message(letter)
        bench_letters.until_understood(busy)
        page.keyboard.press("Control+k")
        page.locator("#palette[open] [role=option]").first.wait_for()
        page.keyboard.type("Tall Tom")
        page.locator("#palette-found a", has_text="A long story").first.click()
        page.locator("summary", has_text="As they dressed it").click()
        page.wait_for_function("() => document.querySelector('sr-letter iframe')?.clientHeight > 1000")
        page.locator("#composer [contenteditable=true]").first.wait_for()
        assert watched.troubles == []


def test_light_and_dark_are_chosen_by_hand_and_kept(chromium: Any, desk: RunningDesk, cookies: Any) -> None:
    with parts(chromium, desk, cookies) as watched:
        page = watched.page
        before = page.evaluate("getComputedStyle(document.body).backgroundColor")
        page.click(".me")
        page.click('[data-theme-is="dark"]')
        assert not page.is_visible("#me")
        page.reload()
        assert page.get_attribute("html", "data-theme") == "dark"
        assert page.evaluate("getComputedStyle(document.body).backgroundColor") != before


def test_the_time_somebody_waits_runs_on_by_itself(chromium: Any, desk: RunningDesk, cookies: Any) -> None:
    with parts(chromium, desk, cookies) as watched:
        time = "#line-7 time"
        was = watched.page.inner_text(time)
        watched.page.wait_for_function("([at, was]) => document.querySelector(at).textContent !== was", arg=[time, was])


def test_a_question_is_asked_in_a_dialog_and_can_be_put_off(chromium: Any, desk: RunningDesk, cookies: Any) -> None:
    with parts(chromium, desk, cookies) as watched:
        page = watched.page
        page.click("[data-opens=sample-ask]")
        assert page.is_visible("#sample-ask")
        page.click("#sample-ask [data-closes]")
        assert not page.is_visible("#sample-ask")
