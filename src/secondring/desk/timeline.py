"""A person's timeline: matters are its chapters, events its entries. The one that is open is read; the others are folded."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import Prefetch, Q
from django.urls import reverse
from django.utils.translation import gettext as _

from ..conversations.models import Attachment, Conversation, Delivery, Event, Place
from ..customers.models import Customer
from ..lib.counting import counted
from ..team.models import Teammate
from . import lists, moments
from .asker import Asker

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

    Each comes with its letter, files and deliveries, in four queries whatever their number.
    """
    rows = with_letters(conversation.events.order_by("-pk"))
    if before is not None:
        rows = rows.filter(pk__lt=before)
    found = list(rows[: ENTRIES + 1])
    shown = found[:ENTRIES][::-1]
    return _said(shown, conversation), shown[0].pk if len(found) > ENTRIES else None


def before_which(conversation: Conversation, message: int) -> int | None:
    """Where to begin reading so that this old message stands in the middle; None when the newest entries hold it anyway."""
    event = conversation.events.filter(message=message).first()
    if event is None:
        return None
    after = list(conversation.events.filter(pk__gt=event.pk).values_list("pk", flat=True)[: ENTRIES + 1])
    return after[ENTRIES // 2] if len(after) > ENTRIES else None


def with_letters(rows: Any) -> Any:
    """Events with all that an entry draws."""
    return rows.select_related("by", "message", "message__author", "message__customer").prefetch_related(
        Prefetch("message__attachments", Attachment.objects.order_by("pk")),
        Prefetch("message__deliveries", Delivery.objects.order_by("pk")),
    )


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


def others(conversation: Conversation, teammate: Teammate) -> Any:
    """All other matters with this person that `teammate` may see."""
    rows = Conversation.objects.visible_to(teammate).filter(customer_id=conversation.customer_id)
    return rows.exclude(pk=conversation.pk)


def earlier(conversation: Conversation, asker: Asker, *, after: str = "") -> tuple[list[Chapter], str]:
    """The matters before this one, oldest first, and where still earlier ones begin ("" at the end)."""
    moment, pk = lists.read_mark(after)
    moment, pk = (moment, pk) if moment else (conversation.last_at, conversation.pk)
    rows = others(conversation, asker.me).filter(last_at__lte=moment)
    rows = rows.filter(Q(last_at__lt=moment) | Q(pk__lt=pk)).order_by("-last_at", "-pk")
    found = list(rows[: CHAPTERS + 1])
    shown = found[:CHAPTERS]
    mark = f"{shown[-1].last_at.isoformat()}~{shown[-1].pk}" if len(found) > CHAPTERS else ""
    return [_chapter(each, asker) for each in reversed(shown)], mark


def later(conversation: Conversation, asker: Asker) -> list[Chapter]:
    """The matters after this one."""
    rows = others(conversation, asker.me).filter(last_at__gte=conversation.last_at)
    rows = rows.filter(Q(last_at__gt=conversation.last_at) | Q(pk__gt=conversation.pk)).order_by("last_at", "pk")
    return [_chapter(each, asker) for each in rows[:CHAPTERS]]


def elsewhere(customer: Customer, teammate: Teammate) -> int:
    """How many matters with this person stand where `teammate` may not look. The number, and nothing more."""
    seen = Conversation.objects.visible_to(teammate).filter(customer=customer)
    numbers = counted(lists.MOST_COUNTED, everywhere=customer.conversations.all(), seen=seen)
    return numbers["everywhere"] - numbers["seen"]


def known_elsewhere(customers: Sequence[Customer], teammate: Teammate) -> set[int]:
    """Which of these people also wrote where `teammate` may not look: when they began to is not theirs to know."""
    if teammate.sees_everything:
        return set()
    hidden = Conversation.objects.filter(customer__in=[each.pk for each in customers])
    hidden = hidden.exclude(place__in=Place.objects.visible_to(teammate))
    return set(hidden.order_by().values_list("customer_id", flat=True).distinct())


def _chapter(conversation: Conversation, asker: Asker) -> Chapter:
    return Chapter(
        href=reverse("desk:chapter", args=[conversation.pk]),
        conversation_href=reverse("desk:conversation", args=[conversation.pk]),
        subject=conversation.subject or conversation.snippet or _("(no subject)"),
        channel=conversation.channel,
        when=moments.day(conversation.last_at, now=asker.at, zone=asker.zone),
    )
