"""The loops of the mail room: letters come in, are understood, and ours leave; timers end and jobs are done.

Each loop has one catch, which keeps the reason where a person sees it and tries again after a pause.
"""

import logging
import os
import threading
import time
from collections.abc import Callable, Sequence
from pathlib import Path

from django.conf import settings
from django.db import close_old_connections, connection

from ..conversations import closing
from ..lib import clock, jobs
from . import understanding
from .doors import Door
from .inlet import Inlet

log = logging.getLogger(__name__)

BEAT = 2.0  # seconds between signs of life
SOON = 0.2  # seconds between looks for work that nobody rang for
LONGEST_PAUSE = 30.0  # seconds after repeated trouble
IN_HAND = 9.0  # seconds to finish what is in hand


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


def run(stop: threading.Event) -> None:
    """Work until `stop` is set, then finish what is in hand within ten seconds."""
    bell = Bell()
    doors = inlet_doors()
    inlet = Inlet(doors, bell.ring) if doors else None
    if inlet is not None:
        inlet.start()
    threads = [threading.Thread(target=each, name=name, daemon=True) for name, each in _loops(stop, bell).items()]
    for thread in threads:
        thread.start()
    _beat(stop)
    if inlet is not None:
        inlet.stop()
    bell.ring()
    until = time.monotonic() + IN_HAND
    for thread in threads:
        thread.join(max(0.1, until - time.monotonic()))


def inlet_doors() -> list[Door]:
    """Where we take letters ourselves, as the machine's settings say."""
    words: str = getattr(settings, "SECONDRING_INLET", "") or os.environ.get("SECONDRING_INLET", "")
    certificate, key = (os.environ.get(f"SECONDRING_INLET_{name}", "") for name in ("CERT", "KEY"))
    return [Door.read(word, certificate, key) for word in words.replace(",", " ").split()]


def _loops(stop: threading.Event, bell: Bell) -> dict[str, Callable[[], None]]:
    return {
        "understand": lambda: _understand(stop, bell.listener(), patient=False),
        "understand-patiently": lambda: _understand(stop, bell.listener(), patient=True),
        "timers": lambda: _every(stop, 1.0, _timers),
        "jobs": lambda: _every(stop, SOON, _jobs),
    }


def _understand(stop: threading.Event, rung: threading.Event, *, patient: bool) -> None:
    reader = understanding.Reader(understanding.PATIENT if patient else understanding.QUICK)

    def look() -> bool:
        return bool(understanding.understand_due(reader, patient=patient))

    try:
        _every(stop, SOON, look, rung)
    finally:
        reader.close()


def _every(
    stop: threading.Event, seconds: float, work: Callable[[], bool], rung: threading.Event | None = None
) -> None:
    """Do `work` until stopped: again at once while there is more, else after `seconds` or when rung for."""
    pause, wake = seconds, rung or stop
    while not stop.is_set():
        try:
            more = work()
            pause = seconds
        except Exception:  # the loop's one catch; what it concerns keeps its reason on its own row
            log.exception("A loop of the mail room stumbled")
            close_old_connections()
            more, pause = False, min(max(pause, 0.5) * 2, LONGEST_PAUSE)
        if not more:
            wake.wait(pause)
            if rung is not None:
                rung.clear()
    connection.close()


def _timers() -> bool:
    closing.wake_due(clock.now())
    return False


def _jobs() -> bool:
    return bool(jobs.run_due(clock.now()))


def _beat(stop: threading.Event) -> None:
    """A sign of life every two seconds, for /readyz; and the rare clean-ups, once an hour."""
    alive = Path(settings.SECONDRING_DIR) / "run" / "worker.alive"
    alive.parent.mkdir(parents=True, exist_ok=True)
    while True:
        alive.write_text(str(time.time()))
        if stop.wait(BEAT):
            return


__all__: Sequence[str] = ("run",)
