"""Whether calls are recorded at a place, for owners: the words that say so, what a web caller reads, how long they stay."""

from django import forms
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext as __
from django.utils.translation import gettext_lazy as _

from ..conversations.channels import PHONE
from ..conversations.models import Place
from ..lib import blobs
from ..lib.errors import NotPossible
from ..phone import announcing
from ..phone.models import PlaceWords
from . import asker, files, greeting_page, pages
from .asker import Asker
from .pages import deed, screen


class RecordingForm(forms.Form):
    """How long, and what is read."""

    days = forms.IntegerField(
        label=_("Keep a recording for so many days"), min_value=1, max_value=announcing.LONGEST_STAY,
        help_text=_("Then it is deleted by itself. That it was here stays written."),
    )  # fmt: skip
    consent = forms.CharField(
        label=_("What people read on your web page before they call"), required=False,
        max_length=announcing.LONGEST_CONSENT, widget=forms.Textarea(attrs={"rows": 4, "class": "input said"}),
        help_text=_("Empty: our own words."),
    )  # fmt: skip


@screen
def show(request: HttpRequest, pk: int) -> HttpResponse:
    """The page; POST turns recording on, or keeps how it is done."""
    who, place = _owner(request), _place(pk)
    words = PlaceWords.objects.filter(place=place).first() or PlaceWords(place=place)
    first = {"days": words.keeps_days, "consent": words.consent or announcing.consent()}
    form = RecordingForm(request.POST or None, initial=first)
    if request.method == "POST" and form.is_valid():
        return _turn_on(request, place, form, who)
    has_words = bool(words.notice) and blobs.has(words.notice)
    context = {"title": place.name, "place": place, "words": words, "has_words": has_words, "form": form}
    return pages.show(request, "desk/settings/recording.html", context, status=422 if form.is_bound else 200)


@deed
def turn_off(request: HttpRequest, pk: int) -> HttpResponse:
    """No call is recorded here any more."""
    who, place = _owner(request), _place(pk)
    announcing.record_no_more(place, by=who.me, at=who.at)
    return pages.done(request, __("Calls are not recorded now."), then=_address(place))


@deed
def keep_words(request: HttpRequest, pk: int) -> HttpResponse:
    """The words that both hear before."""
    who, place = _owner(request), _place(pk)
    words = announcing.announce_with(place, greeting_page.sound_in(request), by=who.me, at=who.at)
    return pages.done(request, greeting_page.kept(words.notice_seconds), then=_address(place))


@screen
def play(request: HttpRequest, pk: int) -> HttpResponseBase:
    """The words as both hear them."""
    _owner(request)
    words = get_object_or_404(PlaceWords, pk=pk)
    if not words.notice or not blobs.has(words.notice):
        raise Http404
    return files.played(request, blobs.path(words.notice))


def _turn_on(request: HttpRequest, place: Place, form: RecordingForm, who: Asker) -> HttpResponse:
    said = form.cleaned_data
    own = "" if said["consent"].split() == announcing.consent().split() else said["consent"]
    try:
        announcing.record_here(place, consent=own, days=said["days"], by=who.me, at=who.at)
    except NotPossible as sorry:
        return pages.refused(request, str(sorry))
    return pages.done(request, __("Calls are recorded from the next one on."), then=_address(place))


def _place(pk: int) -> Place:
    return get_object_or_404(Place.objects.in_use().filter(channel=PHONE), pk=pk)


def _address(place: Place) -> str:
    return reverse("desk:recording-settings", args=[place.pk])


def _owner(request: HttpRequest) -> Asker:
    who = asker.of(request)
    if not who.me.is_owner:
        raise Http404
    return who
