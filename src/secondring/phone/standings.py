"""How a call stands for those who have a hand in it, as their desks show it. Pure: call states in, what changed out."""

from dataclasses import asdict, dataclass
from typing import Any

from .call_state import CallState, Phase, Taping
from .happenings import teammate_of


@dataclass(frozen=True, slots=True)
class Standing:
    """What one leg's desk shows beside the name of the caller."""

    held: bool = False
    asks: int | None = None  # the colleague who is asked first
    there: bool = False  # ... and whose sound has come: they can be brought together
    first: int | None = None  # talks with this colleague before the customer does
    tape: str = Taping.NEVER  # of the talk with the customer: a word of call_state.Taping

    def as_json(self) -> dict[str, Any]:
        return asdict(self)


def standings(call: CallState) -> dict[str, Standing]:
    """By leg: the one that has the customer, and the one that is asked first."""
    if call.phase is not Phase.TALKING:
        return {}
    sought = call.sought
    if sought is None or not sought.first:
        return {call.owner: Standing(held=call.held, tape=call.taping)}
    asked = next((teammate_of(leg) for leg in sorted(sought.to | {sought.leg}) if leg), None)
    found = {call.owner: Standing(held=True, asks=asked, there=sought.flowing, tape=call.taping)}
    if sought.leg:
        found[sought.leg] = Standing(first=teammate_of(call.owner))
    return found


def changed(before: CallState, now: CallState) -> dict[str, Standing]:
    """What desks must be told that was not so before."""
    old = standings(before)
    return {leg: each for leg, each in standings(now).items() if old.get(leg, Standing()) != each}
