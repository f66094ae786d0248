"""A call from the telephone network that is recorded while all runs as it does: signals, sound and rows; and a death amidst."""

from __future__ import annotations

import asyncio
import os
import signal
from collections.abc import Iterator

import pytest

from journeys.engines.process import private_folder
from journeys.engines.telephone_house import NUMBER, House, telephone_house
from journeys.talks import BEA, CALLER, Talk, a_browser, a_customer, play
from secondring.phone.media.tests.ears import near, soon
from secondring.phone.media.tests.test_tape import NOTICE, loud, notice, seconds_of

pytestmark = pytest.mark.once


@pytest.fixture(params=["relay", pytest.param("rtpengine", marks=pytest.mark.needs("rtpengine"))])
def house(request: pytest.FixtureRequest) -> Iterator[House]:
    media = "relay" if request.param == "relay" else request.getfixturevalue("rtpengine").setting
    with private_folder("recorded") as folder:
        rows = {"people": 1, "notice": str(notice(folder, 2.0))}
        with telephone_house(folder, rows=rows, SECONDRING_PHONE_MEDIA=media) as running:
            yield running


def test_both_are_told_both_are_kept_and_a_dying_process_loses_nothing_of_it(house: House) -> None:
    async def scene() -> None:
        async with house.desk(1) as desk, a_customer(house) as (caller, sound), a_browser(BEA) as bea:
            await asyncio.to_thread(caller.invite, number=NUMBER)
            talk = Talk(desk, await desk.answers(bea), caller, sound, bea)
            answer = await asyncio.to_thread(caller.gets, 200, within=10)
            caller.ack()
            sound.talk_to(answer.body)
            await soon(
                lambda: near(sound.hears(0.4), NOTICE) and near(bea.hears(0.4), NOTICE), what="the notice, at both"
            )
            await until_taped(talk, "on")
            await talk.hear_each_other()
            (tape,) = (house.folder / "tapes").iterdir()
            await soon(lambda: seconds_of(tape) >= 2, what="two seconds of it")

            desk.say("hold", talk.call)
            await soon(lambda: bea.hears(0.3) == 0, what="music for the customer")
            before = seconds_of(tape)
            await asyncio.sleep(1.5)
            assert seconds_of(tape) == before
            desk.say("resume", talk.call)
            await talk.hear_each_other()
            await soon(lambda: seconds_of(tape) >= before + 1, what="more of it")

            os.kill(house.process("secondring.commands.process"), signal.SIGKILL)
            await asyncio.to_thread(
                house.server.wait_until, lambda: house.calls()[-1]["recorded"], within=30, what="heal"
            )
            assert talk.hear_each_other_now(), "they go on talking"
            kept = seconds_of(tape)
            await asyncio.sleep(1.2)
            assert seconds_of(tape) == kept, "nobody could stop it any more, so it has stopped"
            assert abs(house.calls()[-1]["recorded"] - kept) <= 1.1
        assert loud(tape, CALLER) > 0.2
        assert loud(tape, BEA) > 0.2
        assert loud(tape, CALLER) + loud(tape, BEA) > 0.9

    play(scene)


async def until_taped(talk: Talk, how: str) -> None:
    """The desk is told so."""
    while (await talk.desk.hears("stands", call=talk.call))["body"]["tape"] != how:
        pass
