"""A talk is recorded only where the house wants it, only after both have heard that it is, and no longer than anybody likes.

What is said to a colleague, or while the customer hears music, never passes between the two, so the sound leaves it out itself.
"""

from dataclasses import replace

from .call_state import CallState, Phase, Step, Taping, same_hand
from .happenings import CALLER, AskedTapeEnd, Declined, Digit, Happening, Left, Played, Unplayed, Untaped, is_phone
from .orders import EndTape, Note, Order, Play, Sound, StopPlaying, Tape

STOPS = "*"  # the key of a teammate's own telephone


def follow(before: CallState, call: CallState, orders: list[Order], happened: Happening) -> Step:
    """What follows for the tape from a step that was taken."""
    match call.taping:
        case _ if call.taping is Taping.NEVER or call.phase is Phase.ENDED:
            return call, orders
        case _ if isinstance(happened, AskedTapeEnd):
            return _end(call, orders, happened)
        case _ if isinstance(happened, Digit) and _says_no(call, happened):
            return _end(call, orders, AskedTapeEnd(happened.leg, happened.at))
        case Taping.DUE if _both_can_hear(call):
            return _announce(call, orders)
        case Taping.ANNOUNCED:
            return _announced(before, call, orders, happened)
        case Taping.ON if isinstance(happened, Untaped):
            note = Note("recording_stopped", data={"because": "disk"})
            return replace(call, taping=Taping.BROKEN), [*orders, note]
    return call, orders


def _says_no(call: CallState, pressed: Digit) -> bool:
    """Whoever talks on a telephone of their own has no button there, but a key."""
    return pressed.leg == call.owner and is_phone(call.owner) and pressed.digit == STOPS


def _both_can_hear(call: CallState) -> bool:
    talks = call.phase is Phase.TALKING and call.flowing and call.caller_flows
    return talks and not call.held and call.lost_at is None and call.sought is None


def _announce(call: CallState, orders: list[Order]) -> Step:
    both = (CALLER, call.owner)
    call = replace(call, taping=Taping.ANNOUNCED, untold=frozenset(both))
    return call, [*orders, *(Play(leg, Sound.NOTICE) for leg in both)]


def _announced(before: CallState, call: CallState, orders: list[Order], happened: Happening) -> Step:
    """The words are being said. Whatever comes between begins them anew, when both can hear again."""
    if isinstance(happened, Unplayed):
        note = Note("recording_stopped", data={"because": "notice"})
        silent = _silence(call, but=happened.leg)
        return replace(call, taping=Taping.MUTE, untold=frozenset()), [*silent, *orders, note]
    if not _both_can_hear(call) or call.owner != before.owner:
        gone = happened.leg if isinstance(happened, Left | Declined) else ""
        return replace(call, taping=Taping.DUE, untold=frozenset()), [*_silence(call, but=gone), *orders]
    if isinstance(happened, Played):
        call = replace(call, untold=call.untold - {happened.leg})
        if not call.untold:
            return replace(call, taping=Taping.ON), [*orders, Tape(CALLER), Note("recording_began", call.owner)]
    return call, orders


def _end(call: CallState, orders: list[Order], asked: AskedTapeEnd) -> Step:
    """Whoever has the customer ends it, and deletes what was recorded. What never began is simply not done."""
    has_tape = call.taping in (Taping.ON, Taping.ENDED, Taping.BROKEN)
    if not same_hand(asked.by, call.owner) or call.taping in (Taping.MUTE, Taping.FORGOTTEN):
        return call, orders
    if not has_tape:
        stopped = replace(call, taping=Taping.NEVER, untold=frozenset())
        return stopped, [*_silence(call), *orders, Note("recording_stopped", asked.by, {"because": "asked"})]
    if asked.forget:
        ends: list[Order] = [EndTape(CALLER, forget=True), Note("recording_deleted", asked.by, {"because": "asked"})]
        return replace(call, taping=Taping.FORGOTTEN), [*orders, *ends]
    if call.taping is not Taping.ON:
        return call, orders
    ends = [EndTape(CALLER), Note("recording_stopped", asked.by, {"because": "asked"})]
    return replace(call, taping=Taping.ENDED), [*orders, *ends]


def _silence(call: CallState, *, but: str = "") -> list[Order]:
    return [StopPlaying(leg) for leg in sorted(call.untold - {but})]
