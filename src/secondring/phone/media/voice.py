"""G.711 and our own sounds: tones, the tune while one waits, spoken words from WAV files; and WAV files of what was said."""

import array
import math
import sys
import wave
from collections.abc import Iterable, Sequence
from functools import cache
from itertools import pairwise
from pathlib import Path

from ..rings import Cadence

RATE, FRAME = 8000, 160
SILENCE = b"\xff" * FRAME  # twenty milliseconds, µ-law
LOUD = 0.2  # of full scale: a telephone is held close to the ear
HERE = Path(__file__).parent / "sounds"
LONGEST_WORDS = 120  # seconds of a greeting


def ulaw(sample: int) -> int:
    """A 16-bit sample as a byte of µ-law (ITU-T G.711)."""
    sign = 0x80 if sample < 0 else 0
    size = min(abs(sample), 32635) + 132
    exponent = size.bit_length() - 8
    return ~(sign | exponent << 4 | size >> (exponent + 3) & 15) & 255


def from_ulaw(byte: int) -> int:
    byte = ~byte & 255
    size = ((byte & 15) << 3 | 132) << (byte >> 4 & 7)
    return 132 - size if byte & 0x80 else size - 132


def alaw(sample: int) -> int:
    """A 16-bit sample as a byte of A-law (ITU-T G.711)."""
    size = (sample if sample >= 0 else ~sample) >> 3
    segment = max(0, size.bit_length() - 5)
    return (segment << 4 | size >> max(1, segment) & 15) ^ (0xD5 if sample >= 0 else 0x55)


def from_alaw(byte: int) -> int:
    byte ^= 0x55
    segment, step = byte >> 4 & 7, (byte & 15) << 4
    size = step + 8 if segment == 0 else (step + 0x108) << (segment - 1)
    return size if byte & 0x80 else -size


LINEAR_OF_ULAW = [from_ulaw(byte) for byte in range(256)]
ULAW_OF_ALAW = bytes(ulaw(from_alaw(byte)) for byte in range(256))  # tables for bytes.translate
ALAW_OF_ULAW = bytes(alaw(from_ulaw(byte)) for byte in range(256))


def samples_of_ulaw(sound: bytes) -> bytes:
    """16-bit samples, as WAV files want them."""
    samples = array.array("h", [LINEAR_OF_ULAW[byte] for byte in sound])
    if sys.byteorder == "big":
        samples.byteswap()
    return samples.tobytes()


def frames(sound: bytes) -> list[bytes]:
    """µ-law cut into twenty milliseconds each, the last filled with silence."""
    return [sound[at : at + FRAME].ljust(FRAME, b"\xff") for at in range(0, len(sound), FRAME)]


