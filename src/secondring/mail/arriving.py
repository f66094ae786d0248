"""A letter that was understood takes its place: on the desk, or filed where people find it.

All that it changes is one commit, which it may share with letters that came in the same moment.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import connection, transaction
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext as _

from ..conversations import receiving
from ..conversations.channels import MAIL
from ..conversations.models import Conversation, Message
from ..customers import recognising
from ..lib import broadcast, faults, leases, turns
from ..lib.errors import NotPossible
from ..team import audiences
from ..team.models import Teammate
from . import filing, homes, overhearing, proof, received, writers
from .filed import Filed
from .keeping import HISTORY, INLET, SENT
from .models import Fate, IncomingEmail, Mailbox
from .ours import Ours
from .parsed import ParsedEmail
from .understood import Understood
from .writers import Writer

FILED_QUIETLY = {"bounce", "complaint", "auto_reply", "list"}


class LeaseLost(Exception):
    """Somebody else holds the letter by now; nothing was written."""


@dataclass(frozen=True)
class Letter:
    """A letter on its way to its place: the row, what it says, where its hints lead, and when it reached us."""

    row: IncomingEmail
    understood: Understood
    ours: Ours
    trail: homes.Trail
    at: datetime

    @property
    def parsed(self) -> ParsedEmail:
        return self.understood.letter

    @property
    def mailbox(self) -> Mailbox:
        return self.row.mailbox

    @property
    def is_history(self) -> bool:
        return self.row.via == HISTORY


def arrive(row: IncomingEmail, understood: Understood, *, at: datetime, ours: Ours | None = None) -> IncomingEmail:
    """Give the letter its place, in one transaction. `at` is now; who wrote waits since the letter reached us.

    Writes nothing when the lease on `row` was lost. Raises whatever is wrong; then too nothing was written.
    """
    try:
        arrive_together([(row, understood)], at=at, ours=ours or Ours.now())
    except LeaseLost:
        row.refresh_from_db()
    return row


def arrive_together(read: Sequence[tuple[IncomingEmail, Understood]], *, at: datetime, ours: Ours) -> None:
    """Give each letter its place, in their order and all in one transaction: each sees what those before it became.

    Raises LeaseLost, or whatever is wrong with one of them; then nothing was written of any.
    """
    with turns.writing(), transaction.atomic(durable=True):
        _one_at_a_time([understood.letter for _row, understood in read])
        for row, understood in read:
            letter = _letter(row, understood, ours)
            _write(letter, _place(letter), at=at)


@transaction.atomic(durable=True)
def bring_to_desk(row: IncomingEmail, understood: Understood, *, by: Teammate, at: datetime) -> Message:
    """A person wants a letter that was filed or put aside on the desk after all. Its writer waits from now on.

    Raises NotPossible when it lies there already.
    """
    row = IncomingEmail.objects.select_for_update(of=("self",)).select_related("mailbox__place").get(pk=row.pk)
    if row.became_id is not None:
        raise NotPossible(_("This letter is on the desk already."))
    _one_at_a_time([understood.letter])
    letter = _letter(row, understood, Ours.now())
    writer = writers.writer(letter.parsed, letter.ours) or writers.unknown(row)
    home = letter.trail.home(lambda each: homes.may_join(writer.address, each, letter.mailbox.place))
    message = _receive(letter, writer, home, junk=False, at=at)
    broadcast.send("letters", to=audiences.place(letter.mailbox.place_id))
    _write(letter, Filed(Fate.MESSAGE, because=_("%s brought it to the desk.") % by.first_name, became=message), at=at)
    return message


def _letter(row: IncomingEmail, understood: Understood, ours: Ours) -> Letter:
    row.mailbox = ours.by_pk(row.mailbox_id) or row.mailbox
    return Letter(row, understood, ours, homes.trail(understood.letter), _reached_at(row, understood.letter))


def _one_at_a_time(letters: Sequence[ParsedEmail]) -> None:
    """Two copies of a letter in one moment: the second waits, and then sees the first. SQLite writes one by one anyway."""
    if connection.vendor == "postgresql":
        names = sorted(
            {each.message_id or each.body_hash for each in letters}
        )  # in one order, or two would wait for ever
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT pg_advisory_xact_lock(hashtextextended(each, 0)) FROM unnest(%s::text[]) AS each", [names]
            )


def _reached_at(row: IncomingEmail, parsed: ParsedEmail) -> datetime:
    """When it reached us: as the mailbox's server says, which kept it while we were away; history: when it was written."""
    reached = parse_datetime(row.envelope.get("received") or "") or row.kept_at
    if row.via in (HISTORY, SENT) and parsed.date is not None:
        reached = min(parsed.date, reached)
    return min(reached, row.kept_at)


