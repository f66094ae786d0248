"""Letters are opened in a process apart, before any transaction, and what we made of them then arrives in one.

A letter that the reader dies of is tried again by itself, more patiently; after three deaths a person finds it put aside.
"""

import contextlib
import json
import logging
import os
import pickle
import select
import subprocess
import sys
import threading
import time
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import InterfaceError, OperationalError, transaction
from django.utils.translation import gettext as _

from ..lib import broadcast, clock, leases, turns
from ..lib.errors import NotPossible
from ..team import audiences
from ..team.models import Teammate
from . import arriving
from .models import Fate, IncomingEmail
from .ours import Ours, mark_key
from .understood import HEAD, Understood

log = logging.getLogger(__name__)

LEASE = timedelta(seconds=30)
SMALL = 8 * 2**20  # bytes; larger letters take the patient lane
MOST_DEATHS = 3


@dataclass(frozen=True)
class Limits:
    """How long one letter may take to read."""

    cpu: int  # seconds
    wall: float  # seconds; a reader that sleeps uses no CPU


QUICK, PATIENT = Limits(3, 10.0), Limits(20, 60.0)


class ReaderDied(Exception):
    """The letter was too much for its reader. Says how, in words."""


class Reader:
    """One warm reading process, started when it is first asked and again after it ended. Not for two threads at once."""

    def __init__(self, limits: Limits = QUICK) -> None:
        self.limits = limits
        self._process: subprocess.Popen[bytes] | None = None
        self._asked_at = 0.0

    def ask(self, sha256: str, addresses: Iterable[str] = ()) -> None:
        """Begin to read a letter; `answer` must be called before the next one is asked."""
        asked = {"sha256": sha256, "cpu": self.limits.cpu, "ours": sorted(addresses), "key": mark_key().hex()}
        line = json.dumps(asked).encode() + b"\n"
        self._asked_at = time.monotonic()
        try:
            self._pipe(line)
        except OSError:  # it had ended since the last letter
            self.close()
            self._pipe(line)

    def answer(self) -> Understood:
        """What the letter asked for says. Raises ReaderDied; the next `ask` starts afresh."""
        try:
            length, was_last = HEAD.unpack(self._take(HEAD.size))
            understood: Understood = pickle.loads(self._take(length))
        except ReaderDied:
            self.close()
            raise
        if was_last:  # it is leaving; the next letter must not be put into its hands
            self.close()
        return understood

    def close(self) -> None:
        """End the process."""
        process, self._process = self._process, None
        if process is not None:
            process.kill()
            process.wait()
            for pipe in (process.stdin, process.stdout):
                if pipe is not None:
                    _close(pipe)

    def _pipe(self, line: bytes) -> None:
        if self._process is None or self._process.poll() is not None:
            self.close()
            self._process = _start()
        assert self._process.stdin is not None
        self._process.stdin.write(line)
        self._process.stdin.flush()

    def _take(self, count: int) -> bytes:
        assert self._process is not None
        assert self._process.stdout is not None
        descriptor, taken = self._process.stdout.fileno(), bytearray()
        while len(taken) < count:
            left = self._asked_at + self.limits.wall - time.monotonic()
            if left <= 0 or not select.select([descriptor], [], [], left)[0]:
                raise ReaderDied(_("Reading it took longer than we can wait."))
            part = os.read(descriptor, min(count - len(taken), 2**20))
            if not part:
                raise ReaderDied(self._how_it_ended())
            taken += part
        return bytes(taken)

    def _how_it_ended(self) -> str:
        assert self._process is not None
        code = self._process.wait(5)
        if code == -24:  # SIGXCPU
            return _("Reading it took more work than a letter should.")
        return _("The reader broke down over it (%(code)s).") % {"code": code}


def _close(pipe: Any) -> None:
    with contextlib.suppress(OSError):
        pipe.close()


def _start() -> subprocess.Popen[bytes]:
    durable = "yes" if settings.SECONDRING_DURABLE else "no"
    source = str(Path(__file__).resolve().parents[2])
    return subprocess.Popen(
        [sys.executable, "-m", "secondring.mail.reader", str(settings.SECONDRING_DIR), durable],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        env={**os.environ, "PYTHONPATH": source},
        bufsize=0,
        start_new_session=True,  # Ctrl-C is for the worker, which finishes its letter first
    )


