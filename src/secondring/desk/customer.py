"""The person: their card beside every conversation, and their own page."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from django import forms
from django.core.validators import URLValidator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from ..conversations.models import Conversation
from ..customers import remembering
from ..customers.models import Customer, Fact
from ..lib import clock, phone_numbers
from ..lib.errors import NotPossible
from ..phone import calling_out
from . import asker, lines, lists, pages, timeline
from .asker import Asker
from .pages import deed, screen
from .shapes import Line, Link, Someone

MATTERS = 8
FACTS = 30
ICONS = {"mail": "mail", "chat": "message-circle", "phone": "phone"}


@screen
def card(request: HttpRequest, pk: int) -> HttpResponse:
    """The card, as a late fragment; ?conversation= marks the one that is open."""
    found = pages.customer(request, pk)
    return pages.fragment(request, "desk/_card.html", about(found, asker.of(request), current=_number(request)))


@screen
def show(request: HttpRequest, pk: int) -> HttpResponse:
    """The person's own page: every matter with them, newest first."""
    found = pages.customer(request, pk)
    who = asker.of(request)
    conversations, after = lists.of_customer(found.pk, who.me, after=request.GET.get("after", ""))
    context = {
        **about(found, who),
        "title": str(found),
        "lines": [_of_one(line, each) for line, each in zip(lines.of(conversations, who), conversations, strict=True)],
        "more_href": f"{request.path}?after={after.replace('+', '%2B')}" if after else "",
        "write_href": f"{reverse('desk:write')}?to={found.address}" if found.address else "",
    }
    return pages.show(request, "desk/person.html", context)


def _of_one(line: Line, conversation: Conversation) -> Line:
    """On their own page everything is theirs: a line says the matter where elsewhere it says the name."""
    return replace(line, who=Someone(conversation.subject or _("(no subject)")), about="", subject="")


class PersonForm(forms.Form):
    """What is written on the card."""

    name = forms.CharField(label=gettext_lazy("Name"), required=False, max_length=160)
    about = forms.CharField(label=gettext_lazy("Who they are, in a line"), required=False, max_length=200)
    great = forms.CharField(
        label=gettext_lazy("What is great about them"), required=False, max_length=2000, widget=forms.Textarea
    )
    city = forms.CharField(label=gettext_lazy("Where they live"), required=False, max_length=120)
    time_zone = forms.CharField(
        label=gettext_lazy("Their time zone"),
        required=False,
        max_length=64,
        help_text=gettext_lazy("Like Europe/Lisbon."),
    )
    site_url = forms.CharField(label=gettext_lazy("Their site"), required=False, max_length=300)

    def clean_time_zone(self) -> str:
        zone = str(self.cleaned_data["time_zone"]).strip()
        if zone and _zone(zone) is None:
            raise forms.ValidationError(_("There is no such time zone. Write it like Europe/Lisbon."))
        return zone

    def clean_site_url(self) -> str:
        address = str(self.cleaned_data["site_url"]).strip()
        if address and "://" not in address:
            address = f"https://{address}"
        if address:
            URLValidator(schemes=["http", "https"], message=_("That is not the address of a site."))(address)
        return address


@screen
def edit(request: HttpRequest, pk: int) -> HttpResponse:
    """Write on the card who they are; refused fields say why beside them."""
    found = pages.customer(request, pk)
    form = PersonForm(request.POST or None, initial={name: getattr(found, name) for name in remembering.EDITABLE})
    for field in form.fields.values():
        field.widget.attrs["class"] = "input"
    if request.method == "POST" and form.is_valid():
        remembering.describe(found, by=pages.teammate(request), at=clock.now(), **form.cleaned_data)
        return _kept(request, pk)
    status = 422 if form.errors else 200
    context = {"form": form, "customer": found, "title": str(found), "edit_href": request.path}
    if _in_card(request):
        card = reverse("desk:card", args=[pk])
        return pages.fragment(request, "desk/_card_edit.html", {**context, "card_href": card}, status=status)
    return pages.show(request, "desk/person_edit.html", context, status=status)


def _in_card(request: HttpRequest) -> bool:
    """Is it asked for in the card itself, rather than as a page?"""
    return request.headers.get("HX-Target", "").endswith("#card-inside")


def _kept(request: HttpRequest, pk: int) -> HttpResponse:
    if _in_card(request):
        return _again(request, pages.customer(request, pk), _("Kept."))
    return pages.done(request, _("Kept."), then=reverse("desk:person", args=[pk]))


@deed
def remember(request: HttpRequest, pk: int) -> HttpResponse:
    """Note what one has learned."""
    found = pages.customer(request, pk)
    remembering.remember(found, request.POST.get("text", ""), by=pages.teammate(request), at=clock.now())
    return _again(request, found, _("Remembered."))


@deed
def forget(request: HttpRequest, pk: int) -> HttpResponse:
    """Take a fact off the card."""
    fact = get_object_or_404(Fact.objects.kept(), pk=pk)
    found = pages.customer(request, fact.customer_id)
    remembering.forget(fact, by=pages.teammate(request), at=clock.now())
    return _again(request, found, _("Taken off."))


