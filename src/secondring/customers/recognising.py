"""A customer is recognised by any of their addresses. Two people never become one by themselves."""

from datetime import datetime

from django.db import connection, transaction

from ..lib import phone_numbers, rows
from . import search
from .models import ContactPoint, Customer

# Every letter asks this, so the statement is written out: working it out anew took six times as long as the answer.
WHOSE = "SELECT customer_id FROM customers_contactpoint WHERE kind = %s AND value = %s"


def recognise(kind: str, value: str, *, name: str = "", at: datetime) -> Customer:
    """The customer this contact point belongs to, made new when nobody has it.

    `value` is an e-mail address or a phone number in any format. A known customer without a name takes `name`.
    Safe when two letters of a stranger arrive in the same moment.
    """
    value = normalise(kind, value)
    found = find(kind, value)
    if found is None:
        found = _make(kind, value, name=name, at=at)
    if name and not found.name:
        found.name = name[:160]
        found.save(update_fields=["name"])
        search.index(found)
    return found


def find(kind: str, value: str) -> Customer | None:
    """The customer this contact point belongs to, if anybody."""
    with connection.cursor() as cursor:
        cursor.execute(WHOSE, [kind, normalise(kind, value)])
        known = cursor.fetchone()
    return Customer.objects.filter(pk=known[0]).first() if known else None


def normalise(kind: str, value: str) -> str:
    """The form a contact point is kept and found in: lower-case address, E.164 number."""
    if kind == ContactPoint.PHONE:
        return phone_numbers.normalise(value) or value.strip()[:320]
    return value.strip().lower()[:320]


@transaction.atomic(savepoint=False)
def _make(kind: str, value: str, *, name: str, at: datetime) -> Customer:
    customer = rows.insert(Customer(name=name[:160], first_contact_at=at))
    if rows.insert_once(ContactPoint(customer=customer, kind=kind, value=value, added_at=at)):
        search.index(customer, points=[(kind, value)])
        return customer
    customer.delete()  # somebody was a moment quicker
    found = find(kind, value)
    assert found is not None
    return found
