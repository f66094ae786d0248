"""A customer dials, a person picks up, they talk: the telephone process as it runs, callers on the wire, sound listened to."""

from __future__ import annotations

import asyncio
import contextlib
import time
from collections.abc import AsyncIterator, Iterator
from typing import Any

import pytest

from journeys.engines.process import private_folder
from journeys.engines.telephone_house import NUMBER, House, telephone_house
from secondring.phone.media.tests.ears import Person, Telephone, near, soon
from secondring.phone.tests.telephones import Caller

CALLER, BEA = 440, 1000


@pytest.fixture(scope="module")
def house() -> Iterator[House]:
    with private_folder("telephone") as folder, telephone_house(folder) as running:
        yield running


def play(scene: Any) -> None:
    asyncio.run(asyncio.wait_for(scene(), 90))


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


@contextlib.asynccontextmanager
async def a_talk(house: House) -> AsyncIterator[tuple[Any, str, Caller, Telephone, Person]]:
    """The customer and Bea talk."""
    async with house.desk(1) as desk, a_customer(house) as (caller, sound), a_browser(BEA) as bea:
        await asyncio.to_thread(caller.invite, number=NUMBER)
        call = await desk.answers(bea)
        answer = await asyncio.to_thread(caller.gets, 200, within=10)
        caller.ack()
        sound.talk_to(answer.body)
        await soon(lambda: near(sound.hears(), BEA) and near(bea.hears(), CALLER), what="both hear each other")
        yield desk, call, caller, sound, bea


def test_two_people_talk_and_the_customer_hangs_up(house: House) -> None:
    async def scene() -> None:
        async with a_talk(house) as (desk, call, caller, _sound, _bea):
            assert [answer.code for answer in caller.got][:3] == [100, 180, 200], (
                "no sound of ours before a person is there"
            )
            await asyncio.to_thread(caller.ask, "BYE")
            assert (await desk.hears("gone"))["call"] == call
            await asyncio.to_thread(caller.gets, 200, "BYE")

    play(scene)


def test_the_person_hangs_up_and_the_customers_telephone_knows(house: House) -> None:
    async def scene() -> None:
        async with a_talk(house) as (desk, call, caller, _sound, _bea):
            desk.say("hang-up", call)
            await asyncio.to_thread(caller.asked, "BYE")

    play(scene)


def test_hold_is_music_and_back_is_back(house: House) -> None:
    async def scene() -> None:
        async with a_talk(house) as (desk, call, _caller, sound, bea):
            desk.say("hold", call)
            await soon(lambda: sound.hears(0.3) and not near(sound.hears(0.3), BEA), what="music")
            desk.say("resume", call)
            await soon(lambda: near(sound.hears(), BEA) and near(bea.hears(), CALLER), what="each other again")
            desk.say("hang-up", call)

    play(scene)


def test_keys_pressed_at_the_desk_reach_the_customers_telephone(house: House) -> None:
    async def scene() -> None:
        async with a_talk(house) as (desk, call, _caller, sound, _bea):
            desk.say("keys", call, keys="1#")
            await soon(lambda: sound.pressed() == [1, 11], what="the keys")
            desk.say("hang-up", call)

    play(scene)


def test_every_free_person_rings_and_the_first_hand_silences_the_others(house: House) -> None:
    async def scene() -> None:
        async with (
            house.desk(1) as bea,
            house.desk(2) as cal,
            a_customer(house) as (caller, _),
            a_browser(BEA) as person,
        ):
            await asyncio.to_thread(caller.invite)
            ring = await cal.hears("ring")
            call = await bea.answers(person)
            assert ring["call"] == call
            assert (await cal.hears("silent"))["body"]["by"] == 1
            await asyncio.to_thread(caller.gets, 200, within=10)
            caller.ack()
            caller.ask("BYE")
            await bea.hears("gone")

    play(scene)


def test_a_customer_who_gives_up_leaves_silence_at_once(house: House) -> None:
    async def scene() -> None:
        async with house.desk(1) as desk, a_customer(house) as (caller, _sound):
            caller.invite()
            call = (await desk.hears("ring"))["call"]
            await asyncio.to_thread(caller.gets, 180)
            at = time.monotonic()
            caller.cancel()
            assert (await desk.hears("silent", within=3))["call"] == call
            assert time.monotonic() - at < 3
            await asyncio.to_thread(caller.gets, 487)
            caller.send(caller.message("ACK"))

    play(scene)


@pytest.fixture
def house_of_one() -> Iterator[House]:
    """For a test that ends it."""
    with private_folder("upgrade") as folder, telephone_house(folder, people=1) as running:
        yield running


def test_an_upgrade_cuts_no_call(house_of_one: House) -> None:
    house = house_of_one

    async def scene() -> None:
        async with a_talk(house) as (desk, call, caller, sound, bea):
            house.server.process.terminate()
            await asyncio.sleep(3)
            with Caller(house.port) as new:
                new.invite()
                assert (await asyncio.to_thread(new.gets, 503)).header("retry-after")
                new.send(new.message("ACK"))
            assert near(sound.hears(), BEA)
            assert near(bea.hears(), CALLER)
            desk.say("hang-up", call)
            await asyncio.to_thread(caller.asked, "BYE")
            await soon(lambda: not house.server.is_running, within=30, what="the end of the process")
            assert house.server.process.returncode == 0

    play(scene)
