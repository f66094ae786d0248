"""The 'Call us' page: who would hear it, shown as faces; the call; and a kind way when there is none."""

from dataclasses import dataclass
from pathlib import Path

from django import forms
from django.conf import settings
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST, require_safe

from ..conversations import receiving
from ..conversations.channels import PHONE
from ..conversations.models import Place
from ..conversations.receiving import Received
from ..customers import recognising
from ..customers.models import ContactPoint
from ..lib import blobs, clock, phone_numbers
from ..phone import announcing, identity, sites, turn
from ..team import duty
from ..team.models import House, Teammate
from . import guarding

SEATS = 8
WIDGET = Path(__file__).parent / "static" / "portal" / "widget.js"
PICTURES = {b"\x89PNG": "image/png", b"\xff\xd8\xff": "image/jpeg", b"RIFF": "image/webp", b"<svg": "image/svg+xml"}


@dataclass(frozen=True, slots=True)
class Face:
    """Somebody a customer may see: a first name and a face, nothing else."""

    pk: int
    name: str
    picture: str
    ring: int  # hears it since this ring
    seat: int


class BackForm(forms.Form):
    """Call me back."""

    number = forms.CharField(
        label=gettext_lazy("Your number"),
        max_length=40,
        widget=forms.TextInput(attrs={"type": "tel", "autocomplete": "tel", "class": "input"}),
    )
    words = forms.CharField(
        label=gettext_lazy("A word about it, if you like"),
        required=False,
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 3, "class": "input said"}),
    )

    def clean_number(self) -> str:
        number = phone_numbers.normalise(self.cleaned_data["number"])
        if number is None:
            raise forms.ValidationError(_("Please write it with its country code, like +351 21 000 0000."))
        return number


@require_safe
def show(request: HttpRequest) -> HttpResponse:
    """The page."""
    return _page(request, BackForm())


@require_POST
def call_back(request: HttpRequest) -> HttpResponse:
    """Somebody leaves a number: it waits for a person like any letter."""
    form = BackForm(request.POST)
    place = _site()
    if not form.is_valid():
        return _page(request, form, state="nobody", status=422)
    if not guarding.may_leave_word(request.META.get("REMOTE_ADDR", "")):
        form.add_error(None, _("We have your number already. A person calls you back."))
        return _page(request, form, state="nobody", status=429)
    _keep(place, form.cleaned_data["number"], form.cleaned_data["words"].strip())
    return _page(request, BackForm(), state="promised")


@require_safe
def face(request: HttpRequest, pk: int) -> HttpResponseBase:
    """The face of somebody who answers calls; of nobody else."""
    _site()
    found = get_object_or_404(Teammate.objects.who_answer().exclude(face=""), pk=pk)
    content = blobs.path(found.face).open("rb")
    start = content.read(8)
    content.seek(0)
    kind = next((kind for first, kind in PICTURES.items() if start.startswith(first)), None)
    if kind is None:
        raise Http404
    response = FileResponse(content, content_type=kind)
    response["Cache-Control"] = "public, max-age=3600"
    return response


@require_safe
def widget(request: HttpRequest) -> HttpResponse:
    """The script behind the one line on any web page."""
    _site()
    response = HttpResponse(WIDGET.read_bytes(), content_type="text/javascript; charset=utf-8")
    response["Cache-Control"] = "public, max-age=600"
    response["Cross-Origin-Resource-Policy"] = "cross-origin"
    return response


def _site() -> Place:
    place = sites.the_site()
    if place is None:
        raise Http404
    return place


def _page(request: HttpRequest, form: BackForm, *, state: str = "call", status: int = 200) -> HttpResponse:
    place, house, at = _site(), House.ours(), clock.now()
    faces = faces_of(place)
    who = identity.read(request.GET.get("who"), at=at)
    context = {
        "house": house.name,
        "faces": faces,
        "is_open": place.opening_hours(house).is_open(at),
        "numbers": [phone_numbers.shown(each) for each in sites.numbers()],
        "consent": announcing.consent_at(place),
        "form": form,
        "state": state,
        "token": guarding.token(),
        "who": request.GET.get("who", "") if who else "",
        "hello": who.name.partition(" ")[0] if who else "",
        "turn": turn.servers(settings.SECONDRING_TURN, at=at),
    }
    response = render(request, "portal/call_us.html", context, status=status)
    response["Cache-Control"] = "no-store"
    # The address may say who somebody is: nobody else hears it. We do; with "no-referrer" browsers say `Origin: null`,
    # and no form of the page would be believed.
    response["Referrer-Policy"] = "same-origin"
    response["Cross-Origin-Opener-Policy"] = (
        "unsafe-none"  # the page that opened us shows us again, instead of a second us
    )
    return response


def faces_of(place: Place) -> list[Face]:
    """Those on duty on the inner circle; on the outer, who joins at the second ring."""
    here = Teammate.objects.who_answer().by_name()
    if not place.everyone:
        here = here.filter(pk__in=place.members.values("pk"))
    on_duty = set(duty.on_duty().values_list("pk", flat=True))
    house, at = House.ours(), clock.now()
    is_open = place.opening_hours(house).is_open(at)
    first = [each for each in here if each.pk in on_duty]
    second = [each for each in here if each.pk not in on_duty and duty.wants_second_ring(
        each, house, is_open=is_open, at=at)]  # fmt: skip
    return [*_seated(first, 1), *_seated(second, 2)]


def _seated(people: list[Teammate], ring: int) -> list[Face]:
    shown = people[:SEATS]
    return [
        Face(each.pk, each.first_name, reverse("portal:face", args=[each.pk]) if each.face else "", ring,
             seat * SEATS // len(shown) + 1)
        for seat, each in enumerate(shown)
    ]  # fmt: skip


def _keep(place: Place, number: str, words: str) -> None:
    at = clock.now()
    customer = recognising.recognise(ContactPoint.PHONE, number, name="", at=at)
    said = _("Asked to be called back on %(number)s.") % {"number": phone_numbers.shown(number)}
    text = f"{said}\n\n{words}" if words else said
    received = Received(customer=customer, place=place, channel=PHONE, source_id=None, sender_address=number,
                        text=text, said=words or said)  # fmt: skip
    receiving.receive(received, conversation=None, at=at)
