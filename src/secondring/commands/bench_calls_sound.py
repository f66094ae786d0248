"""Many calls held at once by a media back end: what is lost, how late the rest comes, and what it costs.

Telephones are bench_calls_tones.py's; the browsers are a second rtpengine, which does their ICE, keys and sealing for all.
"""

import asyncio
import json
import subprocess
import sys
import time
from contextlib import AsyncExitStack, asynccontextmanager
from pathlib import Path
from typing import Any

from . import bench_desk

SETTLES = 3.0  # seconds until all are joined
FARM_PORTS = (46000, 49999)


def held(engine: str, count: int, seconds: float, program: Path) -> dict[str, Any]:
    """`count` calls for so many seconds. program: rtpengine's, which plays the browsers."""
    from journeys.engines.rtpengine import private_rtpengine

    with private_rtpengine(program) as carrier, private_rtpengine(program, ports=FARM_PORTS) as farm:
        return asyncio.run(_held(engine, count, seconds, carrier, farm))


async def _held(engine: str, count: int, seconds: float, carrier: Any, farm: Any) -> dict[str, Any]:
    from secondring.phone.media.ng import Commander

    async with AsyncExitStack() as stack:
        back_end = await stack.enter_async_context(_back_end(engine, carrier))
        commander = Commander()
        await commander.open(("127.0.0.1", farm.port))
        stack.callback(commander.close)
        tones, ports = _tones(2 * count)
        stack.callback(tones.kill)
        told: list[Any] = []
        began = time.perf_counter()
        for number in range(count):
            await _call(back_end, commander, tones, ports, number, told)
        took = time.perf_counter() - began
        await _flowing(told, count)
        await asyncio.sleep(SETTLES)
        pids = [pid for pid in (back_end.pid, carrier.server.pid if engine == "rtpengine" else None) if pid]
        before = sum(map(bench_desk.cpu_seconds, pids))
        _tell(tones, measure=seconds)
        assert tones.stdout is not None
        found = json.loads(await asyncio.to_thread(tones.stdout.readline))
        cpu = sum(map(bench_desk.cpu_seconds, pids)) - before
        share = {"cpu_percent_of_a_core": round(100 * cpu / seconds, 1)}
        return {
            "calls": count,
            "seconds": seconds,
            "set_up_ms_a_call": round(1000 * took / count, 1),
            **share,
            "cpu_percent_a_call": round(100 * cpu / seconds / count, 3),
            **found,
        }


@asynccontextmanager
async def _back_end(engine: str, carrier: Any) -> Any:
    from secondring.lib import clock
    from secondring.phone.media import back_ends
    from secondring.phone.media.ports import Places

    made = back_ends.read(["relay"] if engine == "relay" else carrier.setting.split())(Places(), clock.now)
    await made.start()
    try:
        yield made
    finally:
        await made.stop()


def _tones(count: int) -> tuple["subprocess.Popen[bytes]", list[int]]:
    words = [sys.executable, "-m", f"{__package__}.bench_calls_tones", str(count)]
    process = subprocess.Popen(words, stdin=subprocess.PIPE, stdout=subprocess.PIPE)
    assert process.stdout is not None
    return process, json.loads(process.stdout.readline())


def _tell(tones: "subprocess.Popen[bytes]", **order: Any) -> None:
    assert tones.stdin is not None
    tones.stdin.write(json.dumps(order).encode() + b"\n")
    tones.stdin.flush()


async def _call(back_end: Any, farm: Any, tones: Any, ports: list[int], number: int, told: list[Any]) -> None:
    """A caller's telephone and a teammate's browser, brought together."""
    from secondring.phone import sdp
    from secondring.phone.media.ng_parties import BROWSER_THAT_OFFERED, PLAIN

    caller, person = (sdp.plain("127.0.0.1", ports[2 * number + each], sdp.G711[:1]) for each in (0, 1))
    session = back_end.session(f"bench-{number}", told.append)
    await session.offered("caller", caller, "rtp")
    offer = await session.offer("desk-1", "webrtc")
    session.bridge("desk-1", "caller")
    tags = {"call_id": f"farm-{number}", "from_tag": "us"}
    inside = await farm.ask("offer", sdp=offer, **tags, **PLAIN)
    _tell(tones, who=2 * number + 1, port=sdp.read(inside["sdp"]).port)
    answer = await farm.ask("answer", sdp=person, to_tag="person", **tags, **BROWSER_THAT_OFFERED)
    await session.answered("desk-1", answer["sdp"])
    _tell(tones, who=2 * number, port=sdp.read(await session.answer("caller")).port)


async def _flowing(told: list[Any], count: int) -> None:
    from secondring.phone.happenings import Flowing

    until = time.monotonic() + 30
    while sum(isinstance(each, Flowing) for each in list(told)) < 2 * count:
        if time.monotonic() > until:
            raise RuntimeError(f"Only {sum(isinstance(each, Flowing) for each in told)} of {2 * count} are heard.")
        await asyncio.sleep(0.1)
