"""Two people hear each other, and only each other: tones go in, and what comes out is listened to. For every back end."""

import asyncio
import contextlib
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from secondring.phone import sdp
from secondring.phone.happenings import Digit, Flowing, Lost, Played
from secondring.phone.media.tests.ears import Person, Telephone, frames_of, loudest, near, soon
from secondring.phone.orders import Sound

CALLER, BEA, CAL = 440, 1000, 1500  # everybody's pitch


class Scene:
    """A call on a back end: the caller's telephone, people at browsers, and what was told."""

    def __init__(self, back_end: Any) -> None:
        self.told: list[Any] = []
        self.session = back_end.session("call-1", self.told.append)
        self.people: list[Person] = []

    def has(self, kind: type, leg: str) -> bool:
        return any(isinstance(each, kind) and getattr(each, "leg", "") == leg for each in self.told)

    async def comes(self, leg: str, pitch: float, *, to: str = "caller") -> Person:
        """A teammate's browser is offered the call and answers it."""
        person = Person(pitch)
        self.people.append(person)
        offer = await self.session.offer(leg, "webrtc")
        self.session.bridge(leg, to)
        await self.session.answered(leg, await person.answer(offer))
        return person

    async def rings_in(self, telephone: Telephone) -> None:
        await self.session.offered("caller", telephone.sdp(), "rtp")


@contextlib.asynccontextmanager
async def scene(media: Any) -> AsyncIterator[Scene]:
    async with media() as back_end:
        here = Scene(back_end)
        try:
            yield here
        finally:
            for person in here.people:
                await person.leave()
            here.session.close()


@contextlib.asynccontextmanager
async def talking(media: Any, codec: str = sdp.PCMU) -> AsyncIterator[tuple[Scene, Telephone, Person]]:
    """A customer at a telephone and Bea at her browser hear each other."""
    async with scene(media) as here, Telephone(CALLER, codec=codec).line() as caller:
        await here.rings_in(caller)
        bea = await here.comes("desk-1", BEA)
        await soon(lambda: here.has(Flowing, "desk-1"), what="the browser's first sound")
        caller.talk_to(await here.session.answer("caller"))
        await soon(lambda: near(caller.hears(), BEA) and near(bea.hears(), CALLER), what="both hear each other")
        yield here, caller, bea


@pytest.mark.parametrize("codec", [sdp.PCMU, sdp.PCMA])
def test_a_caller_and_a_browser_hear_each_other(media, play, codec: str) -> None:
    async def run() -> None:
        async with talking(media, codec) as (here, caller, _bea):
            await soon(lambda: here.has(Flowing, "caller"))
            await soon(lambda: len(caller.numbers) > 50)
            assert caller.steps().count(1) >= 0.95 * len(caller.steps())

    play(run)


def test_who_is_held_hears_music_and_is_not_heard(media, play) -> None:
    async def run() -> None:
        async with talking(media) as (here, caller, bea):
            here.session.hold("caller")
            await soon(lambda: caller.hears(0.3) and not near(caller.hears(0.3), BEA), what="music")
            await soon(lambda: bea.hears(0.3) == 0, what="silence for Bea")
            here.session.resume("caller")
            await soon(lambda: near(caller.hears(), BEA) and near(bea.hears(), CALLER), what="each other again")

    play(run)


def test_a_transfer_changes_who_is_heard_and_nothing_else(media, play) -> None:
    async def run() -> None:
        async with talking(media) as (here, caller, bea):
            numbers = len(caller.numbers)
            cal = await here.comes("desk-2", CAL)
            await soon(lambda: near(caller.hears(), CAL) and near(cal.hears(), CALLER), what="Cal and the caller")
            assert bea.hears(0.3) == 0
            here.session.remove("desk-1")
            assert max(caller.steps(since=numbers)) < 100, "the caller's ear never noticed"

    play(run)


