"""Conversations as lines of a list: who, since when, whose, the last words. One query for the whole list beside the rows."""

from collections.abc import Sequence
from typing import Any

from django.db.models import QuerySet, prefetch_related_objects
from django.utils.translation import gettext as _

from ..conversations import at_hand
from ..conversations.channels import PHONE
from ..conversations.models import Conversation, Draft
from ..lib.hours import Hours
from ..lib.prepared import prepared
from ..team.models import Teammate
from . import moments, waits
from .asker import Asker
from .shapes import Line, Someone
from .to import to


def of(conversations: Sequence[Conversation], asker: Asker, *, current: int | None = None) -> list[Line]:
    """A line for each. The rows come `with_people`."""
    at_hand.with_people(conversations)
    tags = at_hand.tags(conversations)
    drafts = set() if asker.is_anybody else with_draft(conversations, asker.me)
    nameless = [each.customer for each in conversations if not each.customer.name]
    prefetch_related_objects(nameless, "contact_points")  # they are called by their address
    hours = {each.pk: each.opening_hours(asker.house) for each in {each.place for each in conversations}}
    return [
        line(
            each,
            asker,
            hours[each.place_id],
            tags=tags.get(each.pk, []),
            has_draft=each.pk in drafts,
            is_current=each.pk == current,
        )
        for each in conversations
    ]


def line(
    conversation: Conversation, asker: Asker, hours: Hours, *, tags: list[str], has_draft: bool, is_current: bool
) -> Line:
    """One line; `conversation` has its customer and assignee at hand. hours: of the place."""
    customer = conversation.customer
    waiting = conversation.waiting_since if not conversation.is_paused else None
    return Line(
        id=f"line-{conversation.pk}",
        href=to("conversation", conversation.pk),
        who=Someone(str(customer), customer.face),
        about=customer.about,
        channel=conversation.channel,
        subject=stopped(conversation.subject),
        words=conversation.snippet or wordless(conversation),
        wait=waits.of(waiting, hours, at=asker.at),
        when=rested(conversation, asker),
        holder=conversation.assignee or (Someone("") if conversation.is_paused else None),
        held=held(conversation, asker),
        is_wrong=conversation.undelivered_at is not None,
        is_named=is_named(conversation),
        has_draft=has_draft,
        take_href="" if conversation.assignee_id else to("take", conversation.pk),
        tags=tags,
        card_href=card_href(conversation),
        is_current=is_current,
    )


def is_named(conversation: Conversation) -> bool:
    """Does a line of it say nothing but whose it is?"""
    is_theirs = conversation.is_waiting or conversation.is_closed
    return (
        bool(conversation.assignee_id) and is_theirs and not (conversation.undelivered_at or conversation.paused_until)
    )


def stopped(subject: str) -> str:
    """The subject as a sentence of its own, for the letter's first words follow it."""
    return f"{subject}." if subject and subject[-1].isalnum() else subject


def wordless(conversation: Conversation) -> str:
    """What stands for words that nobody wrote: they were spoken."""
    return _("They left a message") if conversation.channel == PHONE else ""


def rested(conversation: Conversation, asker: Asker) -> str:
    """The day a matter was done or put away as junk; nothing while it is open."""
    at = conversation.closed_at or conversation.junk_at
    return moments.tiny(at, now=asker.at, zone=asker.zone) if at else ""


def card_href(conversation: Conversation) -> str:
    """The person's card, with this conversation marked on it."""
    return f"{to('card', conversation.customer_id)}?conversation={conversation.pk}"


def held(conversation: Conversation, asker: Asker) -> str:
    """Who has it, and what it waits for: 'You', 'Bea', 'Waiting for Jana', 'Paused until 14:00'."""
    if conversation.undelivered_at:
        return _("Came back to us")
    if conversation.paused_until:
        until = moments.short(conversation.paused_until, now=asker.at, zone=asker.zone)
        return _("Paused until %(moment)s") % {"moment": until}
    if conversation.assignee is None:
        return ""
    if is_named(conversation):
        return asker.name_of(conversation.assignee)
    return _("Waiting for %(name)s") % {"name": conversation.customer.first_name}


def with_draft(conversations: Sequence[Conversation], me: Teammate) -> set[int | None]:
    """In which of these I have words that are not sent."""
    return set(_drafted(me, tuple(sorted(each.pk for each in conversations))))


@prepared
def _drafted(me: Teammate, conversations: tuple[int, ...]) -> QuerySet[Any, int | None]:
    kept = Draft.objects.filter(author=me, conversation__in=conversations).exclude(html="")
    return kept.values_list("conversation_id", flat=True)
