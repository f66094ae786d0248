"""One thread a mailbox sends its letters, so that a server that hangs holds up nobody else's."""

import logging
import threading
import time
from datetime import datetime

from django.db import close_old_connections, connection

from ..conversations import outbox
from ..conversations.channels import MAIL
from . import alarming
from .models import Mailbox
from .sending import Sender

log = logging.getLogger(__name__)

RESTS = 15.0  # seconds that a connection is kept after the last letter
KNOCKS = 30.0  # seconds between knocks at a way that is closed


class WayOut:
    """The thread that sends for one mailbox whenever it is rung for."""

    def __init__(self, mailbox: Mailbox, stop: threading.Event) -> None:
        self._sender = Sender(mailbox)
        self._stop = stop
        self._rung = threading.Event()
        self.knocked_at = time.monotonic()
        self.thread = threading.Thread(target=self._run, name=f"out-{mailbox.pk}", daemon=True)
        self.thread.start()

    def ring(self) -> None:
        """There is something to send (or the stop was set)."""
        self._rung.set()

    def _run(self) -> None:
        while not self._stop.is_set():
            if not self._rung.wait(RESTS):
                self._sender.close()
                continue
            self._rung.clear()
            try:
                self._send()
            except Exception:  # the loop's one catch; the deliveries stay on the list and their leases run out
                log.exception("A way out stumbled")
                close_old_connections()
                self._stop.wait(1.0)
        self._sender.close()
        connection.close()

    def _send(self) -> None:
        while not self._stop.is_set() and self._sender.send_due():
            pass
        mailbox = self._sender.mailbox
        if alarming.OUT in mailbox.troubles and time.monotonic() - self.knocked_at > KNOCKS:
            self.knocked_at = time.monotonic()
            self._sender.open_again()


class WaysOut:
    """The threads, begun as mailboxes have something to send."""

    def __init__(self, stop: threading.Event) -> None:
        self._stop = stop
        self._ways: dict[int, WayOut] = {}

    def ring_for_due(self, at: datetime) -> None:
        """Ring for each mailbox that has something due, or whose way was closed a while ago."""
        places = outbox.places_due(MAIL, at)
        rows = Mailbox.objects.select_related("place").filter(place__in=places) if places else Mailbox.objects.none()
        for mailbox in rows:
            self._way(mailbox).ring()
        for mailbox in self._closed():
            self._way(mailbox).ring()

    def join(self, seconds: float) -> None:
        """Wait until all have finished what they have in hand, at most so long."""
        until = time.monotonic() + seconds
        for way in self._ways.values():
            way.ring()
        for way in self._ways.values():
            way.thread.join(max(0.0, until - time.monotonic()))

    def _closed(self) -> list[Mailbox]:
        overdue = [pk for pk, way in self._ways.items() if time.monotonic() - way.knocked_at > KNOCKS]
        if not overdue:
            return []
        rows = Mailbox.objects.select_related("place").filter(pk__in=overdue).exclude(troubles={})
        return [mailbox for mailbox in rows if alarming.OUT in mailbox.troubles]

    def _way(self, mailbox: Mailbox) -> WayOut:
        way = self._ways.get(mailbox.pk)
        if way is None or not way.thread.is_alive():
            way = self._ways[mailbox.pk] = WayOut(mailbox, self._stop)
        return way
