"""Who gets the call: two hands at once, a hand whose tab dies, the second ring, a teammate's own telephone."""

from __future__ import annotations

import asyncio
import contextlib
import time
from collections.abc import Iterator
from typing import Any

import pytest

from journeys import races
from journeys.engines.process import private_folder
from journeys.engines.telephone_house import NUMBER, Desk, House, telephone_house
from journeys.talks import BEA, CALLER, a_browser, a_customer, play
from secondring.phone.media.tests.ears import Person, Telephone, near, soon
from secondring.phone.tests.telephones import Answer, Caller

CAL = 1500
MOBILE = "+15557001"


@pytest.fixture(scope="module", params=["sqlite", pytest.param("postgresql", marks=pytest.mark.needs("postgresql"))])
def house(request: pytest.FixtureRequest) -> Iterator[House]:
    """Bea and Cal on duty, Mae at ring two."""
    database = "" if request.param == "sqlite" else request.getfixturevalue("postgresql").new_database()
    rows = {"people": 3, "at_ring_two": 1}
    with (
        private_folder("hands") as folder,
        telephone_house(folder, rows=rows, SECONDRING_DATABASE_URL=database) as running,
    ):
        yield running


@pytest.mark.once
def test_of_two_hands_in_one_moment_exactly_one_has_the_call(house: House) -> None:
    """Two hundred of them: `./secondring soak races`."""

    async def scene() -> None:
        found = await races.run(house, 12, seed=7)
        assert not found.wrong
        assert found.won.total() == 12

    play(scene)


STEPS = ["clicked", "was offered its sound", "sent its own", "was heard"]


@pytest.mark.once
@pytest.mark.parametrize("step", STEPS)
def test_a_winner_whose_tab_dies_before_the_customer_is_answered_loses_nobody(house: House, step: str) -> None:
    async def scene() -> None:
        async with (
            house.desk(1) as one,
            house.desk(2) as two,
            a_customer(house) as (caller, sound),
            a_browser(CAL) as cal,
        ):
            await asyncio.to_thread(caller.invite)
            call = (await one.hears("ring"))["call"]
            first = await two.hears("ring")
            assert first["call"] == call
            await dies_at(step, one, call, caller)
            await rings_on(two, call)
            two.say("answer", call)
            offer = await two.hears("offer", call=call)
            two.say("sdp", call, sdp=await cal.answer(offer["body"]["sdp"]))
            answer = next((each for each in caller.got if each.code == 200), None)
            if answer is None:
                answer = await asyncio.to_thread(caller.gets, 200, within=10)
            caller.ack()
            sound.talk_to(answer.body)
            await soon(lambda: near(sound.hears(), CAL) and near(cal.hears(), CALLER), what="Cal and the customer")
            await asyncio.to_thread(caller.ask, "BYE")
            await two.hears("gone", call=call)

    play(scene)


async def rings_on(desk: Desk, call: str) -> None:
    """It rings there, still or again: a tab that dies with its click never silenced the others."""
    with contextlib.suppress(TimeoutError):
        await desk.hears("silent", call=call, within=2)
        await desk.hears("ring", call=call, within=15)


async def dies_at(step: str, desk: Desk, call: str, caller: Caller) -> None:
    """Bea's tab goes as far as that, and is gone."""
    bea = Person(BEA)
    desk.say("answer", call)
    if step != "clicked":
        offer = await desk.hears("offer", call=call)
        answer = await bea.answer(offer["body"]["sdp"])
    if step in STEPS[2:]:
        desk.say("sdp", call, sdp=answer)
    if step == "was heard":
        await asyncio.to_thread(caller.gets, 200, within=10)
    desk.say("away")
    await bea.leave()


