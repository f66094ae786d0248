"""Short tunes, synthesised: plucked strings, pipes, reeds and drums. Good enough to make somebody want to hear the rest.

A note is computed once a pitch and laid into the tune with slices, since adding sample by sample is slow in Python.
"""

import io
import math
import random
import wave
from array import array
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache, partial

RATE = 12_000  # samples a second
PEAKS = 56
LOUDEST = 30_000

Sound = list[float]

SCALES = {
    "major": (0, 2, 4, 5, 7, 9, 11), "minor": (0, 2, 3, 5, 7, 8, 10), "pentatonic": (0, 2, 4, 7, 9),
    "hijaz": (0, 1, 4, 5, 7, 8, 10), "blues": (0, 3, 5, 6, 7, 10),
}  # fmt: skip
ROOTS = {"c": 48, "d": 50, "e": 52, "f": 53, "g": 55, "a": 57, "bflat": 58}


@dataclass(frozen=True, slots=True)
class Manner:
    """How a kind of tune goes: which voice, which scale, how fast (beats a minute), how it moves."""

    voice: str
    scale: str
    tempo: int
    octave: int = 0
    rests: float = 0.15
    leaps: int = 2
    drone: bool = False
    beat: str = ""  # a drum a half beat: k(ick) s(nare) h(at) and "." for silence


