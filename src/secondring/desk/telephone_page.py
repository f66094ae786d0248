"""The telephone's page in settings: when it rings at oneself; for leads, who may call from the web, and our numbers."""

from typing import Any

from django import forms
from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.utils.translation import gettext as __
from django.utils.translation import gettext_lazy as _

from ..lib import clock, phone_numbers
from ..lib.errors import NotPossible
from ..phone import calling_out, identity, sites
from ..phone.models import PlaceWords
from ..team import duty
from ..team.models import Teammate
from . import asker, numbers_page, pages, trial_page
from .asker import Asker
from .pages import deed, screen

WISHES = (
    (duty.ALWAYS, _("Always, even when we are closed")),
    (duty.IN_HOURS, _("While we are open")),
    (duty.NEVER, _("No")),
)


class WishForm(forms.Form):
    """Ring me at ring two."""

    wish = forms.ChoiceField(
        label=_("Ring me at the second ring, when I am not on duty"),
        choices=WISHES,
        widget=forms.Select(attrs={"class": "input"}),
    )


class OwnForm(forms.Form):
    """My own telephone: a mobile, or one on the desk."""

    number = forms.CharField(
        label=_("My own telephone"),
        max_length=40,
        required=False,
        help_text=_("With its country code. A phone is the sure way: it rings with the browser closed, too."),
        widget=forms.TextInput(attrs={"type": "tel", "autocomplete": "tel"}),
    )
    rings = forms.BooleanField(label=_("Ring it when a customer calls"), required=False, initial=True)


@screen
def show(request: HttpRequest) -> HttpResponse:
    """The page."""
    return pages.show(request, "desk/settings/telephone.html", _context(request))


@screen
def first(request: HttpRequest) -> HttpResponse:
    """The same, as a step of the first run that one may skip."""
    return pages.show(request, "desk/settings/telephone.html", {**_context(request), "first": True})


def _context(request: HttpRequest) -> dict[str, Any]:
    who = asker.of(request)
    kept = who.me.preferences.get("telephone") or {}
    mine = {
        "title": __("Telephone"),
        "me": who.me,
        "form": WishForm(initial={"wish": wish_of(who.me)}),
        "own": OwnForm(initial={"number": kept.get("number", ""), "rings": kept.get("rings", True)}),
        "own_number": phone_numbers.shown(kept["number"]) if kept.get("number") else "",
        "is_confirmed": bool(kept.get("confirmed_at")),
        "rings": duty.telephone(who.me),
        **trial_page.told(who),
    }
    return {**mine, **_of_the_house(who)} if who.me.leads else mine


def _of_the_house(who: Asker) -> dict[str, Any]:
    site = sites.the_site()
    words = PlaceWords.objects.filter(place=site).first() if site else None
    return {
        "site": site,
        "line": f'<script src="{settings.SECONDRING_URL}/call/widget.js" async></script>',
        "page": f"{settings.SECONDRING_URL}/call/",
        "signs_with": identity.key(),
        "numbers": numbers_page.listed(who),
        "greeting": words if words and words.greeting else None,
        "records_days": words.keeps_days if words and words.records else 0,
        "calls_out": calling_out.is_on(),
        "site_open_now": site.opening_hours(who.house).is_open(who.at) if site else False,
    }


@deed
def wish(request: HttpRequest) -> HttpResponse:
    """Whether the second ring reaches me."""
    duty.wish_second_ring(pages.teammate(request), request.POST.get("wish", ""), at=clock.now())
    return pages.done(request, __("Kept."))


@deed
def own(request: HttpRequest) -> HttpResponse:
    """My own telephone, and whether it rings."""
    me = pages.answering(request)
    form = OwnForm(request.POST)
    if not form.is_valid():
        raise NotPossible(__("Please write the number with its country code, like +351 21 000 0000."))
    duty.own_telephone(me, form.cleaned_data["number"].strip(), rings=form.cleaned_data["rings"], at=clock.now())
    return pages.done(request, __("Kept."))


@deed
def call_page(request: HttpRequest) -> HttpResponse:
    """Let people call from the web, or no more."""
    me, at = pages.teammate(request), clock.now()
    if not me.leads:
        raise Http404
    site = sites.the_site()
    if "open" in request.POST:
        sites.open_site(by=me, at=at)
        said = __("People can call you from the web now.")
    elif site is not None:
        sites.close_site(site, by=me, at=at)
        said = __("Nobody can call from the web any more.")
    else:
        said = ""
    return pages.done(request, said)


def wish_of(teammate: Teammate) -> str:
    """What they said about the second ring, or what is meant when they said nothing."""
    return str(teammate.preferences.get("second_ring") or (duty.IN_HOURS if teammate.leads else duty.NEVER))
