"""How a call ends: once, with every leg let go, and with a line in the book that says what it was."""

from dataclasses import replace
from datetime import datetime

from .call_state import CallState, Phase, Step
from .happenings import CALLER
from .orders import Because, HangUp, Note, Order, StopRinging


def end(call: CallState, because: Because, at: datetime, *, gone: str = "") -> Step:
    """Let every leg go that is still there; `gone` is the leg that left by itself."""
    ended = replace(
        call,
        phase=Phase.ENDED,
        ended_at=at,
        because=because,
        ringing=frozenset(),
        picked=frozenset(),
        reserve=frozenset(),
        owner="",
        sought=None,
    )
    return ended, [*_let_go(call, because, gone), _last_word(call, because)]


def let_ringing_go(call: CallState, because: Because, *, by: str = "") -> Step:
    """Every leg that rings falls silent, except the leg that has the call now (`by`). Browsers stay ready."""
    others = sorted(call.ringing - {by})
    orders: list[Order] = [StopRinging(leg, by) for leg in others]
    orders += [HangUp(leg, because) for leg in sorted(call.picked_legs - {by})]
    ready = frozenset(leg for leg in others if leg.startswith("desk-"))
    quiet = replace(call, ringing=frozenset(), picked=frozenset(), reserve=(call.reserve | ready) - {by})
    return quiet, orders


def _let_go(call: CallState, because: Because, gone: str) -> list[Order]:
    _quiet, orders = let_ringing_go(call, because)
    consulted = call.sought.leg if call.sought else ""
    orders += [HangUp(leg, because) for leg in (call.owner, consulted) if leg and leg != gone]
    if gone != CALLER and (not call.outgoing or call.dialled_at):
        orders.append(HangUp(CALLER, because))
    return orders


def _last_word(call: CallState, because: Because) -> Note:
    if call.outgoing and call.answered_at is None:
        return Note("they_did_not_answer", call.owner, {"because": because})
    broke_off = because is Because.SILENCED and not call.outgoing and call.greeted_at is None
    if broke_off or call.phase in (Phase.RINGING, Phase.CLAIMED):
        return Note("call_missed", data={"because": because})
    return Note("call_ended", call.owner)
