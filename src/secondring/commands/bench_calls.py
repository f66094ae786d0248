"""Calls: from the INVITE to desks that ring, from the click to the first sound, from CANCEL to silence; and many at once.

It needs a checkout (telephones and engines live beside the tests) and, for `rtpengine` and for calls held, rtpengine-daemon.
"""

import argparse
import asyncio
import json
import os
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from . import bench_desk, bench_here, bench_idle

ROOT = Path(__file__).parents[3]
AIMS = {
    "invite_to_ring_p95_ms": {"1": 30, "100": 100},
    "cancel_to_silence_p95_ms": 20,
    "click_to_first_sound_p95_ms": {"relay": 150, "rtpengine": 120},
    "cpu_percent_a_call": {"relay": 1.0, "rtpengine": 0.2},
    "calls_held_without_loss": {"relay": 50, "rtpengine": 100},
    "calls_a_second": 20,
}
PEOPLE = 20
PATIENCE = 20.0


def arguments(parser: Any) -> None:
    parser.add_argument("--times", type=int, default=30, help="calls of each kind (default: 30)")
    parser.add_argument("--browsers", type=int, default=100, help="open desks of the larger run (default: 100)")
    parser.add_argument("--held", type=int, nargs=2, default=[50, 100], metavar=("RELAY", "RTPENGINE"),
                        help="calls held at once (default: 50 100)")  # fmt: skip
    parser.add_argument("--held-for", type=float, default=30, help="seconds (default: 30)")


def measure(options: argparse.Namespace) -> dict[str, Any]:
    """Milliseconds, losses and CPU."""
    if not (ROOT / "journeys").is_dir() or find_spec("pytest") is None:
        return {"skipped": "this measure uses the telephones of the tests: run ./secondring test in a checkout once"}
    sys.path.insert(0, str(ROOT))
    from journeys.engines import ENGINES

    found: dict[str, Any] = {"aims": AIMS}
    with _desk() as (desk, port):
        for browsers in (1, options.browsers):
            found[f"browsers_{browsers}"] = asyncio.run(_rings(desk, port, browsers, options.times))
    program = ENGINES["rtpengine"].path()
    for engine, count in zip(("relay", "rtpengine"), options.held, strict=True):
        if program is None:
            found[engine] = "rtpengine-daemon is not installed here"
            continue
        found[engine] = _engine(engine, count, options, program)
    return found


@contextmanager
def _desk() -> Iterator[tuple[bench_desk.Desk, int]]:
    """A desk with twenty people on duty and a number; and the port at which the telephone network reaches it."""
    from journeys.engines.telephone_house import answers_at
    from secondring.phone.tests.telephones import free_port

    port = free_port()
    os.environ["SECONDRING_PHONE_PORTS"] = str(port)
    try:
        with bench_desk.filled(company=["--open", "20", "--waiting", "4"]) as desk:
            words = [sys.executable, "-m", "journeys.engines.telephone_house", "rows"]
            given = {**os.environ, "SECONDRING_DIR": str(desk.folder), "PYTHONPATH": f"{ROOT / 'src'}:{ROOT}"}
            given["DJANGO_SETTINGS_MODULE"] = "secondring.config.settings"
            rows = json.dumps({"people": 0, "everybody": True})
            subprocess.run([*words, rows], env=given, check=True, timeout=120)
            until = time.monotonic() + 60
            while not answers_at(port):
                if time.monotonic() > until:
                    raise RuntimeError("The telephone network was not answered.")
            yield desk, port
    finally:
        del os.environ["SECONDRING_PHONE_PORTS"]


class Tab:
    """An open desk, as far as the telephone goes."""

    def __init__(self, desk: bench_desk.Desk, cookie: str, number: int) -> None:
        self.desk, self.cookie, self.name = desk, cookie, f"tab{number:04}"
        self.heard: dict[tuple[str, str], float] = {}

    async def live(self, ready: asyncio.Event) -> None:
        """Note when what was heard. Until cancelled."""
        from websockets.asyncio.client import connect

        address, cookie = f"ws://127.0.0.1:{self.desk.port}/live/", {"Cookie": self.cookie}
        async with connect(address, origin=self.desk.url, additional_headers=cookie, max_size=None) as line:  # type: ignore[arg-type]
            await line.send(json.dumps({"phone": {"what": "here", "tab": self.name}}))
            async for text in line:
                if said := json.loads(text).get("phone"):
                    self.heard.setdefault((said["what"], said["call"]), time.monotonic())
                    if said["what"] == "mine":
                        ready.set()

    def at(self, *what: str, since: float) -> float | None:
        """When it heard one of these, in this call."""
        return min((at for (each, _call), at in self.heard.items() if each in what and at >= since), default=None)


async def _rings(desk: bench_desk.Desk, port: int, count: int, times: int) -> dict[str, Any]:
    people = [await asyncio.to_thread(_cookie, desk, number) for number in range(min(count, PEOPLE))]
    tabs = [Tab(desk, people[number % len(people)], number) for number in range(count)]
    ready = [asyncio.Event() for _ in tabs]
    tasks = [asyncio.create_task(tab.live(event)) for tab, event in zip(tabs, ready, strict=True)]
    await asyncio.wait_for(asyncio.gather(*(event.wait() for event in ready)), 60)
    await asyncio.sleep(1)
    rang: list[float] = []
    fell_silent: list[float] = []
    for _ in range(times):
        await _ring(port, tabs, rang, fell_silent)
        await asyncio.sleep(0.3)
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)
    return {
        "invite_to_ring_ms": bench_here.spread(rang),
        "cancel_to_silence_ms": bench_here.spread(fell_silent),
        "missing": 2 * len(tabs) * times - len(rang) - len(fell_silent),
    }


async def _ring(port: int, tabs: list[Tab], rang: list[float], fell_silent: list[float]) -> None:
    """One call that nobody takes."""
    from secondring.phone.tests.telephones import Caller

    with Caller(port) as caller:
        at = time.monotonic()
        caller.invite()
        rang += [each - at for each in await _heard(tabs, "ring", since=at)]
        await asyncio.to_thread(caller.gets, 180)
        at = time.monotonic()
        caller.cancel()
        fell_silent += [each - at for each in await _heard(tabs, "silent", "gone", since=at)]
        await asyncio.to_thread(caller.gets, 487)
        caller.send(caller.message("ACK"))


async def _heard(tabs: list[Tab], *what: str, since: float) -> list[float]:
    until = time.monotonic() + PATIENCE
    while (found := [tab.at(*what, since=since) for tab in tabs]).count(None) and time.monotonic() < until:  # noqa: ASYNC110
        await asyncio.sleep(0.002)
    return [at for at in found if at is not None]


def _cookie(desk: bench_desk.Desk, number: int) -> str:
    return "; ".join(f"{each.name}={each.value}" for each in bench_idle.cookies(desk, number))


def _engine(engine: str, count: int, options: argparse.Namespace, program: Path) -> dict[str, Any]:
    from journeys.engines.rtpengine import private_rtpengine

    from . import bench_calls_sound, bench_calls_talks

    with private_rtpengine(program) as server:
        media = "relay" if engine == "relay" else server.setting
        found = bench_calls_talks.measure(media, options.times)
    return {**found, "held": bench_calls_sound.held(engine, count, options.held_for, program)}
