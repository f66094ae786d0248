"""What a teammate should notice. Whether it sounds, shows or is mailed is their own choice."""

from datetime import datetime

from ..lib import broadcast
from ..team import audiences
from ..team.models import Teammate
from .models import Conversation, Event, Nudge


def nudge(teammate: Teammate, event: Event, *, kind: str, at: datetime) -> Nudge:
    """Let `teammate` notice `event`, in the transaction of the deed that made it."""
    made = Nudge.objects.create(teammate=teammate, event=event, kind=kind, at=at)
    broadcast.send(f"nudges-{teammate.pk}", to=audiences.one(teammate.pk))
    return made


def seen(conversation: Conversation, *, by: Teammate, at: datetime) -> int:
    """They have looked at the conversation; its nudges to them are done with."""
    unseen = Nudge.objects.filter(teammate=by, seen_at__isnull=True, event__conversation=conversation)
    if not unseen.exists():  # a read; whoever merely looks must not wait for the write lock
        return 0
    count = unseen.update(seen_at=at)
    if count:
        broadcast.send(f"nudges-{by.pk}", to=audiences.one(by.pk))
    return count
