"""A customer calls from the web page, two desks ring, one picks up, and both hear each other: real browsers, real sound."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest

from journeys import desks
from journeys.engines.chromium import FLAGS

CUSTOMER, MAE, TOM = 440, 1000, 1500  # hertz: what each one's microphone hears
WITHIN = 20_000  # milliseconds; for a crowded machine

MICROPHONE = """(pitch) => {
    navigator.mediaDevices.getUserMedia = async () => {
        const context = (window.testSound ??= new AudioContext());
        await context.resume();
        const tone = context.createOscillator(), out = context.createMediaStreamDestination();
        tone.frequency.value = pitch;
        tone.connect(out);
        tone.start();
        return out.stream;
    };
}"""
HEARD = """async (selector) => {
    const context = new AudioContext();
    await context.resume();
    const meter = context.createAnalyser();
    meter.fftSize = 16384;
    context.createMediaStreamSource(document.querySelector(selector).srcObject).connect(meter);
    await new Promise((done) => setTimeout(done, 800));
    const bins = new Float32Array(meter.frequencyBinCount);
    meter.getFloatFrequencyData(bins);
    const loudest = Math.max(...bins);
    await context.close();
    return loudest < -70 ? 0 : bins.indexOf(loudest) * context.sampleRate / meter.fftSize;
}"""


class Stage:
    """One running desk, and people before it: each with a microphone that hears one note."""

    def __init__(self, desk: desks.RunningDesk, browser: Any) -> None:
        self.desk, self.browser = desk, browser
        self.contexts: list[Any] = []
        self.troubles: list[str] = []

    def page(self, pitch: int, *, width: int = 1440, height: int = 900) -> Any:
        context = self.browser.new_context(viewport={"width": width, "height": height})
        context.grant_permissions(["microphone", "notifications"], origin=self.desk.url)
        context.set_default_timeout(WITHIN)
        context.add_init_script(f"({MICROPHONE})({pitch})")
        self.contexts.append(context)
        page = context.new_page()
        page.on("pageerror", lambda error: self.troubles.append(f"script: {error}"))
        page.on("console", lambda line: self.troubles.append(f"console: {line.text}") if line.type == "error" else None)
        return page

    def person(self, pitch: int, *, email: str = "") -> Any:
        """A teammate at their desk, who would hear a call."""
        page = self.page(pitch)
        desks.sign_in(page, self.desk, email=email)
        return page

    def leave(self) -> None:
        for context in self.contexts:
            context.close()


@pytest.fixture(scope="module")
def desk() -> Iterator[desks.RunningDesk]:
    with desks.demo() as running:
        yield running


@contextmanager
def browser() -> Iterator[Any]:
    from playwright.sync_api import sync_playwright

    flags = [*FLAGS, "--autoplay-policy=no-user-gesture-required", "--allow-loopback-in-peer-connection"]
    with sync_playwright() as playwright:
        running = playwright.chromium.launch(
            executable_path="/usr/bin/chromium", args=flags, timeout=60_000, ignore_default_args=["--mute-audio"]
        )
        try:
            yield running
        finally:
            running.close()


@pytest.fixture
def stage(desk: desks.RunningDesk) -> Iterator[Stage]:
    with browser() as running:
        found = Stage(desk, running)
        yield found
        found.leave()


def open_the_page(mae: Any, url: str) -> None:
    """An owner lets people call from the web, once."""
    mae.goto(f"{url}/settings/telephone/")
    button = mae.get_by_role("button", name="Let people call from the web")
    if button.count():
        button.click()
    mae.get_by_text("One line puts a button on any page of yours").wait_for()


def ready(page: Any) -> None:
    page.locator("#board").wait_for()
    if (
        page.get_by_role("switch").get_attribute("aria-checked") == "false"
        or not page.get_by_role("switch").is_checked()
    ):
        page.get_by_role("switch").check()
    page.locator('html[data-telephone^="hears"]').wait_for(state="attached")


def hears(page: Any, selector: str) -> float:
    return float(page.evaluate(HEARD, selector))


@pytest.mark.needs("chromium")
def test_a_web_call_rings_two_desks_and_the_first_hand_talks(stage: Stage) -> None:
    url = stage.desk.url
    mae = stage.person(MAE)
    open_the_page(mae, url)
    mae.goto(url)
    tom = stage.person(TOM, email="tom@harbourrow.example")
    for each in (mae, tom):
        ready(each)

    customer = stage.page(CUSTOMER)
    customer.goto(f"{url}/call/")
    customer.get_by_role("button", name="Call", exact=True).click()

    for each in (mae, tom):
        each.locator("#ringing:not([hidden])").wait_for()
        each.locator("#caller:not([hidden])").wait_for()
    customer.get_by_text("Ringing once").wait_for()

    tom.keyboard.press("Space")
    tom.get_by_role("button", name="Hang up").wait_for()
    mae.locator("#ringing").wait_for(state="hidden")
    customer.get_by_text("You’re talking with Tom").wait_for()

    assert hears(customer, "#sound") == pytest.approx(TOM, abs=6)
    assert hears(tom, "#call-sound") == pytest.approx(CUSTOMER, abs=6)

    tom.get_by_role("button", name="Hang up").click()
    customer.get_by_text("Thank you for calling").wait_for()
    tom.locator("#talking").wait_for(state="hidden")
    assert stage.troubles == []
