"""A person answers. It leaves after ten seconds of second thoughts, and until then everything can be put back."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext as _

from ..customers.models import Customer
from ..lib.errors import NotPossible
from ..team.models import Teammate
from . import history, outbox, search
from .models import Attachment, Conversation, Message, Place
from .receiving import Enclosure, enclosed, snippet

Address = tuple[str, str]  # (name, bare lower-case address)


@dataclass(frozen=True)
class Letter:
    """What a person wrote, ready to leave. html is sanitised; text is its plain form; said is text without the signature."""

    text: str
    html: str = ""
    said: str = ""
    subject: str = ""
    to: Sequence[Address] = ()
    cc: Sequence[Address] = ()
    bcc: Sequence[Address] = ()
    message_id: str = ""
    in_reply_to: str = ""
    references: Sequence[str] = ()
    attachments: Sequence[Attachment] = field(default=())
    shows_both: bool = False

    @property
    def recipients(self) -> dict[str, list[list[str]]]:
        sides: Mapping[str, Sequence[Address]] = {"to": self.to, "cc": self.cc, "bcc": self.bcc}
        return {side: [list(each) for each in addresses] for side, addresses in sides.items()}

    @property
    def addresses(self) -> list[str]:
        return [address for _name, address in [*self.to, *self.cc, *self.bcc]]


@transaction.atomic
def reply(
    conversation: Conversation,
    letter: Letter,
    *,
    by: Teammate,
    at: datetime,
    close: bool = False,
    forward: bool = False,
) -> Message:
    """Answer (or forward) `letter` in `conversation`; who waited is answered. `close` also closes the conversation.

    Forwarding to an outsider answers nobody: who waits goes on waiting.
    Raises NotPossible when there is nobody to write to or nothing to say.
    """
    _check(letter)
    conversation = Conversation.objects.select_for_update().get(pk=conversation.pk)
    restores = _state(conversation)
    waited = None if forward else conversation.waiting_since
    message = _write(conversation, letter, by=by, at=at, waited_since=waited, restores=restores)
    _settle(conversation, message, by=by, at=at, close=close, answers=not forward)
    verb = "we_forwarded" if forward else "we_replied"
    history.record(conversation, verb, by=by, at=at, message=message, closed=close)
    return message


@transaction.atomic
def write_first(customer: Customer, place: Place, letter: Letter, *, by: Teammate, at: datetime) -> Message:
    """Write to somebody who did not write to us: opens a conversation that is ours."""
    _check(letter)
    if not Place.objects.in_use().visible_to(by).filter(pk=place.pk).exists():
        raise NotPossible(_("You do not answer from %(place)s.") % {"place": place})
    conversation = Conversation.objects.create(
        customer=customer,
        place=place,
        channel=place.channel,
        subject=letter.subject[:400],
        assignee=by,
        opened_at=at,
        last_at=at,
    )
    message = _write(conversation, letter, by=by, at=at, waited_since=None, restores={"opened": True})
    _settle(conversation, message, by=by, at=at, close=False, answers=True)
    history.record(conversation, "we_wrote_first", by=by, at=at, message=message)
    return message


@transaction.atomic
def take_back(message: Message, *, by: Teammate, at: datetime) -> Conversation:
    """Second thoughts: nothing leaves, and the conversation stands as before the reply, its waiting included.

    Raises NotPossible once it has begun to leave.
    """
    conversation = Conversation.objects.select_for_update().get(pk=message.conversation_id)
    if message.taken_back_at is not None or not outbox.unsend(message, at=at):
        raise NotPossible(_("It has already left."))
    message.taken_back_at = at
    message.save(update_fields=["taken_back_at"])
    _restore(conversation, message, at=at)
    history.record(conversation, "reply_taken_back", by=by, at=at, message=message)
    return conversation


@transaction.atomic
def answered_elsewhere(
    conversation: Conversation,
    letter: Letter,
    *,
    by: Teammate | None,
    sender: Address,
    source_id: int,
    at: datetime,
    answers: bool = True,
    enclosures: Sequence[Enclosure] = (),
) -> Message:
    """A colleague wrote from their own mail program, `at`: it joins the conversation. Nothing is sent.

    answers: the waiting ends, but for letters that came after it was written. False for one sent on to an outsider.
    """
    conversation = Conversation.objects.select_for_update().get(pk=conversation.pk)
    waited = conversation.waiting_since if answers else None
    message = _overheard(conversation, letter, by=by, sender=sender, source_id=source_id, at=at, waited_since=waited)
    Attachment.objects.bulk_create(enclosed(each, message, at) for each in enclosures)
    _settle(conversation, message, by=by, at=at, close=False, answers=answers)
    if answers and waited:
        _go_on_waiting(conversation, since=at)
    verb = "we_replied_elsewhere" if answers else "we_forwarded_elsewhere"
    history.record(conversation, verb, by=by, at=at, message=message)
    return message


@transaction.atomic
def wrote_first_elsewhere(
    customer: Customer,
    place: Place,
    letter: Letter,
    *,
    sender: Address,
    source_id: int,
    at: datetime,
    enclosures: Sequence[Enclosure] = (),
) -> Message:
    """A colleague wrote to somebody from their own mail program: a conversation of ours, where an answer finds home."""
    conversation = Conversation.objects.create(
        customer=customer, place=place, channel=place.channel, subject=letter.subject[:400], opened_at=at, last_at=at
    )
    message = _overheard(conversation, letter, by=None, sender=sender, source_id=source_id, at=at, waited_since=None)
    Attachment.objects.bulk_create(enclosed(each, message, at) for each in enclosures)
    _settle(conversation, message, by=None, at=at, close=True, answers=True)
    history.record(conversation, "we_wrote_first_elsewhere", by=None, at=at, message=message)
    return message


def _overheard(
    conversation: Conversation, letter: Letter, *, by: Teammate | None, sender: Address, **fields: Any
) -> Message:
    name, address = sender
    return _create(conversation, letter, author=by, sender_name=name[:200], sender_address=address[:320], **fields)


def _go_on_waiting(conversation: Conversation, *, since: datetime) -> None:
    """Letters that came after the answer was written are not answered by it."""
    later = conversation.messages.letters().filter(from_us=False, at__gt=since).order_by("at").first()
    if later is not None:
        conversation.waiting_since = later.at
        conversation.save(update_fields=["waiting_since"])


def _check(letter: Letter) -> None:
    if not letter.addresses:
        raise NotPossible(_("Whom is it for? Add at least one address."))
    if not letter.text.strip() and not letter.attachments and "<img" not in letter.html:
        raise NotPossible(_("Nothing is written yet."))


def _write(
    conversation: Conversation,
    letter: Letter,
    *,
    by: Teammate,
    at: datetime,
    waited_since: datetime | None,
    restores: dict[str, Any],
) -> Message:
    due_at = at + outbox.SECOND_THOUGHTS
    message = _create(
        conversation, letter, author=by, at=at, waited_since=waited_since, restores=restores, due_at=due_at
    )
    pks = [each.pk for each in letter.attachments]
    Attachment.objects.filter(pk__in=pks).update(message=message, draft=None)
    outbox.put(message, letter.addresses, due_at=due_at)
    return message


def _create(
    conversation: Conversation, letter: Letter, *, author: Teammate | None, at: datetime, **fields: Any
) -> Message:
    message = Message.objects.create(
        conversation=conversation,
        author=author,
        from_us=True,
        channel=conversation.channel,
        recipients=letter.recipients,
        subject=letter.subject[:1000],
        text=letter.text,
        said=letter.said or letter.text,
        html=letter.html,
        shows_both=letter.shows_both,
        at=at,
        message_id=letter.message_id[:998],
        in_reply_to=letter.in_reply_to[:998],
        references=list(letter.references),
        **fields,
    )
    search.index([message])
    return message


def _state(conversation: Conversation) -> dict[str, Any]:
    """What taking back must put back."""
    dates = ("waiting_since", "paused_until", "closed_at", "undelivered_at", "last_at")
    kept = {name: value.isoformat() if (value := getattr(conversation, name)) else None for name in dates}
    return {**kept, "assignee": conversation.assignee_id, "snippet": conversation.snippet}


def _settle(
    conversation: Conversation, message: Message, *, by: Teammate | None, at: datetime, close: bool, answers: bool
) -> None:
    """Nobody waits any more, and whoever answered has it."""
    if at >= conversation.last_at:
        conversation.last_at = at
        conversation.snippet = snippet(message.said)
    conversation.message_count += 1
    if answers:
        conversation.waiting_since = None
        conversation.undelivered_at = None
        conversation.paused_until = None
        conversation.assignee = conversation.assignee or by
    if close:
        conversation.waiting_since = None
        conversation.paused_until = None
        conversation.closed_at = at
    conversation.save(
        update_fields=[
            "last_at",
            "snippet",
            "message_count",
            "waiting_since",
            "undelivered_at",
            "paused_until",
            "assignee",
            "closed_at",
        ]
    )


def _restore(conversation: Conversation, message: Message, *, at: datetime) -> None:
    """Put back what the reply changed, unless the world has moved on: a customer who wrote since waits since then."""
    before = message.restores
    if before.get("opened"):
        conversation.closed_at = at
        conversation.save(update_fields=["closed_at"])
        return
    for name in ("paused_until", "closed_at", "undelivered_at"):
        setattr(conversation, name, parse_datetime(before[name]) if before[name] else None)
    waited = parse_datetime(before["waiting_since"]) if before["waiting_since"] else None
    conversation.waiting_since = waited or conversation.waiting_since
    if conversation.waiting_since:
        conversation.closed_at = None
    if not conversation.messages.filter(pk__gt=message.pk).exists():
        conversation.snippet = before["snippet"]
        conversation.last_at = parse_datetime(before["last_at"]) or conversation.last_at
    conversation.assignee_id = before["assignee"]
    conversation.message_count = max(conversation.message_count - 1, 0)
    conversation.save(
        update_fields=[
            "paused_until",
            "closed_at",
            "undelivered_at",
            "waiting_since",
            "snippet",
            "last_at",
            "assignee",
            "message_count",
        ]
    )
