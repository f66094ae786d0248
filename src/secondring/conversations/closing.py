"""Done, open again, or resting until a moment. Three states, kept as dates."""

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from ..lib.errors import NotPossible
from ..team.models import Teammate
from . import history, nudging
from .models import Conversation


@transaction.atomic
def close(conversation: Conversation, *, by: Teammate, at: datetime) -> Conversation:
    """This matter is done. Whoever waited is not waiting any more, by a person's decision."""
    if conversation.is_closed:
        return conversation
    waited = conversation.waiting_since
    conversation.closed_at = at
    conversation.waiting_since = None
    conversation.paused_until = None
    conversation.undelivered_at = None
    conversation.save(update_fields=["closed_at", "waiting_since", "paused_until", "undelivered_at"])
    history.record(conversation, "closed", by=by, at=at, waited_since=waited.isoformat() if waited else None)
    return conversation


@transaction.atomic
def reopen(conversation: Conversation, *, by: Teammate, at: datetime) -> Conversation:
    """It is not done after all. Who waited when it was closed by hand waits again, since then."""
    if not conversation.is_closed:
        return conversation
    conversation.closed_at = None
    last = conversation.events.filter(verb="closed").last()
    answered = conversation.messages.letters().filter(from_us=True, at__gte=last.at).exists() if last else True
    if last and last.data.get("waited_since") and not answered:
        conversation.waiting_since = datetime.fromisoformat(last.data["waited_since"])
    conversation.save(update_fields=["closed_at", "waiting_since"])
    history.record(conversation, "reopened", by=by, at=at)
    return conversation


@transaction.atomic
def pause(conversation: Conversation, *, until: datetime, by: Teammate, at: datetime) -> Conversation:
    """Let it rest until then; a letter from the customer wakes it sooner."""
    if until <= at:
        raise NotPossible(_("Pick a moment that is still to come."))
    if conversation.is_closed:
        raise NotPossible(_("It is done already. Open it again first."))
    conversation.paused_until = until
    conversation.save(update_fields=["paused_until"])
    history.record(conversation, "paused", by=by, at=at, until=until.isoformat())
    return conversation


@transaction.atomic
def wake(conversation: Conversation, *, by: Teammate | None, at: datetime) -> Conversation:
    """The pause is over: by the clock (`by` None), or because somebody wants it back now."""
    if conversation.paused_until is None:
        return conversation
    conversation.paused_until = None
    conversation.save(update_fields=["paused_until"])
    event = history.record(conversation, "pause_ended", by=by, at=at)
    if conversation.assignee is not None and by is None:
        nudging.nudge(conversation.assignee, event, kind="pause_ended", at=at)
    return conversation


def wake_due(at: datetime) -> int:
    """End every pause whose moment has come; how many."""
    due = list(Conversation.objects.paused().filter(paused_until__lte=at).order_by("paused_until")[:200])
    for conversation in due:
        wake(conversation, by=None, at=at)
    return len(due)
