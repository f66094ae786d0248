"""Calling customers: the rules an owner sets, the button beside a number, and the sentence when it may not be."""

from collections import Counter
from datetime import datetime
from typing import Any

from django import forms
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.translation import gettext as __
from django.utils.translation import gettext_lazy as _

from ..conversations.models import Conversation
from ..customers.models import ContactPoint, Customer
from ..lib import clock, countries, phone_numbers
from ..lib.errors import NotPossible
from ..phone import calling_out
from ..phone.models import CallOut, Outbound, PhoneNumber, Trunk
from . import asker, pages
from .asker import Asker
from .pages import deed, screen

PAGE = "/settings/calling-out/"
LIKELY, LOOKED_AT = 8, 500
WHY = {
    "off": _("Calling out is off. An owner can turn it on, under Settings, Calling out."),
    "stopped": _("Calling out was stopped by a limit. An owner has been told, and can turn it on again."),
    "no-number": _("That is not a number one can call. Is the country code there?"),
    "costly": _("That number costs extra, so the desk does not call it. Use another telephone if you must."),
    "elsewhere": _("That number is in a country we do not call. An owner can allow it, under Settings, Calling out."),
    "new": _("While calling out is new here, only people who have called us can be called back."),
    "off-duty": _("Go on duty first: the switch is at the lower right."),
    "no-line": _("There is no number of ours to call from."),
    "no-way": _("Our provider does not take the call just now."),
    "at-once": _("As many calls as we allow are going out just now. Try again in a moment."),
    "each-hour": _("You have called as often as we allow in an hour. Whoever runs the desk has been told."),
    "each-day": _("You have called as long as we allow in a day. Whoever runs the desk has been told."),
    "house-hour": _("So many calls went out in an hour that the desk stopped them. An owner has been told."),
    "house-day": _("Calls went out for so long today that the desk stopped them. An owner has been told."),
}


