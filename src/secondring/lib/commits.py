"""Has anybody committed since? SQLite tells it in microseconds, so that a loop with nothing to do need not put its questions."""

from django.db import connection


class Commits:
    """What one loop knows of the commits of others. Belongs to one thread, whose own connection is asked."""

    def __init__(self) -> None:
        self._seen: int | None = None

    def happened(self) -> bool:
        """Has another connection committed since this was last asked? PostgreSQL could only be asked in full, so: yes."""
        if connection.vendor != "sqlite":
            return True
        with connection.cursor() as cursor:
            seen, self._seen = self._seen, cursor.execute("PRAGMA data_version").fetchone()[0]
        return self._seen != seen
