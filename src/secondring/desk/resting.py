"""Done, open again, or resting until a moment."""

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _

from ..conversations import closing
from ..lib import clock
from ..lib.errors import NotPossible
from . import asker, pages, pauses, surroundings
from .conversation import next_waiting
from .pages import deed
from .taking import stale


@deed
def close(request: HttpRequest, pk: int) -> HttpResponse:
    """Done. `then` says where one goes: stay, next, or (unsaid) back to the list."""
    found = pages.conversation(request, pk)
    me = pages.teammate(request)
    closing.close(found, by=me, at=clock.now())
    match request.POST.get("then", ""):
        case "stay":
            then = ""
        case "next":
            then = next_waiting(found, me)
        case _:
            then = surroundings.list_href("waiting")
    return pages.done(request, _("Done."), stale=stale(found), then=then)


@deed
def reopen(request: HttpRequest, pk: int) -> HttpResponse:
    found = pages.conversation(request, pk)
    closing.reopen(found, by=pages.teammate(request), at=clock.now())
    return pages.done(request, _("Open again."), stale=stale(found))


@deed
def pause(request: HttpRequest, pk: int) -> HttpResponse:
    """Until a choice of the menu (`for`), or the moment somebody picked (`until`)."""
    found = pages.conversation(request, pk)
    who = asker.of(request)
    hours = found.place.opening_hours(who.house)
    until = pauses.moment(request.POST.get("for", ""), hours, at=who.at, zone=who.zone)
    until = until or pauses.picked(request.POST.get("until", ""), at=who.at, zone=who.zone)
    closing.pause(found, until=until, by=who.me, at=who.at)
    return pages.done(request, _("Resting until %(moment)s.") % {"moment": who.short(until)}, stale=stale(found))


@deed
def wake(request: HttpRequest, pk: int) -> HttpResponse:
    found = pages.conversation(request, pk)
    if not found.is_paused:
        raise NotPossible(_("It is not resting any more."))
    closing.wake(found, by=pages.teammate(request), at=clock.now())
    return pages.done(request, _("Back on the desk."), stale=stale(found))
