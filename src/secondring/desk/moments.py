"""Moments as people say them: '10:41', 'yesterday, 10:41', 'Thursday 4 June, 16:20', '9 March 2019'."""

from datetime import datetime, timedelta, tzinfo

from django.utils import formats
from django.utils.translation import gettext as _

DAY = timedelta(days=1)


def short(at: datetime, *, now: datetime, zone: tzinfo) -> str:
    """The moment in as few words as leave no doubt, seen from `now` in `zone`."""
    local, today = at.astimezone(zone), now.astimezone(zone).date()
    clock = _clock(local)
    if local.date() == today:
        return clock
    if local.date() == today - DAY:
        return _("yesterday, %(clock)s") % {"clock": clock}
    if local.date() == today + DAY:
        return _("tomorrow, %(clock)s") % {"clock": clock}
    if local.year == today.year:
        return _("%(day)s, %(clock)s") % {"day": formats.date_format(local, "l j F"), "clock": clock}
    return formats.date_format(local, "j F Y")


def brief(at: datetime, *, now: datetime, zone: tzinfo) -> str:
    """A moment of the days to come where there is little room: '14:00', 'Mon 09:00'."""
    local = at.astimezone(zone)
    is_today = local.date() == now.astimezone(zone).date()
    return _clock(local) if is_today else f"{formats.date_format(local, 'D')} {_clock(local)}"


def tiny(at: datetime, *, now: datetime, zone: tzinfo) -> str:
    """The day where there is room for six letters: 'today', '12 Nov', '2019'."""
    local, today = at.astimezone(zone), now.astimezone(zone)
    if local.date() == today.date():
        return _("today")
    return formats.date_format(local, "j M") if local.year == today.year else str(local.year)


def day(at: datetime, *, now: datetime, zone: tzinfo) -> str:
    """The day alone: 'today', 'yesterday', '12 November', '9 March 2019'."""
    local, today = at.astimezone(zone), now.astimezone(zone).date()
    if local.date() == today:
        return _("today")
    if local.date() == today - DAY:
        return _("yesterday")
    return formats.date_format(local, "j F" if local.year == today.year else "j F Y")


def era(at: datetime, *, now: datetime, zone: tzinfo) -> str:
    """What stands over a stretch of the timeline: 'Today', 'This week', 'November', '2019'."""
    local, today = at.astimezone(zone), now.astimezone(zone).date()
    if local.date() == today:
        return _("Today")
    if local.date() == today - DAY:
        return _("Yesterday")
    if today - local.date() < 7 * DAY:
        return _("This week")
    return formats.date_format(local, "F") if local.year == today.year else str(local.year)


def exact(at: datetime, *, zone: tzinfo) -> str:
    """All of it, for whoever rests on the short one."""
    local = at.astimezone(zone)
    return f"{formats.date_format(local, 'l j F Y')}, {local:%H:%M:%S %Z}"


def _clock(local: datetime) -> str:
    return f"{local:%H:%M}"
