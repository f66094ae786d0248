"""A talk as one WAV file: both voices, each moment where the two heard it, on disk up to the last second at any time."""

import array
import sys
from operator import add
from pathlib import Path

from . import voice

LATE = voice.RATE // 4  # samples: so long a moment stays open for the other one's packets
HOLE = 1.0  # seconds in which nobody was heard; such a hole (music, a word among colleagues) is left out


class Tape:
    """Mixes what it is given and writes what is old enough. Raises OSError when the disk refuses."""

    def __init__(self, file: Path, now: float) -> None:
        """now: seconds of a clock that nobody can set, as in `hear`."""
        self.file = file
        self._keeping = voice.Keeping(file)
        self._began = self._heard_at = now
        self._written = 0  # samples since `_began` that are in the file, or are left out
        self._open: list[int] = []  # those after them, still being mixed
        self._places: dict[
            str, tuple[int, int]
        ] = {}  # by voice: a time stamp of its packets, and the sample it stands at

    def hear(self, who: str, stamp: int, sound: bytes, now: float) -> None:
        """A packet of µ-law that `who` said. Its place is its time stamp's, unless that leaps away from the clock."""
        if now - self._heard_at > HOLE:
            self._leave_out(now)
        self._heard_at = now
        here = round((now - self._began) * voice.RATE)
        self._mix(self._place(who, stamp, here), sound)
        self._write(here - LATE - self._written)

    def close(self) -> float:
        """Seconds of sound."""
        try:
            self._write(len(self._open))
        finally:
            seconds = self._keeping.close()
        return seconds

    def _leave_out(self, now: float) -> None:
        self._write(len(self._open))
        self._began, self._written = now, 0
        self._places.clear()

    def _place(self, who: str, stamp: int, here: int) -> int:
        known, there = self._places.get(who, (stamp, here))
        at = there + (stamp - known + 0x80000000) % 0x100000000 - 0x80000000
        if who in self._places and abs(at - here) <= LATE:
            return at
        self._places[who] = (stamp, here)
        return here

    def _mix(self, at: int, sound: bytes) -> None:
        start = at - self._written
        if start < 0:
            sound, start = sound[-start:], 0
        end = start + len(sound)
        self._open += [0] * (end - len(self._open))
        self._open[start:end] = map(add, self._open[start:end], map(voice.LINEAR_OF_ULAW.__getitem__, sound))

    def _write(self, count: int) -> None:
        """The oldest samples leave; where nobody said anything, silence does."""
        if count <= 0:
            return
        mixed = self._open[:count] + [0] * (count - len(self._open))
        del self._open[:count]
        self._written += count
        try:
            samples = array.array("h", mixed)
        except OverflowError:  # both were loud
            samples = array.array("h", [max(-32768, min(32767, each)) for each in mixed])
        if sys.byteorder == "big":
            samples.byteswap()
        self._keeping.add_samples(samples.tobytes())
