"""Tags: words the team files conversations under."""

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from ..lib.errors import NotPossible
from ..team.models import Teammate
from . import history
from .models import Conversation, Tag


@transaction.atomic
def tag(conversation: Conversation, name: str, *, by: Teammate, at: datetime) -> Tag:
    """File it under `name`, lower-case, made when new."""
    name = " ".join(name.lower().split())[:40].strip("#, ")
    if not name:
        raise NotPossible(_("Write a word for the tag first."))
    made, _new = Tag.objects.get_or_create(name=name)
    if not conversation.tags.filter(pk=made.pk).exists():
        conversation.tags.add(made)
        history.record(conversation, "tagged", by=by, at=at, tag=name)
    return made


@transaction.atomic
def untag(conversation: Conversation, name: str, *, by: Teammate, at: datetime) -> None:
    """Take the tag off again."""
    found = conversation.tags.filter(name=name).first()
    if found is not None:
        conversation.tags.remove(found)
        history.record(conversation, "untagged", by=by, at=at, tag=name)
