"""The team: who is here, what they may do, and the link that lets somebody in."""

from django import forms
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as __
from django.utils.translation import gettext_lazy
from django.utils.translation import gettext_lazy as _

from ..lib import clock
from ..lib.errors import NotPossible
from ..team import joining
from ..team.models import Role, Teammate
from . import asker, pages
from .pages import deed, screen

PAGE = "/settings/people/"
ROLES = {
    Role.TEAMMATE: gettext_lazy("answers people"),
    Role.PACKER: gettext_lazy("packs parcels; sees no letters"),
    Role.LEAD: gettext_lazy("answers people, invites others, looks after mailboxes"),
    Role.OWNER: gettext_lazy("may do everything"),
}


class InviteForm(forms.Form):
    """Whom to invite."""

    name = forms.CharField(label=_("Their name"), max_length=80)
    email = forms.EmailField(label=_("Their e-mail address"))
    role = forms.ChoiceField(
        label=_("What they do"), choices=[(role.value, f"{role.label}: {words}") for role, words in ROLES.items()]
    )


@screen
def show(request: HttpRequest) -> HttpResponse:
    """Everybody; a lead may invite (POST) and is shown the link to hand over, once."""
    who = asker.of(request)
    form = InviteForm(request.POST or None)
    link = newcomer = None
    if request.method == "POST" and form.is_valid():
        try:
            with transaction.atomic(durable=True):
                newcomer = joining.invite(**form.cleaned_data, by=who.me, at=who.at)
            link = request.build_absolute_uri(joining.way_in(newcomer))
            form = InviteForm()
        except NotPossible as sorry:
            form.add_error(None, str(sorry))
    context = {
        "title": __("Team"),
        "form": form if who.me.leads else None,
        "link": link,
        "newcomer": newcomer,
        "here": Teammate.objects.here().by_name(),
        "gone": Teammate.objects.filter(is_active=False).by_name() if who.me.leads else [],
        "roles": [(role.value, role.label) for role in ROLES],
        "second_step": joining.with_second_step() if who.me.leads else set(),
        "asker": who,
    }
    return pages.show(request, "desk/settings/people.html", context, status=422 if form.errors else 200)


@screen
def way_in(request: HttpRequest, pk: int) -> HttpResponse:
    """A new way in for somebody who lost theirs. POST, by a lead; for an owner, by an owner."""
    who = asker.of(request)
    teammate = _somebody(pk)
    allowed = who.me.leads and (who.me.is_owner or not teammate.is_owner)
    if request.method != "POST" or not allowed:
        return pages.refused(request, __("Only a lead can do that, and only an owner for an owner."))
    context = {
        "title": __("Team"),
        "link": request.build_absolute_uri(joining.way_in(teammate)),
        "newcomer": teammate,
        "here": Teammate.objects.here().by_name(),
        "roles": [(role.value, role.label) for role in ROLES],
        "second_step": joining.with_second_step() if who.me.leads else set(),
        "form": InviteForm(),
        "asker": who,
    }
    return pages.show(request, "desk/settings/people.html", context)


@deed
def change_role(request: HttpRequest, pk: int) -> HttpResponse:
    """Give somebody another role."""
    changed = joining.change_role(
        _somebody(pk), request.POST.get("role", ""), by=pages.teammate(request), at=clock.now()
    )
    words = __("%(name)s: %(role)s.") % {"name": changed.first_name, "role": changed.get_role_display()}
    return pages.done(request, words, then=PAGE)


@deed
def leave(request: HttpRequest, pk: int) -> HttpResponse:
    """Somebody does not work here any more; what they had waits for everybody."""
    from ..conversations import assigning

    me, now = pages.teammate(request), clock.now()
    gone = joining.leave(_somebody(pk), by=me, at=now)
    assigning.release_all(gone, by=me, at=now)
    return pages.done(request, __("%(name)s has left. Their desk is closed.") % {"name": gone.first_name}, then=PAGE)


@deed
def come_back(request: HttpRequest, pk: int) -> HttpResponse:
    """Somebody works here again; give them a new way in next."""
    back = joining.come_back(get_object_or_404(Teammate, pk=pk), by=pages.teammate(request), at=clock.now())
    return pages.done(request, __("%(name)s is back. Give them a way in.") % {"name": back.first_name}, then=PAGE)


@deed
def forget_second_step(request: HttpRequest, pk: int) -> HttpResponse:
    """Somebody lost their phone: their password alone lets them in, until they set up a new second step."""
    them = joining.forget_second_step(_somebody(pk), by=pages.teammate(request), at=clock.now())
    words = __("%(name)s comes in by password alone now.") % {"name": them.first_name}
    return pages.done(request, words, then=PAGE)


@deed
def sign_out_everywhere(request: HttpRequest) -> HttpResponse:
    """End every other session of mine; desks open elsewhere close within a second."""
    joining.sign_out_everywhere(pages.teammate(request), but=request.session.session_key)
    return pages.done(request, __("Signed out everywhere else."), then="/settings/me/")


def _somebody(pk: int) -> Teammate:
    found: Teammate = get_object_or_404(Teammate.objects.here(), pk=pk)
    return found