def test_colleagues_talk_first_while_the_caller_hears_music(media, play) -> None:
    async def run() -> None:
        async with talking(media) as (here, caller, bea):
            here.session.hold("caller")
            cal = await here.comes("desk-2", CAL, to="desk-1")
            here.session.hold("caller")
            await soon(lambda: near(bea.hears(), CAL) and near(cal.hears(), BEA), what="the colleagues")
            assert not near(caller.hears(), BEA)
            assert caller.hears(), "music goes on"
            here.session.bridge("desk-2", "caller")
            await soon(lambda: near(caller.hears(), CAL) and near(cal.hears(), CALLER), what="Cal and the caller")

    play(run)


def test_a_muted_microphone_is_silence_to_the_caller_and_not_a_lost_browser(media, play) -> None:
    async def run() -> None:
        async with talking(media) as (here, caller, bea):
            bea.tone.muted = True
            await soon(lambda: caller.hears(0.4) == 0, what="silence")
            await asyncio.sleep(2.5)
            assert not here.has(Lost, "desk-1")
            assert near(bea.hears(), CALLER)
            bea.tone.muted = False
            await soon(lambda: near(caller.hears(), BEA), what="Bea again")

    play(run)


def test_a_browser_that_vanishes_is_told_and_comes_back_with_a_new_one(media, play) -> None:
    async def run() -> None:
        async with talking(media) as (here, caller, bea):
            await bea.leave()
            await soon(lambda: here.has(Lost, "desk-1"), what="lost")
            here.told.clear()
            again = await here.comes("desk-1", BEA)
            await soon(lambda: near(caller.hears(), BEA) and near(again.hears(), CALLER), what="the reloaded page")
            assert here.has(Flowing, "desk-1")

    play(run)


def test_the_greeting_then_a_message_that_is_kept_word_for_word(media, play, tmp_path: Path) -> None:
    async def run() -> None:
        async with scene(media) as here, Telephone(CALLER).line() as caller:
            await here.rings_in(caller)
            caller.talk_to(await here.session.answer("caller"))
            here.session.play("caller", Sound.GREETING)
            await soon(lambda: near(caller.hears(0.3), 880), what="the beep")
            await soon(lambda: here.has(Played, "caller"), what="its end")
            here.session.record("caller", tmp_path / "message.wav")
            await asyncio.sleep(2.5)
            kept = list(frames_of(tmp_path / "message.wav"))
            assert len(kept) >= 8000, "while they still speak"
            assert near(loudest(kept), CALLER)
            here.session.remove("caller")

    play(run)


def test_our_words_begin_when_their_sound_has_come_and_not_before(media, play) -> None:
    async def run() -> None:
        async with scene(media) as here, Telephone(CALLER).line() as caller:
            await here.rings_in(caller)
            ours = await here.session.answer("caller")
            here.session.play("caller", Sound.GREETING)
            await asyncio.sleep(0.6)
            assert caller.hears(0.6) == 0, "spoken to nobody"
            caller.talk_to(ours)
            await soon(lambda: near(caller.hears(0.3), 880), what="the beep")
            await soon(lambda: here.has(Played, "caller"), what="its end")

    play(run)


def test_the_ringing_tone_is_played_until_somebody_is_there(media, play) -> None:
    async def run() -> None:
        async with scene(media) as here, Telephone(CALLER).line() as caller:
            await here.rings_in(caller)
            caller.talk_to(await here.session.answer("caller"))
            here.session.play("caller", Sound.RINGING)
            await soon(lambda: 430 < caller.hears(0.4) < 490, what="the ringing tone")
            here.session.stop_playing("caller")
            await here.comes("desk-1", BEA)
            await soon(lambda: near(caller.hears(), BEA), what="Bea")

    play(run)


