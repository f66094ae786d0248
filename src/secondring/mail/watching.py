"""One thread a mailbox waits for letters, so that one expired log-in, one dead server, stops no other mailbox."""

import logging
import threading
import time
from collections.abc import Callable
from typing import Any

from django.db import close_old_connections, connection
from django.utils.translation import gettext as _

from ..lib import clock
from ..lib.machine_trouble import Trouble, trouble_of
from . import alarming, fetching
from .imap import Box, BoxTrouble
from .models import Folder, Mailbox

log = logging.getLogger(__name__)

ROUND = 30.0  # seconds between looks where nobody tells us; also how often Sent is looked into
SIP = 0.5  # seconds between looks whether we are to stop
FIRST_PAUSE, LONGEST_PAUSE = 2.0, 60.0  # seconds after trouble
LOGIN_PAUSE = 60.0  # seconds after a refused log-in: hammering locks accounts

WATCHED = (
    "address", "imap_host", "imap_port", "imap_security", "login", "password_sealed", "oauth", "marks_seen", "connected_at",
)  # fmt: skip


class Watcher:
    """Waits for the letters of one mailbox, until stopped."""

    def __init__(self, mailbox_id: int, kept: Callable[[], None]) -> None:
        self.mailbox_id = mailbox_id
        self._kept = kept
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._run, name=f"mailbox-{mailbox_id}", daemon=True)
        self._thread.start()

    @property
    def is_alive(self) -> bool:
        return self._thread.is_alive()

    def stop(self) -> None:
        """Ask it to end; it keeps what it has in hand first."""
        self._stop.set()

    def join(self, seconds: float) -> None:
        self._thread.join(seconds)

    def _run(self) -> None:
        pause = FIRST_PAUSE
        while not self._stop.is_set():
            began = time.monotonic()
            try:
                self._session()
            except BoxTrouble as trouble:
                self._say(trouble.because)
                pause = LOGIN_PAUSE if trouble.permanent else pause
            except Exception as problem:  # the loop's one catch: it stands at the mailbox, where a person sees it
                log.exception("A mailbox could not be watched", extra={"mailbox": self.mailbox_id})
                close_old_connections()
                self._say(_why(problem))
            pause = FIRST_PAUSE if time.monotonic() - began > ROUND else pause
            self._stop.wait(pause)
            pause = min(pause * 2, LONGEST_PAUSE)
        connection.close()

    def _say(self, words: str) -> None:
        try:
            alarming.say(Mailbox.objects.get(pk=self.mailbox_id), alarming.IN, words, at=clock.now())
        except Exception:  # the database is away too; the next round says it
            log.exception("Trouble could not be noted", extra={"mailbox": self.mailbox_id})

    def _session(self) -> None:
        """Be connected, look, and wait, for as long as it goes well."""
        mailbox = Mailbox.objects.select_related("place").get(pk=self.mailbox_id)
        with Box(mailbox) as box:
            sent, looked_into_sent = box.sent_folder(), 0.0
            while not self._stop.is_set():
                fetching.look(box, mailbox, Folder.INBOX, "INBOX", kept=self._kept)
                if sent and time.monotonic() - looked_into_sent >= ROUND:
                    fetching.look(box, mailbox, Folder.SENT, sent, kept=self._kept)
                    looked_into_sent = time.monotonic()
                self._is_well(mailbox)
                self._wait(box)

    def _is_well(self, mailbox: Mailbox) -> None:
        at = clock.now()
        fetching.looked(mailbox, at)
        if alarming.IN in mailbox.troubles:
            alarming.well(mailbox, alarming.IN, at=at)
            mailbox.troubles.pop(alarming.IN, None)

    def _wait(self, box: Box) -> None:
        """Until the server tells of something, at most a round."""
        box.open("INBOX")
        if not box.tells:
            self._stop.wait(ROUND)
            return
        until = time.monotonic() + ROUND
        box.idle()
        while not self._stop.is_set() and time.monotonic() < until:
            if box.told(SIP):
                break
        box.done_idling()


def _why(problem: Exception) -> str:
    if trouble_of(problem) is Trouble.FULL:
        return _("Our own disk is full, so letters stay where they are until there is room.")
    return _("Something went wrong while fetching (%s).") % type(problem).__name__


class Watchers:
    """A watcher for each mailbox whose letters we fetch; begun, ended and begun anew as the rows change."""

    def __init__(self, kept: Callable[[], None]) -> None:
        self._kept = kept
        self._watchers: dict[int, tuple[dict[str, Any], Watcher]] = {}

    def refresh(self) -> None:
        """Compare with the rows."""
        rows = {row["pk"]: row for row in Mailbox.objects.fetched().values("pk", *WATCHED)}
        for pk, (row, watcher) in list(self._watchers.items()):
            if not _same(rows.get(pk), row) or not watcher.is_alive:
                watcher.stop()
                del self._watchers[pk]
        for pk, row in rows.items():
            if pk not in self._watchers:
                self._watchers[pk] = (row, Watcher(pk, self._kept))

    def stop(self, seconds: float) -> None:
        """End all, waiting for them together at most so long."""
        watchers = [watcher for _row, watcher in self._watchers.values()]
        for watcher in watchers:
            watcher.stop()
        until = time.monotonic() + seconds
        for watcher in watchers:
            watcher.join(max(0.0, until - time.monotonic()))


def _same(now: dict[str, Any] | None, before: dict[str, Any]) -> bool:
    """`connected_at` is set by the watcher itself at its first look; only a later change means to begin anew."""
    if now is None:
        return False
    if before["connected_at"] is None:
        before["connected_at"] = now["connected_at"]
    return now == before
