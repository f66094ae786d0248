"""Letters leave: claimed, composed, handed to the next server, its answer written down. At least once, under one Message-ID.

The people a letter names go in one SMTP transaction; whoever gets a blind copy in one of their own.
"""

import logging
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from itertools import groupby

from django.db import close_old_connections, connection, transaction
from django.utils.translation import gettext as _

from ..conversations import outbox
from ..conversations.channels import MAIL
from ..conversations.models import Delivery, Message
from ..lib import clock, faults, turns
from ..lib.errors import NotPossible, WorldFailed
from . import alarming, homes, outgoing, sent_copies
from .models import Mailbox
from .smtp import Answers, Line, Refusal, ServerTrouble, Uncertain

log = logging.getLogger(__name__)

AT_ONCE = 20  # deliveries claimed together
RENEWED = outbox.LEASE.total_seconds() / 3


class Sender:
    """The way out of one mailbox: one connection, kept open between letters."""

    def __init__(self, mailbox: Mailbox, *, patience: float | None = None) -> None:
        self.mailbox = mailbox
        self._patience = {} if patience is None else {"patience": patience}
        self._line: Line | None = None

    def send_due(self) -> int:
        """Send what is due from this mailbox; how many deliveries were tried."""
        with turns.writing():
            due = outbox.claim(MAIL, clock.now(), place_id=self.mailbox.place_id, limit=AT_ONCE)
        faults.point("claimed")
        if due:
            self.mailbox = Mailbox.objects.select_related("place").get(pk=self.mailbox.pk)
            messages = _messages(due)
            with held(due) as hold:
                for deliveries in _together(due, messages):
                    self._send(messages[deliveries[0].message_id], deliveries, hold)
        return len(due)

    def open_again(self) -> bool:
        """Knock: is the way out open again? Then everything that waits for it goes now."""
        self.close()
        try:
            self._open()
        except ServerTrouble as trouble:
            alarming.say(self.mailbox, alarming.OUT, trouble.because, at=clock.now())
            return False
        self._is_well()
        return True

    def close(self) -> None:
        """Hang up."""
        if self._line is not None:
            self._line.close()
            self._line = None

    def _send(self, message: Message, deliveries: Sequence[Delivery], hold: "Hold") -> None:
        try:
            raw = outgoing.raw(message, self.mailbox)
            homes.enter(message.conversation, message.message_id)  # before it leaves: an answer may be quick
            answers = self._hand_over(raw, deliveries, hold)
        except Uncertain as doubt:
            answers = {each.recipient: Refusal(doubt.because, permanent=False) for each in deliveries}
        except ServerTrouble as trouble:
            alarming.say(self.mailbox, alarming.OUT, trouble.because, at=clock.now())
            answers = {each.recipient: Refusal(trouble.because, permanent=False) for each in deliveries}
        except WorldFailed as problem:
            answers = {each.recipient: Refusal(problem.because, problem.permanent) for each in deliveries}
        except Exception as problem:  # the loop's one catch: the reason stands at the letter, where its writer sees it
            log.exception("A letter could not be sent", extra={"letter": message.pk})
            answers = {each.recipient: Refusal(_why(problem), permanent=True) for each in deliveries}
        else:
            self._is_well()
        hold.end(deliveries)
        _write_down(deliveries, answers, self.mailbox)

    def _hand_over(self, raw: bytes, deliveries: Sequence[Delivery], hold: "Hold") -> Answers:
        line = self._open()
        recipients = [each.recipient for each in deliveries]
        return line.hand_over(self.mailbox.address, recipients, raw, may_go_on=lambda: hold.is_ours(deliveries))

    def _open(self) -> Line:
        if self._line is None or not self._line.is_open():
            self.close()
            self._line = Line(self.mailbox, **self._patience)
        return self._line

    def _is_well(self) -> None:
        if alarming.OUT not in self.mailbox.troubles:
            return
        at = clock.now()
        alarming.well(self.mailbox, alarming.OUT, at=at)
        outbox.hurry(self.mailbox.place_id, at)
        self.mailbox.troubles.pop(alarming.OUT, None)


class Hold:
    """The leases in hand, renewed while bytes flow."""

    def __init__(self, deliveries: Sequence[Delivery]) -> None:
        self._held = {each.pk: each for each in deliveries}
        self._lost: set[int] = set()
        self._lock = threading.Lock()
        self._done = threading.Event()
        self._thread = threading.Thread(target=self._renew, name="leases", daemon=True)
        self._thread.start()

    def is_ours(self, deliveries: Sequence[Delivery]) -> bool:
        """Do we still hold all of them?"""
        return self._lost.isdisjoint(each.pk for each in deliveries)

    def end(self, deliveries: Sequence[Delivery]) -> None:
        """These are done with."""
        with self._lock:
            for each in deliveries:
                self._held.pop(each.pk, None)

    def close(self) -> None:
        self._done.set()
        self._thread.join(5)

    def _renew(self) -> None:
        while not self._done.wait(RENEWED):
            try:
                close_old_connections()
                with self._lock:
                    lost = {pk for pk, each in self._held.items() if not outbox.renew(each, clock.now())}
                self._lost |= lost
            except Exception:  # tried again in ten seconds; a lease lasts thirty
                log.exception("Leases could not be renewed")
        connection.close()


@contextmanager
def held(deliveries: Sequence[Delivery]) -> Iterator[Hold]:
    """Hold on to what was claimed for as long as the block lasts."""
    hold = Hold(deliveries)
    try:
        yield hold
    finally:
        hold.close()


def _messages(deliveries: Sequence[Delivery]) -> dict[int, Message]:
    wanted = {each.message_id for each in deliveries}
    rows = Message.objects.select_related("conversation__place", "author").prefetch_related("attachments")
    messages = rows.in_bulk(wanted)
    for each in deliveries:
        each.message = messages[each.message_id]
    return messages


def _together(deliveries: Sequence[Delivery], messages: dict[int, Message]) -> Iterator[list[Delivery]]:
    """Those that one SMTP transaction can carry without telling anybody more than the letter says."""
    for pk, group in groupby(sorted(deliveries, key=lambda each: each.message_id), key=lambda each: each.message_id):
        recipients = messages[pk].recipients
        named = {address.lower() for side in ("to", "cc") for _name, address in recipients.get(side, [])}
        rows = list(group)
        if seen := [each for each in rows if each.recipient in named]:
            yield seen
        yield from ([each] for each in rows if each.recipient not in named)


def _write_down(deliveries: Sequence[Delivery], answers: Answers, mailbox: Mailbox) -> None:
    """What became of each recipient, unless its lease was lost: then whoever has it writes."""
    for each in deliveries:
        at = clock.now()
        with turns.writing(), transaction.atomic(durable=True):
            if each.recipient not in answers:
                continue
            refusal = answers[each.recipient]
            if refusal is not None:
                outbox.failed(each, because=refusal.because, permanent=refusal.permanent, at=at)
            elif outbox.delivered(each, at=at):
                sent_copies.put_later(each.message, mailbox, at=at)
        faults.point("written-down")


def _why(problem: Exception) -> str:
    if isinstance(problem, NotPossible):
        return str(problem)
    if isinstance(problem, FileNotFoundError):
        return _("A file that belongs to this letter is missing.")
    return _("This letter cannot be written (%(kind)s: %(problem)s).") % {
        "kind": type(problem).__name__,
        "problem": problem,
    }
