"""What we learn about a person is noted with one key and is there the next time they call."""

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from ..lib import broadcast
from ..lib.errors import NotPossible
from ..team import audiences
from ..team.models import Teammate
from . import recognising, search
from .models import ContactPoint, Customer, Fact

EDITABLE = ("name", "about", "great", "city", "time_zone", "site_url")


@transaction.atomic
def remember(customer: Customer, text: str, *, by: Teammate | None, at: datetime) -> Fact:
    """Note a fact about them."""
    text = " ".join(text.split())
    if not text:
        raise NotPossible(_("Write down what you learned first."))
    fact = customer.facts.create(text=text[:500], by=by, at=at)
    broadcast.send(f"customer-{customer.pk}", to=audiences.ANSWERING)
    return fact


@transaction.atomic
def forget(fact: Fact, *, by: Teammate, at: datetime) -> Fact:
    """Take a fact off the card."""
    fact.forgotten_at = at
    fact.save(update_fields=["forgotten_at"])
    broadcast.send(f"customer-{fact.customer_id}", to=audiences.ANSWERING)
    return fact


@transaction.atomic
def describe(customer: Customer, *, by: Teammate, at: datetime, **values: str) -> Customer:
    """Write on the card who they are. Only the fields of EDITABLE."""
    changed = [name for name in EDITABLE if name in values and getattr(customer, name) != values[name]]
    for name in changed:
        setattr(customer, name, values[name].strip())
    if changed:
        customer.save(update_fields=changed)
        search.index(customer)
        broadcast.send(f"customer-{customer.pk}", to=audiences.ANSWERING)
    return customer


@transaction.atomic
def heard_of_us(customer: Customer, words: str, *, by: Teammate, at: datetime) -> Customer:
    """Keep where they heard of us. It is asked once; an empty answer also ends the asking."""
    customer.heard_of_us = words.strip()[:300]
    customer.heard_asked_at = at
    customer.save(update_fields=["heard_of_us", "heard_asked_at"])
    broadcast.send(f"customer-{customer.pk}", to=audiences.ANSWERING)
    return customer


@transaction.atomic
def add_contact_point(customer: Customer, kind: str, value: str, *, by: Teammate, at: datetime) -> ContactPoint:
    """Another address or number of theirs. Refused when it is somebody else's: people are never joined in passing."""
    value = recognising.normalise(kind, value)
    if not value:
        raise NotPossible(_("Write the address or number first."))
    if kind == ContactPoint.PHONE and not value.startswith("+"):
        raise NotPossible(_("Please write the number with its country code, like +351 21 000 0000."))
    other = recognising.find(kind, value)
    if other is not None and other.pk != customer.pk:
        raise NotPossible(_("%(value)s belongs to %(name)s.") % {"value": value, "name": other})
    point, _made = ContactPoint.objects.get_or_create(
        kind=kind, value=value, defaults={"customer": customer, "added_at": at}
    )
    search.index(customer)
    broadcast.send(f"customer-{customer.pk}", to=audiences.ANSWERING)
    return point
