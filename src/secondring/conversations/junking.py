"""Junk leaves the desk and the figures, stays findable, and can be put back as it was."""

from datetime import datetime

from django.db import transaction

from ..team.models import Teammate
from . import history
from .models import Conversation


@transaction.atomic
def junk(conversation: Conversation, *, by: Teammate | None, at: datetime, because: str = "") -> Conversation:
    """Not meant for a person to answer."""
    if conversation.is_junk:
        return conversation
    waited = conversation.waiting_since
    conversation.junk_at = at
    conversation.waiting_since = None
    conversation.paused_until = None
    conversation.save(update_fields=["junk_at", "waiting_since", "paused_until"])
    history.record(
        conversation, "marked_junk", by=by, at=at, waited_since=waited.isoformat() if waited else None, because=because
    )
    return conversation


@transaction.atomic
def unjunk(conversation: Conversation, *, by: Teammate, at: datetime) -> Conversation:
    """It is a person after all. They wait since their letter came, unless they had been answered."""
    if not conversation.is_junk:
        return conversation
    conversation.junk_at = None
    if not conversation.is_closed:
        conversation.waiting_since = _waiting_since(conversation)
    conversation.save(update_fields=["junk_at", "waiting_since"])
    history.record(conversation, "unmarked_junk", by=by, at=at)
    return conversation


def _waiting_since(conversation: Conversation) -> datetime | None:
    """Since the first letter of theirs that nobody has answered."""
    letters = conversation.messages.letters()
    answer = letters.filter(from_us=True).last()
    unanswered = letters.filter(from_us=False)
    first = (unanswered.filter(pk__gt=answer.pk) if answer else unanswered).first()
    return first.at if first else None
