"""The ring plan: whom it rings now, the first hand's provisional claim, and the greeting when really nobody is there."""

from dataclasses import replace
from datetime import datetime

from .call_state import CLAIM_STANDS_WITHIN, ONE_WITHIN, CallState, Phase, Sought, Step, same_hand
from .ends import let_ringing_go
from .happenings import (
    CALLER,
    Answered,
    Around,
    AskedHangUp,
    Back,
    Declined,
    Digit,
    Flowing,
    Happening,
    Left,
    Lost,
    Passed,
    desk,
    is_phone,
    teammate_of,
)
from .orders import Accept, Because, Connect, HangUp, Note, Order, Play, Resume, Ring, Sound, StopPlaying, StopRinging


def ringing(call: CallState, happened: Happening) -> Step:
    """While it rings."""
    match happened:
        case Around():
            return look(replace(call, around=happened, away=frozenset()), happened.at)
        case Answered(leg, at) if leg in call.ringing:
            return pick_up(call, leg, at) if is_phone(leg) else claim(call, leg, at)
        case Digit(leg, at, "1") if leg in call.picked_legs:
            return claim(call, leg, at)
        case Answered(leg):
            return too_late(call, leg)
        case Declined(leg, at) | Left(leg, at):
            return look(without(call, leg, declines=isinstance(happened, Declined)), at)
        case Passed(at):
            return look(call, at)
    return call, []


def claimed(call: CallState, happened: Happening) -> Step:
    """A hand was first; the caller hears ringing until that person's sound has come."""
    match happened:
        case Flowing(call.owner, at):
            return _stands(call, at)
        case Passed(at) if call.claimed_at is not None and at >= call.claimed_at + CLAIM_STANDS_WITHIN:
            return lapse(call, at)
        case Left(call.owner, at) | Declined(call.owner, at):
            return lapse(without(call, call.owner, declines=isinstance(happened, Declined)), at, gone=True)
        case Lost(call.owner, at):
            return lapse(call, at)
        case Back(call.owner):
            return call, [Connect(call.owner, CALLER)]
        case AskedHangUp(by, at) if same_hand(by, call.owner):
            return lapse(replace(call, declined=call.declined | {call.owner}), at)
        case Answered(leg):
            return too_late(call, leg)
        case Around():
            return replace(call, around=happened, away=frozenset()), []
    return call, []


def hand(call: CallState, happened: Happening) -> str:
    """The leg whose hand takes the ringing call by this, "" when none does. The claim is written down before the step."""
    match happened:
        case Answered(leg) if call.phase is Phase.RINGING and leg in call.ringing and not is_phone(leg):
            return leg
        case Digit(leg, _at, "1") if call.phase is Phase.RINGING and leg in call.picked_legs:
            return leg
    return ""


def look(call: CallState, at: datetime) -> Step:
    """What the clock and the people who are around ask for now."""
    call, orders = unconfirmed(call, at)
    if call.sought is not None and (at >= call.sought_until or not call.sought.to):
        call, more = _seek_on(call, call.sought, at)
        orders += more
    if call.sought is None and (at >= call.greets_at or _nobody_is_there(call)):
        call, more = greet(call, at, "no-answer" if at >= call.greets_at else "nobody-on-duty")
    else:
        call, more = ring(call)
    return call, orders + more


def ring(call: CallState) -> Step:
    """Ring whoever should ring now, and nobody else."""
    wave = call.wave
    begin = sorted(wave - call.ringing - call.picked_legs)
    stop = sorted(call.ringing - wave)
    orders: list[Order] = [*(StopRinging(leg) for leg in stop), *(Ring(leg) for leg in begin)]
    rings = (call.ringing | set(begin)) - set(stop)
    return replace(call, ringing=rings, reserve=call.reserve - rings, sounding=call.sounding - set(begin)), orders


def ring_anew(call: CallState, at: datetime) -> Step:
    """The talk broke off: everybody rings, counted from now; the customer hears the ringing tone."""
    fresh = replace(call, rings_from=at, lapsed_at=None, sought=None)
    call, orders = _nobody_has_it(fresh)
    call, more = look(call, at)
    return call, orders + more


def seek(call: CallState, sought: Sought, at: datetime) -> Step:
    """Ring a colleague instead of everybody; the customer hears the ringing tone."""
    willing = replace(call, sought=sought, declined=call.declined - sought.to)
    call, orders = _nobody_has_it(willing)
    call, more = look(call, at)
    return call, orders + more


def claim(call: CallState, leg: str, at: datetime) -> Step:
    """The first hand has it, provisionally; a telephone's sound has come before its key. The others fall silent at once."""
    asked: list[Order] = [StopPlaying(leg)] if leg in call.picked_legs else []
    call, orders = let_ringing_go(call, Because.TAKEN, by=leg)
    call = replace(call, phase=Phase.CLAIMED, owner=leg, claimed_at=at, flowing=False)
    orders += [*asked, Connect(leg, CALLER)]
    call, more = _stands(call, at) if leg in call.sounding else (call, [])
    return call, orders + more


