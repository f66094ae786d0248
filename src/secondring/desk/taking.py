"""Who has it: take, hand over, put back; and whether I am here at all."""

from django import forms
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _

from ..conversations import assigning
from ..conversations.models import Conversation
from ..lib import clock
from ..lib.errors import NotPossible
from ..team import duty as shifts
from ..team.models import Teammate
from . import asker, pages, surroundings
from .pages import deed


def stale(conversation: Conversation) -> tuple[str, ...]:
    """What looks different after a deed in this conversation."""
    return ("inbox", f"conversation-{conversation.pk}")


@deed
def take(request: HttpRequest, pk: int) -> HttpResponse:
    found = pages.conversation(request, pk)
    assigning.take(found, by=pages.teammate(request), at=clock.now())
    return pages.done(request, _("You have this now."), stale=stale(found))


@deed
def release(request: HttpRequest, pk: int) -> HttpResponse:
    found = pages.conversation(request, pk)
    assigning.release(found, by=pages.teammate(request), at=clock.now())
    return pages.done(request, _("Back for everybody."), stale=stale(found))


class HandOverForm(forms.Form):
    to = forms.ModelChoiceField(
        Teammate.objects.who_answer(), error_messages={"required": _("Pick a colleague first.")}
    )
    why = forms.CharField(required=False, max_length=500)


@deed
def hand_over(request: HttpRequest, pk: int) -> HttpResponse:
    found = pages.conversation(request, pk)
    form = HandOverForm(request.POST)
    if not form.is_valid():
        raise NotPossible(_("Pick a colleague first."))
    to = form.cleaned_data["to"]
    assigning.hand_over(found, to=to, by=pages.teammate(request), at=clock.now(), why=form.cleaned_data["why"])
    sentence = (
        _("You have this now.") if to == request.user else _("Handed over to %(name)s.") % {"name": to.first_name}
    )
    return pages.done(request, sentence, stale=stale(found))


@deed
def duty(request: HttpRequest) -> HttpResponse:
    """Here or away. Who leaves puts back what they have, so that nobody waits for somebody who is not there."""
    me = pages.teammate(request)
    now = clock.now()
    if "on_duty" in request.POST:
        shifts.go_on(me, at=now)
    else:
        shifts.go_off(me, at=now)
        assigning.release_all(me, by=me, at=now)
    if not pages.asks_for_fragment(request):
        return pages.done(request, "")
    return pages.fragment(request, "desk/_duty.html", {"board": surroundings.board(asker.of(request), ())})
