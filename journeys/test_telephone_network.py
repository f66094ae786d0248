"""The telephone network is not ours: SIPp as a provider's switch, baresip as a telephone, and packets that are lost and late."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Iterator, Sequence
from functools import partial
from pathlib import Path

import pytest

from journeys.engines import ENGINES
from journeys.engines.baresip import private_baresip
from journeys.engines.lossy import lossy_network
from journeys.engines.process import private_folder
from journeys.engines.sipp import HANGS_UP, PICKED_UP, RINGS, SOUND, Hears, Says, Step, Waits, played
from journeys.engines.telephone_house import NUMBER, Desk, House, telephone_house
from journeys.talks import BEA, CALLER, a_browser, a_customer, once_written, play, write_tone
from secondring.phone import sdp
from secondring.phone.media.tests.ears import loudest, near, soon

pytestmark = pytest.mark.once


@pytest.fixture(scope="module")
def house() -> Iterator[House]:
    with private_folder("network") as folder, telephone_house(folder, rows={"people": 1}) as running:
        yield running


async def picks_up(desk: Desk, calls: int) -> None:
    """Bea answers so many calls, each until they hang up."""
    for _ in range(calls):
        async with a_browser(BEA) as bea:
            call = await desk.answers(bea)
            await desk.hears("gone", call=call, within=30)


async def switch(house: House, folder: Path, steps: Sequence[Step], *, calls: int = 1, lost: int = 0) -> None:
    """SIPp plays it to the end."""
    program = ENGINES["sipp"].path()
    assert program
    there = partial(played, program, folder, steps, port=house.port, number=NUMBER)
    done = await asyncio.to_thread(there, calls=calls, lost=lost)
    assert done.returncode == 0, done.stdout[-3000:] + done.stderr[-2000:]


@pytest.mark.needs("sipp")
def test_calls_are_set_up_and_ended_though_one_message_in_ten_is_lost(house: House, tmp_path: Path) -> None:
    async def scene() -> None:
        async with house.desk(1) as desk:
            answering = asyncio.create_task(picks_up(desk, 3))
            await switch(house, tmp_path, [*PICKED_UP, Waits(500), *HANGS_UP], calls=3, lost=10)
            await answering
        assert [row["over"] for row in (await asyncio.to_thread(house.calls))[-3:]] == 3 * [True]

    play(scene)


@pytest.mark.needs("sipp")
def test_a_switch_that_gives_up_is_answered_in_full_and_the_desk_is_silent(house: House, tmp_path: Path) -> None:
    cancel, acknowledge = Says("CANCEL", peer=False, branch="[branch-4]"), Says("ACK", branch="[branch-7]")
    steps = [*RINGS[:2], Hears("180"), Waits(300), cancel, Hears("200"), Hears("487"), acknowledge]

    async def scene() -> None:
        async with house.desk(1) as desk:
            await switch(house, tmp_path, steps)
            ring = await desk.hears("ring")
            await desk.hears("silent", "gone", call=ring["call"])

    play(scene)


@pytest.mark.needs("sipp")
def test_a_switch_that_asks_in_mid_call_whether_we_are_still_there_hears_yes(house: House, tmp_path: Path) -> None:
    still_there: list[Step] = [
        Says("UPDATE", 2),
        Hears("200"),
        Says("OPTIONS", 3),
        Hears("200"),
        Says("UPDATE", 4, SOUND),
        Hears("200"),
    ]
    steps: list[Step] = [*PICKED_UP, Waits(300), *still_there, Says("BYE", 5), Hears("200")]

    async def scene() -> None:
        async with house.desk(1) as desk:
            answering = asyncio.create_task(picks_up(desk, 1))
            await switch(house, tmp_path, steps)
            await answering

    play(scene)


@pytest.mark.needs("sipp")
def test_when_bea_hangs_up_the_switch_is_told(house: House, tmp_path: Path) -> None:
    async def scene() -> None:
        async with house.desk(1) as desk, a_browser(BEA) as bea:
            switching = asyncio.create_task(switch(house, tmp_path, [*PICKED_UP, Hears("BYE")]))
            call = await desk.answers(bea)
            await asyncio.sleep(1)
            desk.say("hang-up", call)
            await switching

    play(scene)


@pytest.mark.needs("sipp")
@pytest.mark.parametrize(
    "body", ["v=0\nnonsense\n", SOUND.replace("RTP/AVP 0 101", "RTP/AVP 9"), SOUND.replace("IP4", "IP9")]
)
def test_sound_that_cannot_be_carried_is_refused_and_rings_nowhere(house: House, tmp_path: Path, body: str) -> None:
    steps: list[Step] = [Says("INVITE", body=body, peer=False), Hears("100", optional=True), Hears("488"), Says("ACK")]

    async def scene() -> None:
        async with house.desk(1) as desk:
            await switch(house, tmp_path, steps)
            assert not [frame for frame in desk.told if frame["what"] == "ring"]

    play(scene)


@pytest.mark.needs("baresip")
def test_a_telephone_that_is_not_ours_talks_is_held_and_hangs_up(house: House, tmp_path: Path) -> None:
    program = ENGINES["baresip"].path()
    assert program
    write_tone(tmp_path / "voice.wav", CALLER)

    async def scene() -> None:
        with private_baresip(program, tmp_path / "voice.wav") as telephone:
            async with house.desk(1) as desk, a_browser(BEA) as bea:
                await asyncio.to_thread(telephone.says, "dial", f"sip:{NUMBER}@127.0.0.1:{house.port}")
                call = await desk.answers(bea)
                await soon(lambda: near(bea.hears(), CALLER), what="the telephone")
                await asyncio.sleep(1.5)
                desk.say("hold", call)
                await soon(lambda: bea.hears(0.3) == 0, what="silence for Bea")
                await asyncio.sleep(1)
                desk.say("resume", call)
                await soon(lambda: near(bea.hears(), CALLER), what="the telephone again")
                await asyncio.to_thread(telephone.says, "hangup")
                await desk.hears("gone", call=call)
            [heard] = await asyncio.to_thread(once_written, telephone)
        pitches = [loudest(heard[at : at + 4000]) for at in range(0, len(heard) - 4000, 4000)]
        assert sum(near(pitch, BEA) for pitch in pitches) >= 2
        assert any(pitch and not near(pitch, BEA) for pitch in pitches), "music while they were held"

    play(scene)


def test_both_are_understood_though_one_packet_in_ten_is_lost_and_the_others_come_late(house: House) -> None:
    async def scene() -> None:
        async with contextlib.AsyncExitStack() as stack:
            desk = await stack.enter_async_context(house.desk(1))
            caller, sound = await stack.enter_async_context(a_customer(house))
            bea = await stack.enter_async_context(a_browser(BEA))
            network = await stack.enter_async_context(lossy_network(("127.0.0.1", 9)))
            caller.sdp = sdp.plain("127.0.0.1", network.port_beyond, sdp.OURS)
            await asyncio.to_thread(caller.invite)
            call = await desk.answers(bea)
            answer = sdp.read((await asyncio.to_thread(caller.gets, 200, within=10)).body)
            caller.ack()
            network.there = (answer.address, answer.port)
            sound.talk_to(sdp.plain("127.0.0.1", network.port, sdp.OURS))
            await soon(lambda: near(sound.hears(1), BEA) and near(bea.hears(1), CALLER), what="both are understood")
            await asyncio.sleep(2)
            assert near(sound.hears(1), BEA)
            assert near(bea.hears(1), CALLER)
            assert network.dropped > 10
            await asyncio.to_thread(caller.ask, "BYE")
            await desk.hears("gone", call=call)

    play(scene)
