"""When is now, and what comes later: the running loop's clock, or a test's hand."""

import asyncio
from collections.abc import Callable
from datetime import datetime
from typing import Protocol

from ..lib import clock


class Timer(Protocol):
    """Something that will happen, unless it is cancelled."""

    def cancel(self) -> None: ...


class Timers(Protocol):
    """Tells the time, and does things later."""

    def now(self) -> datetime: ...

    def at(self, moment: datetime, do: Callable[[], None]) -> Timer: ...


class LoopTimers:
    """Of the running asyncio loop."""

    def now(self) -> datetime:
        return clock.now()

    def at(self, moment: datetime, do: Callable[[], None]) -> Timer:
        """At once when the moment is past."""
        seconds = max((moment - clock.now()).total_seconds(), 0.0)
        return asyncio.get_running_loop().call_later(seconds, do)
