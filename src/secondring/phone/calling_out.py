"""Calling a customer: allowed or refused in a sentence, every attempt a row and, where there is a conversation, an event.

The desk asks here first and gets a key; the phone process dials only what it finds under a key, once, within half a minute.
"""

import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.conf import settings
from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from ..conversations import calling
from ..conversations.models import Conversation
from ..customers.models import Customer
from ..lib import broadcast, notices
from ..lib.errors import NotPossible
from ..team import duty
from ..team.models import House, Teammate
from . import dialling_rules, spending
from .dialling_rules import Verdict
from .models import Call, PhoneNumber, Trunk
from .outbound import CallOut, Outbound

CHANGED = "calling-out"
GOOD_FOR = timedelta(seconds=30)  # from the click to the dialling
NEW_FOR = timedelta(days=14)  # a house that has just begun calls back only who called it


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """What the phone process must know."""

    key: str
    by: int
    number: str
    place: int
    trunk: int | None
    shown: str
    customer: int | None
    conversation: int | None


@transaction.atomic
def ask(
    written: str,
    *,
    customer: Customer | None = None,
    conversation: Conversation | None = None,
    by: Teammate,
    at: datetime,
) -> CallOut:
    """May `by` dial this now? The row says so, or why not. Nothing is dialled yet."""
    rules = Outbound.objects.select_for_update().get(pk=Outbound.ours().pk)
    line = _line(conversation, by)
    home = line.region if line else "US"
    verdict = dialling_rules.judge(written, home=home, countries=rules.countries)
    because = _why_not(rules, verdict, line, by=by, at=at)
    if verdict.is_emergency and not because:
        line = _emergency_line()
    row = CallOut.objects.create(
        key=secrets.token_hex(16),
        by=by,
        written=written[:40],
        number=verdict.number[:20],
        customer=customer,
        conversation=conversation,
        place=line.place if line else None,
        trunk=line.trunk if line else None,
        shown=line.number if line else "",
        asked_at=at,
        refused_at=at if because else None,
        because=because,
    )
    if because:
        _tell(rules, row, by=by, at=at)
    return row


@transaction.atomic(durable=True)
def collect(key: str, *, by: int, at: datetime) -> Wanted | None:
    """What this key allows, once; None when it is used, old or somebody else's."""
    open_ones = CallOut.objects.filter(key=key, by=by, begun_at__isnull=True, refused_at__isnull=True)
    if not open_ones.filter(asked_at__gt=at - GOOD_FOR, place__isnull=False).update(begun_at=at):
        return None
    row = CallOut.objects.get(key=key)
    assert row.place_id is not None
    return Wanted(
        key=key,
        by=by,
        number=row.number,
        place=row.place_id,
        trunk=row.trunk_id,
        shown=row.shown,
        customer=row.customer_id,
        conversation=row.conversation_id,
    )


@transaction.atomic(durable=True)
def no_way(key: str, *, at: datetime) -> None:
    """It was allowed, but no provider takes it just now."""
    CallOut.objects.filter(key=key, refused_at__isnull=True).update(refused_at=at, because="no-way")


@transaction.atomic
def turn_on(
    rules: Outbound,
    countries: list[str],
    *,
    by: Teammate,
    at: datetime,
    carrying: list[int] | None = None,
    **limits: int,
) -> Outbound:
    """Calls may go out, to these countries, within these limits. Only an owner; also after a limit stopped it.

    carrying: the trunks that carry emergency calls, as their providers say.
    """
    _only_owners(by)
    if not countries:
        raise NotPossible(_("Choose at least one country."))
    rules.on_at, rules.first_on_at = rules.on_at or at, rules.first_on_at or at
    rules.stopped_at, rules.because, rules.countries = None, "", sorted(set(countries))
    for name, value in limits.items():
        setattr(rules, name, value)
    rules.save()
    if carrying is not None:
        Trunk.objects.filter(pk__in=carrying).update(dials_emergency=True)
        Trunk.objects.exclude(pk__in=carrying).update(dials_emergency=False)
    broadcast.send(CHANGED)
    return rules


