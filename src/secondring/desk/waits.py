"""How long somebody has waited: only time in which somebody could have answered counts."""

from datetime import datetime, timedelta
from functools import lru_cache

from ..lib.hours import Hours
from .shapes import Wait

AHEAD = timedelta(days=4)  # an open page knows the opening hours for so long without asking again


def of(since: datetime | None, hours: Hours, *, at: datetime) -> Wait | None:
    """The wait that began at `since`, counted in `hours`, as of `at`; None when nobody waits."""
    if since is None:
        return None
    return Wait(int(hours.waited(since, at).total_seconds()), at, sleeps(hours, at.replace(second=0, microsecond=0)))


@lru_cache(maxsize=64)
def sleeps(hours: Hours, at: datetime) -> tuple[tuple[datetime, datetime], ...]:
    """The spans in the days after `at` in which the house is closed; the last may be cut at the end of what we look at."""
    spans, moment, end = [], at, at + AHEAD
    while moment < end:
        edge = min(hours.next_change(moment) or end, end)
        if not hours.is_open(moment):
            spans.append((moment, edge))
        moment = edge
    return tuple(spans)
