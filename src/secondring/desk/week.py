"""When people are here, as a form: the same for the house, for a mailbox, for a number and for the web page."""

from datetime import date, time
from typing import Any
from zoneinfo import ZoneInfo

from django import forms
from django.utils import formats
from django.utils.dates import MONTHS
from django.utils.translation import gettext as __
from django.utils.translation import gettext_lazy as _
from django.utils.translation import override

from ..lib.hours import DAYS, Hours

DAY_WORDS = (_("Monday"), _("Tuesday"), _("Wednesday"), _("Thursday"), _("Friday"), _("Saturday"), _("Sunday"))
WHOLE_DAY = [["00:00", "00:00"]]
"""Always open, where empty hours would mean the house's: a day that closes at the hour it opens lasts until the next."""


class WeekForm(forms.Form):
    """A day a line, and days off."""

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


def initial(kept: dict[str, Any]) -> dict[str, Any]:
    """What the form shows of hours as they are kept."""
    week = kept.get("week", {})
    always = all(week.get(day) == WHOLE_DAY for day in DAYS)
    return {
        "always": always or not kept,
        "holidays": "\n".join(_written(date.fromisoformat(day)) for day in kept.get("holidays", [])),
        **{day: "" if always else ", ".join(f"{a}–{b}" for a, b in week.get(day, [])) for day in DAYS},
    }


def hours(values: dict[str, Any], zone: ZoneInfo) -> Hours:
    """What a valid form says."""
    week = None if values["always"] else tuple(tuple(values[day]) for day in DAYS)
    return Hours(zone, week, frozenset(values["holidays"]))


def of_its_own(values: dict[str, Any], zone: ZoneInfo) -> dict[str, Any]:
    """As kept for a place that does not follow the house, always open included."""
    if not values["always"]:
        return hours(values, zone).as_json()
    whole = tuple(((time(0), time(0)),) for _day in DAYS)
    return Hours(zone, whole, frozenset(values["holidays"])).as_json()


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
