"""Work is claimed by a lease with a fencing number, so that two workers never hold one row and a revived one writes nothing."""

from datetime import datetime, timedelta
from typing import TypeVar

from django.db import connection, models, transaction
from django.db.models import F, Q, QuerySet

from . import rows

Row = TypeVar("Row", bound=models.Model)


class Leased(models.Model):
    """The two columns of a row that can be claimed."""

    lease_until = models.DateTimeField(null=True, editable=False)
    lease_no = models.PositiveIntegerField(default=0, editable=False)

    class Meta:
        abstract = True


def claim(work: QuerySet[Row], *, at: datetime, lease: timedelta, limit: int) -> list[Row]:
    """Take up to `limit` free rows, in the order of `work`, until `at + lease`.

    A row is free when nobody holds it, when its lease ran out, or when its lease lies further ahead than any
    honest one could (the clock stepped back). Safe between processes on SQLite (one writer at a time, IMMEDIATE)
    and PostgreSQL (SKIP LOCKED).
    """
    free = work.filter(Q(lease_until__isnull=True) | Q(lease_until__lte=at) | Q(lease_until__gt=at + 2 * lease))
    if not free.exists():  # a read; an idle loop must not take the write lock
        return []
    with transaction.atomic():
        if connection.features.has_select_for_update_skip_locked:
            free = free.select_for_update(skip_locked=True, of=("self",))
        ids = list(free.values_list("pk", flat=True)[:limit])
        held = work.model._default_manager.filter(pk__in=ids)
        held.update(lease_until=at + lease, lease_no=F("lease_no") + 1)
        by_id = held.in_bulk(ids)
        return [by_id[pk] for pk in ids]


def renew(row: Leased, *, at: datetime, lease: timedelta) -> bool:
    """Hold `row` until `at + lease`; False when somebody else has claimed it since."""
    held = type(row)._default_manager.filter(pk=row.pk, lease_no=row.lease_no)
    return bool(held.update(lease_until=at + lease))


def settle(row: Leased, **values: object) -> bool:
    """Write the outcome of the work and give the row back; False, and nothing written, when the lease was lost."""
    return bool(rows.change(type(row), {"lease_until": None, **values}, id=row.pk, lease_no=row.lease_no))
