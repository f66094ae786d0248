"""What a call was like for the caller, ring by ring; and the headline figure of the house, defined here and nowhere else.

*Picked up by ring two*: of the calls in opening hours that were answered, or that rang at least one full ring before the caller
hung up, the share in which a person had sound both ways before the third ring began. Hang-ups count as not picked up; junk
and our own tests are left out (`CallQuerySet.that_count`); measured from our first 180, web calls from the click.
"""

from collections.abc import Callable, Hashable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from math import sqrt
from typing import TypeVar

from .rings import Cadence, begins, full_rings, rings_before

K = TypeVar("K", bound=Hashable)
SURE = 1.959964  # standard deviations on either side that hold 95 %
MOST_RINGS = 100  # shown of one call


@dataclass(frozen=True, slots=True, kw_only=True)
class Facts:
    """One call that is over, as far as the figure and the record ask. `greeted_at`: when nobody was there any more."""

    place: int
    began_at: datetime
    cadence: Cadence
    ended_at: datetime
    was_open: bool = True
    answered_at: datetime | None = None
    heard_at: datetime | None = None
    greeted_at: datetime | None = None

    @property
    def rang_until(self) -> datetime:
        """When it stopped ringing: a person, the greeting, or the caller's patience."""
        return min(each for each in (self.answered_at, self.greeted_at, self.ended_at) if each is not None)

    @property
    def counts(self) -> bool:
        """Does the figure ask about this call?"""
        rang = full_rings(self.rang_until - self.began_at, self.cadence)
        return self.was_open and (self.answered_at is not None or rang >= 1)

    @property
    def found_nobody(self) -> bool:
        """It came in opening hours and did not even ring, for nobody was on duty."""
        return self.was_open and self.answered_at is None and self.greeted_at == self.began_at

    @property
    def in_time(self) -> bool:
        """Had a person sound both ways before the third ring began?"""
        return self.heard_at is not None and self.heard_at < begins(3, self.began_at, self.cadence)


@dataclass(frozen=True, slots=True)
class Share:
    """So many of so many. `found_nobody` calls stand beside it: they never rang, so the share cannot speak of them."""

    picked: int
    of: int
    found_nobody: int = 0

    @property
    def value(self) -> float | None:
        """0 to 1; None when there is nothing to speak of."""
        return self.picked / self.of if self.of else None

    @property
    def interval(self) -> tuple[float, float]:
        """Where the true share lies, in 95 of 100 such cases (Wilson 1927). Nothing known: anywhere.

        >>> tuple(round(each, 3) for each in Share(9, 10).interval)
        (0.596, 0.982)
        """
        return wilson(self.picked, self.of)


def wilson(successes: int, tries: int) -> tuple[float, float]:
    """The score interval of a share, as (low, high). Raises ValueError for more successes than tries."""
    if not 0 <= successes <= tries:
        raise ValueError(f"{successes} of {tries}")
    if tries == 0:
        return 0.0, 1.0
    share, spread = successes / tries, SURE**2 / tries
    middle = (share + spread / 2) / (1 + spread)
    half = SURE * sqrt(share * (1 - share) / tries + spread / (4 * tries)) / (1 + spread)
    return max(middle - half, 0.0), min(middle + half, 1.0)


def picked_up_by_ring_two(calls: Iterable[Facts]) -> Share:
    """The headline figure over these calls."""
    calls = list(calls)
    counted = [each for each in calls if each.counts]
    return Share(sum(each.in_time for each in counted), len(counted), sum(each.found_nobody for each in calls))


def by(calls: Iterable[Facts], key: Callable[[Facts], K]) -> dict[K, Share]:
    """The figure for each key (an hour, a day, a number), in the keys' first order. Never by person."""
    parts: dict[K, list[Facts]] = {}
    for each in calls:
        parts.setdefault(key(each), []).append(each)
    return {name: picked_up_by_ring_two(part) for name, part in parts.items()}


@dataclass(frozen=True, slots=True, kw_only=True)
class LegFacts:
    """A stretch in which a leg rang, or had the call. As CallLeg."""

    leg: str
    teammate: int | None
    began_at: datetime
    rang_at: datetime | None = None
    picked_at: datetime | None = None
    flowing_at: datetime | None = None
    ended_at: datetime | None = None
    because: str = ""

    def rings_during(self, since: datetime, until: datetime) -> bool:
        """Did it ring at any moment of this stretch of time?"""
        silent = self.picked_at or self.ended_at
        return self.began_at < until and (silent is None or silent > since)


@dataclass(frozen=True, slots=True, kw_only=True)
class Ring:
    """One ring: where it rang, who joined in it, and whose hand was there."""

    number: int
    began_at: datetime
    at: tuple[LegFacts, ...]
    joined: tuple[LegFacts, ...]
    picked: tuple[LegFacts, ...]


def ring_by_ring(call: Facts, legs: Sequence[LegFacts]) -> list[Ring]:
    """The call's own record, first ring first, up to the one in which it stopped ringing."""
    last = min(rings_before(call.rang_until - call.began_at, call.cadence), MOST_RINGS)
    return [_ring(call, number, legs) for number in range(1, last + 1)]


def _ring(call: Facts, number: int, legs: Sequence[LegFacts]) -> Ring:
    since, until = begins(number, call.began_at, call.cadence), begins(number + 1, call.began_at, call.cadence)
    return Ring(
        number=number,
        began_at=since,
        at=tuple(each for each in legs if each.rings_during(since, min(until, call.rang_until))),
        joined=tuple(each for each in legs if since <= each.began_at < until),
        picked=tuple(each for each in legs if each.picked_at is not None and since <= each.picked_at < until),
    )
