"""Customers with telephones and people with browsers, who talk by the telephone process as it runs: for the journeys of calls."""

from __future__ import annotations

import asyncio
import contextlib
import math
import struct
import wave
from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from journeys.engines.baresip import Baresip
from journeys.engines.telephone_house import NUMBER, Desk, House
from secondring.phone.media.tests.ears import Person, Telephone, frames_of, near, soon
from secondring.phone.tests.telephones import Caller

CALLER, BEA = 440, 1000  # everybody's pitch


def play(scene: Any, *, within: float = 90) -> None:
    asyncio.run(asyncio.wait_for(scene(), within))


@contextlib.asynccontextmanager
async def a_customer(house: House) -> AsyncIterator[tuple[Caller, Telephone]]:
    """Somebody with a telephone: its signalling, and its sound."""
    async with Telephone(CALLER).line() as sound:
        with Caller(house.port) as caller:
            caller.sdp = sound.sdp()
            yield caller, sound


@contextlib.asynccontextmanager
async def a_browser(pitch: float) -> AsyncIterator[Person]:
    person = Person(pitch)
    try:
        yield person
    finally:
        await person.leave()


@dataclass
class Talk:
    """A customer and Bea, who hear each other."""

    desk: Desk
    call: str
    caller: Caller
    sound: Telephone
    bea: Person

    async def hear_each_other(self) -> None:
        await soon(
            lambda: near(self.sound.hears(), BEA) and near(self.bea.hears(), CALLER), what="both hear each other"
        )

    def hear_each_other_now(self) -> bool:
        return near(self.sound.hears(), BEA) and near(self.bea.hears(), CALLER)


@contextlib.asynccontextmanager
async def a_talk(house: House) -> AsyncIterator[Talk]:
    """The customer and Bea talk."""
    async with house.desk(1) as desk, a_customer(house) as (caller, sound), a_browser(BEA) as bea:
        await asyncio.to_thread(caller.invite, number=NUMBER)
        call = await desk.answers(bea)
        answer = await asyncio.to_thread(caller.gets, 200, within=10)
        caller.ack()
        sound.talk_to(answer.body)
        talk = Talk(desk, call, caller, sound, bea)
        await talk.hear_each_other()
        yield talk


def once_written(telephone: Baresip) -> list[list[int]]:
    """What it heard in each call."""
    telephone.server.wait_until(telephone.heard, within=10, what="write what it heard")
    return [list(frames_of(file)) for file in telephone.heard()]


def write_tone(file: Path, pitch: float) -> None:
    """A minute of one note, for a telephone's voice."""
    with wave.open(str(file), "wb") as written:
        written.setparams((1, 2, 8000, 0, "NONE", ""))
        size = [int(10000 * math.sin(2 * math.pi * pitch * at / 8000)) for at in range(60 * 8000)]
        written.writeframes(struct.pack(f"<{len(size)}h", *size))
