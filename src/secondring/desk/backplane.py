"""How the web process notices what other processes committed: PRAGMA data_version on SQLite, LISTEN on PostgreSQL."""

import asyncio
import json
import sqlite3
from collections.abc import AsyncIterator
from typing import Any

from django.db import connection

from ..lib.broadcast import CHANNEL

POLL = 0.02  # seconds; 3 µs of CPU a look, see docs/decisions
RETRY = 1.0

Names = list[tuple[str, str]]  # each with the audience that may be told


async def changes() -> AsyncIterator[Names]:
    """The names of what changed, for ever, in the order of commits. An empty list first: the line stands."""
    source = _notified() if connection.vendor == "postgresql" else _polled()
    async for names in source:
        yield names


async def _polled() -> AsyncIterator[Names]:
    line = sqlite3.connect(str(connection.settings_dict["NAME"]), timeout=5, isolation_level=None)
    try:
        last = line.execute("SELECT coalesce(max(id), 0) FROM lib_signal").fetchone()[0]
        seen = None
        yield []
        while True:
            version = line.execute("PRAGMA data_version").fetchone()[0]
            if version != seen:
                seen = version
                rows = line.execute(
                    "SELECT id, name, audience FROM lib_signal WHERE id > ? ORDER BY id", [last]
                ).fetchall()
                if rows:
                    last = rows[-1][0]
                    yield [(name, audience) for _id, name, audience in rows]
            await asyncio.sleep(POLL)
    finally:
        line.close()


async def _notified() -> AsyncIterator[Names]:
    import psycopg  # here, for it is a tenth of a start and of no use on SQLite

    wanted: dict[str, Any] = connection.get_connection_params()
    for only_django in ("cursor_factory", "context", "prepare_threshold"):
        wanted.pop(only_django, None)
    while True:
        try:
            line = await psycopg.AsyncConnection.connect(**wanted, autocommit=True)
            async with line:
                await line.execute(f"LISTEN {CHANNEL}")
                yield []
                async for notice in line.notifies():
                    name, audience = json.loads(notice.payload)
                    yield [(name, audience)]
        except psycopg.OperationalError:
            await asyncio.sleep(RETRY)  # the server is away; the empty list on return makes every desk fetch anew