@deed
def heard(request: HttpRequest, pk: int) -> HttpResponse:
    """Where they heard of us. Asked once; an empty answer ends the asking too."""
    found = pages.customer(request, pk)
    remembering.heard_of_us(found, request.POST.get("words", ""), by=pages.teammate(request), at=clock.now())
    return _again(request, found, "")


@deed
def add_point(request: HttpRequest, pk: int) -> HttpResponse:
    """One more address or number of theirs."""
    found = pages.customer(request, pk)
    written = request.POST.get("value", "").strip()
    kind = "email" if "@" in written else "phone"
    if kind == "email" and " " in written:
        raise NotPossible(_("An address has no spaces in it."))
    remembering.add_contact_point(found, kind, written, by=pages.teammate(request), at=clock.now())
    return _again(request, pages.customer(request, pk), _("Added."))


def about(customer: Customer, who: Asker, *, current: int | None = None) -> dict[str, Any]:
    """All that the card draws, in seven queries."""
    facts = list(customer.facts.kept().select_related("by")[:FACTS])
    pk = customer.pk
    return {
        "customer": customer,
        "local_time": local_time(customer, who),
        "facts": [_fact(fact) for fact in facts],
        "works": list(customer.works.order_by("pk")[:6]),
        "matters": matters(customer, who, current=current),
        "elsewhere": timeline.elsewhere(customer, who.me),
        "points": [_point(point) for point in customer.contact_points.all()],
        "table": _table(customer, who),
        "asks_heard": customer.heard_asked_at is None,
        "person_href": reverse("desk:person", args=[pk]),
        "edit_href": reverse("desk:edit-person", args=[pk]),
        "note_href": reverse("desk:remember", args=[pk]),
        "heard_href": reverse("desk:heard", args=[pk]),
        "point_href": reverse("desk:add-point", args=[pk]),
        "call_href": reverse("desk:call-person", args=[pk]) if calling_out.is_on() else "",
        "talked_href": reverse("desk:talked", args=[pk]),
        "conversation_pk": current,
        "card_href": reverse("desk:card", args=[pk]) + (f"?conversation={current}" if current else ""),
    }


def matters(customer: Customer, who: Asker, *, current: int | None) -> list[Link]:
    """Their newest conversations that this teammate may see."""
    rows = Conversation.objects.visible_to(who.me).filter(customer=customer).order_by("-last_at", "-pk")[:MATTERS]
    return [
        Link(
            href=reverse("desk:conversation", args=[each.pk]),
            words=each.subject or each.snippet or _("(no subject)"),
            icon=ICONS.get(each.channel, "mail"),
            is_current=each.pk == current,
        )
        for each in rows
    ]


def local_time(customer: Customer, who: Asker) -> str:
    """'10:43 there', or that it is the same as here; nothing when we do not know where they are."""
    zone = _zone(customer.time_zone)
    if zone is None:
        return ""
    there, here = who.at.astimezone(zone), who.at.astimezone(who.zone)
    said = _("%(clock)s there") % {"clock": f"{there:%H:%M}"}
    return _("%(clock)s there, same as here") % {"clock": f"{there:%H:%M}"} if _same(there, here) else said


def _same(there: datetime, here: datetime) -> bool:
    return there.utcoffset() == here.utcoffset()


def _fact(fact: Fact) -> dict[str, Any]:
    return {"text": fact.text, "by": fact.by, "at": fact.at, "forget_href": reverse("desk:forget", args=[fact.pk])}


def _point(point: Any) -> dict[str, Any]:
    shown = phone_numbers.shown(point.value) if point.kind == "phone" else point.value
    return {
        "pk": point.pk,
        "kind": point.kind,
        "value": shown,
        "failing_since": point.failing_since,
        "because": point.because,
    }


def _table(customer: Customer, who: Asker) -> Sequence[tuple[str, str]]:
    rows = []
    if not timeline.known_elsewhere([customer], who.me):
        rows.append((_("First wrote"), who.day(customer.first_contact_at)))
    if customer.city:
        rows.append((_("Lives in"), customer.city))
    if customer.heard_of_us:
        rows.append((_("Heard of us"), f"“{customer.heard_of_us}”"))
    return rows


def _again(request: HttpRequest, customer: Customer, sentence: str) -> HttpResponse:
    """The card once more, with what was just learned on it."""
    if not pages.asks_for_fragment(request):
        return pages.done(request, sentence)
    number = request.POST.get("conversation", "")
    context = about(customer, asker.of(request), current=int(number) if number.isdecimal() else None)
    return pages.fragment(request, "desk/_card.html", {**context, "sentence": sentence})


def _number(request: HttpRequest) -> int | None:
    number = request.GET.get("conversation", "")
    return int(number) if number.isdecimal() else None


def _zone(name: str) -> ZoneInfo | None:
    try:
        return ZoneInfo(name) if name else None
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return None
