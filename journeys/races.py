"""Two hands reach for one call in the same moment, again and again; and whoever won is counted."""

from __future__ import annotations

import asyncio
import random
from collections import Counter
from dataclasses import dataclass, field
from typing import Any

from journeys.engines.telephone_house import Desk, House
from secondring.phone.tests.telephones import Caller

APART = 0.004  # seconds at most between the two hands


@dataclass
class Races:
    """What came of them. `wrong` says every race without exactly one winner."""

    won: Counter[str] = field(default_factory=Counter)
    wrong: list[str] = field(default_factory=list)


async def run(house: House, times: int, *, seed: int) -> Races:
    """Race after race between the desks of the first two people on duty."""
    found, chance = Races(), random.Random(seed)
    async with house.desk(1) as one, house.desk(2) as two:
        for number in range(times):
            try:
                await asyncio.wait_for(_race(house, [one, two], found, chance), 30)
            except (TimeoutError, AssertionError) as trouble:
                found.wrong.append(f"race {number}: {trouble!r}; told {[f['what'] for f in [*one.told, *two.told]]}")
                return found
    found.wrong += judged((await asyncio.to_thread(house.calls))[-times:], times)
    return found


async def _race(house: House, desks: list[Desk], found: Races, chance: random.Random) -> None:
    with Caller(house.port) as caller:
        await asyncio.to_thread(caller.invite)
        rung = [await desk.hears("ring") for desk in desks]
        call = rung[0]["call"]
        assert rung[1]["call"] == call, "another call rings"
        for desk in chance.sample(desks, 2):
            desk.say("answer", call)
            await asyncio.sleep(chance.uniform(0, APART))
        told = await asyncio.gather(*(desk.hears("offer", "silent", "gone", call=call) for desk in desks))
        await asyncio.to_thread(caller.cancel)
        await asyncio.to_thread(caller.gets, 487)
        caller.send(caller.message("ACK"))
        winners = [desk for desk, frame in zip(desks, told, strict=True) if frame["what"] == "offer"]
        for desk in winners:
            await desk.hears("gone", call=call)
        found.won.update(desk.party for desk in winners)
        if len(winners) != 1:
            found.wrong.append(f"call {call} was won by {[desk.party for desk in winners]}")


def judged(rows: list[dict[str, Any]], times: int) -> list[str]:
    """What the book says that it should not."""
    wrong = [f"call {row['key']} was claimed {row['claims']} times" for row in rows if row["claims"] != 1]
    wrong += [f"call {row['key']} is not over" for row in rows if not row["over"]]
    return wrong if len(rows) == times else [*wrong, f"{len(rows)} calls are in the book"]
