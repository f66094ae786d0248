"""Letters that come in the same moment are kept together: their bytes side by side, their rows in one synced transaction."""

import logging
import queue
import threading
from collections.abc import Callable, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any

from django.db import close_old_connections, transaction

from ..lib import clock, faults, turns
from . import keeping
from .models import Mailbox

log = logging.getLogger(__name__)

MOST_IN_HAND = 200  # letters being kept
MOST_BYTES_IN_HAND = 150 * 2**20
TOGETHER = 64  # letters whose rows are committed at once


@dataclass
class Waiting:
    """A letter whose sender holds the line until it is safe."""

    raw: bytes
    mailboxes: Sequence[Mailbox]
    envelopes: Sequence[dict[str, Any]]
    kept: "Future[None]"


class Keeper:
    """Keeps letters for all connections. Those that come at the same moment share one sync of the database."""

    def __init__(self, kept: Callable[[], None]) -> None:
        self._kept = kept
        self._queue: queue.Queue[Waiting | None] = queue.Queue()
        self._disks = ThreadPoolExecutor(8, thread_name_prefix="inlet-disk")
        self._lock = threading.Lock()
        self.in_hand = self.bytes_in_hand = 0
        self._thread = threading.Thread(target=self._run, name="inlet-keeper", daemon=True)
        self._thread.start()

    def has_room(self, size: int = 0) -> bool:
        """May one more letter of so many bytes come in? A single one always may."""
        with self._lock:
            room = self.bytes_in_hand + size <= MOST_BYTES_IN_HAND or not self.in_hand
            return self.in_hand < MOST_IN_HAND and room

    def keep(self, raw: bytes, mailboxes: Sequence[Mailbox], envelopes: Sequence[dict[str, Any]]) -> "Future[None]":
        """Done when the letter is safe; raises OSError or DatabaseError through the future when it is not."""
        waiting = Waiting(raw, mailboxes, envelopes, Future())
        with self._lock:
            self.in_hand += 1
            self.bytes_in_hand += len(raw)
        waiting.kept.add_done_callback(lambda _done: self._out_of_hand(len(raw)))
        self._queue.put(waiting)
        return waiting.kept

    def close(self) -> None:
        """Keep what is in hand, then end."""
        self._queue.put(None)
        self._thread.join(8)
        self._disks.shutdown(wait=False)

    def _out_of_hand(self, size: int) -> None:
        with self._lock:
            self.in_hand -= 1
            self.bytes_in_hand -= size

    def _run(self) -> None:
        while (first := self._queue.get()) is not None:
            batch, ends = self._batch(first)
            close_old_connections()
            self._keep_together(batch)
            if ends:
                return

    def _batch(self, first: Waiting) -> tuple[list[Waiting], bool]:
        batch = [first]
        while len(batch) < TOGETHER:
            try:
                following = self._queue.get_nowait()
            except queue.Empty:
                return batch, False
            if following is None:
                return batch, True
            batch.append(following)
        return batch, False

    def _keep_together(self, batch: list[Waiting]) -> None:
        on_disk = list(self._disks.map(_stored, batch))
        stored = [(each, letters) for each, letters in zip(batch, on_disk, strict=True) if letters]
        try:
            with turns.writing(), transaction.atomic(durable=True):
                keeping.enter([letter for _each, letters in stored for letter in letters], at=clock.now())
        except Exception as problem:  # the loop's one catch: nobody is told that we have it, so they try again
            log.exception("Letters could not be entered")
            for each, _letters in stored:
                each.kept.set_exception(problem)
            return
        faults.point("before-250")
        self._kept()
        for each, _letters in stored:
            each.kept.set_result(None)


def _stored(waiting: Waiting) -> list[keeping.Stored]:
    """The bytes on the disk, once for each mailbox that is meant; [] when the disk refused, which the future tells."""
    try:
        return [
            keeping.store(waiting.raw, mailbox, via=keeping.INLET, envelope=envelope)
            for mailbox, envelope in zip(waiting.mailboxes, waiting.envelopes, strict=True)
        ]
    except OSError as problem:
        waiting.kept.set_exception(problem)
        return []
