"""We call a customer: the teammate's own sound first, then the customer's telephone rings, then the same talk as any."""

from dataclasses import replace
from datetime import datetime

from .call_state import BACK_WITHIN, DIALS_FOR, SOUND_WITHIN, CallState, Phase, Step, Taping, same_hand
from .ends import end
from .happenings import (
    CALLER,
    Answered,
    AskedHangUp,
    Back,
    Declined,
    Dialled,
    Flowing,
    Happening,
    Left,
    Lost,
    Passed,
    Rang,
    is_phone,
)
from .orders import Because, Connect, Note, Order, Play, Ring, Sound, StopPlaying


def dial(dialled: Dialled) -> Step:
    """A new call to a customer, begun by a teammate at their desk. Raises ValueError for any other leg."""
    if is_phone(dialled.by) or dialled.by == CALLER:
        raise ValueError(f"{dialled.by} cannot dial")
    at = dialled.at
    call = CallState(began=at, rings_from=at, looked_at=at, cadence=dialled.cadence, outgoing=True)
    call = replace(call, phase=Phase.DIALLING, owner=dialled.by, claimed_at=at)
    call = replace(call, taping=Taping.DUE if dialled.tapes else Taping.NEVER)
    return call, [Note("we_called", dialled.by), Connect(dialled.by, CALLER)]


def dialling(call: CallState, happened: Happening) -> Step:
    """Until they pick up."""
    match happened:
        case Flowing(call.owner, at):
            return _dial_now(call, at)
        case Rang("caller"):
            return call, [Play(call.owner, Sound.RINGING)]
        case Answered("caller", at) if call.dialled_at is not None:
            return _picked_up(call, at)
        case AskedHangUp(by, at) if same_hand(by, call.owner):
            return end(call, Because.HUNG_UP, at)
        case Left(call.owner, at) | Declined(call.owner, at):
            return end(call, Because.HUNG_UP, at, gone=call.owner)
        case Lost(call.owner, at):
            return replace(call, lost_at=call.lost_at or at), []
        case Back(call.owner, at):
            return replace(call, lost_at=call.lost_at or at), [Connect(call.owner, CALLER)]
        case Passed(at):
            return _look(call, at)
    return call, []


def _dial_now(call: CallState, at: datetime) -> Step:
    orders: list[Order] = [] if call.dialled_at else [Ring(CALLER)]
    return replace(call, flowing=True, lost_at=None, dialled_at=call.dialled_at or at), orders


def _picked_up(call: CallState, at: datetime) -> Step:
    orders: list[Order] = [StopPlaying(call.owner), Connect(CALLER, call.owner)]
    call = replace(call, phase=Phase.TALKING, accepted_at=at, answered_at=at, talking_from=at)
    return call, [*orders, Note("they_answered", call.owner)]


def _look(call: CallState, at: datetime) -> Step:
    if call.dialled_at is None and at >= call.began + SOUND_WITHIN:
        return end(call, Because.LAPSED, at)
    if call.lost_at is not None and at >= call.lost_at + BACK_WITHIN:
        return end(call, Because.LAPSED, at)
    if call.dialled_at is not None and at >= call.dialled_at + DIALS_FOR:
        return end(call, Because.NO_ANSWER, at)
    return call, []
