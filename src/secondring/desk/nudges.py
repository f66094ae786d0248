"""What I should notice: somebody named me, handed me something, or a pause of mine is over."""

from typing import Any

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.urls import reverse
from django.utils.translation import gettext as _

from ..conversations.models import Nudge
from ..lib import broadcast, clock
from ..team import audiences, wishes
from . import asker, pages, surroundings
from .asker import Asker
from .pages import deed, screen

SHOWN = 60


@screen
def show(request: HttpRequest) -> HttpResponse:
    """The newest, seen and unseen."""
    who = asker.of(request)
    return pages.show(request, "desk/nudges.html", {"title": _("For you"), "nudges": of(who)})


@screen
def news(request: HttpRequest) -> JsonResponse:
    """What is unseen, for the bell and for notices on the desktop: JSON {count, newest, sound, notice, nudges}."""
    who = asker.of(request)
    unseen = surroundings.unseen_nudges(who.me)
    rows = list(_with_people(unseen.order_by("-pk"))[:5])
    wanted = not wishes.is_left_alone(who.me, zone=who.zone, at=who.at)
    return JsonResponse(
        {
            "count": unseen[:100].count(),
            "newest": rows[0].pk if rows else 0,
            "sound": wanted and bool(who.prefers("sound", True)),
            "notice": wanted and bool(who.prefers("notice", True)),
            "nudges": [{"pk": each.pk, **_in_short(_told(each, who))} for each in rows],
        }
    )


@screen
def badge(request: HttpRequest) -> HttpResponse:
    """The bell in the rail."""
    me = pages.teammate(request)
    context = {"count": surroundings.unseen_nudges(me)[:100].count(), "me": me}
    return pages.fragment(
        request, "desk/_bell.html", {**context, "bell_href": request.path, "nudges_href": reverse("desk:nudges")}
    )


@deed
def seen(request: HttpRequest) -> HttpResponse:
    """I have noticed them all."""
    me = pages.teammate(request)
    if Nudge.objects.filter(teammate=me, seen_at__isnull=True).update(seen_at=clock.now()):
        broadcast.send(f"nudges-{me.pk}", to=audiences.one(me.pk))
    return pages.done(request, _("All noticed."), then=reverse("desk:nudges"))


def of(who: Asker) -> list[dict[str, Any]]:
    """A line for each."""
    rows = Nudge.objects.visible_to(who.me).filter(teammate=who.me)
    return [_told(each, who) for each in _with_people(rows.order_by("-pk"))[:SHOWN]]


def _with_people(rows: Any) -> Any:
    return rows.select_related("event__by", "event__message", "event__conversation__customer")


def _told(nudge: Nudge, who: Asker) -> dict[str, Any]:
    event = nudge.event
    conversation = event.conversation
    assert conversation is not None
    words = event.data.get("why") or (event.message.said[:200] if event.message else conversation.snippet)
    return {
        "href": reverse("desk:conversation", args=[conversation.pk]),
        "who": event.by or conversation.customer,
        "did": _did(nudge, who),
        "subject": str(conversation),
        "words": words,
        "when": who.short(nudge.at),
        "is_unseen": nudge.seen_at is None,
    }


def _in_short(told: dict[str, Any]) -> dict[str, str]:
    """What a notice on the desktop says."""
    return {name: str(told[name]) for name in ("did", "words", "href")}


def _did(nudge: Nudge, who: Asker) -> str:
    event = nudge.event
    by = event.by.first_name if event.by else ""
    name = str(event.conversation.customer) if event.conversation else ""
    match nudge.kind:
        case "mention":
            return _("%(by)s named you in a note about %(name)s") % {"by": by, "name": name}
        case "handed_over":
            return _("%(by)s handed you %(name)s") % {"by": by, "name": name}
        case "pause_ended":
            return _("%(name)s is back from resting") % {"name": name}
        case "not_reached":
            return _("Your letter to %(name)s came back") % {"name": name}
    return name
