"""The inbox: everyone who waits, longest first, and the other lists beside it. One list that everyone sees."""

from typing import Any
from urllib.parse import urlencode

from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _

from ..conversations import at_hand
from ..conversations.models import Conversation, Place
from ..lib.prepared import prepared
from ..team.models import Teammate
from . import asker, lines, lists, pages, surroundings
from .asker import Asker
from .live import shared_fragment
from .pages import screen
from .shapes import Link

MOST_PAGES = 20  # of a list, drawn at once


@screen
def show(request: HttpRequest, name: str = "waiting") -> HttpResponse:
    """A list of the inbox with its tabs."""
    kind = _kind(name)
    who = asker.of(request)
    context = {
        "title": str(kind.words),
        "tabs": _tabs(who, kind),
        "filters": _filters(request, who, kind),
        "search_href": reverse("desk:search"),
        "write_href": reverse("desk:write"),
        **_list(request, who, kind),
    }
    shown = [line for group in context["groups"] for line in group["lines"]]
    context["drafts"] = " ".join(line.id.removeprefix("line-") for line in shown if line.has_draft)
    context["card_href"] = shown[0].card_href if shown else ""
    return pages.show(request, "desk/inbox.html", context)


@shared_fragment
@screen
def rows(request: HttpRequest) -> HttpResponse:
    """The list alone, as live.js fetches it again; from `after` on it is one more page of it.

    All lists but one's own are drawn once for everybody who sees the same. A token of somebody's own stands in none of them.
    """
    kind = _kind(request.GET.get("of", "waiting"))
    who = asker.of(request) if kind.name == "mine" else asker.anybody(request)
    template = "desk/_inbox_page.html" if request.GET.get("after") else "desk/_inbox_list.html"
    return pages.fragment(request, template, {**_list(request, who, kind), "csrf_token": ""})


@shared_fragment
@screen
def waiting_now(request: HttpRequest) -> HttpResponse:
    """The six who wait longest, for the rail."""
    waiting = surroundings.waiting_now(asker.anybody(request))
    return pages.fragment(request, "desk/_waiting_now.html", {"waiting": waiting})


@screen
def counts(request: HttpRequest) -> HttpResponse:
    """The lists in the rail with how many stand in each."""
    numbers = surroundings.in_lists(pages.teammate(request))
    context = {"lists": surroundings.list_links(numbers), "counts_href": request.path}
    return pages.fragment(request, "desk/_rail_lists.html", context)


def _kind(name: str) -> lists.Kind:
    if name not in lists.KINDS:
        raise Http404
    return lists.KINDS[name]


def _list(request: HttpRequest, who: Asker, kind: lists.Kind) -> dict[str, Any]:
    place, tag = _chosen(request)
    opened = _pages(request)
    if begins := request.GET.get("after", ""):
        rows, after = lists.page(kind, who.me, place=place, tag=tag, after=begins)
    else:
        rows, after = lists.pages(kind, who.me, opened, place=place, tag=tag)
    asked = {key: value for key, value in (("of", kind.name), ("place", place), ("tag", tag)) if value}
    href = f"{reverse('desk:rows')}?{urlencode(asked)}"
    groups = [_group(_heading(kind), rows, who)]
    if kind.name == "waiting" and not after and not begins and not tag:
        groups += _beside_the_waiting(who, place)
    says, teaches = _nothing(kind)
    further = urlencode({"after": after})
    return {
        "groups": groups,
        "is_empty": not rows and not begins,
        "says": says,
        "teaches": teaches,
        "rows_href": f"{href}&pages={opened}" if opened > 1 else href,
        "pages": opened,
        "is_shared": kind.name != "mine",
        "more_href": f"{href}&{further}" if after else "",
        "more_page_href": f"{surroundings.list_href(kind.name)}?{urlencode({**asked, 'after': after})}"
        if after
        else "",
    }


def _pages(request: HttpRequest) -> int:
    """How many pages somebody has opened, who looks at the list again."""
    asked = request.GET.get("pages", "")
    return min(max(int(asked), 1), MOST_PAGES) if asked.isdecimal() and len(asked) < 4 else 1


def _nothing(kind: lists.Kind) -> tuple[str, str]:
    """What an empty list says, and what it teaches."""
    match kind.name:
        case "waiting":
            return _("Nobody is waiting."), _(
                "When somebody writes, they come up here by themselves, the longest waiting first."
            )
        case "mine":
            return _("You have nothing just now."), _("Take somebody who waits, and they stand here.")
        case "paused":
            return _("Nothing rests."), _("Pause a conversation and it comes back at the moment you pick.")
        case "junk":
            return _("No junk."), ""
    return _("Nothing here."), ""


def _beside_the_waiting(who: Asker, place: int | None) -> list[dict[str, Any]]:
    """Under those who wait: letters of ours that came back, and what colleagues are busy with."""
    back, busy = lists.undelivered(who.me, place), lists.with_someone(who.me, place)
    return [_group((_("Not delivered"), ""), back, who), _group((_("With someone"), ""), busy, who)]


def _group(heading: tuple[str, str], rows: list[Conversation], who: Asker) -> dict[str, Any]:
    return {"words": heading[0], "more": heading[1], "lines": lines.of(rows, who) if rows else []}


def _heading(kind: lists.Kind) -> tuple[str, str]:
    """What stands over the list, and in which order it is."""
    match kind.name:
        case "waiting":
            return _("Waiting for a person"), _("longest first")
        case "paused":
            return _("Resting until their hour"), _("soonest first")
        case "done":
            return _("Done"), _("newest first")
        case "junk":
            return _("Junk"), _("newest first")
        case "mine":
            return _("What I have"), _("newest first")
    return _("Not done yet"), _("newest first")


def _chosen(request: HttpRequest) -> tuple[int | None, str]:
    """The place and the tag that the list is narrowed to."""
    place = request.GET.get("place", "")
    return int(place) if place.isdecimal() and len(place) < 19 else None, request.GET.get("tag", "")[:40]


def _tabs(who: Asker, kind: lists.Kind) -> list[Link]:
    """The lists above the list, without counting anything twice: the rail counts."""
    return [
        Link(href=surroundings.list_href(each.name), words=str(each.words), is_current=each.name == kind.name)
        for each in lists.KINDS.values()
        if each.name != "junk" or kind.name == "junk"  # the rail leads there too
    ]


def _filters(request: HttpRequest, who: Asker, kind: lists.Kind) -> dict[str, Any]:
    """The places and tags to narrow by; places only where there is more than one."""
    place, tag = _chosen(request)
    here = surroundings.list_href(kind.name)
    places, tags = _places(who.me), at_hand.known_tags(who.me)
    return {
        "places": [_place_link(here, each.pk, str(each), is_current=each.pk == place) for each in places],
        "tags": [Link(href=f"{here}?{urlencode({'tag': each})}", words=each, is_current=each == tag) for each in tags],
        "place": next((str(each) for each in places if each.pk == place), ""),
        "tag": tag,
        "all_href": here,
    }


@prepared
def _places(teammate: Teammate) -> QuerySet[Place]:
    return Place.objects.in_use().visible_to(teammate).order_by("name")[:50]


def _place_link(here: str, pk: int, words: str, *, is_current: bool) -> Link:
    return Link(href=f"{here}?{urlencode({'place': pk})}", words=words, is_current=is_current)
