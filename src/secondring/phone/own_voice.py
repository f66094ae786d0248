"""The caller of a test call is ourselves: we say a sentence, listen for a moment, and let the person hear what we heard."""

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

from .happenings import CALLER, Left
from .legs import Session, Tell
from .media import voice
from .orders import Because, Sound
from .rings import EUROPE
from .timers import Timer, Timers

SENTENCE = voice.HERE / "test-call.wav"
SENTENCE_LASTS = timedelta(seconds=7.1)  # with its tone, and a breath
LISTENS = timedelta(seconds=4)
REPEATS = timedelta(seconds=5)
RINGS_FOR = timedelta(seconds=40)


class OwnVoice:
    """A leg without a device. `hearer` is the leg that picked up; `finished` is called once, when all is said."""

    def __init__(self, timers: Timers, *, hearer: Callable[[], str], tape: Path, finished: Callable[[], None]) -> None:
        self._timers, self._hearer, self._tape, self._finished = timers, hearer, tape, finished
        self._session: Session | None = None
        self._tell: Tell | None = None
        self._timer: Timer | None = None

    def attach(self, call: str, session: Session, tell: Tell) -> None:
        self._session, self._tell = session, tell
        session.sounds(cadence=EUROPE, greeting=SENTENCE)

    def ringing(self) -> None:
        self._later(RINGS_FOR, self._leave)

    def accept(self) -> None:
        """They picked up and have sound: speak."""
        if self._session is not None:
            self._session.play(self._hearer(), Sound.GREETING)
            self._later(SENTENCE_LASTS, self._listen)

    def reject(self, because: Because) -> None:
        self.hang_up(because)

    def hang_up(self, because: Because) -> None:
        """They hung up."""
        self._end()

    def ring(self) -> None:
        """We are never rung."""

    def stop_ringing(self, by: str) -> None:
        """We never ring."""

    def connect(self) -> None:
        """Our voice needs no way to us."""

    def _listen(self) -> None:
        if self._session is not None:
            self._session.record(self._hearer(), self._tape)
            self._later(LISTENS, self._repeat)

    def _repeat(self) -> None:
        if self._session is not None:
            self._session.sounds(cadence=EUROPE, greeting=self._tape)
            self._session.play(self._hearer(), Sound.GREETING)
            self._later(REPEATS, self._leave)

    def _leave(self) -> None:
        if self._tell is not None:
            self._tell(Left(CALLER, self._timers.now()))
        self._end()

    def _later(self, time: timedelta, do: Callable[[], None]) -> None:
        if self._timer is not None:
            self._timer.cancel()
        self._timer = self._timers.at(self._timers.now() + time, do)

    def _end(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
        tell, self._tell, self._session = self._tell, None, None
        if tell is not None:
            self._finished()
