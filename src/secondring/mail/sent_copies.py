"""A copy of what the desk sent lies in the mailbox's own Sent folder too, once, so that other mail programs show it."""

from datetime import datetime

from ..conversations.models import Message
from ..lib.jobs import job
from . import imap, outgoing
from .models import Mailbox

DO_IT_THEMSELVES = ("gmail.com", "googlemail.com", "google.com", "office365.com", "outlook.com")


def put_later(message: Message, mailbox: Mailbox, *, at: datetime) -> None:
    """Have a copy put into Sent, in the caller's transaction; sending never waits for it."""
    if mailbox.keeps_sent and mailbox.imap_host and not keeps_them_itself(mailbox):
        put_in_sent.enqueue(at=at, unique_key=f"sent-{message.pk}", message_id=message.pk, mailbox_id=mailbox.pk)


def keeps_them_itself(mailbox: Mailbox) -> bool:
    """Does this provider put what goes through its server into Sent by itself?"""
    host = mailbox.smtp_host.lower().rstrip(".")
    return any(host == name or host.endswith(f".{name}") for name in DO_IT_THEMSELVES)


@job("mail.put_in_sent")
def put_in_sent(message_id: int, mailbox_id: int) -> None:
    """Append the letter to Sent, unless it lies there already."""
    message = Message.objects.select_related("conversation", "author").filter(pk=message_id).first()
    mailbox = Mailbox.objects.in_use().filter(pk=mailbox_id).exclude(imap_host="").first()
    if message is None or mailbox is None:
        return
    with imap.Box(mailbox) as box:
        folder = box.sent_folder()
        if folder and not box.has(folder, message.message_id):
            box.append(folder, outgoing.raw(message, mailbox), at=message.due_at or message.at)
