"""One conversation: what was said and done with this person, for life, and what one can do now."""

from datetime import datetime
from typing import Any

from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _

from ..conversations import at_hand, nudging
from ..conversations.channels import PHONE
from ..conversations.models import Conversation
from ..customers.models import ContactPoint
from ..lib import clock
from ..lib.prepared import prepared
from ..phone import calling_out
from ..team.models import Teammate
from . import asker, composer, entries, lists, moments, pages, pauses, surroundings, timeline, waits
from .asker import Asker
from .pages import screen


@screen
def show(request: HttpRequest, pk: int) -> HttpResponse:
    """The page: timeline, composer, and the person's card as a late fragment."""
    found = pages.conversation(request, pk)
    who = asker.of(request)
    nudging.seen(found, by=who.me, at=clock.now())
    writing = composer.wanted(request, found)
    context = page(found, who, composer.of(found, who, **writing), at=_asked(request))
    return pages.show(request, "desk/conversation.html", context)


@screen
def timeline_fragment(request: HttpRequest, pk: int) -> HttpResponse:
    """The entries alone, as live.js fetches them again."""
    found = pages.conversation(request, pk)
    return pages.fragment(request, "desk/_timeline.html", told(found, asker.of(request), at=_asked(request)))


@screen
def before(request: HttpRequest, pk: int) -> HttpResponse:
    """What happened in this conversation before the event numbered `event`."""
    found = pages.conversation(request, pk)
    number = request.GET.get("event", "")
    context = _current(found, asker.of(request), before=int(number) if number.isdecimal() else None)
    return pages.fragment(request, "desk/_entries.html", context)


@screen
def earlier(request: HttpRequest, pk: int) -> HttpResponse:
    """Still earlier matters with this person."""
    found = pages.conversation(request, pk)
    context = _earlier(found, asker.of(request), after=request.GET.get("after", ""))
    return pages.fragment(request, "desk/_earlier.html", context)


@screen
def chapter(request: HttpRequest, pk: int) -> HttpResponse:
    """Another matter, unfolded in somebody's timeline."""
    found = pages.conversation(request, pk)
    return pages.fragment(request, "desk/_entries.html", _current(found, asker.of(request)) | {"is_chapter": True})


@screen
def bar(request: HttpRequest, pk: int) -> HttpResponse:
    """The bar over the timeline: who waits since when, who has it, what one can do."""
    found = pages.conversation(request, pk)
    return pages.fragment(request, "desk/_conversation_bar.html", standing(found, asker.of(request)))


def page(conversation: Conversation, who: Asker, writing: dict[str, Any], *, at: int = 0) -> dict[str, Any]:
    """All that desk/conversation.html draws."""
    card = reverse("desk:card", args=[conversation.customer_id])
    return {
        **standing(conversation, who),
        **told(conversation, who, at=at),
        "composer": writing,
        "card_href": f"{card}?conversation={conversation.pk}",
    }


def standing(conversation: Conversation, who: Asker) -> dict[str, Any]:
    """How it stands, and the deeds that make sense now."""
    hours = conversation.place.opening_hours(who.house)
    waiting = None if conversation.is_paused else conversation.waiting_since
    return {
        "conversation": conversation,
        "title": str(conversation.customer),
        "wait": waits.of(waiting, hours, at=who.at),
        "holder": conversation.assignee,
        "held": held(conversation, who),
        "is_mine": conversation.assignee_id == who.me.pk,
        "tags": at_hand.tags([conversation]).get(conversation.pk, []),
        "known_tags": at_hand.known_tags(who.me),
        "pauses": pauses.choices(hours, at=who.at, zone=who.zone),
        "colleagues": colleagues(conversation, who),
        "paused_until": _moment(conversation.paused_until, who),
        "back_href": surroundings.list_href("waiting"),
        "bar_href": reverse("desk:conversation-bar", args=[conversation.pk]),
        "is_ours_alone": conversation.channel != "mail",
        "call_back": call_back(conversation),
    }


def call_back(conversation: Conversation) -> ContactPoint | None:
    """The number of somebody who called and waits, where calls may go out."""
    if conversation.channel != PHONE or conversation.waiting_since is None or not calling_out.is_on():
        return None
    return conversation.customer.contact_points.filter(kind=ContactPoint.PHONE).order_by("pk").first()


def held(conversation: Conversation, who: Asker) -> str:
    """'You have this', 'Bea has this', 'Nobody has this yet'."""
    if conversation.assignee is None:
        return _("Nobody has this yet")
    if conversation.assignee_id == who.me.pk:
        return _("You have this")
    return _("%(name)s has this") % {"name": conversation.assignee.first_name}


def colleagues(conversation: Conversation, who: Asker) -> list[Teammate]:
    """To whom it could be handed: who is here first, and may see it. What they know stands with them."""
    place = conversation.place
    members = set() if place.everyone else set(place.members.values_list("pk", flat=True))
    return [each for each in _who_answer() if place.everyone or each.sees_everything or each.pk in members]


@prepared
def _who_answer() -> QuerySet[Teammate]:
    rows: QuerySet[Teammate] = Teammate.objects.who_answer().order_by("away_since", "name")[:200]
    return rows


def told(conversation: Conversation, who: Asker, *, at: int = 0) -> dict[str, Any]:
    """The timeline, at its end, or about an old message when one was looked for."""
    before = timeline.before_which(conversation, at) if at else None
    href = reverse("desk:timeline", args=[conversation.pk])
    return {
        **_earlier(conversation, who),
        **_current(conversation, who, before=before),
        "newer_href": reverse("desk:conversation", args=[conversation.pk]) if before else "",
        "later": timeline.later(conversation, who),
        "elsewhere": timeline.elsewhere(conversation.customer, who.me),
        "timeline_href": f"{href}?message={at}" if before else href,
    }


def _asked(request: HttpRequest) -> int:
    """The message that a search led to."""
    number = request.GET.get("message", "")
    return int(number) if number.isdecimal() and len(number) < 19 else 0


def _current(conversation: Conversation, who: Asker, *, before: int | None = None) -> dict[str, Any]:
    events, rest = timeline.entries(conversation, before=before)
    href = reverse("desk:before", args=[conversation.pk])
    return {
        "conversation": conversation,
        "entries": entries.of(events, who),
        "before_href": f"{href}?event={rest}" if rest else "",
    }


def _earlier(conversation: Conversation, who: Asker, *, after: str = "") -> dict[str, Any]:
    chapters, rest = timeline.earlier(conversation, who, after=after)
    href = reverse("desk:earlier", args=[conversation.pk])
    return {"earlier": chapters, "earlier_href": f"{href}?after={_quoted(rest)}" if rest else ""}


def _quoted(mark: str) -> str:
    return mark.replace("+", "%2B")


def _moment(at: datetime | None, who: Asker) -> str:
    return moments.short(at, now=who.at, zone=who.zone) if at else ""


def next_waiting(conversation: Conversation, me: Teammate) -> str:
    """Where the person is who waits longest now, this one aside; else the inbox."""
    rows = lists.of(lists.KINDS["waiting"], me).exclude(pk=conversation.pk)
    free = rows.filter(assignee__isnull=True).first() or rows.filter(assignee=me).first()
    return reverse("desk:conversation", args=[free.pk]) if free else surroundings.list_href("waiting")
