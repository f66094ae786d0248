"""From a hand's click to the first sound in the caller's ear, and how many calls a second can be set up.

The caller is a telephone in this process; the teammate a real Chromium, or where there is none aiortc, which plays a browser's
part in Python and is slower (through rtpengine by a fifth of a second, for it waits for what a browser need not wait for).
"""

import asyncio
import time
from contextlib import AsyncExitStack
from pathlib import Path
from typing import Any

from . import bench_desk, bench_here

A_SECOND = 20  # calls
RINGING_FOR = 10.0  # seconds of calls at that rate
QUIET = {0xFF, 0x7F}  # µ-law for nothing at all


def measure(media: str, times: int) -> dict[str, Any]:
    """Against a telephone process of its own, with this back end."""
    from journeys.engines.process import private_folder
    from journeys.engines.telephone_house import telephone_house

    rows = {"people": 1}
    with private_folder("bench") as folder, telephone_house(folder, rows=rows, SECONDRING_PHONE_MEDIA=media) as house:
        clicks = asyncio.run(_clicks(house, times))
        found = asyncio.run(_set_up(house))
    return {
        "browser": "chromium" if _chromium() else "aiortc",
        "click_to_200_ms": bench_here.spread([answered for answered, _heard in clicks]),
        "click_to_first_sound_ms": bench_here.spread([heard for _answered, heard in clicks]),
        "set_up": found,
    }


def _chromium() -> Path | None:
    from journeys.engines import ENGINES

    return ENGINES["chromium"].path()


async def _clicks(house: Any, times: int) -> list[tuple[float, float]]:
    from journeys.talks import BEA, a_browser

    from .bench_calls_browser import a_chromium

    program = _chromium()
    if program is None:
        found = []
        for _ in range(times):
            async with a_browser(BEA) as person:
                found.append(await _click(house, person))
        return found
    async with a_chromium(program) as browser:
        await _click(house, browser)  # what loads late is loaded
        return [await _click(house, browser) for _ in range(times)]


async def _click(house: Any, person: Any) -> tuple[float, float]:
    """One talk: seconds from the click to the 200 on the wire, and to the first packet that is not silence."""
    from journeys.talks import a_customer
    from secondring.phone.media.tests.ears import soon

    async with AsyncExitStack() as stack:
        desk = await stack.enter_async_context(house.desk(1))
        caller, sound = await stack.enter_async_context(a_customer(house))
        await asyncio.to_thread(caller.invite)
        call = (await desk.hears("ring"))["call"]
        await asyncio.sleep(0.2)
        clicked = time.monotonic()
        desk.say("answer", call)
        offer = await desk.hears("offer", call=call)
        desk.say("sdp", call, sdp=await person.answer(offer["body"]["sdp"]))
        await asyncio.to_thread(caller.gets, 200)
        answered = time.monotonic()
        caller.ack()
        await soon(lambda: first(sound), what="the first sound")
        heard = first(sound)
        await asyncio.to_thread(caller.ask, "BYE")
        await desk.hears("gone", call=call)
        return answered - clicked, heard - clicked


def first(sound: Any) -> float:
    """When the first packet came that is not silence; 0 when none has."""
    return next((at for at, packet in sound.heard if not set(packet) <= QUIET), 0.0)


async def _set_up(house: Any) -> dict[str, Any]:
    """Calls that ring and are given up, at twenty a second: all of them ring, and what each costs the telephone process."""
    async with house.desk(1) as desk:
        phone = house.process("secondring.commands.process")
        before, began = bench_desk.cpu_seconds(phone), time.monotonic()
        calls = []
        for number in range(round(A_SECOND * RINGING_FOR)):
            await asyncio.sleep(max(0.0, began + number / A_SECOND - time.monotonic()))
            calls.append(asyncio.create_task(_ring(house.port)))
        launched = time.monotonic() - began
        took = [each for each in await asyncio.gather(*calls) if each is not None]
        cpu = bench_desk.cpu_seconds(phone) - before
        rung = len({frame["call"] for frame in desk.told if frame["what"] == "ring"})
    return {
        "calls": len(calls),
        "a_second": round(len(calls) / launched, 1),
        "rang_at_the_caller": len(took),
        "rang_at_the_desk": rung,
        "invite_to_180_ms": bench_here.spread(took or [0]),
        "cpu_ms_a_call": round(1000 * cpu / len(calls), 1),
    }


async def _ring(port: int) -> float | None:
    """One call, given up when it rings; seconds from the INVITE to the 180."""
    from secondring.phone.tests.telephones import Caller

    with Caller(port) as caller:
        at = time.monotonic()
        try:
            caller.invite()
            await asyncio.to_thread(caller.gets, 180)
            took = time.monotonic() - at
            await asyncio.sleep(1)
            caller.cancel()
            await asyncio.to_thread(caller.gets, 487)
            caller.send(caller.message("ACK"))
        except AssertionError:
            return None
        return took
