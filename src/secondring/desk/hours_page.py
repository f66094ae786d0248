"""When a place is open: a mailbox, a number, the web page. Each follows the house unless it has hours of its own."""

from django import forms
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as __
from django.utils.translation import gettext_lazy as _

from ..conversations import opening
from ..conversations.models import Place
from . import leading, pages, week
from .pages import screen

HOUSE, OWN = "house", "own"


class PlaceHoursForm(week.WeekForm):
    """The house's hours, or its own."""

    whose = forms.ChoiceField(
        label=_("Which hours?"),
        choices=((HOUSE, _("As the whole house")), (OWN, _("Hours of its own"))),
        widget=forms.RadioSelect,
    )


@screen
def show(request: HttpRequest, pk: int) -> HttpResponse:
    """A place's hours; POST keeps them."""
    who = leading.asker_of(request)
    place = get_object_or_404(Place.objects.in_use(), pk=pk)
    first = {**week.initial(place.hours or who.house.hours), "whose": OWN if place.hours else HOUSE}
    form = PlaceHoursForm(request.POST or None, initial=first)
    if request.method == "POST" and form.is_valid():
        own = form.cleaned_data["whose"] == OWN
        kept = week.of_its_own(form.cleaned_data, who.house.opening_hours.zone) if own else {}
        with transaction.atomic(durable=True):
            opening.keep_hours(place, kept, by=who.me, at=who.at)
        return pages.done(request, __("Kept."), then=request.path)
    context = {
        "title": place.name,
        "place": place,
        "form": form,
        "open_now": place.opening_hours(who.house).is_open(who.at),
        "at": "mailboxes" if place.channel == "mail" else "telephone",
    }
    return pages.show(request, "desk/settings/hours.html", context, status=422 if form.is_bound else 200)