# The last word of a tune's name says its manner, the first its instrument: "cello-d-minor", "fiddle-d-reel".
MANNERS = {
    "minor": Manner("bow", "minor", 72, octave=-1, rests=0.05, drone=True),
    "blues": Manner("pluck", "blues", 84, octave=-1, beat="k.h.s.h."),
    "arpeggio": Manner("pipe", "minor", 150, leaps=4, rests=0.05, beat="k.hhk.h."),
    "lullaby": Manner("pluck", "major", 66, octave=1, rests=0.1),
    "walk": Manner("pluck", "blues", 120, octave=-2, rests=0.02, beat="..h...h."),
    "waltz": Manner("reed", "major", 138, rests=0.05, beat="k.h.h."),
    "reel": Manner("bow", "major", 210, octave=1, rests=0.02, leaps=1),
    "dream": Manner("pluck", "pentatonic", 76, octave=1, rests=0.2, drone=True),
    "hijaz": Manner("pluck", "hijaz", 96, octave=-1, leaps=1),
    "suite": Manner("pluck", "major", 132, leaps=3, beat="h...h..."),
    "slack": Manner("pluck", "pentatonic", 88, octave=-1, rests=0.08),
    "doom": Manner("reed", "minor", 40, octave=-2, rests=0.0, leaps=1, drone=True, beat="k......."),
    "drone": Manner("bow", "pentatonic", 92, octave=0, rests=0.05, drone=True),
    "dance": Manner("pipe", "minor", 126, rests=0.1, beat="k.h.k.hs"),
    "highlife": Manner("pluck", "major", 152, rests=0.08, beat="k.hsk.h."),
    "tango": Manner("reed", "minor", 116, rests=0.18, beat="k..kk.s."),
    "loop": Manner("pluck", "pentatonic", 100, octave=1, leaps=1),
    "shanty": Manner("reed", "major", 108, rests=0.03, beat="k...s..."),
    "choir": Manner("pipe", "major", 56, rests=0.0, leaps=1, drone=True),
    "song": Manner("pluck", "major", 98, beat="..h...h."),
    "bicycle": Manner("pluck", "major", 160, octave=1, rests=0.05),
    "march": Manner("none", "major", 112, beat="k.shkkshk.shs.ss"),
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Tune:
    """A tune as a WAV file, mono, 16 bits, with its length and the outline the player draws."""

    wav: bytes
    seconds: int
    peaks: list[float]


@cache
def tune(name: str, seconds: int = 8) -> Tune:
    """The tune of that name ("oud-e-hijaz"). The same name gives the same tune always."""
    _instrument, root, manner = (
        name.split("-") if name.count("-") == 2 else (*name.split("-")[:1], "c", name.rsplit("-", maxsplit=1)[-1])
    )
    dice = random.Random(f"tune {name}")
    sound = _mixed(MANNERS[manner], ROOTS[root], seconds, dice)
    return _pressed(sound, seconds)


def needle(seconds: int = 9) -> Tune:
    """A record with a wave in it: the pitch sways like a little boat, once a turn, and the needle ticks."""
    sound: Sound = [0.0] * (seconds * RATE)
    phase, turn = 0.0, 60 / 33.3
    for i in range(len(sound)):
        sway = 1 + 0.035 * math.sin(2 * math.pi * i / (turn * RATE))
        phase += 196 * sway / RATE
        sound[i] = 0.5 * math.sin(2 * math.pi * phase) + 0.2 * math.sin(4 * math.pi * phase)
    tick = _drum("h", random.Random("tick"))
    for turns in range(int(seconds / turn)):
        _lay(sound, int(turns * turn * RATE), tick, 0.9)
    return _pressed(sound, seconds)


def skipping(seconds: int = 8) -> Tune:
    """A side two that comes round, comes round, comes round."""
    bar = _mixed(MANNERS["highlife"], ROOTS["c"], 2, random.Random("skip"))[: int(1.8 * RATE)]
    click = _drum("s", random.Random("click"))
    sound = [sample for _ in range(seconds) for sample in bar][: seconds * RATE]
    for start in range(0, len(sound), len(bar)):
        _lay(sound, start, click, 0.6)
    return _pressed(sound, seconds)


def _mixed(manner: Manner, root: int, seconds: int, dice: random.Random) -> Sound:
    sound: Sound = [0.0] * (seconds * RATE)
    step = 30 / manner.tempo  # half a beat
    if manner.voice != "none":
        _lay_melody(sound, manner, root, step, dice)
    if manner.drone:
        _lay(sound, 0, _note("bow", root - 24, float(seconds), dice), 0.25)
    drums = {kind: _drum(kind, dice) for kind in set(manner.beat) - {"."}}
    for i in range(int(seconds / step)):
        kind = manner.beat[i % len(manner.beat)] if manner.beat else "."
        if kind != ".":
            _lay(sound, int(i * step * RATE), drums[kind], 0.55)
    return sound


def _lay_melody(sound: Sound, manner: Manner, root: int, step: float, dice: random.Random) -> None:
    scale, degree, at, length = SCALES[manner.scale], 0, 0.0, len(sound) / RATE
    known: dict[int, Sound] = {}
    figure = [dice.choice((1, 1, 1, 2, 2, 4)) for _ in range(7)]
    for turn in range(400):
        beats = figure[turn % len(figure)]
        if at + step > length:
            return
        if dice.random() >= manner.rests:
            octave, place = divmod(degree, len(scale))
            pitch = root + 12 * (octave + manner.octave) + scale[place]
            if pitch not in known:
                known[pitch] = _note(manner.voice, pitch, min(1.0, 4 * step), dice)
            _lay(sound, int(at * RATE), known[pitch], 0.6)
        degree = max(-4, min(9, degree + dice.randint(-manner.leaps, manner.leaps)))
        at += beats * step


def _lay(sound: Sound, start: int, note: Sound, volume: float) -> None:
    end = min(len(sound), start + len(note))
    sound[start:end] = [a + volume * b for a, b in zip(sound[start:end], note, strict=False)]


def _note(voice: str, pitch: int, seconds: float, dice: random.Random) -> Sound:
    frequency = 440 * 2 ** ((pitch - 69) / 12)
    return VOICES[voice](frequency, int(seconds * RATE), dice)


def _pluck(frequency: float, length: int, dice: random.Random) -> Sound:
    """Karplus and Strong's string: a burst of noise that runs round and is smoothed at each turn."""
    ring = max(2, round(RATE / frequency))
    string = [dice.uniform(-1, 1) for _ in range(ring)]
    out: Sound = []
    while len(out) < length:
        out += string
        string = [0.498 * (a + b) for a, b in zip(string, string[1:] + string[:1], strict=True)]
    return _faded(out[:length], 40, 2000)


def _waves(
    partials: tuple[float, ...], frequency: float, length: int, _dice: random.Random, attack: int = 500
) -> Sound:
    """A held tone of the given overtones; one period is computed and repeated."""
    period = max(2, round(RATE / frequency))
    once = [
        sum(volume * math.sin(2 * math.pi * (n + 1) * i / period) for n, volume in enumerate(partials)) for i in range(period)
    ]  # fmt: skip
    return _faded((once * (length // period + 1))[:length], attack, 1600)


def _faded(sound: Sound, attack: int, release: int) -> Sound:
    attack, release = min(attack, len(sound) // 3), min(release, len(sound) // 2)
    for i in range(attack):
        sound[i] *= i / attack
    for i in range(release):
        sound[-1 - i] *= i / release
    return sound


VOICES: dict[str, Callable[[float, int, random.Random], Sound]] = {
    "pluck": _pluck,
    "pipe": partial(_waves, (0.5, 0.3, 0.0, 0.15, 0.0, 0.0, 0.0, 0.08)),
    "reed": partial(_waves, (0.4, 0.25, 0.22, 0.16, 0.12, 0.08, 0.05)),
    "bow": partial(_waves, (0.45, 0.25, 0.16, 0.1, 0.07, 0.05), attack=1400),
}


def _drum(kind: str, dice: random.Random) -> Sound:
    if kind == "k":
        return [math.sin(9 * math.log1p(i / 90)) * (1 - i / 2600) ** 2 for i in range(2600)]
    length, volume = (2400, 0.7) if kind == "s" else (500, 0.35)
    return [volume * dice.uniform(-1, 1) * (1 - i / length) ** 3 for i in range(length)]


def _pressed(sound: Sound, seconds: int) -> Tune:
    _faded(sound, 400, RATE // 2)
    top = max(map(abs, sound)) or 1.0
    samples = array("h", [int(LOUDEST * value / top) for value in sound])
    out = io.BytesIO()
    with wave.open(out, "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(RATE)
        file.writeframes(samples.tobytes())
    return Tune(out.getvalue(), seconds, outline(samples))


def outline(samples: "array[int]") -> list[float]:
    """The loudest of each of 56 stretches, 0 to 1."""
    stretch = max(1, len(samples) // PEAKS)
    pieces = [samples[i * stretch : (i + 1) * stretch] for i in range(PEAKS)]
    tops = [max(map(abs, piece)) if piece else 0 for piece in pieces]
    return [round(top / (max(tops) or 1), 2) for top in tops]
