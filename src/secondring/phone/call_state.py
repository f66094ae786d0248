"""A call as a value: what is known of it, and the few questions that can be asked of it. Nothing here decides."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import TypeAlias

from .happenings import Around, teammate_of
from .orders import Because, Order
from .rings import Cadence, begins

CLAIM_STANDS_WITHIN = timedelta(seconds=3)  # from the click to the winner's first packet of sound
SURE_AFTER = timedelta(seconds=3)  # a winner who vanishes sooner never had the call
BACK_WITHIN = timedelta(seconds=10)  # a reload, a tunnel
ONE_WITHIN = timedelta(seconds=20)  # from picking a telephone up to pressing 1
TARGET_RINGS = 5  # a colleague who is to get the call, before it goes back
LAST_CHANCE_RINGS = 2  # after a claim that lapsed, however late
LONGEST_GREETING = timedelta(minutes=2)
LONGEST_MESSAGE = timedelta(minutes=3)
SOUND_WITHIN = timedelta(seconds=5)  # before we dial a customer, the teammate's own sound must stand
DIALS_FOR = timedelta(seconds=60)


class Phase(StrEnum):
    RINGING = "ringing"
    CLAIMED = "claimed"  # somebody's hand was first; their sound is still to come
    TALKING = "talking"
    GREETING = "greeting"
    MESSAGE = "message"
    DIALLING = "dialling"  # we call them
    ENDED = "ended"


class Taping(StrEnum):
    """Is this talk recorded? Only with the company's own words before it (tapes.py)."""

    NEVER = "never"
    DUE = "due"  # as soon as two talk, they hear that it will be
    ANNOUNCED = "announced"  # they hear it now
    ON = "on"
    ENDED = "ended"  # a person ended it; it does not begin again
    MUTE = "mute"  # the words could not be said, so nothing is recorded
    BROKEN = "broken"  # the disk refused to keep more
    FORGOTTEN = "forgotten"  # ended, and deleted


@dataclass(frozen=True, slots=True, kw_only=True)
class Sought:
    """A colleague who is to get the call. `leg`: the one of theirs that picked up to hear about it first."""

    by: str
    to: frozenset[str]
    at: datetime
    first: bool = False
    returning: bool = False  # nobody there: it rings at the one who gave it away
    leg: str = ""
    leg_at: datetime | None = None
    flowing: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class CallState:
    """One call. Sets of legs never overlap; `owner` is the leg that has the customer, "" while nobody has."""

    began: datetime  # our first 180; a web caller's click; our own dialling
    rings_from: datetime  # what the rings are counted from: `began`, or the moment a talk broke off
    looked_at: datetime  # the last thing that happened
    cadence: Cadence
    greets_after: int = 10
    outgoing: bool = False
    phase: Phase = Phase.RINGING
    around: Around | None = None
    ringing: frozenset[str] = frozenset()
    picked: frozenset[tuple[str, datetime]] = frozenset()  # telephones that were picked up; 1 is still to come
    reserve: frozenset[str] = frozenset()  # browsers that fell silent and stand ready
    away: frozenset[str] = frozenset()  # gone; may be rung when we hear that they are around again
    declined: frozenset[str] = frozenset()  # not rung again for this call
    sounding: frozenset[str] = frozenset()  # telephones whose sound has come since they were dialled
    owner: str = ""
    claimed_at: datetime | None = None
    flowing: bool = False  # the owner's sound has come
    caller_flows: bool = False
    accepted_at: datetime | None = None
    answered_at: datetime | None = None  # a person has them for the first time
    talking_from: datetime | None = None  # this owner has them
    heard_at: datetime | None = None  # sound both ways, for the first time
    lapsed_at: datetime | None = None
    lost_at: datetime | None = None
    held: bool = False
    sought: Sought | None = None
    taping: Taping = Taping.NEVER
    untold: frozenset[str] = frozenset()  # legs that still hear that it is recorded
    greeted_at: datetime | None = None
    message_at: datetime | None = None
    dialled_at: datetime | None = None
    ended_at: datetime | None = None
    because: Because | None = None

    @property
    def picked_legs(self) -> frozenset[str]:
        return frozenset(leg for leg, _at in self.picked)

    @property
    def wave(self) -> frozenset[str]:
        """The legs that should ring now, if it rings."""
        if self.sought is not None:
            return self.sought.to
        if self.around is None:
            return frozenset()
        second = self.around.second if self.looked_at >= self.second_ring_at else frozenset()
        return (self.around.first | second) - self.away - self.declined

    @property
    def second_ring_at(self) -> datetime:
        return begins(2, self.rings_from, self.cadence)

    @property
    def greets_at(self) -> datetime:
        """When nobody picked up for long enough; somebody whose claim lapsed has shown that they are there."""
        after_all = begins(self.greets_after + 1, self.rings_from, self.cadence)
        if self.lapsed_at is None:
            return after_all
        return max(after_all, begins(LAST_CHANCE_RINGS + 1, self.lapsed_at, self.cadence))

    @property
    def sought_until(self) -> datetime:
        """Until when the colleague is rung."""
        assert self.sought is not None
        return begins(TARGET_RINGS + 1, self.sought.at, self.cadence)

    @property
    def next_look(self) -> datetime | None:
        """When `Passed` must come; None when only people can move this call on."""
        return min(self._deadlines(), default=None)

    def _deadlines(self) -> list[datetime]:
        moments = [at + ONE_WITHIN for _leg, at in self.picked]
        match self.phase:
            case Phase.RINGING:
                moments += self._rings()
            case Phase.CLAIMED:
                moments += _after(self.claimed_at, CLAIM_STANDS_WITHIN)
            case Phase.TALKING:
                moments += _after(self.lost_at, BACK_WITHIN) + self._consults()
            case Phase.GREETING:
                moments += _after(self.greeted_at, LONGEST_GREETING)
            case Phase.MESSAGE:
                moments += _after(self.message_at, LONGEST_MESSAGE)
            case Phase.DIALLING:
                moments += self._dials()
        return moments

    def _rings(self) -> list[datetime]:
        if self.sought is not None:
            return [self.sought_until]
        return [self.greets_at] + [self.second_ring_at] * (self.looked_at < self.second_ring_at)

    def _consults(self) -> list[datetime]:
        if self.sought is None or self.sought.flowing:
            return []
        return _after(self.sought.leg_at, CLAIM_STANDS_WITHIN) or [self.sought_until]

    def _dials(self) -> list[datetime]:
        waits = _after(self.dialled_at, DIALS_FOR) if self.dialled_at else [self.began + SOUND_WITHIN]
        return waits + _after(self.lost_at, BACK_WITHIN)


Step: TypeAlias = tuple[CallState, list[Order]]


def _after(at: datetime | None, time: timedelta) -> list[datetime]:
    return [] if at is None else [at + time]


def same_hand(leg: str, other: str) -> bool:
    """Do these legs belong to one person?"""
    return bool(leg and other) and teammate_of(leg) is not None and teammate_of(leg) == teammate_of(other)