def tone(pitches: Sequence[float], seconds: float, loud: float = LOUD) -> bytes:
    """These pitches (Hz) together, with soft edges, as µ-law."""
    count = round(seconds * RATE)
    edge = min(80, count // 2)
    scale = loud * 32767 / max(1, len(pitches))
    steps = [2 * math.pi * pitch / RATE for pitch in pitches]
    return bytes(
        ulaw(int(scale * min(1, at / edge, (count - at) / edge) * sum(math.sin(step * at) for step in steps)))
        for at in range(count)
    )


@cache
def ringing(cadence: Cadence) -> list[bytes]:
    """One ring as the caller's own network would sound it: North America's two tones, or Europe's one."""
    pitches = (440.0, 480.0) if cadence.on >= 2 else (425.0,)
    return frames(tone(pitches, cadence.on) + bytes([255]) * round(cadence.off * RATE))


@cache
def beep() -> list[bytes]:
    """Speak after this."""
    return frames(tone((880.0,), 0.4))


_ROWS, _COLUMNS = (697, 770, 852, 941), (1209, 1336, 1477, 1633)  # Hz (ITU-T Q.23)
_PAD = "123A456B789C*0#D"


def keys(pressed: str) -> list[bytes]:
    """The tones of keys, a tenth of a second each, for a telephone that knows no other way."""
    sound = b""
    for at in (_PAD.index(key) for key in pressed if key in _PAD):
        sound += tone((_ROWS[at // 4], _COLUMNS[at % 4]), 0.1) + 4 * SILENCE
    return frames(sound)


TUNE = "C4 E4 G4 C5 G4 E4 A3 C4 E4 A4 E4 C4 F4 A4 C5 F5 C5 A4 G3 B3 D4 G4 D4 B3"  # ours, and nobody's fee
_STEPS = {"C": -9, "D": -7, "E": -5, "F": -4, "G": -2, "A": 0, "B": 2}


@cache
def tune() -> list[bytes]:
    """What one hears while waiting when the company has no music of its own: a quiet arpeggio, some ten seconds, for a loop."""
    return frames(b"".join(_plucked(440 * 2 ** ((_STEPS[n[0]] + 12 * (int(n[1]) - 4)) / 12)) for n in TUNE.split()))


def _plucked(pitch: float, seconds: float = 0.4) -> bytes:
    step = 2 * math.pi * pitch / RATE
    count = round(seconds * RATE)
    return bytes(
        ulaw(int(0.2 * 32767 * min(1, at / 60, (count - at) / 200) * math.exp(-3 * at / RATE) * math.sin(step * at)))
        for at in range(count)
    )


def press_one() -> list[bytes]:
    """'A customer is calling you at work. Press 1 to take the call.', spoken."""
    return words(HERE / "press-one.wav")


def words(file: Path) -> list[bytes]:
    """A WAV file as frames of µ-law: 8 or 16 bits, any rate, any number of channels. Raises ValueError when it is none."""
    try:
        with wave.open(str(file), "rb") as source:
            rate, channels, width = source.getframerate(), source.getnchannels(), source.getsampwidth()
            raw = source.readframes(min(source.getnframes(), LONGEST_WORDS * rate))
    except (OSError, EOFError, wave.Error) as trouble:
        raise ValueError(f"{file.name} cannot be read as a WAV file: {trouble}") from trouble
    if width not in (1, 2) or not rate or not channels:
        raise ValueError(f"{file.name} is written with {8 * width} bits; 8 or 16 are understood.")
    return frames(bytes(map(ulaw, _at_our_rate(_mono(raw, width, channels), rate))))


def _mono(raw: bytes, width: int, channels: int) -> Sequence[int]:
    if width == 1:
        samples: Sequence[int] = [(byte - 128) << 8 for byte in raw]
    else:
        read = array.array("h", raw[: len(raw) // 2 * 2])
        if sys.byteorder == "big":
            read.byteswap()
        samples = read
    if channels == 1:
        return samples
    return [sum(samples[at : at + channels]) // channels for at in range(0, len(samples) - channels + 1, channels)]


def _at_our_rate(samples: Sequence[int], rate: int) -> Iterable[int]:
    """At 8 kHz: the mean of what falls into each new sample when there is more, the nearest when there is less."""
    if rate == RATE:
        return samples
    step = rate / RATE
    edges = [round(at * step) for at in range(int(len(samples) / step) + 1)]
    return [sum(samples[a : max(b, a + 1)]) // max(1, b - a) for a, b in pairwise(edges) if a < len(samples)]


class Keeping:
    """A WAV file that grows, whole at any moment: its header is set right every second, the samples before it."""

    def __init__(self, file: Path) -> None:
        file.parent.mkdir(parents=True, exist_ok=True)
        self._file = file.open("wb")
        self.samples = self._told = 0
        self._tell()

    def add(self, sound: bytes) -> None:
        """µ-law, wherever we are now."""
        self.add_samples(samples_of_ulaw(sound))

    def add_samples(self, samples: bytes) -> None:
        """16-bit samples, as WAV files want them."""
        self._file.write(samples)
        self.samples += len(samples) // 2
        if self.samples - self._told >= RATE:
            self._tell()

    def catch_up(self, samples: int) -> None:
        """Silence up to this many samples since the beginning, for what was lost on the way."""
        if samples > self.samples:
            self.add(b"\xff" * (samples - self.samples))

    def close(self) -> float:
        """Seconds that were kept. Raises OSError when the disk refuses the last of them; the file is closed all the same."""
        try:
            self._tell()
        finally:
            self._file.close()
        return self.samples / RATE

    def _tell(self) -> None:
        self._told = self.samples
        self._file.seek(0)
        self._file.write(self._header(2 * self.samples))
        self._file.seek(0, 2)
        self._file.flush()

    @staticmethod
    def _header(size: int) -> bytes:
        words = (b"RIFF", (36 + size).to_bytes(4, "little"), b"WAVEfmt ", (16).to_bytes(4, "little"))
        form = b"".join(
            each.to_bytes(width, "little")
            for each, width in ((1, 2), (1, 2), (RATE, 4), (2 * RATE, 4), (2, 2), (16, 2))
        )
        return b"".join(words) + form + b"data" + size.to_bytes(4, "little")
