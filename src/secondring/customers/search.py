"""Finding people by what their name, address, town or number begins with, as it is typed."""

from collections.abc import Sequence

from django.db.models import QuerySet, prefetch_related_objects

from ..lib import search, search_words
from ..lib.prepared import Given, prepared
from ..lib.search_words import Query, Term
from .models import ContactPoint, Customer

TABLE = "customers_customer_search"
SHORTEST = 5  # digits of the end of a number that one may type


def index(customer: Customer, *, points: Sequence[tuple[str, str]] | None = None) -> None:
    """Make this customer findable as they are now, in the transaction that changed them.

    points: all (kind, value) of a customer who is new, where there is nothing to look up.
    """
    words = words_of(customer) if points is None else words_for(customer.name, customer.city, points)
    search.put(TABLE, [(customer.pk, words)])


def words_of(customer: Customer) -> str:
    """What a customer is found by: every word of their name and addresses, and every end of their numbers."""
    points = ContactPoint.objects.filter(customer=customer).values_list("kind", "value")
    return words_for(customer.name, customer.city, list(points))


def words_for(name: str, city: str, points: Sequence[tuple[str, str]]) -> str:
    """As `words_of`, for somebody of this name and city with these (kind, value)."""
    numbers = [value.lstrip("+") for kind, value in points if kind == ContactPoint.PHONE]
    ends = [number[i:] for number in numbers for i in range(max(len(number) - SHORTEST, 0) + 1)]
    values = " ".join(value for _kind, value in points)
    return search_words.folded(f"{name} {city} {values} {' '.join(ends)}")


def customers(typed: str, *, before: int | None = None, limit: int = 20) -> list[Customer]:
    """The customers of whom each typed word begins some word; the newest first, below `before`.

    An address or a number (with its country) that is typed in full is one person's alone.
    """
    theirs = _whose(typed)
    if theirs is not None:
        return [theirs] if before is None else []
    digits = "".join(c for c in typed if c.isdigit())
    words = [digits] if digits and not any(c.isalpha() for c in typed) else search_words.fold(typed)
    if not words:
        return []
    query = Query(tuple(Term((word,), begun=True) for word in words[:8]))
    ids = search.newest(TABLE, query, before=before, limit=limit)
    found = Customer.objects.prefetch_related("contact_points").in_bulk(ids)
    return [found[pk] for pk in ids if pk in found]


def _whose(typed: str) -> Customer | None:
    """Who has this very address or number."""
    kind, value = ContactPoint.EMAIL, typed.strip().lower()
    if value.startswith("+"):
        kind, value = ContactPoint.PHONE, "+" + "".join(c for c in value if c.isdigit())
    elif "@" not in value:
        return None
    found = _who_has(kind, Given(value))
    prefetch_related_objects(found, "contact_points")
    return found[0] if found else None


@prepared
def _who_has(kind: str, value: Given) -> QuerySet[Customer]:
    return Customer.objects.filter(contact_points__kind=kind, contact_points__value=value)[:1]
