"""What a teammate should notice. Whether it sounds, shows or is mailed is their own choice."""

from datetime import datetime

from ..lib import broadcast
from ..lib.prepared import prepared
from ..team import audiences
from ..team.models import Teammate
from .models import Conversation, Event, Nudge
from .querysets import NudgeQuerySet


def nudge(teammate: Teammate, event: Event, *, kind: str, at: datetime) -> Nudge:
    """Let `teammate` notice `event`, in the transaction of the deed that made it."""
    made = Nudge.objects.create(teammate=teammate, event=event, kind=kind, at=at)
    broadcast.send(f"nudges-{teammate.pk}", to=audiences.one(teammate.pk))
    return made


def _unseen(by: Teammate, conversation: int) -> NudgeQuerySet:
    return Nudge.objects.filter(teammate=by, seen_at__isnull=True, event__conversation=conversation)


@prepared
def _first_unseen(by: Teammate, conversation: int) -> NudgeQuerySet:
    return _unseen(by, conversation)[:1]


def seen(conversation: Conversation, *, by: Teammate, at: datetime) -> int:
    """They have looked at the conversation; its nudges to them are done with."""
    if not _first_unseen(by, conversation.pk):  # a read; whoever merely looks must not wait for the write lock
        return 0
    count = _unseen(by, conversation.pk).update(seen_at=at)
    if count:
        broadcast.send(f"nudges-{by.pk}", to=audiences.one(by.pk))
    return count
