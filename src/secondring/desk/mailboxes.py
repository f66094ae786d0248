"""Mailboxes: how each is doing, adding one, trying its doors, and who answers in it."""

from typing import Any

from django import forms
from django.db import transaction
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext as __
from django.utils.translation import gettext_lazy as _

from ..conversations.models import Message
from ..lib import clock
from ..lib.errors import NotPossible
from ..mail import adding, connecting, providers
from ..mail.models import IncomingEmail, Mailbox, Security
from ..team.models import Teammate
from . import asker, pages, surroundings
from .asker import Asker
from .pages import deed, screen

PAGE = "/settings/mailboxes/"
STEP_WORDS = {"in": _("Letters in"), "out": _("Letters out"), "test": _("A test letter")}


class MailboxForm(forms.Form):
    """What a mailbox must know. The doors may stay empty: then the provider's usual ones are taken."""

    address = forms.EmailField(label=_("Address"), help_text=_("The one your customers write to."))
    name = forms.CharField(
        label=_("What you call it"),
        max_length=120,
        required=False,
        help_text=_("Sellers, Press… The address, if empty."),
    )
    shown_name = forms.CharField(label=_("Name customers see"), max_length=120, required=False)
    password = forms.CharField(
        label=_("Password of the mailbox"),
        required=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "off"}, render_value=False),
    )
    login = forms.CharField(label=_("User name, if it is not the address"), max_length=320, required=False)
    imap_host = forms.CharField(label=_("Server for letters in"), max_length=253, required=False)
    imap_port = forms.IntegerField(label=_("Port"), required=False, min_value=1, max_value=65535)
    imap_security = forms.ChoiceField(label=_("Encryption"), choices=Security.choices, required=False)
    smtp_host = forms.CharField(label=_("Server for letters out"), max_length=253, required=False)
    smtp_port = forms.IntegerField(label=_("Port"), required=False, min_value=1, max_value=65535)
    smtp_security = forms.ChoiceField(label=_("Encryption"), choices=Security.choices, required=False)
    aliases = forms.CharField(
        label=_("Other addresses that mean this mailbox"),
        help_text=_("One a line."),
        required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
    )
    signature = forms.CharField(
        label=_("Signature under every letter from here"),
        required=False,
        widget=forms.Textarea(attrs={"rows": 3, "class": "said"}),
    )
    keeps_sent = forms.BooleanField(label=_("Put what we send into the mailbox’s Sent"), required=False, initial=True)
    accepts_direct = forms.BooleanField(label=_("Take letters that other servers forward to this desk"), required=False)

    def clean_aliases(self) -> list[str]:
        return [line.strip().lower() for line in self.cleaned_data["aliases"].split() if "@" in line]

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        usual = providers.doors_for(cleaned.get("address", ""))
        for door in ("imap", "smtp"):
            if not cleaned.get(f"{door}_host"):
                names = (f"{door}_host", f"{door}_port", f"{door}_security")
                cleaned.update({name: getattr(usual, name) for name in names})
            cleaned[f"{door}_port"] = cleaned.get(f"{door}_port") or getattr(usual, f"{door}_port")
            cleaned[f"{door}_security"] = cleaned.get(f"{door}_security") or getattr(usual, f"{door}_security")
        return cleaned


@screen
def show(request: HttpRequest) -> HttpResponse:
    """All mailboxes and how each is doing."""
    who = _lead(request)
    context = {"title": __("Mailboxes"), "rows": _all(), "asker": who}
    return pages.show(request, "desk/settings/mailboxes.html", context)


@screen
def rows(request: HttpRequest) -> HttpResponse:
    """The list of them, alone."""
    _lead(request)
    return pages.fragment(request, "desk/settings/_mailboxes.html", {"rows": _all()})


@screen
def add(request: HttpRequest) -> HttpResponse:
    """The form for a new one; POST adds it and begins to try its doors."""
    who = _lead(request)
    form = MailboxForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            with transaction.atomic(durable=True):
                values = dict(form.cleaned_data)
                mailbox = adding.add(values.pop("address"), by=who.me, at=who.at, **values)
            return redirect(_page(request, mailbox.pk))
        except NotPossible as sorry:
            form.add_error("address", str(sorry))
    context = {"title": __("A mailbox"), "form": form, "first": "first" in request.GET, "asker": who}
    return pages.show(request, "desk/settings/add_mailbox.html", context, status=422 if form.is_bound else 200)


