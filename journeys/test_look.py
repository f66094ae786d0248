"""Every part of the desk, looked at by a real browser: readable for everybody, in both lights, on a desk and on a phone."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page

from journeys.desks import RunningDesk, answers, serve
from journeys.engines.chromium import WatchedPage, new_page
from journeys.engines.process import private_folder

AXE = Path(__file__).parent / "vendor" / "axe.min.js"
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
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


def problems(page: Page) -> list[str]:
    """What axe finds, as sentences. It is spoken to through the debugger, so the page keeps its policy."""
    page.evaluate(AXE.read_text())
    found = page.evaluate("rules => axe.run({runOnly: rules})", RULES)
    return [f"{v['id']}: {node['html'][:120]}" for v in found["violations"] for node in v["nodes"]]


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


@pytest.mark.xfail(reason="the scripts of the desk grew the page to 78 kB; the aim stays 60 kB", strict=True)
def test_a_first_visit_is_light(chromium: Any, desk: RunningDesk, cookies: Any) -> None:
    with parts(chromium, desk, cookies) as watched:
        sizes = watched.page.evaluate(
            "performance.getEntriesByType('resource').concat(performance.getEntriesByType('navigation'))"
            ".map(r => [r.name, r.encodedBodySize])"
        )
        latin = ("instrument-sans-latin.", "ring-serif-latin.", "ring-serif-italic-latin.")
        assert sum(size for name, size in sizes if any(word in name for word in latin)) <= LARGEST_FONTS
        assert sum(size for name, size in sizes if "woff2" not in name) <= LARGEST_PAGE


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
