"""Drafts are kept as they are typed, so that a closed tab loses nothing."""

from datetime import datetime
from typing import Any

from django.db import transaction

from ..team.models import Teammate
from .models import Attachment, Conversation, Draft, Message

KEPT = ("html", "subject", "recipients", "place", "answers")


@transaction.atomic
def keep(
    conversation: Conversation | None,
    kind: str,
    *,
    by: Teammate,
    at: datetime,
    draft: Draft | None = None,
    **values: Any,
) -> Draft:
    """Keep these words as `by`'s draft; the newest typing wins, and `version` counts the keepings. Fields: KEPT."""
    if draft is None and conversation is not None:
        draft = Draft.objects.select_for_update().filter(author=by, conversation=conversation, kind=kind).first()
    if draft is None:
        draft = Draft(author=by, conversation=conversation, kind=kind)
    for name in KEPT:
        if name in values:
            setattr(draft, name, values[name])
    draft.version += 1
    draft.at = at
    draft.save()
    return draft


@transaction.atomic
def turn_into(draft: Draft, kind: str) -> Draft:
    """The same words, meant otherwise: a note becomes a reply. An older draft of that kind makes room."""
    if draft.conversation is not None:
        for other in draft.conversation.drafts.filter(author=draft.author, kind=kind).exclude(pk=draft.pk):
            drop(other)
    draft.kind = kind
    draft.save(update_fields=["kind"])
    return draft


@transaction.atomic
def drop(draft: Draft) -> None:
    """These words are not needed any more: sent, or thrown away."""
    draft.attachments.filter(message__isnull=True).delete()
    draft.delete()


@transaction.atomic
def from_message(message: Message, *, by: Teammate, at: datetime) -> Draft:
    """The words of a letter that was taken back, ready to be bettered."""
    kind = Draft.FIRST if message.restores.get("opened") else Draft.REPLY
    draft = keep(
        message.conversation,
        kind,
        by=by,
        at=at,
        html=message.html,
        subject=message.subject,
        recipients=message.recipients,
        place=message.conversation.place,
    )
    Attachment.objects.filter(message=message).update(draft=draft, message=None)
    return draft
