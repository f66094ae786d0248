"""One call as the phone process holds it: its state, its lines and sound, and the record of its legs until it is over."""

from collections import deque
from collections.abc import Collection
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from . import ringing
from .booking import LegRow
from .browsers import Caller
from .call_state import CallState, Phase
from .callers import Who
from .happenings import Answered, Around, Digit, Flowing, Happening, Rang, desk, teammate_of
from .legs import Line, Session
from .orders import Connect, HangUp, Order, Ring, StopRinging
from .ringing import Door, Roster
from .timers import Timer

MOMENTS: dict[type, str] = {Rang: "rang_at", Answered: "picked_at", Digit: "picked_at", Flowing: "flowing_at"}


@dataclass
class LiveCall:
    """Everything that ends with the call."""

    key: str
    door: Door
    state: CallState
    session: Session
    number: str = ""  # the customer's
    lines: dict[str, Line] = field(default_factory=dict)
    who: Who = field(default_factory=Who)
    is_open: bool = True
    is_known: bool = False  # we have looked who calls; from here on it may ring
    claims: set[str] = field(default_factory=set)  # hands whose claim is being written
    claimed_leg: str = ""  # as the row says, or will say in a moment
    timer: Timer | None = None
    legs: list[LegRow] = field(default_factory=list)
    around: Around | None = None  # what the state machine was told last
    wanted: Around | None = None  # the same, with desks that are not open
    waiting: deque[Happening] = field(default_factory=deque)
    is_stepping: bool = False
    roster: Roster | None = None  # of a test, which rings nobody but whoever asked for it
    spares: frozenset[str] = frozenset()  # legs that do not ring at it

    @property
    def hands(self) -> set[int]:
        """The teammates who talk in this call, or are about to."""
        sought = self.state.sought.leg if self.state.sought else ""
        legs = {self.state.owner, sought} | self.claims
        return {who for leg in legs if leg and (who := teammate_of(leg)) is not None}

    @property
    def rings(self) -> bool:
        return self.state.phase is Phase.RINGING

    @property
    def would_ring(self) -> set[int]:
        """The teammates who should hear it now, at open desks or not."""
        state, wanted = self.state, self.wanted
        if not self.rings or wanted is None:
            return set()
        legs = state.sought.to if state.sought else wanted.first
        if state.sought is None and state.looked_at >= state.second_ring_at:
            legs = legs | wanted.second
        return {who for leg in legs - state.declined if (who := teammate_of(leg)) is not None}

    @property
    def is_over(self) -> bool:
        return self.state.phase is Phase.ENDED

    def caller(self, name: str = "") -> Caller:
        """Who calls, as the desks are told; `name`: what the network or they themselves say."""
        who = self.who
        return Caller(
            name=who.name or name,
            number=self.number,
            customer=who.customer,
            conversation=who.conversation,
            place=self.door.name,
        )

    def facts(self, node: str) -> dict[str, Any]:
        """What the book must know to open its row."""
        return {
            "key": self.key,
            "node": node,
            "place": self.door.place,
            "at": self.state.began,
            "number": self.number,
            "ring_on": self.door.cadence.on,
            "ring_off": self.door.cadence.off,
        }

    def sees(self, roster: Roster, *, busy: Collection[int], desks: Collection[int], at: datetime) -> Around:
        """Who would ring at this call now. A desk that is not open cannot ring."""
        seen = ringing.around(roster, self.door, named=self.who.named, busy=busy, is_open=self.is_open, at=at)
        self.wanted = seen
        closed = {desk(each.pk) for each in roster.people if each.pk not in desks}
        closed |= self.spares
        return replace(seen, first=seen.first - closed, second=seen.second - closed)

    def note_happening(self, happened: Happening) -> None:
        """Keep the moments that the ring-by-ring record is made of."""
        if isinstance(happened, Rang | Answered | Digit | Flowing):
            row = self._row(happened.leg)
            if row is not None:
                row.moments.setdefault(MOMENTS[type(happened)], happened.at)

    def note_order(self, order: Order) -> None:
        """A stretch of ringing or talking begins or ends."""
        at = self.state.looked_at
        match order:
            case Ring(leg):
                self.legs.append(LegRow(leg=leg, teammate=teammate_of(leg), began_at=at))
            case Connect(leg) if self._row(leg) is None:
                self.legs.append(LegRow(leg=leg, teammate=teammate_of(leg), began_at=at))
            case StopRinging(leg, by):
                self.end_leg(leg, at, "taken" if by else "silent")
            case HangUp(leg, because):
                self.end_leg(leg, at, because.value)

    def end_leg(self, leg: str, at: datetime, because: str) -> None:
        """This stretch of the leg is over."""
        row = self._row(leg)
        if row is not None:
            row.moments["ended_at"] = at
            self.legs[self.legs.index(row)] = replace(row, because=because)

    def end_legs(self, at: datetime) -> None:
        """The call is over, and whatever still stood."""
        for row in list(self.legs):
            self.end_leg(row.leg, at, "over")

    def _row(self, leg: str) -> LegRow | None:
        return next((row for row in reversed(self.legs) if row.leg == leg and "ended_at" not in row.moments), None)
