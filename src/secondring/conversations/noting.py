"""Notes are among us. A mentioned colleague is nudged."""

import re
from collections.abc import Sequence
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from ..lib.errors import NotPossible
from ..team.models import Teammate
from . import history, nudging, search
from .models import Attachment, Conversation, Message

MENTION = re.compile(r"(?<![\w@])@([\w-]+)")


@transaction.atomic
def note(
    conversation: Conversation,
    text: str,
    *,
    by: Teammate,
    at: datetime,
    html: str = "",
    attachments: Sequence[Attachment] = (),
) -> Message:
    """Keep words for colleagues only. @name nudges that colleague, if they may see the conversation."""
    if not text.strip() and not attachments:
        raise NotPossible(_("Nothing is written yet."))
    message = Message.objects.create(
        conversation=conversation,
        author=by,
        from_us=True,
        is_note=True,
        channel=conversation.channel,
        text=text,
        said=text,
        html=html,
        at=at,
    )
    Attachment.objects.filter(pk__in=[each.pk for each in attachments]).update(message=message, draft=None)
    search.index([message])
    people = mentioned(text, conversation)
    event = history.record(conversation, "noted", by=by, at=at, message=message, mentioned=[each.pk for each in people])
    for colleague in people:
        if colleague.pk != by.pk:
            nudging.nudge(colleague, event, kind="mention", at=at)
    return message


def mentioned(text: str, conversation: Conversation) -> list[Teammate]:
    """The colleagues named with @first-name or @Full-Name who may see this conversation."""
    names = {name.casefold() for name in MENTION.findall(text)}
    if not names:
        return []
    return [
        each
        for each in Teammate.objects.who_answer()
        if names & {each.first_name.casefold(), each.name.replace(" ", "-").casefold()}
        and Conversation.objects.visible_to(each).filter(pk=conversation.pk).exists()
    ]
