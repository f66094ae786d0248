"""The house: its name, its rule, its clock, and when people are here."""

import json
from typing import Any

from django import forms
from django.http import Http404, HttpRequest, HttpResponse
from django.utils.translation import gettext as __
from django.utils.translation import gettext_lazy as _

from ..lib import broadcast
from ..team.models import House
from . import asker, pages, week
from .choosing import zones
from .pages import screen


class HouseForm(week.WeekForm):
    """What the whole house shares."""

    name = forms.CharField(label=_("Name of the company"), max_length=120)
    rule = forms.CharField(
        label=_("The one rule"),
        help_text=_("Stands where people decide. One sentence."),
        max_length=160,
        required=False,
    )
    time_zone = forms.ChoiceField(label=_("The house’s time zone"), choices=zones, required=False)


@screen
def show(request: HttpRequest) -> HttpResponse:
    """The house's page, for leads; POST keeps it."""
    who = asker.of(request)
    if not who.me.leads:
        raise Http404
    form = HouseForm(request.POST or None, initial=_initial(who.house))
    if request.method == "POST" and form.is_valid():
        _keep(who.house, form.cleaned_data)
        return pages.done(request, __("Kept."), then="/settings/house/")
    context = {"title": __("The house"), "form": form, "asker": who, "open_now": who.house.is_open(who.at)}
    return pages.show(request, "desk/settings/house.html", context, status=422 if form.is_bound else 200)


def _initial(house: House) -> dict[str, Any]:
    same = {name: getattr(house, name) for name in ("name", "rule", "time_zone")}
    return {**same, **week.initial(house.hours)}


def _keep(house: House, values: dict[str, Any]) -> None:
    house.name, house.rule = values["name"].strip(), values["rule"].strip()
    house.time_zone = values["time_zone"] or "UTC"
    house.hours = json.loads(json.dumps(week.hours(values, house.opening_hours.zone).as_json()))
    house.save(update_fields=["name", "rule", "time_zone", "hours"])
    broadcast.send("inbox", "board")
