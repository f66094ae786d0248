"""The loops of the mail room: letters come in, are understood, and ours leave; timers end and jobs are done.

Each loop has one catch, which keeps the reason where a person sees it and tries again after a pause.
"""

import contextlib
import logging
import threading
import time
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from pathlib import Path

from django.conf import settings
from django.db import close_old_connections, connection

from ..conversations import closing, outbox
from ..lib import broadcast, clock, jobs
from ..lib.commits import Commits
from . import connecting, domains, fetching, reading, reminding, sent_copies, telling, understanding
from .doors import Door
from .inlet import Inlet
from .watching import Watchers
from .ways_out import WaysOut

log = logging.getLogger(__name__)

BEAT = 2.0  # seconds between signs of life
SOON = 0.2  # seconds between looks for work that nobody rang for
BY_THE_CLOCK = 1.0  # seconds between looks for what is due by now
LONGEST_PAUSE = 30.0  # seconds after repeated trouble
IN_HAND = 9.0  # seconds to finish what is in hand
SET_BACK = 2.0  # seconds; what keeps a clock in time moves it by less
FORGOTTEN_AFTER = timedelta(days=7)  # jobs that were done

# A job is known once its file is imported. The web only enqueues them; who does them must know them all.
WORK = (
    connecting.try_doors, domains.check_domain, fetching.fetch_history, reminding.remind, sent_copies.put_in_sent,
    telling.tell,
    telling.tell_those_who_lead,
)  # fmt: skip


class Bell:
    """Wakes those who wait for letters to understand, at once."""

    def __init__(self) -> None:
        self._events: list[threading.Event] = []

    def listener(self) -> threading.Event:
        event = threading.Event()
        self._events.append(event)
        return event

    def ring(self) -> None:
        for event in self._events:
            event.set()


def run(stop: threading.Event, hourly: Sequence[Callable[[datetime], object]] = ()) -> None:
    """Work until `stop` is set, then finish what is in hand within ten seconds. hourly: chores of other rooms."""
    bell = Bell()
    watchers, ways_out, inlet = Watchers(bell.ring), WaysOut(stop), Inlet(inlet_doors(), bell.ring)
    inlet.start()
    loops = _loops(stop, bell, watchers, ways_out) | {f"hourly-{n}": _chore(stop, do) for n, do in enumerate(hourly)}
    threads = [_thread(name, work) for name, work in loops.items()]
    _beat(stop)
    inlet.stop()
    bell.ring()
    until = time.monotonic() + IN_HAND
    watchers.stop(until - time.monotonic())
    ways_out.join(until - time.monotonic())
    for thread in threads:
        thread.join(max(0.1, until - time.monotonic()))
    connection.close()


def _thread(name: str, work: Callable[[], None]) -> threading.Thread:
    thread = threading.Thread(target=work, name=name, daemon=True)
    thread.start()
    return thread


def inlet_doors() -> list[Door]:
    """Where we take letters ourselves, as the machine's settings say."""
    certificate, key = settings.SECONDRING_INLET_CERT, settings.SECONDRING_INLET_KEY
    return [Door.read(word, certificate, key) for word in settings.SECONDRING_INLET]


def _loops(stop: threading.Event, bell: Bell, watchers: Watchers, ways_out: WaysOut) -> dict[str, Callable[[], None]]:
    wall = WallClock()
    return {
        "understand": lambda: _understand(stop, bell.listener(), patient=False),
        "understand-patiently": lambda: _understand(stop, None, patient=True),  # what is large need not be rung for
        "send": lambda: _every(stop, SOON, lambda: ways_out.ring_for_due(clock.now())),
        "watch": lambda: _every(stop, 1.0, watchers.refresh),
        "jobs": lambda: _every(stop, SOON, lambda: jobs.run_due(clock.now(), limit=1)),
        "more-jobs": lambda: _every(stop, SOON, lambda: jobs.run_due(clock.now(), limit=1)),
        "timers": lambda: _every(stop, 1.0, lambda: _timers(clock.now(), wall)),
        "clean-up": lambda: _every(stop, 3600.0, lambda: _clean_up(clock.now())),
    }


def _chore(stop: threading.Event, do: Callable[[datetime], object]) -> Callable[[], None]:
    return lambda: _every(stop, 3600.0, lambda: do(clock.now()))


def _understand(stop: threading.Event, rung: threading.Event | None, *, patient: bool) -> None:
    reader = reading.Reader(reading.PATIENT if patient else reading.QUICK)

    def look() -> bool:
        return bool(understanding.understand_due(reader, patient=patient))

    try:
        _every(stop, SOON, look, rung)
    finally:
        reader.close()


def _every(
    stop: threading.Event, seconds: float, work: Callable[[], object], rung: threading.Event | None = None
) -> None:
    """Do `work` until stopped: again at once while there is more, else after `seconds` or when rung for.

    Where nobody has committed anything, only the clock can have made work: that is looked at once a second.
    """
    pause, wake, commits = seconds, rung or stop, Commits()
    more: object = True
    look_by = 0.0
    while not stop.is_set():
        try:
            if commits.happened() or more or time.monotonic() >= look_by:
                more, look_by = work(), time.monotonic() + BY_THE_CLOCK
            pause = seconds
        except Exception:  # the loop's one catch; what it concerns keeps its reason on its own row
            log.exception("A loop of the mail room stumbled")
            close_old_connections()
            more, look_by, pause = False, 0.0, min(max(pause, 0.5) * 2, LONGEST_PAUSE)
        if not more:
            wake.wait(pause)
            if rung is not None:
                rung.clear()
    connection.close()


class WallClock:
    """Notices when the machine's clock was set back, by another clock that nobody can set."""

    def __init__(self) -> None:
        self._ahead: float | None = None  # seconds that the wall clock is ahead of the other one

    def was_set_back(self, at: datetime) -> bool:
        """Since we asked last; true at the first time, for nobody knows what happened while we were away."""
        before, self._ahead = self._ahead, at.timestamp() - time.monotonic()
        return before is None or self._ahead < before - SET_BACK


def _timers(at: datetime, wall: WallClock) -> None:
    """What is due by the clock."""
    if wall.was_set_back(at):
        outbox.keep_time(at)
    closing.wake_due(at)
    telling.tell_of_trouble(at)
    reminding.remind_absent(at)


def _clean_up(at: datetime) -> None:
    """What nobody needs any more; and the daily look at what our domains say."""
    broadcast.forget()
    jobs.forget(at - FORGOTTEN_AFTER)
    domains.check_daily(at)


def _beat(stop: threading.Event) -> None:
    """A sign of life every two seconds, for /readyz."""
    alive = Path(settings.SECONDRING_DIR) / "run" / "worker.alive"
    alive.parent.mkdir(parents=True, exist_ok=True)
    while True:
        with contextlib.suppress(OSError):  # a full disk is no reason to end; emptied, the file is a sign as well
            alive.write_text(str(time.time()))
        if stop.wait(BEAT):
            return