@transaction.atomic
def turn_off(rules: Outbound, *, by: Teammate, at: datetime) -> Outbound:
    """No call goes out any more. One that is going on goes on."""
    _only_owners(by)
    rules.on_at = rules.stopped_at = None
    rules.because = ""
    rules.save(update_fields=["on_at", "stopped_at", "because"])
    broadcast.send(CHANGED)
    return rules


def home(by: Teammate) -> str:
    """The country (ISO 3166) in which a number without a code is read: that of the number this teammate calls from."""
    line = _line(None, by)
    return line.region if line else "US"


def is_on() -> bool:
    """Is a button worth showing?"""
    return Outbound.objects.filter(on_at__isnull=False).exists()


def _why_not(rules: Outbound, verdict: Verdict, line: PhoneNumber | None, *, by: Teammate, at: datetime) -> str:
    """ "" when it may be dialled. An emergency asks nothing but a trunk that carries it."""
    if verdict.is_emergency:
        return "" if _emergency_line() else verdict.no.value
    if not rules.is_on:
        return "stopped" if rules.stopped_at else "off"
    if verdict.no:
        return verdict.no.value
    if line is None:
        return "no-line"
    if not duty.on_duty().filter(pk=by.pk).exists():
        return "off-duty"
    if is_new(rules, at) and not Call.objects.filter(outgoing=False, from_number=verdict.number).exists():
        return "new"
    return spending.limit_hit(rules, by=by, day=_day(at), at=at)


def is_new(rules: Outbound, at: datetime) -> bool:
    """Only who called us is called back while this is new, so that a break-in finds nothing worth dialling."""
    return rules.first_on_at is None or at < rules.first_on_at + NEW_FOR


def _tell(rules: Outbound, row: CallOut, *, by: Teammate, at: datetime) -> None:
    """An attempt that was refused stands in the conversation; a limit of the house stops it all, and owners hear of either."""
    if row.conversation is not None:
        calling.not_dialled(row.conversation, by=by, at=at, because=row.because, number=row.number)
    if row.because not in spending.HARD:
        return
    if row.because in spending.OF_THE_HOUSE:
        rules.on_at, rules.stopped_at, rules.because = None, at, row.because
        rules.save(update_fields=["on_at", "stopped_at", "because"])
        broadcast.send(CHANGED)
    words = _("%(who)s wanted to call %(number)s, and a limit was reached (%(limit)s). Look at it: %(url)s")
    said = {
        "who": by.name,
        "number": row.number,
        "limit": row.because,
        "url": f"{settings.SECONDRING_URL}/settings/calling-out/",
    }
    notices.tell_those_who_lead(
        _("Calls out were stopped by a limit"), words % said, key=f"calling-out-{row.because}-{by.pk}", at=at
    )


def _line(conversation: Conversation | None, by: Teammate) -> PhoneNumber | None:
    """The number of ours that they called, else the first that this teammate answers at."""
    rows = PhoneNumber.objects.in_use().filter(trunk__isnull=False, trunk__retired_at__isnull=True)
    rows = rows.select_related("place", "trunk").order_by("pk")
    theirs = rows.filter(place=conversation.place_id).first() if conversation else None
    return theirs or rows.visible_to(by).first()


def _emergency_line() -> PhoneNumber | None:
    carrying = Trunk.objects.filter(dials_emergency=True, retired_at__isnull=True)
    return (
        PhoneNumber.objects.in_use().filter(trunk__in=carrying).select_related("place", "trunk").order_by("pk").first()
    )


def _day(at: datetime) -> datetime:
    """When the house's day began."""
    zone = House.ours().opening_hours.zone
    return at.astimezone(zone).replace(hour=0, minute=0, second=0, microsecond=0)


def _only_owners(by: Teammate) -> None:
    if not by.is_owner:
        raise NotPossible(_("An owner decides about calls that cost money."))


def attempts(at: datetime) -> list[CallOut]:
    """What was refused in the last thirty days, newest first."""
    rows = CallOut.objects.filter(Q(asked_at__gt=at - timedelta(days=30)), refused_at__isnull=False)
    return list(rows.select_related("by").order_by("-asked_at")[:20])
