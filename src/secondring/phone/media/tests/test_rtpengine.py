"""With rtpengine two who talk need nobody of us: our own voice may die, and comes back when there is something to say."""

import asyncio
import contextlib
import os
import signal
from collections.abc import AsyncIterator
from typing import Any

import pytest

from journeys.engines import ENGINES
from journeys.engines.rtpengine import private_rtpengine
from secondring.phone.happenings import Silenced
from secondring.phone.orders import Sound

from ..ng import Commander
from .conftest import rtpengine as running
from .ears import Telephone, near, soon
from .test_sound import BEA, CALLER, talking

pytestmark = pytest.mark.needs("rtpengine")


@pytest.fixture
def stage(rtpengine) -> Any:
    return lambda: running(rtpengine.port, rtpengine.keys_port)


async def joined(here: Any) -> None:
    await soon(lambda: all(party.peer for party in here.session._parties.values()), what="without us")


def test_two_who_talk_go_on_when_our_own_voice_dies_and_it_is_there_again_for_music(stage, play) -> None:
    async def run() -> None:
        async with talking(stage) as (here, caller, bea):
            await joined(here)
            os.kill(here.session._engine.pid, signal.SIGKILL)
            await asyncio.sleep(1.2)
            assert near(caller.hears(), BEA)
            assert near(bea.hears(), CALLER)
            assert not [each for each in here.told if isinstance(each, Silenced)]
            await soon(here.session._engine.voice._ready.is_set, what="another voice")
            here.session.play("caller", Sound.MUSIC)
            await soon(lambda: caller.hears(0.3) and not near(caller.hears(0.3), BEA), what="music")
            here.session.stop_playing("caller")
            await soon(lambda: near(caller.hears(), BEA) and near(bea.hears(), CALLER), what="each other again")

    play(run)


def test_our_own_voice_is_silent_while_two_hear_each_other_without_it(stage, play) -> None:
    async def run() -> None:
        async with talking(stage) as (here, caller, _bea):
            await joined(here)
            before = len(caller.numbers)
            await asyncio.sleep(2.5)
            assert len({sender for sender, _number in caller.numbers[before:]}) == 1

    play(run)


def test_a_caller_who_moves_is_joined_again(stage, play) -> None:
    async def run() -> None:
        async with talking(stage) as (here, caller, bea):
            await joined(here)
            caller.speaks = False
            async with Telephone(700).line() as elsewhere:
                await here.session.offered("caller", elsewhere.sdp(), "rtp")
                elsewhere.talk_to(await here.session.answer("caller"))
                await soon(lambda: near(elsewhere.hears(), BEA) and near(bea.hears(), 700), what="each other")
                await asyncio.sleep(0.5)
                await joined(here)
                assert {
                    each["tag"].partition("~")[0]: each["subscribers"][0]["tag"].partition("~")[0]
                    for each in (await here.session._ask("query"))["tags"].values()
                    if not each["tag"].endswith(".voice")
                } == {"caller": "desk-1", "desk-1": "caller"}

    play(run)


def test_who_hears_our_own_voice_when_it_dies_has_left(stage, play) -> None:
    async def run() -> None:
        async with talking(stage) as (here, _caller, _bea):
            here.session.hold("caller")
            await soon(lambda: not any(party.peer for party in here.session._parties.values()))
            os.kill(here.session._engine.pid, signal.SIGKILL)
            await soon(lambda: {each.leg for each in here.told if isinstance(each, Silenced)} == {"caller", "desk-1"})

    play(run)


def test_what_was_opened_is_closed(stage, rtpengine, play) -> None:
    async def run() -> None:
        async with talking(stage) as (here, _caller, _bea):
            await joined(here)
            assert (await here.session._engine.commander.ask("list"))["calls"] == ["call-1"]
        commander = Commander()
        await commander.open(("127.0.0.1", rtpengine.port))
        assert (await commander.ask("list"))["calls"] == []
        commander.close()

    play(run)


def test_a_call_that_rtpengine_does_not_know_any_more_is_over(stage, play) -> None:
    async def run() -> None:
        async with talking(stage) as (here, _caller, _bea):
            await here.session._engine.commander.ask("delete", call_id="call-1")
            await soon(lambda: {each.leg for each in here.told if isinstance(each, Silenced)} == {"caller", "desk-1"})

    play(run)


def test_when_rtpengine_dies_its_calls_are_over_and_our_own_voice_carries_the_next(play) -> None:
    program = ENGINES["rtpengine"].path()
    assert program

    async def run() -> None:
        with private_rtpengine(program) as server:
            async with (
                running(server.port, server.keys_port) as back_end,
                talking(lambda: kept(back_end)) as (here, *_),
            ):
                server.server.kill()
                ended = {"caller", "desk-1"}
                await soon(lambda: {h.leg for h in here.told if isinstance(h, Silenced)} == ended, within=25)
                here.session.close()
                async with talking(lambda: kept(back_end)) as (there, _caller, _bea):
                    assert not there.has(Silenced, "caller")

    play(run)


@contextlib.asynccontextmanager
async def kept(back_end: Any) -> AsyncIterator[Any]:
    """It is ended by whoever began it."""
    yield back_end
