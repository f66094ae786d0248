"""The bytes of a letter of ours: composed again for each try, always under the Message-ID that was fixed when it was written."""

from html import escape
from zoneinfo import ZoneInfo

from ..conversations.models import Event, Message
from ..lib import blobs, sealed
from ..team.models import House
from . import composing, replies, threads
from .addresses import Address
from .models import Mailbox
from .ours import mark_key

LONGEST_QUOTE = 20_000  # characters


def raw(message: Message, mailbox: Mailbox) -> bytes:
    """The letter as it leaves, signed where the mailbox has a key. Raises NotPossible or ValueError when it cannot be."""
    return signed(composing.compose(letter(message, mailbox)), mailbox)


def letter(message: Message, mailbox: Mailbox) -> composing.OutgoingLetter:
    """What the letter says: the person's words, under them what they answer, and the thread."""
    text, html = _with_original(message)
    return composing.OutgoingLetter(
        sender=Address(mailbox.address, sender_name(message, mailbox)),
        to=_people(message, "to"),
        cc=_people(message, "cc"),
        subject=message.subject,
        text=text,
        html=html,
        message_id=message.message_id,
        date=message.due_at or message.at,
        reply_to=reply_to(message, mailbox),
        in_reply_to=message.in_reply_to,
        references=tuple(message.references),
        enclosures=tuple(_enclosures(message)),
        mark=threads.own_mark(message.message_id, key=mark_key()),
    )


def sender_name(message: Message, mailbox: Mailbox) -> str:
    """'Bea, Harbour Row': a person, and where they answer from."""
    author = message.author.first_name if message.author else ""
    return ", ".join(part for part in (author, mailbox.shown_name) if part)


def reply_to(message: Message, mailbox: Mailbox) -> str:
    """An address with the conversation's token, where we know that letters to it arrive: at our own inlet."""
    if not mailbox.accepts_direct:
        return ""
    try:
        return threads.reply_address(mailbox.address, message.conversation.token)
    except ValueError:  # the mailbox's name leaves no room for it
        return ""


def answered(message: Message) -> Message | None:
    """The letter that this one answers or sends on."""
    if not message.in_reply_to:
        return None
    before = message.conversation.messages.letters().filter(message_id=message.in_reply_to, pk__lt=message.pk)
    return before.last()


def signed(raw: bytes, mailbox: Mailbox) -> bytes:
    """With a DKIM signature above it, where the mailbox has a key; else as it is."""
    key = sealed.unseal(mailbox.dkim_key_sealed)
    if not (mailbox.dkim_selector and key):
        return raw
    from . import dkim_signing  # its library is large, and most mailboxes' providers sign

    return dkim_signing.sign(raw, domain=mailbox.domain, selector=mailbox.dkim_selector, private_key=key.encode())


def _people(message: Message, side: str) -> tuple[Address, ...]:
    return tuple(Address(address, name) for name, address in message.recipients.get(side, []))


def _enclosures(message: Message) -> list[composing.Enclosure]:
    files = message.attachments.all()
    return [composing.Enclosure(each.name, each.type, blobs.read(each.sha256), each.content_id) for each in files]


def _with_original(message: Message) -> tuple[str, str]:
    """Text and HTML, with what is answered or passed on below: their words, not their HTML, go out in our name."""
    original = answered(message)
    if original is None:
        return message.text, message.html
    words = original.text[:LONGEST_QUOTE].rstrip()
    as_html = escape(words).replace("\n", "<br>\n")
    origin = _origin(original)
    if Event.objects.filter(message=message, verb="we_forwarded").exists():
        text, html = replies.forwarded_text(words, origin), replies.forwarded_html(as_html, origin)
    else:
        text, html = replies.quoted_text(words, origin), replies.quoted_html(as_html, origin)
    return f"{message.text}\n\n{text}", message.html and f"{message.html}\n{html}"


def _origin(original: Message) -> replies.Origin:
    zone = ZoneInfo(House.ours().time_zone)
    return replies.Origin(
        name=original.signed,
        address=original.sender_address,
        at=original.at.astimezone(zone),
        subject=original.subject,
        to=", ".join(address for _name, address in original.recipients.get("to", [])),
    )
