"""The telephone's web half: what phone.js puts on the board, who could have a call, what is kept while one talks."""

from django import forms
from django.http import HttpRequest, HttpResponse
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from ..conversations import noting
from ..lib import clock, countries
from ..lib.errors import NotPossible
from ..phone import calling_out, subscribing, web_push
from ..phone.models import Call
from ..team import duty
from ..team.models import Teammate
from . import call_card, pages
from .pages import deed, screen

KEYS = "123456789*0#"


@screen
def show(request: HttpRequest) -> HttpResponse:
    """The board's telephone, once a tab."""
    me = pages.answering(request)
    team = Teammate.objects.who_answer().by_name()
    on_shift = duty.on_duty().filter(pk=me.pk).exists()
    key = web_push.written(web_push.point(subscribing.our_key()))
    context = {"team": team, "me": me, "on_shift": on_shift, "language": get_language(), "push_key": key, "keys": KEYS}
    return pages.fragment(request, "desk/phone/_softphone.html", context | _dialling(me))


@screen
def dialling(request: HttpRequest) -> HttpResponse:
    """The field for a number one types: there while an owner lets calls go out."""
    return pages.fragment(request, "desk/phone/_dial.html", _dialling(pages.answering(request)))


def _dialling(me: Teammate) -> dict[str, object]:
    return {"dials": calling_out.is_on(), "country": countries.name(calling_out.home(me))}


@screen
def colleagues(request: HttpRequest) -> HttpResponse:
    """Who could have this call, and what they know."""
    me = pages.answering(request)
    talking = set(Call.objects.running().filter(claimed_by__isnull=False).values_list("claimed_by", flat=True))
    there = list(duty.on_duty().exclude(pk=me.pk).by_name())  # type: ignore[attr-defined]
    context = {
        "free": [each for each in there if each.pk not in talking],
        "busy": [each for each in there if each.pk in talking],
    }
    return pages.fragment(request, "desk/phone/_colleagues.html", context)


class NoteForm(forms.Form):
    text = forms.CharField(max_length=20_000, error_messages={"required": _("Nothing is written yet.")})


@deed
def note(request: HttpRequest, call: str) -> HttpResponse:
    """What one writes down while talking."""
    found = call_card.of(request, call)
    form = NoteForm(request.POST)
    if not form.is_valid():
        raise NotPossible(_("Nothing is written yet."))
    if found.conversation is None:
        raise NotPossible(_("Choose first which matter this call is about. What you wrote stays here."))
    noting.note(found.conversation, form.cleaned_data["text"], by=pages.teammate(request), at=clock.now())
    return pages.say(request, "", stale=(f"conversation-{found.conversation_id}",))
