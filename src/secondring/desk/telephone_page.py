"""The telephone's page in settings: when it rings at oneself; for leads, who may call from the web, and our numbers."""

from django import forms
from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.utils.translation import gettext as __
from django.utils.translation import gettext_lazy as _

from ..lib import clock, phone_numbers
from ..phone import sites
from ..phone.models import PhoneNumber
from ..team import duty
from ..team.models import Teammate
from . import asker, pages
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


@screen
def show(request: HttpRequest) -> HttpResponse:
    """The page."""
    who = asker.of(request)
    site = sites.the_site() if who.me.leads else None
    numbers = PhoneNumber.objects.in_use().select_related("place") if who.me.leads else []
    context = {
        "title": __("Telephone"),
        "me": who.me,
        "form": WishForm(initial={"wish": wish_of(who.me)}),
        "site": site,
        "line": f'<script src="{settings.SECONDRING_URL}/call/widget.js" async></script>',
        "page": f"{settings.SECONDRING_URL}/call/",
        "numbers": [(phone_numbers.shown(each.number), each.place.name) for each in numbers],
    }
    return pages.show(request, "desk/settings/telephone.html", context)


@deed
def wish(request: HttpRequest) -> HttpResponse:
    """Whether the second ring reaches me."""
    duty.wish_second_ring(pages.teammate(request), request.POST.get("wish", ""), at=clock.now())
    return pages.done(request, __("Kept."), then="/settings/telephone/")


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
    return pages.done(request, said, then="/settings/telephone/")


def wish_of(teammate: Teammate) -> str:
    """What they said about the second ring, or what is meant when they said nothing."""
    return str(teammate.preferences.get("second_ring") or (duty.IN_HOURS if teammate.leads else duty.NEVER))
