"""A mailbox looks different now: those who look after mailboxes are told, and those who answer from it."""

from ..lib import broadcast
from ..team import audiences
from .models import Mailbox


def changed(mailbox: Mailbox) -> None:
    """Tell the screens that show how it is doing, in the transaction that changed it."""
    broadcast.send("mailboxes", f"mailbox-{mailbox.pk}", to=audiences.LEADING)
    broadcast.send("troubles", to=audiences.place(mailbox.place_id))
