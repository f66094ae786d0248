"""A talk that is recorded, for every back end: both are told first, both voices are on the tape, and nothing else is."""

import asyncio
from pathlib import Path
from typing import Any

import numpy
import pytest

from secondring.phone.happenings import Played, Unplayed, Untaped
from secondring.phone.media import voice
from secondring.phone.media.tape import Tape
from secondring.phone.media.tests.ears import RATE, frames_of, near, soon
from secondring.phone.media.tests.test_sound import BEA, CAL, CALLER, Scene, talking
from secondring.phone.orders import Sound
from secondring.phone.rings import EUROPE

NOTICE = 620  # hertz: what the company's own words sound like here


def notice(folder: Path, seconds: float = 1.2) -> Path:
    file = folder / "notice.wav"
    keeping = voice.Keeping(file)
    keeping.add(voice.tone((NOTICE,), seconds))
    keeping.close()
    return file


def loud(file: Path, pitch: float, *, seconds: tuple[float, float] = (0, 1e6)) -> float:
    """How much of the sound lies within 12 Hz of this pitch, 0 to 1."""
    heard = numpy.array(list(frames_of(file)), dtype=float)[int(seconds[0] * RATE) : int(seconds[1] * RATE)]
    if len(heard) < RATE // 5:
        return 0.0
    power = numpy.abs(numpy.fft.rfft(heard * numpy.hanning(len(heard)))) ** 2
    pitches = numpy.fft.rfftfreq(len(heard), 1 / RATE)
    return float(power[abs(pitches - pitch) < 12].sum() / max(power.sum(), 1.0))


def seconds_of(file: Path) -> float:
    whole = file.exists() and file.stat().st_size >= 44
    return len(list(frames_of(file))) / RATE if whole else 0.0


async def tell_both(here: Scene, folder: Path) -> None:
    here.session.sounds(cadence=EUROPE, notice=notice(folder))
    for leg in ("caller", "desk-1"):
        here.session.play(leg, Sound.NOTICE)


def test_both_hear_that_it_is_recorded_and_both_voices_are_on_the_tape(media: Any, play: Any, tmp_path: Path) -> None:
    tape = tmp_path / "talk.wav"

    async def run() -> None:
        async with talking(media) as (here, caller, bea):
            await tell_both(here, tmp_path)
            await soon(lambda: near(caller.hears(0.4), NOTICE) and near(bea.hears(0.4), NOTICE), what="the notice")
            await soon(lambda: here.has(Played, "caller") and here.has(Played, "desk-1"), what="the end of the notice")
            assert not tape.exists()
            here.session.tape("caller", tape)
            await soon(
                lambda: near(caller.hears(), BEA) and near(bea.hears(), CALLER), what="each other, while recorded"
            )
            await soon(lambda: seconds_of(tape) >= 2, what="two seconds, readable while it goes on")
            here.session.untape("caller")
            await soon(lambda: near(caller.hears(), BEA) and near(bea.hears(), CALLER), what="each other afterwards")
            await asyncio.sleep(0.4)
            kept = seconds_of(tape)
            await asyncio.sleep(0.8)
            assert seconds_of(tape) == kept, "nothing more is written"

    play(run)
    assert loud(tape, CALLER) > 0.2
    assert loud(tape, BEA) > 0.2
    assert loud(tape, CALLER) + loud(tape, BEA) > 0.9
    assert loud(tape, NOTICE) < 0.01


def test_music_and_words_among_colleagues_are_not_on_the_tape(media: Any, play: Any, tmp_path: Path) -> None:
    tape = tmp_path / "talk.wav"

    async def run() -> None:
        async with talking(media) as (here, caller, bea):
            here.session.tape("caller", tape)
            await soon(lambda: seconds_of(tape) >= 1, what="a second on the tape")
            here.session.hold("caller")
            cal = await here.comes("desk-2", CAL, to="desk-1")
            await soon(lambda: near(bea.hears(), CAL) and near(cal.hears(), BEA), what="the colleagues")
            before = seconds_of(tape)
            await asyncio.sleep(1.2)
            assert seconds_of(tape) == before
            here.session.bridge("desk-2", "caller")
            here.session.resume("caller")
            here.session.remove("desk-1")
            await soon(lambda: near(caller.hears(), CAL), what="Cal and the caller")
            await soon(lambda: seconds_of(tape) >= before + 2, what="Cal on the tape")
            here.session.untape("caller")
            await asyncio.sleep(0.2)

    play(run)
    whole = seconds_of(tape)
    assert loud(tape, CAL, seconds=(whole - 1, whole)) > 0.2
    assert loud(tape, CAL, seconds=(0, 1)) < 0.01
    assert loud(tape, CALLER) + loud(tape, BEA) + loud(tape, CAL) > 0.85