def test_a_telephone_hears_what_to_press_and_its_key_is_told_once(media, play) -> None:
    async def run() -> None:
        async with scene(media) as here, Telephone(CALLER).line() as caller, Telephone(BEA).line() as phone:
            await here.rings_in(caller)
            offer = await here.session.offer("phone-1", "rtp")
            await here.session.answered("phone-1", phone.sdp())
            phone.talk_to(offer)
            here.session.play("phone-1", Sound.PRESS_ONE)
            await soon(lambda: phone.hears(0.5) > 0, what="the spoken words")
            phone.press(1)
            await soon(lambda: here.has(Digit, "phone-1"), what="the key")
            here.session.stop_playing("phone-1")
            here.session.bridge("phone-1", "caller")
            caller.talk_to(await here.session.answer("caller"))
            await soon(lambda: near(caller.hears(), BEA) and near(phone.hears(), CALLER), what="the two telephones")
            caller.press(5)
            await soon(lambda: 5 in phone.keys, what="the caller's key on the other telephone")
            assert [each.digit for each in here.told if isinstance(each, Digit)] == ["1", "5"]

    play(run)


def test_keys_that_a_teammate_presses_reach_the_telephone_and_the_voices_go_on(media, play) -> None:
    async def run() -> None:
        async with talking(media) as (here, caller, bea):
            here.session.press("caller", "40#")
            await soon(lambda: set(caller.keys) == {4, 0, 11}, what="the keys")
            assert caller.pressed() == [4, 0, 11]
            await soon(lambda: near(caller.hears(), BEA) and near(bea.hears(), CALLER), what="each other, afterwards")

    play(run)


def test_a_telephone_without_such_events_hears_the_tones_of_the_keys(media, play) -> None:
    async def run() -> None:
        async with scene(media) as here, Telephone(CALLER).line() as caller:
            caller.codecs.pop()
            await here.rings_in(caller)
            caller.talk_to(await here.session.answer("caller"))
            here.session.press("caller", "1111")
            await soon(lambda: near(caller.hears(0.2), 697) or near(caller.hears(0.2), 1209), what="the tones of 1")
            assert not caller.keys

    play(run)


def test_a_web_caller_and_a_browser_hear_each_other(media, play) -> None:
    async def run() -> None:
        async with scene(media) as here:
            visitor = Person(CALLER)
            here.people.append(visitor)
            await here.session.offered("caller", await visitor.offer(), "webrtc")
            bea = await here.comes("desk-1", BEA)
            await visitor.answered(await here.session.answer("caller"))
            await soon(lambda: near(visitor.hears(), BEA) and near(bea.hears(), CALLER), what="both hear each other")
            cal = await here.comes("desk-2", CAL)
            await soon(lambda: near(visitor.hears(), CAL) and near(cal.hears(), CALLER), what="the transfer")

    play(run)


@pytest.mark.parametrize("address", ["127.0.0.1", "127.0.0.2"])
def test_a_stranger_who_sends_to_the_callers_port_is_not_heard_and_hears_nothing(media, play, address: str) -> None:
    async def run() -> None:
        async with talking(media) as (here, caller, bea), Telephone(2000, address=address).line() as stranger:
            stranger.talk_to(await here.session.answer("caller"))
            await asyncio.sleep(1.0)
            assert near(bea.hears(), CALLER)
            assert near(caller.hears(), BEA)
            assert not stranger.heard

    play(run)


def test_a_telephone_that_moves_in_mid_call_goes_on_hearing_and_being_heard(media, play) -> None:
    async def run() -> None:
        async with talking(media) as (here, caller, bea), Telephone(700).line() as elsewhere:
            before = await here.session.answer("caller")
            caller.speaks = False
            await here.session.offered("caller", elsewhere.sdp(), "rtp")
            answer = await here.session.answer("caller")
            assert sdp.same_way(before, answer), "it is answered with the port that it knows"
            elsewhere.talk_to(answer)
            await soon(lambda: near(elsewhere.hears(), BEA) and near(bea.hears(), 700), what="each other")
            assert caller.hears(0.4) == 0

    play(run)


def test_a_description_that_cannot_be_carried_is_refused_and_others_go_on(media, play) -> None:
    async def run() -> None:
        async with talking(media) as (here, caller, _bea):
            with pytest.raises(Exception, match=r"\w"):
                await here.session.offered("phone-9", "v=0\r\nm=audio x", "rtp")
            await soon(lambda: near(caller.hears(), BEA))

    play(run)
