"""From the 250 that takes a letter to the moment it stands on open desks: on one, on a hundred, and in a real browser.

A desk here does what live.js does: it watches what the inbox shows, takes the fragments that are sent along, and fetches
those that are only named. Clients, sender and desk share this machine.
"""

import argparse
import asyncio
import json
import re
import shutil
import smtplib
import time
from collections.abc import Callable
from email.message import EmailMessage
from html import unescape
from typing import Any

from . import bench_desk, bench_here, bench_idle

AIMS = {"1": 250, "100": 500}  # milliseconds, p95
COMPANY = ["--open", "20", "--waiting", "4"]
LETTERS = 40  # and no more: the first page of the list has fifty lines
EVERY = 0.6  # seconds
PATIENCE = 15.0
LIVE = re.compile(r"<[^>]*\bdata-live=[^>]*>")
PEOPLE = 20


def arguments(parser: Any) -> None:
    parser.add_argument("--desks", type=int, default=100, help="open desks of the larger run (default: 100)")


def measure(options: argparse.Namespace) -> dict[str, Any]:
    """Milliseconds from the 250 to each desk."""
    found: dict[str, Any] = {"aims_p95_ms": AIMS}
    for desks in (1, options.desks):
        with bench_desk.filled(company=COMPANY) as desk:
            found[f"desks_{desks}"] = asyncio.run(_many(desk, desks))
    browser = shutil.which("chromium") or shutil.which("google-chrome")
    if browser is None:
        return {**found, "chromium": "not installed here"}
    with bench_desk.filled(company=COMPANY) as desk:
        return {**found, "chromium": _in_chromium(desk, browser)}


class Tab:
    """One open inbox."""

    def __init__(self, desk: bench_desk.Desk, cookie: str) -> None:
        self.desk, self.cookie = desk, cookie
        self.seen: dict[str, float] = {}
        self.fetched = 0

    async def live(self, ready: asyncio.Event) -> None:
        """Open the inbox, watch what it shows, and note when which letter came up. Until cancelled."""
        import httpx
        from websockets.asyncio.client import connect

        headers = {"Cookie": self.cookie, "HX-Request": "true"}
        async with httpx.AsyncClient(base_url=self.desk.url, headers=headers, timeout=PATIENCE) as http:
            page = (await http.get("/", headers={"HX-Request": ""})).text
            watch = dict(map(_watched, LIVE.findall(page)))
            origin = {"Cookie": self.cookie}
            address = f"ws://127.0.0.1:{self.desk.port}/live/"
            async with connect(address, origin=self.desk.url, additional_headers=origin, max_size=None) as line:  # type: ignore[arg-type]
                await line.send(json.dumps({"watch": watch}))
                await line.send(json.dumps({"look": None}))
                ready.set()
                async for text in line:
                    said = json.loads(text)
                    for html in said.get("html", {}).values():
                        self._note(html)
                    for each in said.get("stale", ()):
                        self.fetched += 1
                        self._note((await http.get(each)).text)

    def _note(self, html: str) -> None:
        now = time.time()
        for token in re.findall(r"zebra-\d+", html):
            self.seen.setdefault(token, now)


def _watched(tag: str) -> tuple[str, tuple[list[str], bool]]:
    said = dict(re.findall(r'([\w-]+)="([^"]*)"', tag))
    return unescape(said["data-live-src"]), (said["data-live"].split(), "data-live-shared" in tag)


async def _many(desk: bench_desk.Desk, count: int) -> dict[str, Any]:
    people = [await asyncio.to_thread(_cookie, desk, number % PEOPLE) for number in range(min(count, PEOPLE))]
    tabs = [Tab(desk, people[number % len(people)]) for number in range(count)]
    ready = [asyncio.Event() for _ in tabs]
    tasks = [asyncio.create_task(tab.live(event)) for tab, event in zip(tabs, ready, strict=True)]
    await asyncio.wait_for(asyncio.gather(*(event.wait() for event in ready)), 60)
    await asyncio.sleep(1)
    before = cpu(desk)
    sent = await asyncio.to_thread(send_letters, desk)
    await _until(lambda: all(len(tab.seen) == len(sent) for tab in tabs))
    after = cpu(desk)
    for task in tasks:
        task.cancel()
    ended = await asyncio.gather(*tasks, return_exceptions=True)
    failed = [repr(each) for each in ended if isinstance(each, Exception)]
    took = [tab.seen[token] - at for tab in tabs for token, at in sent.items() if token in tab.seen]
    return {
        **bench_here.spread(took),
        "missing": len(tabs) * len(sent) - len(took),
        "fetched_a_letter": round(sum(tab.fetched for tab in tabs) / len(sent), 1),
        "cpu_ms_a_letter": {name: round(1000 * (after[name] - before[name]) / len(sent), 1) for name in before},
        "failed": failed[:3],
    }


def _cookie(desk: bench_desk.Desk, number: int) -> str:
    jar = bench_idle.cookies(desk, number)
    return "; ".join(f"{each.name}={each.value}" for each in jar)


async def _until(done: Callable[[], bool]) -> None:
    until = time.monotonic() + PATIENCE
    while not done() and time.monotonic() < until:  # noqa: ASYNC110 (what is waited for comes over many sockets)
        await asyncio.sleep(0.05)


def cpu(desk: bench_desk.Desk) -> dict[str, float]:
    """CPU seconds of each kind of process so far."""
    found: dict[str, float] = {}
    for pid, name in bench_desk.family(desk.pid).items():
        found[name] = found.get(name, 0.0) + bench_desk.cpu_seconds(pid)
    return found


def send_letters(desk: bench_desk.Desk) -> dict[str, float]:
    """Letters one after another, each from somebody new; when each got its 250."""
    sent = {}
    with smtplib.SMTP("127.0.0.1", desk.inlet, timeout=PATIENCE) as door:
        for number in range(LETTERS):
            letter = EmailMessage()
            letter["From"], letter["To"] = f"guest-{number}@post.example", "hello@harbourrow.example"
            letter["Subject"], letter["Message-ID"] = f"zebra-{number}", f"<zebra-{number}@post.example>"
            letter.set_content("The box came warped, and I would like to know what we do about it.\n" * 40)
            door.send_message(letter)
            sent[f"zebra-{number}"] = time.time()
            time.sleep(EVERY)
    return sent


WATCH = """() => {
  window.seen = {};
  const look = () => {
    for (const found of document.getElementById("inbox").innerText.matchAll(/zebra-\\d+/g))
      window.seen[found[0]] ??= Date.now() / 1000;
  };
  new MutationObserver(look).observe(document.getElementById("main"), {childList: true, subtree: true, characterData: true});
}"""


def _in_chromium(desk: bench_desk.Desk, browser: str) -> dict[str, Any] | str:
    try:
        from playwright.sync_api import sync_playwright
    except ImportError:
        return "playwright is not installed here"
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=browser, args=["--no-sandbox", "--disable-quic"])
        context = chromium.new_context()
        jar = bench_idle.cookies(desk, 1)
        context.add_cookies([{"name": c.name, "value": c.value or "", "url": desk.url} for c in jar])
        page = context.new_page()
        page.goto(desk.url)
        page.wait_for_timeout(1500)
        page.evaluate(WATCH)
        sent = send_letters(desk)
        page.wait_for_timeout(1500)
        seen: dict[str, float] = page.evaluate("() => window.seen")
        chromium.close()
    took = [seen[token] - at for token, at in sent.items() if token in seen]
    return {**bench_here.spread(took), "missing": len(sent) - len(took)}
