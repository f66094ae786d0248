"""People with telephones in real browsers, each with a microphone that hears one note, so that it can be told who hears whom."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

from journeys import desks
from journeys.engines.chromium import FLAGS

CUSTOMER, MAE, TOM = 440, 1000, 1500  # hertz: what each one's microphone hears
CHROMIUM = {
    "executable_path": "/usr/bin/chromium",
    "args": [*FLAGS, "--autoplay-policy=no-user-gesture-required", "--allow-loopback-in-peer-connection"],
    "ignore_default_args": ["--mute-audio"],
}
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
# No push service is reachable from a test; browsers complain about that in their own words.
NO_PUSH = "window.PushManager && (PushManager.prototype.subscribe = () => Promise.reject(new Error()))"
# What a page's bell sounds like is only known where it leaves: beside the loudspeaker stands a meter.
BELL = """
const connect = AudioNode.prototype.connect;
AudioNode.prototype.connect = function (to, ...more) {
    if (to === this.context.destination) connect.call(this, (window.testBell ??= this.context.createAnalyser()));
    return connect.call(this, to, ...more);
};"""
SOUNDS = """() => {
    if (!window.testBell) return 0;
    const samples = new Float32Array(testBell.fftSize);
    testBell.getFloatTimeDomainData(samples);
    return Math.max(...samples);
}"""
# The loudest note, and how much louder another one is than what lies around it (decibels).
HEARD = """async ([selector, milliseconds]) => {
    const stream = document.querySelector(selector).srcObject, context = new AudioContext();
    await context.resume();
    const meter = context.createAnalyser();
    meter.fftSize = 16384;
    meter.smoothingTimeConstant = 0;
    if (stream) context.createMediaStreamSource(stream).connect(meter);
    await new Promise((done) => setTimeout(done, milliseconds));
    const bins = new Float32Array(meter.frequencyBinCount);
    meter.getFloatFrequencyData(bins);
    const loudest = Math.max(...bins);
    await context.close();
    return loudest < -70 ? 0 : bins.indexOf(loudest) * context.sampleRate / meter.fftSize;
}"""
SILENCE = 0.0


def hears(page: Any, selector: str = "#call-sound") -> float:
    """The loudest note that this page plays, in hertz; SILENCE for none."""
    return float(page.evaluate(HEARD, [selector, 700]))


def is_note(heard: float, note: float) -> bool:
    return abs(heard - note) < 8


def until_hears(page: Any, note: float, selector: str = "#call-sound", *, tries: int = 12) -> float:
    """Listen until it is this note; returns what was heard last."""
    heard = -1.0
    for _ in range(tries):
        heard = hears(page, selector)
        if is_note(heard, note):
            break
    return heard


class Stage:
    """One running desk, and people before it."""

    def __init__(self, desk: desks.RunningDesk, playwright: Any) -> None:
        self.desk, self.playwright = desk, playwright
        self.browser = playwright.chromium.launch(timeout=60_000, **CHROMIUM)
        self.contexts: list[Any] = []
        self.troubles: list[str] = []

    def context(self, pitch: int, *, width: int = 1440, height: int = 900, **how: Any) -> Any:
        return self._ready(self.browser.new_context(viewport={"width": width, "height": height}, **how), pitch)

    def profile(self, pitch: int, folder: Path) -> Any:
        """A browser with a profile of its own: what is not private may be told and woken."""
        return self._ready(self.playwright.chromium.launch_persistent_context(folder, **CHROMIUM), pitch)

    def with_devices(self) -> Any:
        """A browser with two microphones and two loudspeakers to choose from, made by Chromium itself: they beep now and then."""
        fakes = ["--use-fake-device-for-media-stream", "--use-fake-ui-for-media-stream"]
        return self.playwright.chromium.launch(**{**CHROMIUM, "args": [*CHROMIUM["args"], *fakes]})

    def _ready(self, context: Any, pitch: int) -> Any:
        context.grant_permissions(["microphone", "notifications"], origin=self.desk.url)
        context.set_default_timeout(WITHIN)
        context.add_init_script(f"({MICROPHONE})({pitch}); {NO_PUSH}; {BELL}")
        self.contexts.append(context)
        return context

    def watched(self, page: Any) -> Any:
        page.on("pageerror", lambda error: self.troubles.append(f"script: {error}"))
        page.on("console", lambda line: self.troubles.append(f"console: {line.text}") if line.type == "error" else None)
        return page

    def page(self, pitch: int, **how: Any) -> Any:
        return self.watched(self.context(pitch, **how).new_page())

    def person(self, pitch: int, *, email: str = "", **how: Any) -> Any:
        """A teammate at their desk, signed in."""
        page = self.page(pitch, **how)
        desks.sign_in(page, self.desk, email=email)
        return page

    def customer(self, **how: Any) -> Any:
        """Somebody on the 'Call us' page who has pressed the button."""
        page = self.page(CUSTOMER, **how)
        call(page, self.desk.url)
        return page

    def leave(self) -> None:
        for context in self.contexts:
            context.close()
        self.browser.close()


@contextmanager
def stage(desk: desks.RunningDesk) -> Iterator[Stage]:
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        found = Stage(desk, playwright)
        try:
            yield found
        finally:
            found.leave()


def open_the_page(mae: Any, url: str) -> None:
    """An owner lets people call from the web, once."""
    mae.goto(f"{url}/settings/telephone/")
    button = mae.get_by_role("button", name="Let people call from the web")
    if button.count():
        button.click()
    mae.get_by_text("One line puts a button on any page of yours").wait_for()
    mae.goto(url)


def ready(page: Any) -> None:
    """On duty, and sure to hear a call."""
    page.locator("#board").wait_for()
    if not page.get_by_role("switch").is_checked():
        page.get_by_role("switch").check()
    page.locator('html[data-telephone^="hears"]').wait_for(state="attached")


def call(customer: Any, url: str) -> None:
    customer.goto(f"{url}/call/")
    customer.get_by_role("button", name="Call", exact=True).click()
    customer.get_by_text("Ringing once").wait_for()


def rings(page: Any) -> None:
    page.locator("#ringing:not([hidden])").wait_for()


def key_of(page: Any) -> str:
    """The name of the call that rings there."""
    mark = page.locator("#call-mark")
    mark.wait_for(state="attached")
    return str(mark.get_attribute("data-live-src").split("/")[-3])


def pick_up(page: Any) -> None:
    """Wait for the ring, take it, and wait until both have sound."""
    rings(page)
    page.keyboard.press("Space")
    talks(page)


def talks(page: Any) -> None:
    page.locator("#talking [data-since]").get_by_text("since").wait_for()


def is_free(page: Any) -> None:
    page.locator("#talking").wait_for(state="hidden")


def is_sure(page: Any) -> None:
    """Who vanishes within the first three seconds never had the call; let them pass."""
    page.wait_for_timeout(3_200)


def bells(*pages: Any) -> list[Any]:
    """Those whose bell sounds within the next ring, and the moment after its beginning."""
    heard: list[Any] = []
    after = 8
    for _ in range(65):
        heard += [page for page in pages if page not in heard and page.evaluate(SOUNDS) > 0.01]
        after -= bool(heard)
        if not after:
            break
        pages[0].wait_for_timeout(100)
    return heard


@contextmanager
def other_site(page: str) -> Iterator[str]:
    """A web page of somebody else's, on an origin of its own; gives its address."""

    class Shows(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(200 if self.path == "/" else 204)
            self.send_header("Content-Type", "text/html; charset=utf-8")
            self.end_headers()
            if self.path == "/":
                self.wfile.write(f'<!doctype html><html lang="en"><title>A shop</title><h1>A shop</h1>{page}'.encode())

        def log_message(self, *_words: object) -> None: ...

    server = ThreadingHTTPServer(("127.0.0.1", 0), Shows)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield f"http://localhost:{server.server_port}/"
    finally:
        server.shutdown()
        server.server_close()