@screen
def one(request: HttpRequest, pk: int) -> HttpResponse:
    """How one is doing, its doors, and who answers in it; POST changes its doors."""
    who = _lead(request)
    mailbox = _mailbox(pk)
    form = MailboxForm(request.POST or None, initial=_initial(mailbox))
    form.fields["address"].disabled = True
    if request.method == "POST" and form.is_valid():
        with transaction.atomic(durable=True):
            values = {name: value for name, value in form.cleaned_data.items() if name != "address"}
            adding.change(mailbox, by=who.me, at=who.at, **values)
        return redirect(_page(request, pk))
    context = {
        "title": mailbox.address,
        "mailbox": mailbox,
        "form": form,
        "first": "first" in request.GET,
        "advice": providers.doors_for(mailbox.address).advice,
        "wrong": any(not step["well"] for step in mailbox.checks.get("steps", [])),
        "people": Teammate.objects.who_answer().by_name(),
        "members": set(mailbox.place.members.values_list("pk", flat=True)),
        "open_now": mailbox.place.opening_hours(who.house).is_open(who.at),
        "asker": who,
        **_steps(mailbox),
    }
    return pages.show(request, "desk/settings/mailbox.html", context, status=422 if form.errors else 200)


@screen
def steps(request: HttpRequest, pk: int) -> HttpResponse:
    """The try of its doors, as far as it has come."""
    _lead(request)
    mailbox = _mailbox(pk)
    return pages.fragment(
        request, "desk/settings/_steps.html", {"mailbox": mailbox, "first": "first" in request.GET, **_steps(mailbox)}
    )


@screen
def troubles(request: HttpRequest) -> HttpResponse:
    """The sentences over every page, for those who answer from a mailbox that is in trouble."""
    who = asker.of(request)
    context = {"troubles": surroundings.troubles(who), "leads": who.me.leads}
    return pages.fragment(request, "desk/_troubles.html", context)


@deed
def try_again(request: HttpRequest, pk: int) -> HttpResponse:
    """Try its doors once more."""
    _lead(request)
    connecting.begin(_mailbox(pk), at=clock.now())
    return pages.done(request, "", then=_page(request, pk))


@deed
def open_to(request: HttpRequest, pk: int) -> HttpResponse:
    """Choose who answers in it."""
    who = _lead(request)
    people = Teammate.objects.who_answer().filter(
        pk__in=[each for each in request.POST.getlist("people") if each.isdigit()]
    )
    adding.open_to(_mailbox(pk), people, everyone=request.POST.get("everyone") == "yes", by=who.me, at=who.at)
    return pages.done(request, __("Kept."), then=f"{PAGE}{pk}/")


@deed
def rest(request: HttpRequest, pk: int) -> HttpResponse:
    """Ask it for nothing until it is woken."""
    who = _lead(request)
    adding.rest(_mailbox(pk), by=who.me, at=who.at)
    return pages.done(request, __("It rests. Nothing is fetched until you wake it."), then=f"{PAGE}{pk}/")


@deed
def wake(request: HttpRequest, pk: int) -> HttpResponse:
    """Fetch again."""
    who = _lead(request)
    adding.wake(_mailbox(pk), by=who.me, at=who.at)
    return pages.done(request, __("Awake. What came meanwhile arrives now."), then=f"{PAGE}{pk}/")


def _lead(request: HttpRequest) -> Asker:
    who = asker.of(request)
    if not who.me.leads:
        raise Http404
    return who


def _page(request: HttpRequest, pk: int) -> str:
    """The mailbox's own page; during the first run it stays a step of that."""
    return f"{PAGE}{pk}/{'?first=1' if 'first' in request.GET else ''}"


def _all() -> QuerySet[Mailbox]:
    return Mailbox.objects.filter(place__retired_at__isnull=True).select_related("place").order_by("address")


def _mailbox(pk: int) -> Mailbox:
    return get_object_or_404(Mailbox.objects.select_related("place"), pk=pk)


def _initial(mailbox: Mailbox) -> dict[str, Any]:
    same = ("address", "shown_name", "login", "signature", "keeps_sent", "accepts_direct", "imap_host", "imap_port",
            "imap_security", "smtp_host", "smtp_port", "smtp_security")  # fmt: skip
    values = {name: getattr(mailbox, name) for name in same}
    return {**values, "name": mailbox.place.name, "aliases": "\n".join(mailbox.aliases)}


def _steps(mailbox: Mailbox) -> dict[str, Any]:
    found = [{**step, "name": STEP_WORDS.get(step["name"], step["name"])} for step in mailbox.checks.get("steps", [])]
    return {
        "steps": found,
        "trying": bool(mailbox.checks) and not mailbox.checks.get("done"),
        "letter": mailbox.checks.get("letter", ""),
        "came_back": _test_letter(mailbox),
    }


def _test_letter(mailbox: Mailbox) -> Message | None:
    """The letter to oneself, once it has come back and stands on the desk."""
    wanted = mailbox.checks.get("letter")
    rows = IncomingEmail.objects.filter(mailbox=mailbox, message_id=wanted, became__isnull=False)
    found = rows.select_related("became").first() if wanted else None
    return found.became if found else None
