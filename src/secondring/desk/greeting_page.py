"""The greeting of a number or of the web page: recorded here or brought as a file, and played as a caller hears it."""

from django.http import FileResponse, Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _

from ..conversations.channels import PHONE
from ..conversations.models import Place
from ..lib import blobs
from ..lib.errors import NotPossible
from ..phone import speaking
from ..phone.models import PlaceWords
from . import leading, pages
from .pages import deed, screen


@screen
def play(request: HttpRequest, pk: int) -> HttpResponseBase:
    """The greeting as callers hear it."""
    leading.asker_of(request)
    words = get_object_or_404(PlaceWords, pk=pk)
    if not words.greeting or not blobs.has(words.greeting):
        raise Http404
    response = FileResponse(blobs.path(words.greeting).open("rb"), content_type="audio/wav")
    response["X-Content-Type-Options"] = "nosniff"
    response["Cache-Control"] = "private, no-cache"
    return response


@deed
def keep(request: HttpRequest, pk: int) -> HttpResponse:
    """A new greeting."""
    who = leading.asker_of(request)
    place = get_object_or_404(Place.objects.in_use().filter(channel=PHONE), pk=pk)
    if "silence" in request.POST:
        speaking.greet_no_more(place, by=who.me, at=who.at)
        return pages.done(request, _("Callers hear only the tone now."))
    words = speaking.greet_with(place, sound_in(request), by=who.me, at=who.at)
    return pages.done(request, kept(words.greeting_seconds))


def sound_in(request: HttpRequest) -> bytes:
    """What was chosen or recorded in the form. Raises NotPossible."""
    file = request.FILES.get("sound")
    if file is None:
        raise NotPossible(_("Choose a file first, or record one."))
    if (file.size or 0) > speaking.LARGEST:
        raise NotPossible(_("That is too long. Two minutes are enough."))
    return bytes(file.read())


def kept(seconds: float) -> str:
    """That it was."""
    return _("Kept: %(n)s seconds.") % {"n": round(seconds)}