def _place(letter: Letter) -> Filed:
    """What becomes of it. The order matters: what is ours, what we have, what machines say, and then what people write."""
    own = overhearing.own(letter.parsed, letter.ours)
    if own is not None:
        return own
    same = homes.copies(letter.row, letter.parsed, letter.ours)
    if same.first is not None:
        return _duplicate(same.first)
    if letter.parsed.kind in FILED_QUIETLY:
        return filing.file(letter.row, letter.parsed, letter.trail, ours=letter.ours, at=letter.at)
    elsewhere = overhearing.elsewhere(letter.row, letter.understood, letter.ours, letter.trail, at=letter.at)
    if elsewhere is not None:
        return elsewhere
    writer = writers.writer(letter.parsed, letter.ours)
    if writer is None:
        return Filed(Fate.ASIDE, because=_("The letter does not say who wrote it."))
    filed = _on_desk(letter, writer)
    return filed.noting(_("Another letter here has the same Message-ID, but other words.")) if same.namesake else filed


def _duplicate(first: IncomingEmail) -> Filed:
    return Filed(
        Fate.DUPLICATE,
        because=_("The same letter as number %(number)s.") % {"number": first.pk},
        duplicate_of=first,
        conversation_id=first.conversation_id,
    )


def _on_desk(letter: Letter, writer: Writer) -> Filed:
    home = letter.trail.home(lambda each: homes.may_join(writer.address, each, letter.mailbox.place))
    because = _why_junk(letter, writer, is_known=home is not None)
    message = _receive(letter, writer, home, junk=bool(because), at=letter.at)
    fate = Fate.JUNK if because and message.conversation.is_junk else Fate.MESSAGE
    return Filed(fate, because=because or writer.because, became=message)


def _why_junk(letter: Letter, writer: Writer, *, is_known: bool) -> str:
    """In words; '' when it is none. A filter must not silence somebody we are talking with; one of us may."""
    if letter.ours.blocks(writer.address):
        return _("Letters from %s are blocked.") % writer.address
    if letter.parsed.junk.is_junk and not is_known:
        return _("The mail provider takes it for junk (%s).") % (letter.parsed.junk.source or _("its own filter"))
    return ""


def _receive(letter: Letter, writer: Writer, home: Conversation | None, *, junk: bool, at: datetime) -> Message:
    if home is not None:
        home = Conversation.objects.select_for_update(of=("self",)).get(pk=home.pk)
    arrived = _received(letter, writer, at=at)
    message = receiving.receive(arrived, conversation=home, at=at, waits=not letter.is_history, junk=junk)
    homes.enter(message.conversation, letter.parsed.message_id)
    return message


def _received(letter: Letter, writer: Writer, *, at: datetime) -> receiving.Received:
    parsed, understood, hosts = letter.parsed, letter.understood, _trusted_hosts(letter.row)
    is_from = parsed.from_ is not None and parsed.from_.email == writer.address
    return receiving.Received(
        customer=recognising.recognise("email", writer.address, name=writer.name, at=at),
        place=letter.mailbox.place,
        channel=MAIL,
        source_id=letter.row.pk,
        sender_name=writer.name,
        sender_address=writer.address,
        proof=proof.proven(parsed, hosts).verdict if is_from else "unproven",
        subject=parsed.subject,
        text=understood.text,
        said=understood.said,
        html=understood.html,
        shows_both=understood.shows_both,
        recipients=received.recipients(parsed),
        message_id=parsed.message_id,
        in_reply_to=parsed.in_reply_to,
        references=parsed.references,
        enclosures=received.enclosures(understood),
        trusted_at=proof.reached_us_at(parsed, hosts),
    )


def _trusted_hosts(row: IncomingEmail) -> list[str]:
    """Whose stamps count. What came straight to our inlet was stamped by nobody but its sender, unless a trusted host sent it."""
    hosts = list(row.mailbox.trusted_hosts)
    return hosts if row.via != INLET or row.envelope.get("peer") in hosts else []


def _write(letter: Letter, filed: Filed, *, at: datetime) -> None:
    """The letter's own row says what became of it, in the same transaction; a lost lease undoes everything."""
    row, parsed = letter.row, letter.parsed
    message = filed.became
    values: dict[str, Any] = {
        "message_id": parsed.message_id[:998],
        "body_hash": parsed.body_hash,
        "sender": (parsed.from_.email if parsed.from_ else "")[:320],
        "subject": parsed.subject[:400],
        "fate": filed.fate,
        "understood_at": at,
        "because": filed.because[:500],
        "duplicate_of": filed.duplicate_of,
        "became": message,
        "conversation_id": message.conversation_id if message else filed.conversation_id,
    }
    if not leases.settle(row, **values):
        raise LeaseLost
    for name, value in values.items():
        setattr(row, name, value)
    faults.point("arriving")
