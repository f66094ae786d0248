"""A customer dials, a person picks up, they talk: the telephone process as it runs, callers on the wire, sound listened to."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from journeys.engines import ENGINES
from journeys.engines.baresip import private_baresip
from journeys.engines.process import private_folder
from journeys.engines.telephone_house import NUMBER, Desk, House, telephone_house
from journeys.talks import BEA, CALLER, a_browser, a_customer, a_talk, once_written, play, write_tone
from secondring.phone.media.tests.ears import Person, loudest, near, soon
from secondring.phone.tests.telephones import Caller

pytestmark = pytest.mark.once
CAL = 1500


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


def test_a_colleague_is_asked_first_and_gives_the_call_back_at_once(house: House) -> None:
    async def scene() -> None:
        async with house.desk(2) as cals, a_talk(house) as talk, a_browser(CAL) as cal, a_browser(BEA) as again:
            await cals.hears("ring", call=talk.call)
            await asyncio.sleep(3.2)  # who takes it away sooner never had the call
            talk.desk.say("transfer", talk.call, to=2, first=True)
            await answers(cals, talk.call, cal)
            await soon(lambda: near(talk.bea.hears(), CAL) and near(cal.hears(), BEA), what="Bea and Cal")
            heard = talk.sound.hears(0.3)
            assert heard
            assert not near(heard, BEA)
            assert not near(heard, CAL), "music meanwhile"

            talk.desk.say("join", talk.call)
            await soon(lambda: near(talk.sound.hears(), CAL) and near(cal.hears(), CALLER), what="Cal and the customer")
            await talk.desk.hears("gone", call=talk.call)

            cals.say("transfer", talk.call, to=1, first=False)
            await soon(lambda: 430 < talk.sound.hears(0.4) < 490, what="the ringing tone, for the customer")
            await answers(talk.desk, talk.call, again)
            await soon(lambda: near(talk.sound.hears(), BEA) and near(again.hears(), CALLER), what="Bea again")
            assert len([each for each in talk.caller.got if each.code == 200]) == 1, "their network knew nothing of it"
            await asyncio.to_thread(talk.caller.ask, "BYE")
            await talk.desk.hears("gone", call=talk.call)
        row = (await asyncio.to_thread(house.calls))[-1]
        assert (row["over"], row["answered_by"]) == (True, 1)

    play(scene)


async def answers(desk: Desk, call: str, person: Person) -> None:
    """Picks up the call that a colleague passes on."""
    await desk.hears("ring", call=call)
    desk.say("answer", call)
    offer = await desk.hears("offer", call=call)
    desk.say("sdp", call, sdp=await person.answer(offer["body"]["sdp"]))


@pytest.mark.needs("baresip")
def test_a_telephone_that_is_not_ours_is_passed_on_and_hears_everybody_in_turn(house: House, tmp_path: Path) -> None:
    program = ENGINES["baresip"].path()
    assert program
    write_tone(tmp_path / "voice.wav", CALLER)

    async def scene() -> None:
        with private_baresip(program, tmp_path / "voice.wav") as telephone:
            async with house.desk(1) as beas, house.desk(2) as cals, a_browser(BEA) as bea, a_browser(CAL) as cal:
                await asyncio.to_thread(telephone.says, "dial", f"sip:{NUMBER}@127.0.0.1:{house.port}")
                call = await beas.answers(bea)
                await soon(lambda: near(bea.hears(), CALLER), what="the telephone")
                await cals.hears("ring", call=call)
                await asyncio.sleep(3.2)
                beas.say("transfer", call, to=2, first=True)
                await answers(cals, call, cal)
                await soon(lambda: near(cal.hears(), BEA), what="Bea and Cal")
                await asyncio.sleep(1)
                beas.say("join", call)
                await soon(lambda: near(cal.hears(), CALLER), what="the telephone and Cal")
                await asyncio.sleep(1)
                await asyncio.to_thread(telephone.says, "hangup")
                await cals.hears("gone", call=call)
            [heard] = await asyncio.to_thread(once_written, telephone)
        pitches = [loudest(heard[at : at + 4000]) for at in range(0, len(heard) - 4000, 4000)]
        first, last = (next(at for at in order if near(pitches[at], who)) for order, who in
                       ((range(len(pitches)), BEA), (range(len(pitches) - 1, -1, -1), CAL)))  # fmt: skip
        assert first < last
        between = pitches[first:last]
        assert any(pitch and not near(pitch, BEA) and not near(pitch, CAL) for pitch in between), "music in between"

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
