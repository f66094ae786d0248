"""How much has been called out already, and which limit the next call would pass. Counted from rows, never from memory."""

from datetime import datetime, timedelta

from django.db.models import Q

from ..team.models import Teammate
from .models import Call
from .outbound import CallOut, Outbound

HOUSE_HOUR, HOUSE_DAY, EACH_HOUR, EACH_DAY, AT_ONCE = "house-hour", "house-day", "each-hour", "each-day", "at-once"
OF_THE_HOUSE = frozenset({HOUSE_HOUR, HOUSE_DAY})
HARD = OF_THE_HOUSE | {EACH_HOUR, EACH_DAY}
HOUR = timedelta(hours=1)
DIALS_WITHIN = timedelta(seconds=30)  # a key that was given out and not used yet counts as a call
LONGEST = timedelta(hours=12)  # calls that began earlier than this before the day are not looked for


def limit_hit(rules: Outbound, *, by: Teammate, day: datetime, at: datetime) -> str:
    """The limit that one more call would pass; "" for none. day: when the house's day began."""
    lately = CallOut.objects.filter(asked_at__gt=at - HOUR, refused_at__isnull=True)
    if _under_way(at) >= rules.at_once:
        return AT_ONCE
    if lately.count() >= rules.per_hour:
        return HOUSE_HOUR
    if lately.filter(by=by).count() >= rules.each_per_hour:
        return EACH_HOUR
    if _minutes(day, at) >= rules.minutes_a_day:
        return HOUSE_DAY
    if _minutes(day, at, by=by) >= rules.each_minutes_a_day:
        return EACH_DAY
    return ""


def _under_way(at: datetime) -> int:
    running = Call.objects.running().filter(outgoing=True, is_test=False).count()
    promised = CallOut.objects.filter(asked_at__gt=at - DIALS_WITHIN, begun_at__isnull=True, refused_at__isnull=True)
    return running + promised.count()


def _minutes(day: datetime, at: datetime, *, by: Teammate | None = None) -> float:
    """Minutes talked in calls out since the day began, whoever has the call now; a talk that goes on counts up to now."""
    rows = Call.objects.filter(outgoing=True, answered_at__isnull=False, began_at__gt=day - LONGEST)
    rows = rows.filter(Q(ended_at__isnull=True) | Q(ended_at__gt=day))
    if by is not None:
        rows = rows.filter(answered_by=by)
    spent = timedelta(0)
    for call in rows.only("answered_at", "ended_at"):
        spent += max((call.ended_at or at) - max(call.answered_at or at, day), timedelta(0))
    return spent / timedelta(minutes=1)
