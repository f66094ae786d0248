"""What a teammate wants to notice, by which road, and when they are left alone."""

from datetime import datetime, time, timedelta, tzinfo
from zoneinfo import ZoneInfo

from .models import House, Teammate

ABSENT = timedelta(minutes=15)  # without a sign of life on any of their desks


def zone_of(teammate: Teammate, house: House) -> tzinfo:
    """Their own time zone if they chose one, else the house's."""
    for name in (str(teammate.preferences.get("time_zone") or ""), house.time_zone):
        try:
            if name:
                return ZoneInfo(name)
        except (KeyError, ValueError, OSError):
            continue
    return ZoneInfo("UTC")


def is_left_alone(teammate: Teammate, *, zone: tzinfo, at: datetime) -> bool:
    """Are these their quiet hours? No sound, no notice, no letter then; the bell still counts.

    Hours that end before they begin run past midnight; two equal ones are the whole day.
    """
    quiet = teammate.preferences.get("quiet")
    if not quiet:
        return False
    begins, ends = (_hour(words) for words in quiet)
    now = at.astimezone(zone).time()
    return begins <= now < ends if begins < ends else now >= begins or now < ends


def wants_letter(teammate: Teammate, *, zone: tzinfo, at: datetime) -> bool:
    """Is a letter welcome now: asked for, not here, and not in quiet hours?"""
    absent = teammate.here_at is None or at - teammate.here_at >= ABSENT
    return bool(teammate.preferences.get("mail")) and absent and not is_left_alone(teammate, zone=zone, at=at)


def _hour(words: str) -> time:
    hour, _colon, minute = words.partition(":")
    return time(int(hour), int(minute))
