"""The process that carries sound outlives whoever started it while people talk, and no longer; when it dies, a new one comes."""

import asyncio
import os
import signal
from pathlib import Path
from typing import Any

from secondring.lib import clock
from secondring.phone.happenings import Flowing, Silenced
from secondring.phone.media.relay import Relay

from ..ports import Places
from .ears import Telephone, near, soon


def is_there(pid: int | None) -> bool:
    assert pid is not None
    try:
        os.kill(pid, 0)
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False


def vanish(relay: Relay) -> None:
    """What a killed telephone process leaves behind: a line that is closed."""
    relay._stopping = True
    assert relay._writer is not None
    relay._writer.transport.abort()


async def two_telephones(relay: Relay, one: Telephone, two: Telephone, told: list[Any]) -> None:
    session = relay.session("call-1", told.append)
    await session.offered("caller", one.sdp(), "rtp")
    await session.offered("phone-1", two.sdp(), "rtp")
    session.bridge("caller", "phone-1")
    one.talk_to(await session.answer("caller"))
    two.talk_to(await session.answer("phone-1"))
    await soon(lambda: near(one.hears(), 1000) and near(two.hears(), 440), what="each other")


def test_people_who_talk_go_on_when_the_telephone_process_dies(play) -> None:
    async def run() -> None:
        relay = Relay(Places(), clock.now)
        told: list[Any] = []
        await relay.start()
        pid = relay.pid or 0
        try:
            async with Telephone(440).line() as one, Telephone(1000).line() as two:
                await two_telephones(relay, one, two, told)
                vanish(relay)
                await asyncio.sleep(1.5)
                assert near(one.hears(), 1000)
                assert near(two.hears(), 440)
        finally:
            os.kill(pid, signal.SIGTERM)
        await soon(lambda: not is_there(pid), what="its end")

    play(run)


def test_it_leaves_at_once_when_nobody_talks(play) -> None:
    async def run() -> None:
        relay = Relay(Places(), clock.now)
        await relay.start()
        pid = relay.pid or 0
        vanish(relay)
        await soon(lambda: not is_there(pid), what="its end")

    play(run)


def test_when_it_dies_its_calls_are_over_and_the_next_has_sound_again(play) -> None:
    async def run() -> None:
        relay = Relay(Places(), clock.now)
        told: list[Any] = []
        await relay.start()
        try:
            async with Telephone(440).line() as one, Telephone(1000).line() as two:
                await two_telephones(relay, one, two, told)
                os.kill(relay.pid or 0, signal.SIGKILL)
                await soon(lambda: {h.leg for h in told if isinstance(h, Silenced)} == {"caller", "phone-1"})
                told.clear()
                await soon(lambda: relay._ready.is_set() and is_there(relay.pid))
            async with Telephone(440).line() as one, Telephone(1000).line() as two:
                await two_telephones(relay, one, two, told)
                assert any(isinstance(h, Flowing) for h in told)
        finally:
            await relay.stop()

    play(run)


def test_what_is_said_before_it_is_there_is_not_lost(play) -> None:
    async def run() -> None:
        relay = Relay(Places(), clock.now)
        told: list[Any] = []
        try:
            async with Telephone(440).line() as one, Telephone(1000).line() as two:
                await two_telephones(relay, one, two, told)
        finally:
            await relay.stop()

    play(run)


def test_ports_come_from_the_range_that_the_firewall_lets_through(play) -> None:
    async def run() -> None:
        relay = Relay(Places(first=41000, last=41009), clock.now)
        try:
            session = relay.session("call-1", lambda _: None)
            async with Telephone(440).line() as one:
                await session.offered("caller", one.sdp(), "rtp")
                offer = await session.offer("desk-1", "webrtc")
                answer = await session.answer("caller")
            ports = [int(line.split()[1]) for line in answer.splitlines() if line.startswith("m=")]
            ports += [int(line.split()[5]) for line in offer.splitlines() if line.startswith("a=candidate")]
            assert len(ports) == 2
            assert all(41000 <= port <= 41009 for port in ports)
        finally:
            await relay.stop()

    play(run)
