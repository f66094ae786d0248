"""The calls that figures and records are made of, read from the book."""

from collections.abc import Iterable
from datetime import date, datetime
from zoneinfo import ZoneInfo

from ..team.models import Teammate
from .models import Call
from .records import Facts, LegFacts, Ring, Share, by, picked_up_by_ring_two, ring_by_ring


def calls_between(since: datetime, until: datetime, *, seen_by: Teammate) -> list[Facts]:
    """The calls that count and began in this time, at places this teammate may see, oldest first. One query."""
    rows = Call.objects.visible_to(seen_by).that_count().began_between(since, until)
    return [facts(row) for row in rows.filter(ended_at__isnull=False).order_by("began_at", "pk")]


def headline(calls: Iterable[Facts]) -> Share:
    """Picked up by ring two."""
    return picked_up_by_ring_two(calls)


def by_hour(calls: Iterable[Facts], zone: ZoneInfo) -> dict[int, Share]:
    """The figure for each hour of the day (0 to 23, wall time) in which somebody called."""
    return dict(sorted(by(calls, lambda each: each.began_at.astimezone(zone).hour).items()))


def by_day(calls: Iterable[Facts], zone: ZoneInfo) -> dict[date, Share]:
    """The figure for each day on which somebody called."""
    return dict(sorted(by(calls, lambda each: each.began_at.astimezone(zone).date()).items()))


def by_place(calls: Iterable[Facts]) -> dict[int, Share]:
    """The figure for each number or site, by its place."""
    return by(calls, lambda each: each.place)


def record(call: Call) -> list[Ring]:
    """The ring-by-ring record of a call that is over. Two queries at most."""
    legs = [leg for leg in call.legs.all() if leg.leg != "caller"]
    return ring_by_ring(
        facts(call),
        [
            LegFacts(
                leg=each.leg,
                teammate=each.teammate_id,
                began_at=each.began_at,
                rang_at=each.rang_at,
                picked_at=each.picked_at,
                flowing_at=each.flowing_at,
                ended_at=each.ended_at,
                because=each.because,
            )
            for each in legs
        ],
    )


def facts(row: Call) -> Facts:
    """As the figure asks. Raises ValueError while the call goes on."""
    if row.ended_at is None:
        raise ValueError(f"call {row.key} goes on")
    return Facts(
        place=row.place_id,
        began_at=row.began_at,
        cadence=row.cadence,
        ended_at=row.ended_at,
        was_open=row.was_open,
        answered_at=row.answered_at,
        heard_at=row.heard_at,
        greeted_at=row.missed_at,
    )
