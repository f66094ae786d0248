"""Orders become deeds: signalling through the leg's line, sound through the call's session."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from .happenings import CALLER, is_phone
from .legs import Line, Session
from .live_call import LiveCall
from .orders import (
    Accept,
    Because,
    Connect,
    EndTape,
    ForLine,
    HangUp,
    Hold,
    Join,
    Note,
    Order,
    Play,
    Press,
    Record,
    Reject,
    Resume,
    Ring,
    Ringing,
    StopPlaying,
    StopRinging,
    Tape,
)

STAYS_READY = (Because.TAKEN, Because.LAPSED)  # a browser that was too late, or had no sound, may ring again


@dataclass(frozen=True, slots=True)
class Files:
    """Where the sound of a call is kept: what they say after the greeting, and the talk where talks are recorded."""

    message: Path
    tape: Path


class NoWay(Exception):
    """There is no line to this leg now."""


def carry_out(live: LiveCall, order: Order, reach: Callable[[str], Line | None], files: Files) -> None:
    """Do it. `reach` makes a line that is attached. Raises NoWay when the leg cannot be reached; notes are not ours."""
    if isinstance(order, Note):
        return
    if isinstance(order, Ring | StopRinging | Connect | Accept | HangUp | Reject | Ringing):
        _signal(live, order, _line(live, order.leg, reach))
    _sound(live.session, order, files)
    if isinstance(order, HangUp):
        _let_go(live, order)


def _line(live: LiveCall, leg: str, reach: Callable[[str], Line | None]) -> Line:
    line = live.lines.get(leg) or reach(leg)
    if line is None:
        raise NoWay(leg)
    live.lines[leg] = line
    return line


def _signal(live: LiveCall, order: ForLine, line: Line) -> None:
    match order:
        case Ringing():
            line.ringing()
        case Ring():
            line.ring()
        case StopRinging(_leg, by):
            line.stop_ringing(by)
        case Connect():
            line.connect()
        case Accept():
            line.accept()
        case HangUp(_leg, because):
            line.hang_up(because)
        case Reject(_leg, because):
            line.reject(because)


def _sound(session: Session, order: Order, files: Files) -> None:
    match order:
        case Connect(leg, to) | Join(leg, to):
            session.bridge(leg, to)
        case Hold(leg):
            session.hold(leg)
        case Resume(leg):
            session.resume(leg)
        case Play(leg, sound):
            session.play(leg, sound)
        case StopPlaying(leg):
            session.stop_playing(leg)
        case Record(leg):
            session.record(leg, files.message)
        case Tape(leg):
            session.tape(leg, files.tape)
        case EndTape(leg, forget):
            session.untape(leg, forget=forget)
        case Press(leg, keys):
            session.press(leg, keys)


def _let_go(live: LiveCall, order: HangUp) -> None:
    """A leg that is gone has no sound, and no line unless it is a browser that stays ready."""
    live.session.remove(order.leg)
    if order.leg == CALLER or is_phone(order.leg) or order.because not in STAYS_READY:
        live.lines.pop(order.leg, None)