def test_what_is_to_be_forgotten_leaves_no_file(media: Any, play: Any, tmp_path: Path) -> None:
    tape = tmp_path / "talk.wav"

    async def run() -> None:
        async with talking(media) as (here, _caller, _bea):
            here.session.tape("caller", tape)
            await soon(tape.exists, what="the file")
            here.session.untape("caller", forget=True)
            await soon(lambda: not tape.exists(), what="no file")

    play(run)


@pytest.mark.parametrize("what", ["no room", "no folder"])
def test_a_disk_that_refuses_ends_the_tape_and_never_the_talk(media: Any, play: Any, tmp_path: Path, what: str) -> None:
    (tmp_path / "a file").write_text("in the way")
    to = Path("/dev/full") if what == "no room" else tmp_path / "a file" / "talk.wav"

    async def run() -> None:
        async with talking(media) as (here, caller, bea):
            here.session.tape("caller", to)
            await soon(lambda: here.has(Untaped, "caller"), what="that it stopped")
            await asyncio.sleep(0.7)
            await soon(lambda: near(caller.hears(), BEA) and near(bea.hears(), CALLER), what="each other")

    play(run)


def test_words_that_are_not_there_are_said_to_be_missing(media: Any, play: Any, tmp_path: Path) -> None:
    async def run() -> None:
        async with talking(media) as (here, caller, bea):
            here.session.sounds(cadence=EUROPE, notice=tmp_path / "gone.wav")
            here.session.play("caller", Sound.NOTICE)
            await soon(lambda: here.has(Unplayed, "caller"), what="that it cannot be played")
            await soon(lambda: near(caller.hears(), BEA) and near(bea.hears(), CALLER), what="each other")

    play(run)


def test_two_who_shout_at_once_are_cut_off_and_not_turned_over(tmp_path: Path) -> None:
    tape = Tape(tmp_path / "tape.wav", 0.0)
    loudest = bytes([voice.ulaw(32000)]) * voice.FRAME
    for n in range(100):
        for who in ("caller", "desk-1"):
            tape.hear(who, 160 * n, loudest, n * 0.02)
    tape.close()
    assert set(frames_of(tmp_path / "tape.wav")) == {32767}


def test_each_moment_stands_where_the_two_heard_it(tmp_path: Path) -> None:
    """Hers begins half a second after his; a packet that is late or doubled lands in its own place; a hole is left out."""
    file = tmp_path / "tape.wav"
    tape = Tape(file, 0.0)
    his, hers = (voice.frames(voice.tone((pitch,), 3.0)) for pitch in (CALLER, BEA))
    for n in range(100):
        at = n * 0.02 + 0.02
        late = {50: 51, 51: 50}.get(n, n)
        tape.hear("caller", 7000 + 160 * late, his[late], at)
        if n >= 25:
            tape.hear("desk-1", 0xFFFFFFFF - 500 + 160 * n & 0xFFFFFFFF, hers[n], at)
    tape.hear("caller", 5, his[0], 60.0)
    assert 2.0 <= tape.close() <= 2.1
    assert loud(file, BEA, seconds=(0, 0.5)) < 0.01
    assert loud(file, CALLER, seconds=(0.1, 0.4)) > 0.95
    assert loud(file, BEA, seconds=(0.6, 1.9)) > 0.4
    assert loud(file, CALLER, seconds=(0.9, 1.2)) + loud(file, BEA, seconds=(0.9, 1.2)) > 0.97
