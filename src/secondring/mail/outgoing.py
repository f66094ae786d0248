"""The bytes of a letter of ours: composed again for each try, always under the Message-ID that was fixed when it was written."""

from html import escape

import dkim
from django.utils.translation import gettext as _

from ..conversations.models import Event, Message
from ..lib import blobs, sealed
from ..lib.errors import WorldFailed
from . import composing, threads
from .models import Mailbox
from .ours import mark_key

SIGNED = (b"from", b"to", b"cc", b"subject", b"date", b"message-id", b"in-reply-to", b"references", b"reply-to")
LONGEST_QUOTE = 20_000  # characters


def raw(message: Message, mailbox: Mailbox) -> bytes:
    """The letter as it leaves, signed where the mailbox has a key. Raises NotPossible or WorldFailed when it cannot be."""
    return signed(composing.compose(letter(message, mailbox)), mailbox)


def letter(message: Message, mailbox: Mailbox) -> composing.OutgoingLetter:
    """What the letter says: the person's words, under them what they answer, and the thread."""
    original = answered(message)
    text, html = message.text, message.html
    if original is not None:
        text, html = (
            f"{text}\n\n{_quoted_text(message, original)}",
            html and f"{html}\n{_quoted_html(message, original)}",
        )
    return composing.OutgoingLetter(
        sender=composing.Person(mailbox.address, sender_name(message, mailbox)),
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
    """With a DKIM signature in front, where the mailbox has a key (RFC 6376); else as it is."""
    key = sealed.unseal(mailbox.dkim_key_sealed)
    if not (mailbox.dkim_selector and key):
        return raw
    try:
        signature: bytes = dkim.sign(
            raw,
            mailbox.dkim_selector.encode(),
            mailbox.domain.encode("idna"),
            key.encode(),
            canonicalize=(b"relaxed", b"relaxed"),
            include_headers=[name for name in SIGNED if b"\n" + name + b":" in b"\n" + raw[:100_000].lower()],
        )
    except (dkim.DKIMException, ValueError) as problem:
        raise WorldFailed(_("The DKIM key of this mailbox cannot be used (%s).") % problem) from problem
    return signature + raw


def _people(message: Message, side: str) -> tuple[composing.Person, ...]:
    return tuple(composing.Person(address, name) for name, address in message.recipients.get(side, []))


def _enclosures(message: Message) -> list[composing.Enclosure]:
    files = message.attachments.all()
    return [composing.Enclosure(each.name, each.type, blobs.read(each.sha256), each.content_id) for each in files]


def _said_before(message: Message, original: Message) -> str:
    """The line above the words that are quoted."""
    who, when = original.signed, f"{original.at:%d %B %Y, %H:%M} UTC"
    if Event.objects.filter(message=message, verb="we_forwarded").exists():
        head = ["---------- Forwarded message ----------", f"From: {who} <{original.sender_address}>"]
        return "\n".join([*head, f"Date: {when}", f"Subject: {original.subject}"])
    return f"On {when}, {who} wrote:"


def _quoted_text(message: Message, original: Message) -> str:
    head = _said_before(message, original)
    mark = "" if head.startswith("---") else "> "
    lines = original.text[:LONGEST_QUOTE].rstrip().splitlines()
    return "\n".join(
        [head, "", *(f"{mark}{line}" for line in lines)] if not mark else [head, *(f"> {line}" for line in lines)]
    )


def _quoted_html(message: Message, original: Message) -> str:
    """Their plain words, escaped: their HTML is not sent on in our name."""
    head = escape(_said_before(message, original)).replace("\n", "<br>\n")
    words = escape(original.text[:LONGEST_QUOTE].rstrip()).replace("\n", "<br>\n")
    return f'<div>{head}</div>\n<blockquote type="cite">{words}</blockquote>'
