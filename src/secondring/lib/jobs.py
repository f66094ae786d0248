"""Durable work as rows in the product's own database: claimed with a lease, retried with back-off, never stranded by a kill.

Shaped like `django.tasks`, so that Django's own can take over one day:

    @job("mail.check_domain")
    def check_domain(mailbox_id: int) -> None: ...

    check_domain.enqueue(mailbox_id=3, at=now, unique_key="domain-3")
"""

import random
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db import models
from django.db.models import Q

from . import leases

LEASE = timedelta(seconds=60)
FIRST_RETRY = timedelta(seconds=5)
MOST_TRIES = 8


class Job(leases.Leased):
    """One piece of work that must happen. Open until `done_at` or `given_up_at` is set."""

    name = models.CharField(max_length=80)
    arguments = models.JSONField(default=dict)
    unique_key = models.CharField(max_length=120, default="", blank=True)
    due_at = models.DateTimeField()
    tries = models.PositiveSmallIntegerField(default=0)
    done_at = models.DateTimeField(null=True)
    given_up_at = models.DateTimeField(null=True)
    because = models.TextField(default="", blank=True)

    class Meta:
        app_label = "lib"
        indexes = [
            models.Index("due_at", name="job_due", condition=Q(done_at__isnull=True, given_up_at__isnull=True)),
        ]
        constraints = [
            models.UniqueConstraint(
                "unique_key",
                name="job_unique_while_open",
                condition=Q(done_at__isnull=True, given_up_at__isnull=True) & ~Q(unique_key=""),
            ),
            models.CheckConstraint(
                name="job_done_or_given_up",
                condition=Q(done_at__isnull=True) | Q(given_up_at__isnull=True),
            ),
        ]


@dataclass(frozen=True)
class Work:
    """A function that may be put on the list of work."""

    name: str
    run: Callable[..., None]

    def enqueue(self, *, at: datetime, unique_key: str = "", **arguments: Any) -> None:
        """Put this on the list, due `at`, in the caller's transaction. An open job with the same key is enough."""
        Job.objects.bulk_create(
            [Job(name=self.name, arguments=arguments, due_at=at, unique_key=unique_key)],
            ignore_conflicts=bool(unique_key),
        )


_known: dict[str, Work] = {}


def job(name: str) -> Callable[[Callable[..., None]], Work]:
    """Make a function into work that can be enqueued under `name`."""

    def known(function: Callable[..., None]) -> Work:
        work = Work(name, function)
        _known[name] = work
        return work

    return known


def run_due(at: datetime, *, limit: int = 10) -> int:
    """Do what is due; how many were tried. A job that raises is tried again later, and given up after eight tries."""
    open_now = Job.objects.filter(done_at__isnull=True, given_up_at__isnull=True, due_at__lte=at).order_by("due_at")
    claimed = leases.claim(open_now, at=at, lease=LEASE, limit=limit)
    for row in claimed:
        _run(row, at)
    return len(claimed)


def _run(row: Job, at: datetime) -> None:
    try:
        _known[row.name].run(**row.arguments)
    except Exception as problem:  # the loop's one catch: kept on the row, where a person sees it
        tries = row.tries + 1
        gone = tries >= MOST_TRIES
        leases.settle(
            row,
            tries=tries,
            because=f"{type(problem).__name__}: {problem}"[:2000],
            due_at=at + back_off(tries),
            given_up_at=at if gone else None,
        )
    else:
        leases.settle(row, done_at=at, because="")


def back_off(tries: int, first: timedelta = FIRST_RETRY) -> timedelta:
    """How long to wait before the next try: doubling, at most six hours, give or take half, so that herds disperse."""
    return longest_back_off(tries, first) / 1.5 * random.uniform(0.5, 1.5)


def longest_back_off(tries: int, first: timedelta = FIRST_RETRY) -> timedelta:
    """What `back_off` says at the most."""
    return min(first * float(2 ** min(tries - 1, 20)), timedelta(hours=6)) * 1.5


def forget(before: datetime) -> None:
    """Drop what was done before that moment."""
    Job.objects.filter(done_at__lt=before).delete()
