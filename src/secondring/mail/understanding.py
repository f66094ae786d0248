"""Letters are opened in a process apart, before any transaction, and what we made of them then arrives, many in one commit.

A letter that the reader dies of is tried again by itself, more patiently; after three deaths a person finds it put aside.
"""

import logging
import threading
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from django.db import InterfaceError, OperationalError, transaction
from django.utils.translation import gettext as _

from ..lib import broadcast, clock, leases, turns
from ..lib.errors import NotPossible
from ..team import audiences
from ..team.models import Teammate
from . import arriving
from .models import Fate, IncomingEmail
from .ours import Ours
from .reading import PATIENT, Reader, ReaderDied
from .understood import Understood

log = logging.getLogger(__name__)

LEASE = timedelta(seconds=30)
SMALL = 8 * 2**20  # bytes; larger letters take the patient lane
MOST_DEATHS = 3
TOGETHER = 8  # letters that arrive in one commit; nobody else can write to SQLite meanwhile
MOMENT = 0.02  # seconds that a letter waits for the next one to be read, which saves a commit


_for_screens = threading.Lock()
_screens_reader = Reader(PATIENT)


def parse(letter: IncomingEmail, ours: Ours | None = None) -> Understood:
    """Read one letter now, for whoever cannot wait for the worker. Raises ReaderDied."""
    addresses = (ours or Ours.now()).addresses
    with _for_screens:
        _screens_reader.ask([letter.sha256], addresses)
        return _screens_reader.answer()


def understand_due(reader: Reader, *, patient: bool, limit: int = 32) -> int:
    """Open the letters that wait, in the order they came; how many. While some arrive the reader reads on.

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
    """What is read in the same moment arrives together; it never waits long for what the reader still reads."""
    reader.ask([letter.sha256 for letter in letters], ours.addresses)
    read: list[tuple[IncomingEmail, Understood]] = []
    for letter in letters:
        if len(read) == TOGETHER or (read and not reader.has_answered(within=MOMENT)):
            _let_arrive(read, ours)
            read = []
        understood = _answer(letter, reader)
        if understood is not None:
            read.append((letter, understood))
    _let_arrive(read, ours)
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


def _let_arrive(read: Sequence[tuple[IncomingEmail, Understood]], ours: Ours) -> None:
    """In one commit; where that cannot be, each by itself, so that no letter keeps another from its place."""
    if len(read) > 1:
        try:
            arriving.arrive_together(read, at=clock.now(), ours=ours)
            return
        except Exception:  # nothing of it was written; whatever it was, the letter it belongs to says so below
            log.info("Letters could not arrive together", exc_info=True)
    for letter, understood in read:
        _let_one_arrive(letter, understood, ours)


def _let_one_arrive(letter: IncomingEmail, understood: Understood, ours: Ours) -> None:
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
