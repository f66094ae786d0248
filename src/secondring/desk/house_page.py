"""The house: its name, its rule, its clock, and when people are here."""

import json
from datetime import date, time
from typing import Any

from django import forms
from django.http import Http404, HttpRequest, HttpResponse
from django.utils import formats
from django.utils.dates import MONTHS
from django.utils.translation import gettext as __
from django.utils.translation import gettext_lazy as _
from django.utils.translation import override

from ..lib import broadcast
from ..lib.hours import DAYS, Hours
from ..team.models import House
from . import asker, pages
from .choosing import zones
from .pages import screen

DAY_WORDS = (_("Monday"), _("Tuesday"), _("Wednesday"), _("Thursday"), _("Friday"), _("Saturday"), _("Sunday"))


class HouseForm(forms.Form):
    """What the whole house shares."""

    name = forms.CharField(label=_("Name of the company"), max_length=120)
    rule = forms.CharField(
        label=_("The one rule"),
        help_text=_("Stands where people decide. One sentence."),
        max_length=160,
        required=False,
    )
    time_zone = forms.ChoiceField(label=_("The house’s time zone"), choices=zones, required=False)
    always = forms.BooleanField(label=_("Somebody is always here"), required=False)
    holidays = forms.CharField(
        label=_("Days off"),
        help_text=_("One a line, like 25 December 2026."),
        widget=forms.Textarea(attrs={"rows": 3}),
        required=False,
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for day, words in zip(DAYS, DAY_WORDS, strict=True):
            self.fields[day] = forms.CharField(
                label=words, required=False, max_length=60, widget=forms.TextInput(attrs={"placeholder": ""})
            )

    @property
    def days(self) -> list[forms.BoundField]:
        return [self[day] for day in DAYS]

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        for day in DAYS:
            try:
                cleaned[day] = _spans(cleaned.get(day, ""))
            except ValueError:
                self.add_error(day, __("Write hours like 09:00–18:00, or nothing for a day off."))
        try:
            lines = cleaned.get("holidays", "").splitlines()
            cleaned["holidays"] = [_day(line.strip()) for line in lines if line.strip()]
        except ValueError as line:
            self.add_error("holidays", __("Write each day like 25 December 2026; this is none: %s") % line)
        return cleaned


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
    week = house.hours.get("week", {})
    return {
        "name": house.name,
        "rule": house.rule,
        "time_zone": house.time_zone,
        "always": not house.hours,
        "holidays": "\n".join(_written(date.fromisoformat(day)) for day in house.hours.get("holidays", [])),
        **{day: ", ".join(f"{a}–{b}" for a, b in week.get(day, [])) for day in DAYS},
    }


def _keep(house: House, values: dict[str, Any]) -> None:
    house.name, house.rule = values["name"].strip(), values["rule"].strip()
    house.time_zone = values["time_zone"] or "UTC"
    week = None if values["always"] else tuple(tuple(values[day]) for day in DAYS)
    hours = Hours(house.opening_hours.zone, week, frozenset(values["holidays"]))
    house.hours = json.loads(json.dumps(hours.as_json()))
    house.save(update_fields=["name", "rule", "time_zone", "hours"])
    broadcast.send("inbox", "board")


def _written(day: date) -> str:
    return formats.date_format(day, "j F Y")


def _day(line: str) -> date:
    """'25 December 2026', in the reader's language or in English, or '2026-12-25'. Raises ValueError, which says the line."""
    day, _space, rest = line.replace(".", " ").replace(",", " ").partition(" ")
    month, _space, year = rest.strip().partition(" ")
    try:
        if not rest:
            return date.fromisoformat(line)
        return date(int(year), _months()[month.casefold()], int(day))
    except (ValueError, KeyError):
        raise ValueError(line) from None


def _months() -> dict[str, int]:
    with override("en"):
        english = {str(words).casefold(): number for number, words in MONTHS.items()}
    return english | {str(words).casefold(): number for number, words in MONTHS.items()}


def _spans(text: str) -> list[tuple[time, time]]:
    """'09:00–13:00, 14:00–18:00' as pairs. Raises ValueError."""
    spans = []
    for piece in text.replace("–", "-").replace("—", "-").split(","):
        if piece.strip():
            opens, closes = piece.split("-")
            spans.append((_hour(opens), _hour(closes)))
    return spans


def _hour(text: str) -> time:
    hour, _colon, minute = text.strip().partition(":")
    return time(int(hour) % 24, int(minute or 0))