def lapse(call: CallState, at: datetime, *, gone: bool = False) -> Step:
    """The winner's sound did not come, or their line went: whoever would ring now rings again, the count running on."""
    orders: list[Order] = [] if gone else [HangUp(call.owner, Because.LAPSED)]
    orders.append(Note("claim_lapsed", call.owner))
    call, silent = _nobody_has_it(replace(call, lapsed_at=at))
    call, more = look(call, at)
    return call, orders + silent + more


def greet(call: CallState, at: datetime, because: str = "no-answer") -> Step:
    """Nobody is there: the company's own words, then a message. The call waits for a person from here on."""
    call, orders = let_ringing_go(call, Because.NO_ANSWER)
    if call.accepted_at is None:
        orders.append(Accept(CALLER))
    orders += [Play(CALLER, Sound.GREETING), Note("call_missed", data={"because": because})]
    accepted = call.accepted_at or at
    return replace(call, phase=Phase.GREETING, greeted_at=at, accepted_at=accepted, reserve=frozenset()), orders


def pick_up(call: CallState, leg: str, at: datetime) -> Step:
    """A telephone was picked up, by a person or by their voicemail: only the key 1 says which."""
    call = replace(call, ringing=call.ringing - {leg}, picked=call.picked | {(leg, at)})
    return call, [Play(leg, Sound.PRESS_ONE)]


def unconfirmed(call: CallState, at: datetime) -> Step:
    """Let telephones go that were picked up long ago without a 1."""
    late = frozenset(each for each in call.picked if at >= each[1] + ONE_WITHIN)
    legs = frozenset(leg for leg, _at in late)
    orders: list[Order] = [HangUp(leg, Because.NOT_PRESSED) for leg in sorted(legs)]
    call = replace(call, picked=call.picked - late, declined=call.declined | legs, sought=_still_sought(call, legs))
    return call, orders


def without(call: CallState, leg: str, *, declines: bool) -> CallState:
    """This leg rings no more. A telephone that was let go is not dialled again for this call."""
    kept = declines or is_phone(leg)
    return replace(
        call,
        ringing=call.ringing - {leg},
        picked=frozenset(each for each in call.picked if each[0] != leg),
        reserve=call.reserve - {leg},
        declined=call.declined | {leg} if kept else call.declined,
        away=call.away if kept else call.away | {leg},
        sought=_still_sought(call, frozenset({leg})),
    )


def too_late(call: CallState, leg: str) -> Step:
    """A second hand, a moment late: it is told who has the call, and stays ready."""
    return call, [HangUp(leg, Because.TAKEN)] if leg in call.reserve else []


def _stands(call: CallState, at: datetime) -> Step:
    """The winner's sound has come: now the caller is answered. Silence from the caller changes nothing."""
    first = call.accepted_at is None
    orders: list[Order] = [Accept(CALLER) if first else StopPlaying(CALLER), _whose_it_is(call)]
    call = replace(
        call,
        phase=Phase.TALKING,
        flowing=True,
        accepted_at=call.accepted_at or at,
        answered_at=call.answered_at or at,
        talking_from=at,
        heard_at=call.heard_at or (at if call.caller_flows else None),
        sought=None,
    )
    return call, orders


def _whose_it_is(call: CallState) -> Note:
    if call.sought is not None and not same_hand(call.sought.by, call.owner):
        return Note("call_transferred", call.sought.by, {"to": teammate_of(call.owner)})
    return Note("call_answered", call.owner)


def _nobody_has_it(call: CallState) -> Step:
    """Whoever has the customer now is nobody; the customer, if we answered them already, hears it ring."""
    heard: list[Order] = [Resume(CALLER)] if call.held else []
    tone: list[Order] = [Play(CALLER, Sound.RINGING)] if call.accepted_at is not None else []
    free = replace(
        call, phase=Phase.RINGING, owner="", claimed_at=None, flowing=False, lost_at=None, held=False, talking_from=None
    )
    return free, heard + tone


def _nobody_is_there(call: CallState) -> bool:
    around = call.around
    return around is not None and not around.somebody and not (around.first | around.second) - call.declined


def _seek_on(call: CallState, sought: Sought, at: datetime) -> Step:
    """The colleague does not answer: it rings at the one who gave the call away, and then at everybody."""
    if sought.returning:
        return replace(call, sought=None, rings_from=at, lapsed_at=None), []
    teammate = teammate_of(sought.by)
    back = frozenset({sought.by} if teammate is None else {sought.by, desk(teammate)})
    returning = replace(sought, to=back, at=at, returning=True)
    call = replace(call, sought=returning, declined=call.declined - back, away=call.away - back)
    return call, [Note("transfer_returned", sought.by)]


def _still_sought(call: CallState, gone: frozenset[str]) -> Sought | None:
    return replace(call.sought, to=call.sought.to - gone) if call.sought else None
