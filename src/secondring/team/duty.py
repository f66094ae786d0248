"""Who is on duty now, and who wants to hear the second ring. Telephones and desks ring at them; nobody else is disturbed."""

from datetime import datetime

from django.db import transaction
from django.db.models import Exists, OuterRef, QuerySet
from django.utils.translation import gettext as _

from ..lib import broadcast, phone_numbers
from ..lib.errors import NotPossible
from . import wishes
from .models import House, Shift, Teammate

ALWAYS, IN_HOURS, NEVER = "always", "in-hours", "never"
SECOND_RING = (ALWAYS, IN_HOURS, NEVER)


@transaction.atomic
def go_on(teammate: Teammate, *, at: datetime) -> Shift:
    """They are on duty from now on. A shift that is running goes on."""
    teammate.away_since = None
    teammate.save(update_fields=["away_since"])
    shift, _made = Shift.objects.get_or_create(teammate=teammate, ended_at=None, defaults={"began_at": at})
    broadcast.send("team", "duty")
    return shift


@transaction.atomic
def go_off(teammate: Teammate, *, at: datetime) -> Teammate:
    """They are away: nothing rings at them."""
    teammate.away_since = at
    teammate.save(update_fields=["away_since"])
    for shift in Shift.objects.filter(teammate=teammate, ended_at=None):
        shift.ended_at = max(at, shift.began_at)
        shift.save(update_fields=["ended_at"])
    broadcast.send("team", "duty")
    return teammate


@transaction.atomic
def wish_second_ring(teammate: Teammate, wish: str, *, at: datetime) -> Teammate:
    """Whether the second ring is to reach them: always, in opening hours, or never."""
    if wish not in SECOND_RING:
        raise NotPossible(_("Choose always, in opening hours, or never."))
    return _prefer(teammate, second_ring=wish)


@transaction.atomic
def own_telephone(teammate: Teammate, number: str, *, rings: bool, at: datetime) -> Teammate:
    """Their own telephone. A new number rings only when a test call to it was confirmed with the key 1; "" takes it away."""
    normal = phone_numbers.normalise(number) if number else ""
    if normal is None:
        raise NotPossible(_("Please write the number with its country code, like +351 21 000 0000."))
    kept = teammate.preferences.get("telephone") or {}
    confirmed = kept.get("confirmed_at") if kept.get("number") == normal else None
    return _prefer(
        teammate, telephone={"number": normal, "rings": rings, "confirmed_at": confirmed} if normal else None
    )


@transaction.atomic
def confirm_telephone(teammate: Teammate, number: str, *, at: datetime) -> Teammate:
    """They pressed 1 on it: this number is theirs. Does nothing when it was changed meanwhile."""
    kept = teammate.preferences.get("telephone") or {}
    if kept.get("number") != number:
        return teammate
    return _prefer(teammate, telephone={**kept, "confirmed_at": at.isoformat()})


def telephone(teammate: Teammate) -> str:
    """The number that rings for them, "" when none does."""
    kept = teammate.preferences.get("telephone") or {}
    return kept.get("number", "") if kept.get("rings") and kept.get("confirmed_at") else ""


def on_duty() -> QuerySet[Teammate]:
    """Those who answer customers, have begun a shift and are not away."""
    shifts = Shift.objects.filter(teammate=OuterRef("pk"), ended_at=None)
    people: QuerySet[Teammate] = Teammate.objects.who_answer()
    return people.filter(Exists(shifts), away_since__isnull=True)


def wants_second_ring(teammate: Teammate, house: House, *, is_open: bool, at: datetime) -> bool:
    """Does the second ring reach them now? Leads have said yes for opening hours unless they said otherwise.

    Never in quiet hours, nor while they are away. `is_open`: of the number that rings.
    """
    wish = teammate.preferences.get("second_ring") or (IN_HOURS if teammate.leads else NEVER)
    if wish == NEVER or teammate.is_away or not teammate.answers or not teammate.is_active:
        return False
    zone = wishes.zone_of(teammate, house)
    alone = wishes.is_left_alone(teammate, zone=zone, at=at)
    return not alone and (wish == ALWAYS or is_open)


def _prefer(teammate: Teammate, **values: object) -> Teammate:
    row = Teammate.objects.select_for_update().get(pk=teammate.pk)
    teammate.preferences = {**row.preferences, **values}
    teammate.save(update_fields=["preferences"])
    broadcast.send("team", "duty")
    return teammate
