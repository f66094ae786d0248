"""Names of what has changed, sent at commit. Never data: whoever shows a thing fetches it again, through the same door.

On SQLite a name is a short-lived row, and other processes notice the commit by PRAGMA data_version;
on PostgreSQL it is a NOTIFY, which the server delivers at commit.
"""

import json
from datetime import timedelta

from django.db import connection, models

from . import clock

CHANNEL = "secondring"
KEPT_FOR = timedelta(minutes=5)


class Signal(models.Model):
    """One name that changed, and the audience that is told; an empty one is everybody who is logged in."""

    name = models.CharField(max_length=120)
    audience = models.CharField(max_length=40, default="")
    at = models.DateTimeField(db_index=True)

    class Meta:
        app_label = "lib"


def send(*names: str, to: str = "") -> None:
    """Say, when the current transaction commits, that what carries these names has changed.

    to: the audience that may know; whoever shows things knows who belongs to it. Without one, everybody is told.
    """
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            said = [json.dumps([name, to]) for name in names]
            cursor.execute("SELECT pg_notify(%s, each) FROM unnest(%s::text[]) AS each", [CHANNEL, said])
        return
    at = connection.ops.adapt_datetimefield_value(clock.now())
    with connection.cursor() as cursor:  # every deed passes here, so the statement is written out
        rows = [(name, to, at) for name in names]
        cursor.executemany("INSERT INTO lib_signal (name, audience, at) VALUES (%s, %s, %s)", rows)


def forget() -> None:
    """Drop the names nobody can still be waiting for."""
    if connection.vendor == "sqlite":
        Signal.objects.filter(at__lt=clock.now() - KEPT_FOR).delete()
