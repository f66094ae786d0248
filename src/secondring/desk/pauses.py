"""Until when something may rest: later today, tomorrow morning, Monday, or a moment somebody picks. Pure."""

from dataclasses import dataclass
from datetime import datetime, time, timedelta, tzinfo

from django.utils.translation import gettext as _

from ..lib.errors import NotPossible
from ..lib.hours import Hours
from . import moments

MORNING = time(9)
LATER = timedelta(hours=3)
MONDAY = 0


@dataclass(frozen=True, slots=True)
class Choice:
    name: str
    words: str
    when: str


def choices(hours: Hours, *, at: datetime, zone: tzinfo) -> list[Choice]:
    """What the menu offers, with the moment each means."""
    words = {
        "later": _("Later today"),
        "tomorrow": _("Tomorrow morning"),
        "monday": _("Monday morning"),
        "week": _("In a week"),
    }
    found = ((name, said, moment(name, hours, at=at, zone=zone)) for name, said in words.items())
    return [Choice(name, said, moments.brief(until, now=at, zone=zone)) for name, said, until in found if until]


def moment(name: str, hours: Hours, *, at: datetime, zone: tzinfo) -> datetime | None:
    """The moment a choice means, at the opening of that day where the house has hours; None when it makes no sense now."""
    local = at.astimezone(zone)
    match name:
        case "later":
            until = _quarter(at + LATER)
            return until if until.astimezone(zone).date() == local.date() else None
        case "tomorrow":
            return _morning(local + timedelta(days=1), hours)
        case "monday":
            return _morning(local + timedelta(days=(MONDAY - local.weekday()) % 7 or 7), hours)
        case "week":
            return _morning(local + timedelta(days=7), hours)
    return None


def _quarter(at: datetime) -> datetime:
    """The full quarter of an hour at or after `at`: nobody says 14:07."""
    past = timedelta(minutes=at.minute % 15, seconds=at.second, microseconds=at.microsecond)
    return at + timedelta(minutes=15) - past if past else at


def picked(written: str, *, at: datetime, zone: tzinfo) -> datetime:
    """The moment of a datetime-local field, read in the reader's zone. Raises NotPossible in a sentence."""
    try:
        until = datetime.fromisoformat(written)
    except ValueError:
        raise NotPossible(_("Pick a day and a time first.")) from None
    aware = until if until.tzinfo else until.replace(tzinfo=zone)
    if aware <= at:
        raise NotPossible(_("Pick a moment that is still to come."))
    return aware


def _morning(local: datetime, hours: Hours) -> datetime:
    """When people come that day; nine o'clock where there are no hours, or nobody comes that day."""
    midnight = local.replace(hour=0, minute=0, second=0, microsecond=0)
    if hours.is_open(midnight):
        return datetime.combine(local.date(), MORNING, local.tzinfo)
    opens = hours.next_change(midnight)
    if opens is not None and opens.astimezone(local.tzinfo).date() == local.date():
        return opens
    return datetime.combine(local.date(), MORNING, local.tzinfo)
