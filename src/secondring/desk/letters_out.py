"""From what somebody wrote in the composer to a letter that can leave: headers that keep the thread, signature, pictures."""

import re
from collections.abc import Callable, Sequence
from typing import Any

from django.db.models import QuerySet

from ..conversations import subjects
from ..conversations.models import Attachment, Conversation, Draft, Message, Place
from ..conversations.replying import Letter
from ..lib import html_text
from ..lib.prepared import prepared
from ..mail import threads
from ..mail.models import Mailbox
from ..team.models import Teammate
from . import our_html
from .recipients import Recipients

ONCE = re.compile(r"[0-9a-f]{30}")


def our_addresses() -> frozenset[str]:
    """Every address that means one of our mailboxes, aliases included."""
    return frozenset(each.lower() for address, aliases in _addresses() for each in (address, *aliases))


@prepared
def _addresses() -> QuerySet[Any, tuple[str, list[str]]]:
    return Mailbox.objects.values_list("address", "aliases")


def mailbox_of(place: Place) -> Mailbox | None:
    found = _mailbox(place.pk)
    return found[0] if found else None


@prepared
def _mailbox(place: int) -> QuerySet[Mailbox]:
    return Mailbox.objects.filter(place=place)[:1]


def letter(
    html: str,
    recipients: Recipients,
    *,
    by: Teammate,
    place: Place,
    subject: str,
    answers: Message | None = None,
    attachments: Sequence[Attachment] = (),
    once: str = "",
) -> Letter:
    """The letter of these words, with a Message-ID of its own. `answers` is the message it replies to or forwards.

    once: what the composer was given when it was drawn; the Message-ID is made of it, so that a second click is known.

    What is answered is quoted when the letter is sent, not here: the timeline shows only what was written.
    """
    words = our_html.clean(html, pictures=_names(attachments))
    mailbox = mailbox_of(place)
    signed = our_html.with_signature(words, signature(by, mailbox))
    return Letter(
        text=html_text.text_of(signed).strip() if words_in(words) else "",
        said=html_text.text_of(words).strip(),
        html=signed,
        subject=" ".join(subject.split()),
        to=recipients.to,
        cc=recipients.cc,
        bcc=recipients.bcc,
        message_id=message_id(once, mailbox),
        in_reply_to=answers.message_id if answers else "",
        references=threads.references_for(answers.references, answers.message_id, answers.in_reply_to)
        if answers
        else (),
        attachments=attachments,
    )


def message_id(once: str, mailbox: Mailbox | None) -> str:
    """The Message-ID of what is sent from this very composer; another one each time where there was none."""
    domain = mailbox.domain if mailbox else "localhost"
    return f"<{once}@{domain}>" if ONCE.fullmatch(once) else threads.new_message_id(domain)


def words_in(html: str) -> bool:
    """Is anything written, or pasted as a picture?"""
    return bool(html_text.text_of(html).strip()) or "<img" in html


def signature(by: Teammate, mailbox: Mailbox | None) -> str:
    """The person's own, then the mailbox's."""
    parts = (by.signature.strip(), mailbox.signature.strip() if mailbox else "")
    return "\n".join(part for part in parts if part)


def subject_for(conversation: Conversation, answers: Message | None, *, kind: str) -> str:
    """The subject of the very letter that is answered, word for word; a forwarded one says so."""
    subject = (answers.subject if answers else "") or conversation.subject
    if kind == Draft.FORWARD:
        return subjects.of_forwarded(subject)
    return subjects.of_answer(subject) if answers else subject


def _names(attachments: Sequence[Attachment]) -> Callable[[int], str | None]:
    """Pictures in the words go by their Content-ID, so that every mail program finds them in the letter itself."""
    known = {each.pk: each for each in attachments if each.inline and each.content_id}

    def name(number: int) -> str | None:
        return f"cid:{known[number].content_id}" if number in known else None

    return name
