"""Recorded talks in the timeline: listened to where they stand, deleted by who sees them, and missed in words when gone."""

from collections.abc import Iterable
from dataclasses import dataclass

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext as _

from ..conversations.models import Event
from ..lib import clock
from ..phone import recording
from ..phone.models import Recording
from . import files, moments, pages
from .asker import Asker
from .pages import deed, screen


@dataclass(frozen=True, slots=True)
class Sound:
    """What an entry shows of a recording: where to listen and how long it is, or that it is gone."""

    href: str = ""
    delete_href: str = ""
    length: str = ""
    gone: str = ""


@screen
def play(request: HttpRequest, pk: int) -> HttpResponseBase:
    """The talk, for a player; nothing of it stays in the browser."""
    rows = Recording.objects.here().visible_to(pages.answering(request)).select_related("call")
    file = recording.file_of(get_object_or_404(rows, pk=pk).call.key)
    if not file.exists():
        raise Http404
    return files.played(request, file)


@deed
def delete(request: HttpRequest, pk: int) -> HttpResponse:
    """It goes for good."""
    me = pages.answering(request)
    rows = Recording.objects.visible_to(me).select_related("call")
    gone = recording.delete(get_object_or_404(rows, pk=pk), by=me, at=clock.now())
    matter = gone.call.conversation_id
    there = reverse("desk:conversation", args=[matter])
    return pages.done(request, _("The recording is deleted."), stale=(f"conversation-{matter}",), then=there)


def of(events: Iterable[Event], asker: Asker) -> dict[int, Sound]:
    """The recordings that these events name, by their number."""
    named = {each.data.get("recording") for each in events if each.verb == "call_recorded"}
    pks = [pk for pk in named if isinstance(pk, int)]
    if not pks:
        return {}
    return {each.pk: _sound(each, asker) for each in Recording.objects.filter(pk__in=pks)}


def _sound(row: Recording, asker: Asker) -> Sound:
    length = f"{round(row.seconds) // 60}:{round(row.seconds) % 60:02}"
    if row.gone_at is not None:
        return Sound(length=length, gone=moments.short(row.gone_at, now=asker.at, zone=asker.zone))
    play_href, delete_href = (reverse(f"desk:{name}", args=[row.pk]) for name in ("recording", "delete-recording"))
    return Sound(href=play_href, delete_href=delete_href, length=length)
