"""The one place that reads the clock. Deeds are given `at=`; only loops, views and commands call `now()`."""

from datetime import UTC, datetime


def now() -> datetime:
    """The present moment, aware, UTC."""
    return datetime.now(UTC)
