"""What happened is a row: every deed in a conversation writes exactly one event, in its own transaction."""

from datetime import datetime
from typing import Any

from ..lib import broadcast, rows
from ..team import audiences
from ..team.models import Teammate
from .models import Conversation, Event, Message


def record(
    conversation: Conversation,
    verb: str,
    *,
    by: Teammate | None,
    at: datetime,
    message: Message | None = None,
    **data: Any,
) -> Event:
    """Write what happened, and tell the screens that show it.

    verb: past tense, listed in docs/events.md. data: ids, and what cannot be looked up later.
    """
    event = Event(
        conversation=conversation,
        customer_id=conversation.customer_id,
        verb=verb,
        by=by,
        at=at,
        message=message,
        data=data,
    )
    rows.insert(event)
    tell_screens(conversation)
    return event


def tell_screens(conversation: Conversation) -> None:
    """The conversation looks different now, and so do the lists that it stands in."""
    broadcast.send(
        "inbox",
        f"conversation-{conversation.pk}",
        f"customer-{conversation.customer_id}",
        to=audiences.place(conversation.place_id),
    )
