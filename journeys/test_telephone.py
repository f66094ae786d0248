"""A customer dials, a person picks up, they talk: the telephone process as it runs, callers on the wire, sound listened to."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Iterator

import pytest

from journeys.engines.process import private_folder
from journeys.engines.telephone_house import House, telephone_house
from journeys.talks import BEA, a_browser, a_customer, a_talk, play
from secondring.phone.media.tests.ears import near, soon
from secondring.phone.tests.telephones import Caller

pytestmark = pytest.mark.once


@pytest.fixture(scope="module", params=["relay", pytest.param("rtpengine", marks=pytest.mark.needs("rtpengine"))])
def house(request: pytest.FixtureRequest) -> Iterator[House]:
    media = request.param if request.param == "relay" else request.getfixturevalue("rtpengine").setting
    with private_folder("telephone") as folder, telephone_house(folder, SECONDRING_PHONE_MEDIA=media) as running:
        yield running


def test_two_people_talk_and_the_customer_hangs_up(house: House) -> None:
    async def scene() -> None:
        async with a_talk(house) as talk:
            codes = [answer.code for answer in talk.caller.got]
            assert codes[:3] == [100, 180, 200], "no sound of ours before a person is there"
            await asyncio.to_thread(talk.caller.ask, "BYE")
            assert (await talk.desk.hears("gone"))["call"] == talk.call
            await asyncio.to_thread(talk.caller.gets, 200, "BYE")

    play(scene)


def test_the_person_hangs_up_and_the_customers_telephone_knows(house: House) -> None:
    async def scene() -> None:
        async with a_talk(house) as talk:
            talk.desk.say("hang-up", talk.call)
            await asyncio.to_thread(talk.caller.asked, "BYE")

    play(scene)


def test_hold_is_music_and_back_is_back(house: House) -> None:
    async def scene() -> None:
        async with a_talk(house) as talk:
            talk.desk.say("hold", talk.call)
            await soon(lambda: talk.sound.hears(0.3) and not near(talk.sound.hears(0.3), BEA), what="music")
            talk.desk.say("resume", talk.call)
            await talk.hear_each_other()
            talk.desk.say("hang-up", talk.call)

    play(scene)


def test_keys_pressed_at_the_desk_reach_the_customers_telephone(house: House) -> None:
    async def scene() -> None:
        async with a_talk(house) as talk:
            talk.desk.say("keys", talk.call, keys="1#")
            await soon(lambda: talk.sound.pressed() == [1, 11], what="the keys")
            talk.desk.say("hang-up", talk.call)

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
    with private_folder("upgrade") as folder, telephone_house(folder, rows={"people": 1}) as running:
        yield running


def test_an_upgrade_cuts_no_call(house_of_one: House) -> None:
    house = house_of_one

    async def scene() -> None:
        async with a_talk(house) as talk:
            house.server.process.terminate()
            await asyncio.sleep(3)
            with Caller(house.port) as new:
                new.invite()
                assert (await asyncio.to_thread(new.gets, 503)).header("retry-after")
                new.send(new.message("ACK"))
            assert talk.hear_each_other_now()
            talk.desk.say("hang-up", talk.call)
            await asyncio.to_thread(talk.caller.asked, "BYE")
            await soon(lambda: not house.server.is_running, within=30, what="the end of the process")
            assert house.server.process.returncode == 0

    play(scene)
