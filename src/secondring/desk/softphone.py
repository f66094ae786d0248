"""The telephone's web half: what phone.js puts on the board, what is fetched while it rings, what is kept while one talks."""

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from ..conversations import noting
from ..customers import remembering
from ..lib import clock, phone_numbers
from ..lib.errors import NotPossible
from ..phone import subscribing, web_push
from ..phone.models import Call
from ..team import duty
from ..team.models import Teammate
from . import asker, customer, pages
from .pages import deed, screen


@screen
def show(request: HttpRequest) -> HttpResponse:
    """The board's telephone, once a tab."""
    me = pages.answering(request)
    team = Teammate.objects.who_answer().by_name()
    on_shift = duty.on_duty().filter(pk=me.pk).exists()
    key = web_push.written(web_push.point(subscribing.our_key()))
    context = {"team": team, "me": me, "on_shift": on_shift, "language": get_language(), "push_key": key}
    return pages.fragment(request, "desk/phone/_softphone.html", context)


@screen
def card(request: HttpRequest, call: str) -> HttpResponse:
    """Who calls: their card, or one field for the name of somebody nobody knows."""
    found = _call(request, call)
    if found.customer is not None and (found.customer.name or found.conversation_id):
        context = customer.about(found.customer, asker.of(request), current=found.conversation_id)
        return pages.fragment(request, "desk/_card.html", context)
    context = {
        "is_test": found.is_test,
        "key": found.key,
        "number": phone_numbers.shown(found.from_number),
        "can_name": found.customer is not None,
    }
    return pages.fragment(request, "desk/phone/_unknown.html", context)


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
    found = _call(request, call)
    form = NoteForm(request.POST)
    if not form.is_valid():
        raise NotPossible(_("Nothing is written yet."))
    if found.conversation is None:
        raise NotPossible(_("Choose first which matter this call is about. What you wrote stays here."))
    noting.note(found.conversation, form.cleaned_data["text"], by=pages.teammate(request), at=clock.now())
    return pages.say(request, "", stale=(f"conversation-{found.conversation_id}",))


@deed
def name(request: HttpRequest, call: str) -> HttpResponse:
    """Somebody new has said what they are called."""
    found = _call(request, call)
    words = request.POST.get("name", "").strip()[:160]
    if found.customer is None or not words:
        raise NotPossible(_("Write down a name first."))
    remembering.describe(found.customer, by=pages.teammate(request), at=clock.now(), name=words)
    context = customer.about(found.customer, asker.of(request), current=found.conversation_id)
    return pages.fragment(request, "desk/_card.html", context)


def _call(request: HttpRequest, key: str) -> Call:
    """The call, if this teammate may see it; else it does not exist."""
    rows = Call.objects.visible_to(pages.answering(request)).select_related("customer", "conversation")
    return get_object_or_404(rows, key=key)
