"""A person's timeline: matters are its chapters, events its entries. The one that is open is read; the others are folded."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from ..conversations.models import Conversation, Event, Place
from ..conversations.querysets import ConversationQuerySet, EventQuerySet
from ..customers.models import Customer
from ..lib.counting import counted
from ..lib.prepared import prepared
from ..team.models import Teammate
from . import lists, moments
from .asker import Asker
from .to import to

ENTRIES = 60  # of one conversation shown at once
CHAPTERS = 12  # earlier matters shown at once


@dataclass(frozen=True, slots=True, kw_only=True)
class Chapter:
    """Another matter with the same person, folded to one line."""

    href: str
    conversation_href: str
    subject: str
    channel: str
    when: str


def entries(conversation: Conversation, *, before: int | None = None) -> tuple[list[Event], int | None]:
    """The newest events of a conversation, oldest first, and where the earlier ones end (None: that was all).

    Each comes with its letter, in one query whatever their number.
    """
    found = _events(conversation.pk, before)
    shown = found[:ENTRIES][::-1]
    return _said(shown, conversation), shown[0].pk if len(found) > ENTRIES else None


def before_which(conversation: Conversation, message: int) -> int | None:
    """Where to begin reading so that this old message stands in the middle; None when the newest entries hold it anyway."""
    event = conversation.events.filter(message=message).first()
    if event is None:
        return None
    after = list(conversation.events.filter(pk__gt=event.pk).values_list("pk", flat=True)[: ENTRIES + 1])
    return after[ENTRIES // 2] if len(after) > ENTRIES else None


@prepared
def _events(conversation: int, before: int | None) -> EventQuerySet:
    rows = Event.objects.filter(conversation=conversation).order_by("-pk")
    rows = rows if before is None else rows.filter(pk__lt=before)
    return rows.select_related("by", "message", "message__author", "message__customer")[: ENTRIES + 1]


def _said(events: Sequence[Event], conversation: Conversation) -> list[Event]:
    """Without what was taken back: the line that says so is enough. Every entry knows its conversation, without a query."""
    for event in events:
        event.conversation = conversation
        if event.message is not None:
            event.message.conversation = conversation
    return [each for each in events if not _unsaid(each)]


def _unsaid(event: Event) -> bool:
    taken_back = event.message is not None and event.message.taken_back_at is not None
    return taken_back and event.verb != "reply_taken_back"


def _others(conversation: int, customer: int, teammate: Teammate) -> ConversationQuerySet:
    """All other matters with this person that `teammate` may see."""
    return Conversation.objects.visible_to(teammate).filter(customer_id=customer).exclude(pk=conversation)


@prepared
def _before(conversation: int, customer: int, teammate: Teammate, moment: datetime, pk: int) -> ConversationQuerySet:
    rows = _others(conversation, customer, teammate).filter(last_at__lte=moment)
    return rows.filter(Q(last_at__lt=moment) | Q(pk__lt=pk)).order_by("-last_at", "-pk")[: CHAPTERS + 1]


@prepared
def _after(conversation: int, customer: int, teammate: Teammate, moment: datetime, pk: int) -> ConversationQuerySet:
    rows = _others(conversation, customer, teammate).filter(last_at__gte=moment)
    return rows.filter(Q(last_at__gt=moment) | Q(pk__gt=pk)).order_by("last_at", "pk")[:CHAPTERS]


def earlier(conversation: Conversation, asker: Asker, *, after: str = "") -> tuple[list[Chapter], str]:
    """The matters before this one, oldest first, and where still earlier ones begin ("" at the end)."""
    moment, pk = lists.read_mark(after)
    moment, pk = (moment, pk) if moment else (conversation.last_at, conversation.pk)
    found = _before(conversation.pk, conversation.customer_id, asker.me, moment, pk)
    shown = found[:CHAPTERS]
    mark = f"{shown[-1].last_at.isoformat()}~{shown[-1].pk}" if len(found) > CHAPTERS else ""
    return [_chapter(each, asker) for each in reversed(shown)], mark


def later(conversation: Conversation, asker: Asker) -> list[Chapter]:
    """The matters after this one."""
    rows = _after(conversation.pk, conversation.customer_id, asker.me, conversation.last_at, conversation.pk)
    return [_chapter(each, asker) for each in rows]


def elsewhere(customer: Customer, teammate: Teammate) -> int:
    """How many matters with this person stand where `teammate` may not look. The number, and nothing more."""
    numbers = _matters(customer.pk, teammate)
    return numbers["everywhere"] - numbers["seen"]


@counted(lists.MOST_COUNTED)
def _matters(customer: int, teammate: Teammate) -> dict[str, QuerySet[Any]]:
    everywhere = Conversation.objects.filter(customer=customer)
    return {"everywhere": everywhere, "seen": everywhere.visible_to(teammate)}


def known_elsewhere(customers: Sequence[Customer], teammate: Teammate) -> set[int]:
    """Which of these people also wrote where `teammate` may not look: when they began to is not theirs to know."""
    if teammate.sees_everything:
        return set()
    hidden = Conversation.objects.filter(customer__in=[each.pk for each in customers])
    hidden = hidden.exclude(place__in=Place.objects.visible_to(teammate))
    return set(hidden.order_by().values_list("customer_id", flat=True).distinct())


def _chapter(conversation: Conversation, asker: Asker) -> Chapter:
    return Chapter(
        href=to("chapter", conversation.pk),
        conversation_href=to("conversation", conversation.pk),
        subject=conversation.subject or conversation.snippet or _("(no subject)"),
        channel=conversation.channel,
        when=moments.day(conversation.last_at, now=asker.at, zone=asker.zone),
    )
