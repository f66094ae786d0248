"""What carries calls is killed in the middle of a talk: nobody is left with a dead line, nobody who called is forgotten."""

from __future__ import annotations

import asyncio
import contextlib
import math
import os
import signal
import struct
import wave
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from journeys.engines.process import private_folder
from journeys.engines.telephone_house import House, telephone_house
from journeys.talks import CALLER, a_customer, a_talk, play
from secondring.phone.media.tests.ears import frames_of, loudest, near, soon
from secondring.phone.process import LOOK

pytestmark = pytest.mark.once
SOUND, TELEPHONE = "secondring.phone.media.child", "secondring.commands.process"
GREETING = 620  # the pitch of the company's own words


@contextlib.contextmanager
def a_house(media: str) -> Iterator[House]:
    with private_folder("troubles") as folder:
        words = folder / "words.wav"
        write_tone(words, GREETING)
        rows = {"people": 1, "greeting": str(words), "greets_after": 2}
        with telephone_house(folder, rows=rows, SECONDRING_PHONE_MEDIA=media) as running:
            yield running


@pytest.fixture(scope="module")
def house() -> Iterator[House]:
    with a_house("relay") as running:
        yield running


@pytest.fixture(scope="module")
def house_with_rtpengine(rtpengine) -> Iterator[House]:
    with a_house(rtpengine.setting) as running:
        yield running


def write_tone(file: Path, pitch: float) -> None:
    """One second, as somebody would record it."""
    with wave.open(str(file), "wb") as written:
        written.setparams((1, 2, 44100, 0, "NONE", ""))
        size = [math.sin(2 * math.pi * pitch * at / 44100) / 3 for at in range(44100)]
        written.writeframes(struct.pack(f"<{len(size)}h", *(int(each * 32767) for each in size)))


async def last_call(house: House, has: str) -> dict[str, Any]:
    """Its row, as soon as it has that."""
    wanted = f"write {has}"
    await asyncio.to_thread(house.server.wait_until, lambda: house.calls()[-1][has], within=20, what=wanted)
    return house.calls()[-1]


def test_when_the_sound_dies_both_know_at_once_and_the_customer_is_called_back(house: House) -> None:
    async def scene() -> None:
        async with a_talk(house) as talk:
            os.kill(house.process(SOUND), signal.SIGKILL)
            await asyncio.to_thread(talk.caller.asked, "BYE")
            assert (await talk.desk.hears("gone"))["body"]["because"] == "silenced"
        row = await last_call(house, "over")
        assert (row["because"], row["answered_by"], row["waits"]) == ("silenced", 1, True)
        async with a_talk(house) as next_talk:
            next_talk.desk.say("hang-up", next_talk.call)
            await asyncio.to_thread(next_talk.caller.asked, "BYE")

    play(scene)


async def the_telephone_dies(house: House) -> None:
    async with a_talk(house) as talk:
        os.kill(house.process(TELEPHONE), signal.SIGKILL)
        await asyncio.sleep(1.5)
        assert talk.hear_each_other_now(), "the sound does not pass through it"
        await asyncio.to_thread(house.wait_until_it_answers)
        await asyncio.sleep(1.0)
        assert talk.hear_each_other_now(), "its successor cuts nobody off"
    row = await last_call(house, "over")
    assert (row["because"], row["waits"]) == ("process-died", True)
    async with a_talk(house) as next_talk:
        next_talk.desk.say("hang-up", next_talk.call)
        await asyncio.to_thread(next_talk.caller.asked, "BYE")
    assert (await last_call(house, "over"))["because"] == "hung-up"


def test_people_go_on_talking_when_the_telephone_process_dies(house: House) -> None:
    play(lambda: the_telephone_dies(house))


@pytest.mark.needs("rtpengine")
def test_people_go_on_talking_through_rtpengine_when_the_telephone_process_dies(house_with_rtpengine: House) -> None:
    play(lambda: the_telephone_dies(house_with_rtpengine))


@pytest.mark.needs("rtpengine")
def test_with_rtpengine_the_death_of_our_own_voice_is_not_even_heard(house_with_rtpengine: House) -> None:
    house = house_with_rtpengine

    async def scene() -> None:
        async with a_talk(house) as talk:
            await asyncio.sleep(0.5)
            os.kill(house.process(SOUND), signal.SIGKILL)
            await asyncio.sleep(1.5)
            assert talk.hear_each_other_now()
            talk.desk.say("hang-up", talk.call)
            await asyncio.to_thread(talk.caller.asked, "BYE")

    play(scene)


async def a_message_is_left(house: House, *, within: float) -> None:
    """The customer calls and hears within so many seconds the company's own words and a beep, and speaks."""
    async with a_customer(house) as (caller, sound):
        caller.invite()
        answer = await asyncio.to_thread(caller.gets, 200, within=within)
        caller.ack()
        sound.talk_to(answer.body)
        await soon(lambda: near(sound.hears(0.4), GREETING), what="the company's own words")
        await soon(lambda: near(sound.hears(0.3), 880), what="the beep")
        await asyncio.sleep(3)
        caller.ask("BYE")
        await asyncio.to_thread(caller.gets, 200, "BYE")


def leaves_a_message(house: House) -> None:
    """No desk is open: what is said after the beep waits like a letter."""

    async def scene() -> None:
        await a_message_is_left(house, within=80)
        row = await last_call(house, "messages")
        [sha256] = row["messages"]
        assert row["waits"]
        kept = list(frames_of(next((house.folder / "blobs").rglob(sha256))))
        assert len(kept) > 2 * 8000
        assert near(loudest(kept), CALLER)

    play(scene, within=120)


def test_nobody_is_there_and_a_message_is_left(house: House) -> None:
    leaves_a_message(house)


@pytest.mark.needs("rtpengine")
def test_nobody_is_there_and_a_message_is_left_through_rtpengine(house_with_rtpengine: House) -> None:
    leaves_a_message(house_with_rtpengine)


def test_a_closed_number_rings_nobody_and_takes_a_message_at_once(house: House) -> None:
    async def scene() -> None:
        async with house.desk(1) as desk:
            with house.closed():
                await asyncio.sleep(LOOK + 1)  # so often the telephone looks at hours and people
                await a_message_is_left(house, within=8)
            assert not [frame for frame in desk.told if frame["what"] == "ring"]
        row = await last_call(house, "messages")
        assert (row["answered_by"], row["waits"]) == (None, True)

    play(scene)
