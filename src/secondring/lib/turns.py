"""Threads of one process take turns at writing to SQLite, whose own way of waiting is to sleep and look again."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager

from django.db import connection

_turn = threading.RLock()


@contextmanager
def writing() -> Iterator[None]:
    """Hold the turn for a short transaction; around it, never inside. Nothing to wait for on PostgreSQL."""
    if connection.vendor != "sqlite":
        yield
        return
    with _turn:
        yield