class RulesForm(forms.Form):
    """Where one may call, and how much."""

    countries = forms.MultipleChoiceField(
        label=_("Countries we call"), choices=countries.all_of_them, widget=forms.SelectMultiple(attrs={"size": 8})
    )
    at_once = forms.IntegerField(label=_("Calls out at the same time"), min_value=1, max_value=50)
    per_hour = forms.IntegerField(label=_("Calls an hour, all together"), min_value=1, max_value=1000)
    minutes_a_day = forms.IntegerField(label=_("Minutes a day, all together"), min_value=1, max_value=10_000)
    each_per_hour = forms.IntegerField(label=_("Calls an hour, each person"), min_value=1, max_value=1000)
    each_minutes_a_day = forms.IntegerField(label=_("Minutes a day, each person"), min_value=1, max_value=1440)
    emergency = forms.ModelMultipleChoiceField(
        Trunk.objects.none(),
        label=_("Providers that carry emergency calls from here"),
        help_text=_(
            "Only where the provider says so and knows your address. Otherwise the desk asks to use another telephone."
        ),
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        emergency = self.fields["emergency"]
        assert isinstance(emergency, forms.ModelMultipleChoiceField)
        emergency.queryset = Trunk.objects.filter(retired_at__isnull=True)
        chosen = self.fields["countries"]
        assert isinstance(chosen, forms.MultipleChoiceField)
        chosen.choices = _grouped(_likely(self.initial.get("countries", [])))


@screen
def show(request: HttpRequest) -> HttpResponse:
    """The rules, for owners; POST keeps them and turns calling out on."""
    who = _owner(request)
    rules = Outbound.ours()
    form = RulesForm(request.POST or None, initial=_initial(rules))
    if request.method == "POST" and form.is_valid():
        _keep(form, who)
        return pages.done(request, __("Calls may go out."), then=PAGE)
    context = {
        "title": __("Calling out"),
        "rules": rules,
        "why": WHY.get(rules.because, ""),
        "form": form,
        "attempts": [_told(each, who) for each in calling_out.attempts(who.at)],
        "is_new": calling_out.is_new(rules, who.at),
        "new_days": calling_out.NEW_FOR.days,
    }
    return pages.show(request, "desk/settings/calling_out.html", context, status=422 if form.errors else 200)


@deed
def turn_off(request: HttpRequest) -> HttpResponse:
    """No calls go out any more."""
    who = _owner(request)
    calling_out.turn_off(Outbound.ours(), by=who.me, at=who.at)
    return pages.done(request, __("No calls go out now."), then=PAGE)


@deed
def call(request: HttpRequest, pk: int) -> HttpResponse:
    """Call this customer, at a number of theirs."""
    me, found = pages.answering(request), pages.customer(request, pk)
    point = get_object_or_404(found.contact_points, pk=request.POST.get("point") or 0, kind=ContactPoint.PHONE)
    conversation = _conversation(request, found)
    return _answer(
        request, calling_out.ask(point.value, customer=found, conversation=conversation, by=me, at=clock.now())
    )


@deed
def dial(request: HttpRequest) -> HttpResponse:
    """Call a number that was typed."""
    me = pages.answering(request)
    written = request.POST.get("number", "").strip()
    if not written:
        raise NotPossible(__("Type a number first."))
    known = phone_numbers.valid(written, calling_out.home(me))
    point = ContactPoint.objects.filter(kind=ContactPoint.PHONE, value=known).first() if known else None
    row = calling_out.ask(written, customer=point.customer if point else None, by=me, at=clock.now())
    return _answer(request, row)


@screen
def emergency(request: HttpRequest) -> HttpResponse:
    """One sentence over the whole screen: use another telephone."""
    pages.answering(request)
    context = {"title": __("Use another telephone"), "number": request.GET.get("number", "")[:8]}
    return pages.show(request, "desk/phone/emergency.html", context)


def _answer(request: HttpRequest, row: CallOut) -> HttpResponse:
    """Tell the page to dial, or say why not; an emergency fills the screen."""
    if row.because == "emergency":
        there = f"{reverse('desk:emergency')}?number={row.number}"
        return HttpResponse(headers={"HX-Redirect": there}) if pages.asks_for_fragment(request) else redirect(there)
    if not row.is_allowed:
        return pages.refused(request, str(WHY.get(row.because, WHY["no-way"])))
    if not pages.asks_for_fragment(request):
        return pages.done(request, __("This needs a browser that runs scripts, as every call does."))
    response = pages.say(request, __("Calling %(number)s…") % {"number": phone_numbers.shown(row.number)})
    response["HX-Trigger"] = pages.trigger((), also={"sr:dial": {"call": row.key}})
    return response


def _conversation(request: HttpRequest, customer: Customer) -> Conversation | None:
    """The matter they were looking at, if it is with this customer and theirs to see."""
    number = request.POST.get("conversation", "")
    rows = Conversation.objects.visible_to(pages.teammate(request)).filter(customer=customer)
    return rows.filter(pk=number).first() if number.isdecimal() and len(number) < 19 else None


def _home() -> str:
    line = PhoneNumber.objects.in_use().order_by("pk").first()
    return line.region if line else "US"


def _likely(chosen: list[str]) -> list[str]:
    """The countries one looks for first: those chosen, our own, and where the customers we know have telephones."""
    newest = ContactPoint.objects.filter(kind=ContactPoint.PHONE).order_by("-pk").values_list("value", flat=True)
    theirs = Counter(phone_numbers.region(each) for each in newest[:LOOKED_AT])
    return list(dict.fromkeys([*chosen, _home(), *(code for code, _many in theirs.most_common(LIKELY))]))


def _grouped(likely: list[str]) -> list[tuple[str, list[tuple[str, str]]]]:
    named = dict(countries.all_of_them())
    others = [(code, words) for code, words in named.items() if code not in likely]
    first = [(code, named[code]) for code in likely if code in named]
    return [(__("Yours"), first), (__("Everywhere else"), others)]


def _initial(rules: Outbound) -> dict[str, Any]:
    same = ("at_once", "per_hour", "minutes_a_day", "each_per_hour", "each_minutes_a_day")
    carrying = Trunk.objects.filter(retired_at__isnull=True, dials_emergency=True)
    limits = {name: getattr(rules, name) for name in same}
    return {**limits, "countries": rules.countries or [_home()], "emergency": list(carrying)}


def _keep(form: RulesForm, who: Asker) -> None:
    values = dict(form.cleaned_data)
    carrying = values.pop("emergency")
    calling_out.turn_on(
        Outbound.ours(),
        values.pop("countries"),
        by=who.me,
        at=who.at,
        carrying=[each.pk for each in carrying],
        **values,
    )


def _told(row: CallOut, who: Asker) -> dict[str, Any]:
    at: datetime = row.asked_at
    return {
        "who": row.by.name if row.by else "",
        "number": phone_numbers.shown(row.number) if row.number else row.written,
        "why": WHY.get(row.because, row.because),
        "when": who.short(at),
    }


def _owner(request: HttpRequest) -> Asker:
    who = asker.of(request)
    if not who.me.is_owner:
        raise Http404
    return who
