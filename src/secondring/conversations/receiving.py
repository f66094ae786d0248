"""What customers write joins the conversation it belongs to, or opens one, and somebody starts to wait."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db import transaction

from ..customers.models import Customer
from ..lib import rows
from . import history, search, subjects
from .models import Attachment, Conversation, Message, Place


@dataclass(frozen=True)
class Enclosure:
    """A file that came along; its bytes are kept already."""

    sha256: str
    name: str
    type: str
    size: int
    inline: bool = False
    content_id: str = ""


@dataclass(frozen=True)
class Received:
    """What a channel's room understood of what came in. Pure value; addresses bare and lower-case."""

    customer: Customer
    place: Place
    channel: str
    source_id: int | None  # the row of the channel that it came from, if it has one
    sender_name: str = ""
    sender_address: str = ""
    proof: str = ""
    subject: str = ""
    text: str = ""
    said: str = ""
    html: str = ""
    shows_both: bool = False
    recipients: dict[str, list[list[str]]] = field(default_factory=dict)
    message_id: str = ""
    in_reply_to: str = ""
    references: Sequence[str] = ()
    enclosures: Sequence[Enclosure] = ()
    trusted_at: datetime | None = None


@transaction.atomic(savepoint=False)  # at each savepoint SQLite would write its index of words anew
def receive(
    received: Received,
    *,
    conversation: Conversation | None,
    at: datetime,
    waits: bool = True,
    junk: bool = False,
    spoken: bool = False,
) -> Message:
    """Keep what a customer wrote. `conversation` is the one it answers, None when it answers none that it belongs to.

    waits: somebody waits from now on; False for history brought in later. junk: the provider or a block says so.
    spoken: they said it after the tone; the sound is enclosed.
    """
    conversation = conversation or _open_on_same_matter(received) or _new(received, at=at)
    _touch(conversation, received, at=at, waits=waits, junk=junk)
    message = _write(received, conversation, at=at)
    verb = "message_left" if spoken else "customer_wrote"
    history.record(conversation, verb if waits else "history_came", by=None, at=at, message=message)
    return message


def belongs(address: str, conversation: Conversation) -> bool:
    """May this sender write into this conversation: its customer, or somebody who was written to or copied in it?

    A reply token or a Message-ID names a conversation; it never lends its owner's name to somebody else.
    """
    address = address.lower()
    if conversation.customer.contact_points.filter(kind="email", value=address).exists():
        return True
    lists = conversation.messages.standing().filter(is_note=False).values_list("recipients", flat=True)
    return any(address == each[1].lower() for row in lists for side in ("to", "cc") for each in row.get(side, []))


def _open_on_same_matter(received: Received) -> Conversation | None:
    """Some programs drop every thread header. The same person under the same subject means the same open matter."""
    wanted = subjects.folded(received.subject)
    if not wanted or wanted == received.subject.strip().casefold():
        return None
    candidates = received.customer.conversations.open().filter(place=received.place, channel=received.channel)
    candidates = candidates.select_for_update(of=("self",))
    return next((c for c in candidates.newest_first()[:20] if subjects.folded(c.subject) == wanted), None)


def _new(received: Received, *, at: datetime) -> Conversation:
    """One that begins with this letter; not written yet."""
    return Conversation(
        customer=received.customer,
        place=received.place,
        channel=received.channel,
        subject=received.subject[:400],
        opened_at=at,
        last_at=at,
    )


def _write(received: Received, conversation: Conversation, *, at: datetime) -> Message:
    message = Message(
        conversation=conversation,
        customer=received.customer,
        from_us=False,
        channel=received.channel,
        sender_name=received.sender_name[:200],
        sender_address=received.sender_address[:320],
        proof=received.proof,
        recipients=received.recipients,
        subject=received.subject[:1000],
        text=received.text,
        said=received.said,
        html=received.html,
        shows_both=received.shows_both,
        at=at,
        trusted_at=received.trusted_at,
        source_id=received.source_id,
        message_id=received.message_id[:998],
        in_reply_to=received.in_reply_to[:998],
        references=list(received.references),
    )
    rows.insert(message)
    if received.enclosures:
        Attachment.objects.bulk_create(enclosed(each, message, at) for each in received.enclosures)
    search.index([message])
    return message


def enclosed(each: Enclosure, message: Message, at: datetime) -> Attachment:
    """The row, not yet saved, of a file that came with `message`."""
    return Attachment(
        message=message,
        sha256=each.sha256,
        name=each.name[:255],
        type=each.type[:120],
        size=each.size,
        inline=each.inline,
        content_id=each.content_id[:255],
        at=at,
    )


def _touch(conversation: Conversation, received: Received, *, at: datetime, waits: bool, junk: bool) -> None:
    """What the letter changes in the conversation, which is written: as a new row when it is one."""
    values: dict[str, Any] = {"message_count": conversation.message_count + 1}
    if at >= conversation.last_at:
        values |= {"last_at": at, "snippet": snippet(received.said or received.text)}
    if junk and not conversation.message_count:
        values |= {"junk_at": at}
    elif waits and not conversation.is_junk:
        values |= {"waiting_since": conversation.waiting_since or at, "closed_at": None, "paused_until": None}
    elif not waits and not conversation.message_count:
        values |= {"closed_at": at}  # history opens nothing
    for name, value in values.items():
        setattr(conversation, name, value)
    if conversation.pk is None:
        rows.insert(conversation)
    else:
        conversation.save(update_fields=list(values))


def snippet(text: str) -> str:
    """The first words, on one line."""
    return " ".join(text[:600].split())[:200]
