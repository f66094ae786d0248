"""While a person and a customer talk: hold, transfer, a line that breaks and comes back, and the end."""

from dataclasses import replace
from datetime import datetime

from .call_state import BACK_WITHIN, SURE_AFTER, CallState, Step, same_hand
from .ends import end, let_ringing_go
from .happenings import (
    CALLER,
    Answered,
    Around,
    Asked,
    AskedHangUp,
    AskedHold,
    AskedJoin,
    AskedKeys,
    AskedResume,
    AskedTransfer,
    Back,
    Declined,
    Flowing,
    Happening,
    Left,
    Lost,
    Passed,
    is_phone,
)
from .orders import Because, Connect, HangUp, Hold, Note, Order, Play, Press, Resume, Sound, StopPlaying
from .ring_plan import lapse, ring_anew, too_late, without
from .transfers import back_to_customer, consult, consulting, give, join, step_aside


def talking(call: CallState, happened: Happening) -> Step:
    """While they talk."""
    match happened:
        case AskedHold() | AskedResume() | AskedTransfer() | AskedJoin() | AskedKeys() | AskedHangUp():
            return _asked(call, happened)
        case Around():
            return replace(call, around=happened, away=frozenset()), []
        case Left(call.owner, at) | Declined(call.owner, at):
            return _left(call, at)
        case Lost(call.owner, at):
            return _lost(call, at)
        case Back(call.owner, at):
            return _back(call, at)
        case Flowing(call.owner, _at) if call.lost_at is not None:
            return _found(call)
        case Passed(at) if call.lost_at is not None and at >= call.lost_at + BACK_WITHIN:
            return _given_up(call, at)
    if call.sought is not None:
        return consulting(call, call.sought, happened)
    return too_late(call, happened.leg) if isinstance(happened, Answered) else (call, [])


def _asked(call: CallState, asked: Asked) -> Step:
    """What the person who has the customer wants; nobody else may. The colleague who is asked may leave."""
    if not same_hand(asked.by, call.owner):
        leaves = isinstance(asked, AskedHangUp) and call.sought and same_hand(asked.by, call.sought.leg)
        return back_to_customer(call) if leaves else (call, [])
    match asked:
        case AskedHold() if not call.held:
            return replace(call, held=True), [Hold(CALLER)]
        case AskedResume():
            return _resume(call)
        case AskedTransfer(_by, at, to, first) if call.sought is None and to - {call.owner}:
            return _transfer(call, to - {call.owner}, at, first=first)
        case AskedJoin(_by, at) if call.sought is not None and call.sought.flowing:
            return join(call, call.sought, at)
        case AskedKeys(_by, _at, keys) if call.sought is None and not call.held:
            return call, [Press(CALLER, keys)]
        case AskedHangUp(_by, at):
            return _hang_up(call, at)
    return call, []


def _resume(call: CallState) -> Step:
    if call.sought is not None:
        return back_to_customer(call)
    if not call.held:
        return call, []
    waits: list[Order] = [Play(CALLER, Sound.MUSIC)] if call.lost_at else []
    return replace(call, held=False), [Resume(CALLER), *waits]


def _transfer(call: CallState, to: frozenset[str], at: datetime, *, first: bool) -> Step:
    if call.lost_at is not None:
        return call, []
    return consult(call, to, at) if first else give(call, to, at)


def _hang_up(call: CallState, at: datetime) -> Step:
    if call.sought is not None:
        return step_aside(call, call.sought, at)
    return end(call, Because.HUNG_UP, at)


def _left(call: CallState, at: datetime) -> Step:
    """A telephone that is put down ends the call, unless it never really had it. A browser does not put down; it breaks."""
    if call.sought is not None:
        call, orders = step_aside(call, call.sought, at)
        return call, [each for each in orders if not (isinstance(each, HangUp) and each.because == Because.TRANSFERRED)]
    if _is_unsure(call, at):
        return lapse(without(call, call.owner, declines=False), at, gone=True)
    if is_phone(call.owner):
        return end(call, Because.HUNG_UP, at, gone=call.owner)
    return _break_off(call, at, gone=True)


def _lost(call: CallState, at: datetime) -> Step:
    if call.lost_at is not None:
        return call, []
    if _is_unsure(call, at) and call.sought is None:
        return lapse(call, at)
    music: list[Order] = [] if call.held else [Play(CALLER, Sound.MUSIC)]
    return replace(call, lost_at=at), music


def _back(call: CallState, at: datetime) -> Step:
    """A reload ends here: the sound is brought up anew, with whomever they talked to."""
    with_whom = call.sought.leg if call.sought and call.sought.leg else CALLER
    held: list[Order] = [Hold(CALLER)] if call.held and with_whom == CALLER else []  # joining would have let them hear
    return replace(call, lost_at=call.lost_at or at), [Connect(call.owner, with_whom), *held]


def _found(call: CallState) -> Step:
    return replace(call, lost_at=None), [StopPlaying(CALLER)]


def _given_up(call: CallState, at: datetime) -> Step:
    """They do not come back. A colleague who was being asked has the customer now; else everybody rings."""
    if call.sought is not None and call.sought.flowing:
        return join(call, call.sought, at)
    return _break_off(call, at)


def _break_off(call: CallState, at: datetime, *, gone: bool = False) -> Step:
    call, orders = _without_colleague(call)
    orders += [] if gone else [HangUp(call.owner, Because.LAPSED)]
    orders.append(Note("claim_lapsed", call.owner))
    call, more = ring_anew(call, at)
    return call, orders + more


def _without_colleague(call: CallState) -> Step:
    consulted = call.sought.leg if call.sought else ""
    call, orders = let_ringing_go(call, Because.HUNG_UP)
    orders += [HangUp(consulted, Because.HUNG_UP)] if consulted else []
    return replace(call, sought=None), orders


def _is_unsure(call: CallState, at: datetime) -> bool:
    """Has this owner had the customer for so short a time that it may have been no talk at all?"""
    return not call.outgoing and call.talking_from is not None and at < call.talking_from + SURE_AFTER
