"""G.711 as the standard has it, tones at their pitch, WAV files that can be read at any moment."""

import wave
from pathlib import Path

import pytest

from secondring.phone.rings import EUROPE, NORTH_AMERICA

from .. import voice
from .ears import frames_of, loudest, near


def pitch(frames: list[bytes]) -> float:
    return loudest([voice.LINEAR_OF_ULAW[byte] for byte in b"".join(frames)])


def test_g711_as_the_standard_has_it() -> None:
    assert [voice.ulaw(sample) for sample in (0, -1, 1000, -1000, 32767, -32768)] == [
        0xFF,
        0x7F,
        0xCE,
        0x4E,
        0x80,
        0x00,
    ]
    assert [voice.alaw(sample) for sample in (0, -1, 1000, -1000, 32767, -32768)] == [
        0xD5,
        0x55,
        0xFA,
        0x7A,
        0xAA,
        0x2A,
    ]


def test_every_byte_comes_back_as_it_was() -> None:
    assert all(
        voice.ulaw(voice.from_ulaw(byte)) == byte for byte in range(256) if byte != 0x7F
    )  # minus nought is nought
    assert all(voice.alaw(voice.from_alaw(byte)) == byte for byte in range(256))


def test_from_one_law_to_the_other_nothing_is_lost_that_one_could_hear() -> None:
    tone = voice.tone((440.0,), 0.5)
    there = tone.translate(voice.ALAW_OF_ULAW).translate(voice.ULAW_OF_ALAW)
    assert near(pitch(voice.frames(there)), 440)
    before, after = ([voice.from_ulaw(byte) for byte in sound] for sound in (tone, there))
    assert max(abs(a - b) for a, b in zip(before, after, strict=True)) < 600


def test_a_ring_lasts_as_long_as_its_cadence() -> None:
    assert len(voice.ringing(NORTH_AMERICA)) == 300
    assert len(voice.ringing(EUROPE)) == 250
    assert near(pitch(voice.ringing(EUROPE)[:40]), 425)
    assert pitch(voice.ringing(EUROPE)[60:]) == 0


def test_the_tune_and_the_spoken_words_can_be_heard() -> None:
    assert len(voice.tune()) == 480
    assert pitch(voice.tune()[:20]) > 200
    assert 100 < len(voice.press_one()) < 400


@pytest.mark.parametrize(("rate", "width", "channels"), [(8000, 2, 1), (44100, 2, 2), (48000, 2, 1), (11025, 1, 1)])
def test_a_greeting_recorded_anywhere_sounds_the_same(tmp_path: Path, rate: int, width: int, channels: int) -> None:
    import math

    file = tmp_path / "greeting.wav"
    with wave.open(str(file), "wb") as written:
        written.setparams((channels, width, rate, 0, "NONE", ""))
        for at in range(rate):
            size = math.sin(2 * math.pi * 600 * at / rate) / 3
            sample = (
                int(size * 32767).to_bytes(2, "little", signed=True) if width == 2 else bytes([int(128 + 127 * size)])
            )
            written.writeframes(sample * channels)
    frames = voice.words(file)
    assert abs(len(frames) - 50) <= 1
    assert near(pitch(frames), 600)


def test_what_is_no_wav_file_is_refused_in_a_sentence(tmp_path: Path) -> None:
    file = tmp_path / "song.mp3"
    file.write_bytes(b"ID3 not a wav")
    with pytest.raises(ValueError, match=r"song\.mp3 cannot be read as a WAV file"):
        voice.words(file)


def test_a_message_can_be_read_at_any_moment_and_its_gaps_are_silence(tmp_path: Path) -> None:
    file = tmp_path / "messages" / "one.wav"
    keeping = voice.Keeping(file)
    keeping.add(voice.tone((440.0,), 1.0))
    assert near(loudest(list(frames_of(file))), 440), "before it is closed"
    keeping.catch_up(3 * 8000)
    keeping.add(voice.tone((880.0,), 1.0))
    assert keeping.close() == 4.0
    samples = list(frames_of(file))
    assert [round(loudest(samples[at * 8000 : (at + 1) * 8000])) for at in range(4)] == [440, 0, 0, 880]