_for_screens = threading.Lock()
_screens_reader = Reader(PATIENT)


def parse(letter: IncomingEmail, ours: Ours | None = None) -> Understood:
    """Read one letter now, for whoever cannot wait for the worker. Raises ReaderDied."""
    addresses = (ours or Ours.now()).addresses
    with _for_screens:
        _screens_reader.ask(letter.sha256, addresses)
        return _screens_reader.answer()


def understand_due(reader: Reader, *, patient: bool, limit: int = 16) -> int:
    """Open the letters that wait, in the order they came; how many. While one arrives the reader reads the next.

    The quick lane takes fresh letters of common size. The patient one takes the large, the brought-in, and those that
    a quick reader died of.
    """
    at = clock.now()
    waiting = IncomingEmail.objects.to_understand()
    lane = waiting.for_patience(SMALL) if patient else waiting.quick(SMALL)
    with turns.writing():
        letters = leases.claim(lane, at=at, lease=LEASE, limit=1 if patient else limit)
    if letters:
        _read_all(letters, reader, Ours.now())
    return len(letters)


def _read_all(letters: Sequence[IncomingEmail], reader: Reader, ours: Ours) -> None:
    reader.ask(letters[0].sha256, ours.addresses)
    for letter, following in zip(letters, [*letters[1:], None], strict=True):
        understood = _answer(letter, reader)
        if following is not None:
            reader.ask(following.sha256, ours.addresses)
        if understood is not None:
            _let_arrive(letter, understood, ours)
    _tell_screens(letters, ours)


def _tell_screens(letters: Sequence[IncomingEmail], ours: Ours) -> None:
    """The lists of letters look different now: once for a whole batch."""
    mailboxes = [ours.by_pk(pk) for pk in {letter.mailbox_id for letter in letters}]
    for place_id in {mailbox.place_id for mailbox in mailboxes if mailbox is not None}:
        broadcast.send("letters", to=audiences.place(place_id))


def _answer(letter: IncomingEmail, reader: Reader) -> Understood | None:
    try:
        return reader.answer()
    except ReaderDied as death:
        tries = letter.tries + 1
        if tries < MOST_DEATHS:
            leases.settle(letter, tries=tries, because=str(death)[:500])
        else:
            put_aside(letter, because=str(death), tries=tries, at=clock.now())
        return None


def _let_arrive(letter: IncomingEmail, understood: Understood, ours: Ours) -> None:
    try:
        arriving.arrive(letter, understood, at=clock.now(), ours=ours)
    except (OperationalError, InterfaceError):  # the database is away; the letter is safe and waits for it
        raise
    except Exception as problem:  # the loop's one catch: a person finds the letter put aside, with the reason
        log.exception("A letter could not arrive", extra={"letter": letter.pk})
        because = _("It could not be filed (%(kind)s: %(problem)s).") % {
            "kind": type(problem).__name__,
            "problem": problem,
        }
        put_aside(letter, because=because, at=clock.now())


@transaction.atomic(durable=True)
def put_aside(letter: IncomingEmail, *, because: str, at: datetime, tries: int | None = None) -> bool:
    """Nobody could make anything of it: a person sees it, and why. False when somebody else holds it by now."""
    values: dict[str, Any] = {"fate": Fate.ASIDE, "understood_at": at, "because": because[:500]}
    if tries is not None:
        values["tries"] = tries
    if not leases.settle(letter, **values):
        return False
    broadcast.send("letters", to=audiences.place(letter.mailbox.place_id))
    return True


@transaction.atomic
def again(letter: IncomingEmail, *, by: Teammate, at: datetime) -> IncomingEmail:
    """Open a letter that was put aside once more, from the beginning; the worker does so within a second.

    Raises NotPossible when it is not aside any more.
    """
    aside = IncomingEmail.objects.put_aside().filter(pk=letter.pk)
    if not aside.update(fate="", understood_at=None, because="", tries=0, lease_until=None):
        raise NotPossible(_("This letter is not put aside any more."))
    broadcast.send("letters", to=audiences.place(letter.mailbox.place_id))
    letter.refresh_from_db()
    return letter
