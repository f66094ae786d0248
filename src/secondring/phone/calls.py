"""The life of a call: what happened goes in, the next state and our orders come out. Time is what the happening says."""

from dataclasses import replace

from . import tapes
from .call_state import CallState, Phase, Step, Taping
from .ends import end
from .happenings import CALLER, Declined, Dialled, Flowing, Happening, Invited, Left, Passed, Played, Silenced, is_phone
from .orders import Because, Note, Record, Ringing
from .outgoing import dial, dialling
from .ring_plan import claimed, greet, hand, ringing, without
from .talks import talking

__all__ = ["CallState", "Phase", "begin", "hand", "step"]


def begin(first: Invited | Dialled) -> Step:
    """A call comes in, or we make one. Of an incoming one, `Around` must follow at once: it says whom to ring."""
    if isinstance(first, Dialled):
        return dial(first)
    at = first.at
    call = CallState(began=at, rings_from=at, looked_at=at, cadence=first.cadence, greets_after=first.greets_after)
    call = replace(call, taping=Taping.DUE if first.tapes else Taping.NEVER)
    note = Note("call_rang")
    if first.is_open:
        return call, [Ringing(CALLER), note]
    call, orders = greet(call, at, "closed")
    return call, [note, *orders]


def step(call: CallState, happened: Happening) -> Step:
    """The next state of this call, and what is to be done. A clock that stepped back is taken as standing still."""
    if call.phase is Phase.ENDED:
        return call, []
    happened = replace(happened, at=max(happened.at, call.looked_at))
    call = replace(call, looked_at=happened.at)
    match happened:
        case Left("caller", at) | Declined("caller", at):
            busy = call.outgoing and isinstance(happened, Declined)
            return end(call, Because.BUSY if busy else Because.CALLER_LEFT, at, gone=CALLER)
        case Silenced(_leg, at):
            return end(call, Because.SILENCED, at)
        case Flowing("caller"):
            return tapes.follow(call, _hear_caller(call, happened), [], happened)
        case Flowing(leg) if is_phone(leg):
            call = replace(call, sounding=call.sounding | {leg})
        case Left(leg) | Declined(leg) if leg in call.reserve:
            return without(call, leg, declines=isinstance(happened, Declined)), []
    after, orders = PHASES[call.phase](call, happened)
    return tapes.follow(call, after, orders, happened)


def _hear_caller(call: CallState, happened: Flowing) -> CallState:
    both = call.phase is Phase.TALKING and call.flowing
    return replace(call, caller_flows=True, heard_at=call.heard_at or (happened.at if both else None))


def _greeting(call: CallState, happened: Happening) -> Step:
    """The company's own words are being said; then it is the customer's turn."""
    match happened:
        case Played("caller", at):
            return _listen(call, happened)
        case Passed(at) if call.next_look is not None and at >= call.next_look:
            return _listen(call, happened)
    return call, []


def _listen(call: CallState, happened: Happening) -> Step:
    return replace(call, phase=Phase.MESSAGE, message_at=happened.at), [Record(CALLER)]


def _message(call: CallState, happened: Happening) -> Step:
    """The customer speaks, as long as the tape runs."""
    if isinstance(happened, Passed) and call.next_look is not None and happened.at >= call.next_look:
        return end(call, Because.MESSAGE_FULL, happened.at)
    return call, []


PHASES = {
    Phase.RINGING: ringing,
    Phase.CLAIMED: claimed,
    Phase.TALKING: talking,
    Phase.DIALLING: dialling,
    Phase.GREETING: _greeting,
    Phase.MESSAGE: _message,
}
