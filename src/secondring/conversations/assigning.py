"""Who has it. The first hand gets it; everybody sees."""

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from ..lib.errors import NotPossible
from ..team.models import Teammate
from . import history, nudging
from .models import Conversation


@transaction.atomic
def take(conversation: Conversation, *, by: Teammate, at: datetime) -> Conversation:
    """Take what nobody has. Raises NotPossible with the name of who was quicker."""
    free = Conversation.objects.filter(pk=conversation.pk, assignee__isnull=True)
    if not free.update(assignee=by):
        conversation.refresh_from_db()
        if conversation.assignee_id == by.pk:
            return conversation
        raise NotPossible(_("%(name)s already has this.") % {"name": conversation.assignee})
    conversation.refresh_from_db()
    history.record(conversation, "taken", by=by, at=at)
    return conversation


@transaction.atomic
def hand_over(conversation: Conversation, *, to: Teammate, by: Teammate, at: datetime, why: str = "") -> Conversation:
    """Give it to a colleague, who is nudged. Raises NotPossible when they could not see it or do not answer."""
    if not Conversation.objects.visible_to(to).filter(pk=conversation.pk).exists():
        raise NotPossible(
            _("%(name)s does not answer letters to %(place)s.") % {"name": to, "place": conversation.place}
        )
    before = conversation.assignee_id
    conversation.assignee = to
    conversation.save(update_fields=["assignee"])
    event = history.record(conversation, "handed_over", by=by, at=at, to=to.pk, before=before, why=why[:500])
    if to.pk != by.pk:
        nudging.nudge(to, event, kind="handed_over", at=at)
    return conversation


@transaction.atomic
def release(conversation: Conversation, *, by: Teammate, at: datetime) -> Conversation:
    """Put it back for everybody."""
    before = conversation.assignee_id
    if before is None:
        return conversation
    conversation.assignee = None
    conversation.save(update_fields=["assignee"])
    history.record(conversation, "released", by=by, at=at, before=before)
    return conversation


def release_all(teammate: Teammate, *, by: Teammate, at: datetime) -> int:
    """They are away: every open conversation they had waits for everybody."""
    theirs = list(Conversation.objects.open().assigned_to(teammate))
    for conversation in theirs:
        release(conversation, by=by, at=at)
    return len(theirs)
