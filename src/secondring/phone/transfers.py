"""Giving a call to a colleague: at once, or after a word with them while the customer hears music. Nobody is ever dropped."""

from dataclasses import replace
from datetime import datetime

from .call_state import CLAIM_STANDS_WITHIN, CallState, Phase, Sought, Step
from .ends import let_ringing_go
from .happenings import CALLER, Answered, Declined, Digit, Flowing, Happening, Left, Lost, Passed, is_phone, teammate_of
from .orders import Because, Connect, HangUp, Hold, Join, Note, Order, Play, Resume, Ring, Sound, StopPlaying
from .ring_plan import pick_up, seek, unconfirmed, without


def give(call: CallState, to: frozenset[str], at: datetime) -> Step:
    """Let the call ring at a colleague; who gave it is free at once, and gets it back when nobody answers."""
    orders: list[Order] = [HangUp(call.owner, Because.TRANSFERRED)]
    call, more = seek(call, Sought(by=call.owner, to=to, at=at), at)
    return call, orders + more


def consult(call: CallState, to: frozenset[str], at: datetime) -> Step:
    """Ring a colleague to talk with them first. The customer hears music, the one who asks hears it ring."""
    orders: list[Order] = [] if call.held else [Hold(CALLER)]
    orders += [Play(call.owner, Sound.RINGING), *map(Ring, sorted(to))]
    sought = Sought(by=call.owner, to=to, at=at, first=True)
    call = replace(call, sounding=call.sounding - to)
    return replace(call, held=True, ringing=to, reserve=call.reserve - to, sought=sought), orders


def consulting(call: CallState, sought: Sought, happened: Happening) -> Step:
    """While a colleague is asked: until they pick up, and while the two talk."""
    match happened:
        case Answered(leg, at) if leg in call.ringing:
            return pick_up(call, leg, at) if is_phone(leg) else _talk_first(call, sought, leg, at)
        case Digit(leg, at, "1") if leg in call.picked_legs:
            return _talk_first(call, sought, leg, at)
        case Answered(leg) if leg in call.reserve:
            return call, [HangUp(leg, Because.TAKEN)]
        case Flowing(sought.leg):
            return replace(call, sought=replace(sought, flowing=True)), []
        case Left(sought.leg) | Declined(sought.leg) | Lost(sought.leg):
            return back_to_customer(call, gone=not isinstance(happened, Lost))
        case Declined(leg) | Left(leg) if leg in call.ringing | call.picked_legs:
            return _unless_nobody_is_left(without(call, leg, declines=True), [])
        case Passed(at):
            return _look(call, sought, at)
    return call, []


def join(call: CallState, sought: Sought, at: datetime) -> Step:
    """The customer and the colleague talk; who gave the call leaves."""
    orders: list[Order] = [Join(sought.leg, CALLER), *_heard_again(call), HangUp(call.owner, Because.TRANSFERRED)]
    note = Note("call_transferred", call.owner, {"to": teammate_of(sought.leg)})
    call = replace(call, owner=sought.leg, held=False, flowing=True, lost_at=None, talking_from=at, sought=None)
    return call, [*orders, note]


def step_aside(call: CallState, sought: Sought, at: datetime) -> Step:
    """Who asked a colleague hangs up: the colleague has the call, or it goes on ringing at them."""
    if sought.flowing:
        return join(call, sought, at)
    orders: list[Order] = [HangUp(call.owner, Because.TRANSFERRED), *_heard_again(call), Play(CALLER, Sound.RINGING)]
    blind = replace(sought, first=False, leg="", leg_at=None)
    call = replace(call, held=False, flowing=False, lost_at=None, talking_from=None, sought=blind)
    if sought.leg:
        claimed = replace(call, phase=Phase.CLAIMED, owner=sought.leg, claimed_at=sought.leg_at)
        return claimed, [Join(sought.leg, CALLER), *orders]
    return replace(call, phase=Phase.RINGING, owner=""), orders


def back_to_customer(call: CallState, *, gone: bool = False) -> Step:
    """The colleague is not there, or is let go: who asked has the customer again."""
    assert call.sought is not None
    leg = call.sought.leg
    call, orders = let_ringing_go(call, Because.HUNG_UP)
    if leg and not gone:
        orders.append(HangUp(leg, Because.HUNG_UP))
    orders += [Join(call.owner, CALLER)] if leg else [StopPlaying(call.owner)]
    waits: list[Order] = [Play(CALLER, Sound.MUSIC)] if call.lost_at else []
    return replace(call, held=False, sought=None), [*orders, *_heard_again(call), *waits]


def _talk_first(call: CallState, sought: Sought, leg: str, at: datetime) -> Step:
    """The colleague picked up on this leg; their other ones fall silent."""
    asked: list[Order] = [StopPlaying(leg)] if leg in call.picked_legs else []
    call, orders = let_ringing_go(call, Because.TAKEN, by=leg)
    call = replace(call, sought=replace(sought, leg=leg, leg_at=at, flowing=leg in call.sounding))
    return call, [*orders, *asked, StopPlaying(call.owner), Connect(leg, call.owner)]


def _look(call: CallState, sought: Sought, at: datetime) -> Step:
    call, orders = unconfirmed(call, at)
    late = sought.leg_at + CLAIM_STANDS_WITHIN if sought.leg_at else call.sought_until
    if at >= late and not sought.flowing:
        call, more = back_to_customer(call)
        return call, orders + more
    return _unless_nobody_is_left(call, orders)


def _unless_nobody_is_left(call: CallState, orders: list[Order]) -> Step:
    assert call.sought is not None
    if call.ringing or call.picked or call.sought.leg:
        return call, orders
    call, more = back_to_customer(call)
    return call, orders + more


def _heard_again(call: CallState) -> list[Order]:
    return [Resume(CALLER)] if call.held else []