@pytest.mark.once
def test_the_second_ring_comes_at_the_second_ring_of_the_customers_network(house: House) -> None:
    async def scene() -> None:
        async with house.desk(1) as bea, house.desk(3) as mae, a_customer(house) as (caller, _sound):
            await asyncio.to_thread(caller.invite)
            await asyncio.to_thread(caller.gets, 180)
            rings = time.monotonic()
            first = await bea.hears("ring")
            assert not [frame for frame in mae.told if frame["what"] == "ring"]
            second = await mae.hears("ring", within=15)
            assert first["at"] - rings < 2
            assert 5.5 < second["at"] - rings < 8, "two seconds of tone, four of silence"
            caller.cancel()
            await mae.hears("silent")

    play(scene)


class Mobile:
    """A teammate's telephone somewhere in the world, as our provider's network reaches it."""

    def __init__(self) -> None:
        self.line = Caller(0)
        self.invite: Answer | None = None

    async def rings(self, house: House) -> None:
        self.line.there = ("127.0.0.1", house.port)
        while self.invite is None:
            found = await asyncio.to_thread(self.line.next, 10)
            assert found, "nobody dialled it"
            self.invite = found if found.first.startswith(f"INVITE sip:{MOBILE}@") else None
        self.line.reply(self.invite, 180, "Ringing", tag="mobile")

    async def is_picked_up(self, sound: Telephone) -> None:
        assert self.invite is not None
        self.line.reply(self.invite, 200, "OK", body=sound.sdp(), tag="mobile")
        sound.talk_to(self.invite.body)
        await soon(lambda: sound.hears(0.5) > 0, what="a voice that says what to press")


@pytest.fixture(scope="module")
def mobile_house() -> Iterator[tuple[House, Mobile]]:
    """Bea has her own telephone, too."""
    mobile = Mobile()
    rows = {"people": 1, "trunk_port": mobile.line.port, "telephones": [MOBILE]}
    with private_folder("mobile") as folder, telephone_house(folder, rows=rows) as running:
        yield running, mobile


@pytest.mark.once
def test_a_telephone_gets_the_call_by_pressing_one_and_not_by_picking_up(mobile_house: Any) -> None:
    house, mobile = mobile_house

    async def scene() -> None:
        async with house.desk(1) as desk, a_customer(house) as (caller, sound), Telephone(BEA).line() as phone:
            await asyncio.to_thread(caller.invite, number=NUMBER)
            call = (await desk.hears("ring"))["call"]
            mobile.invite = None
            await mobile.rings(house)
            await mobile.is_picked_up(phone)
            assert not [each for each in caller.got if each.code == 200], "their mailbox would have picked up, too"
            phone.press(1)
            answer = await asyncio.to_thread(caller.gets, 200, within=10)
            caller.ack()
            sound.talk_to(answer.body)
            await soon(lambda: near(sound.hears(), BEA) and near(phone.hears(), CALLER), what="each other")
            assert (await desk.hears("silent", call=call))["body"]["by"] == 1
            await asyncio.to_thread(caller.ask, "BYE")
            await asyncio.to_thread(mobile.line.asked, "BYE")

    play(scene)


@pytest.mark.once
def test_a_telephone_that_was_only_picked_up_takes_the_call_from_nobody(mobile_house: Any) -> None:
    house, mobile = mobile_house

    async def scene() -> None:
        async with (
            house.desk(1) as desk,
            a_customer(house) as (caller, sound),
            Telephone(700).line() as phone,
            a_browser(BEA) as bea,
        ):
            await asyncio.to_thread(caller.invite)
            mobile.invite = None
            await mobile.rings(house)
            await mobile.is_picked_up(phone)
            await desk.answers(bea)
            answer = await asyncio.to_thread(caller.gets, 200, within=10)
            caller.ack()
            sound.talk_to(answer.body)
            await asyncio.to_thread(mobile.line.asked, "BYE")
            await soon(lambda: near(sound.hears(), BEA) and near(bea.hears(), CALLER), what="each other")
            await asyncio.to_thread(caller.ask, "BYE")
            await desk.hears("gone")

    play(scene)
