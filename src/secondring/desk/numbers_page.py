"""Numbers of ours, without telephone words: adding one with its provider's name and password, how it is doing, who answers."""

from ipaddress import ip_address
from typing import Any

from django import forms
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext as __
from django.utils.translation import gettext_lazy as _

from ..lib import phone_numbers
from ..lib.errors import NotPossible
from ..phone import providers, setting_up, standing
from ..phone.models import PhoneNumber, Trunk
from ..phone.setting_up import Login
from ..team.models import Teammate
from . import leading, pages
from .asker import Asker
from .pages import deed, screen

PAGE = "/settings/telephone/numbers/"


class AccountForm(forms.Form):
    """What a provider gave us. `through` is one of the known ones, an account that is here already, or another."""

    through = forms.ChoiceField(label=_("Who brings its calls?"))
    user = forms.CharField(
        label=_("User name"), max_length=120, required=False, widget=forms.TextInput(attrs={"autocomplete": "off"})
    )
    password = forms.CharField(
        label=_("Password"),
        required=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}, render_value=False),
    )
    host = forms.CharField(
        label=_("Server, for another provider"),
        max_length=253,
        required=False,
        help_text=_("As your provider writes it, like sip.example.com."),
    )
    port = forms.IntegerField(label=_("Port"), required=False, min_value=1, max_value=65535)
    addresses = forms.CharField(
        label=_("Other addresses it calls from"),
        help_text=_("One a line, if your provider names some. Anybody else hears nothing."),
        required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        here = Trunk.objects.filter(retired_at__isnull=True).order_by("pk")
        choices = [(f"trunk-{each.pk}", __("%(name)s, as already here") % {"name": each.name}) for each in here]
        choices += [(key, each.name) for key, each in providers.KNOWN.items()]
        through = self.fields["through"]
        assert isinstance(through, forms.ChoiceField)
        through.choices = [*choices, (providers.OTHER, __("Another provider"))]

    def clean_addresses(self) -> tuple[str, ...]:
        words = self.cleaned_data["addresses"].split()
        try:
            return tuple(str(ip_address(word)) for word in words)
        except ValueError:
            raise forms.ValidationError(__("Write each like 192.0.2.5, one a line.")) from None

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        through = cleaned.get("through", "")
        if through == providers.OTHER and not cleaned.get("host"):
            self.add_error("host", __("Which server does your provider name? It stands beside your user name."))
        known = providers.KNOWN.get(through)
        if known and known.registers and not cleaned.get("user"):
            self.add_error("user", str(known.advice))
        return cleaned

    @property
    def trunk(self) -> Trunk | None:
        """The account that is here already, when that was chosen."""
        kind, _dash, pk = self.cleaned_data["through"].partition("-")
        return Trunk.objects.filter(pk=pk, retired_at__isnull=True).first() if kind == "trunk" else None

    @property
    def login(self) -> Login:
        said = self.cleaned_data
        known = providers.KNOWN.get(said["through"])
        host = known.host if known else said["host"]
        return Login(
            provider=said["through"] if known else "",
            name=known.name if known else host,
            host=host,
            port=said["port"] or (known.port if known else 5060),
            user=said["user"],
            password=said["password"],
            addresses=said["addresses"],
        )


class NumberForm(AccountForm):
    """A number of ours, and who brings its calls."""

    number = forms.CharField(
        label=_("Your number"), max_length=40, help_text=_("With its country code, like +351 21 000 0000.")
    )
    name = forms.CharField(
        label=_("What you call it"),
        max_length=120,
        required=False,
        help_text=_("Front desk, Orders… The number, if empty."),
    )
    field_order = ("number", "name", "through", "user", "password")


class MannerForm(forms.Form):
    """What it is called, and how long it rings."""

    name = forms.CharField(label=_("What you call it"), max_length=120, required=False)
    greets_after = forms.TypedChoiceField(
        label=_("When nobody picks up, say the greeting after"), coerce=int,
        choices=[(n, _("%(n)s rings") % {"n": n}) for n in setting_up.GREETS_AFTER],
    )  # fmt: skip


@screen
def add(request: HttpRequest) -> HttpResponse:
    """The form for a new number; POST adds it, and its provider is asked within seconds."""
    who = leading.asker_of(request)
    form = NumberForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            with transaction.atomic(durable=True):
                said = form.cleaned_data
                made = setting_up.add(
                    said["number"], name=said["name"], login=form.login, trunk=form.trunk, by=who.me, at=who.at
                )
            return redirect(_page(request, made.pk))
        except NotPossible as sorry:
            form.add_error("number", str(sorry))
    context = {"title": __("A number"), "form": form, "first": "first" in request.GET, "presets": providers.KNOWN}
    return pages.show(request, "desk/settings/add_number.html", context, status=422 if form.is_bound else 200)


@screen
def one(request: HttpRequest, pk: int) -> HttpResponse:
    """A number: how it is doing, its account, who answers; POST changes its account."""
    who = leading.asker_of(request)
    row = _number(pk)
    form = AccountForm(request.POST or None, initial=_initial(row))
    if request.method == "POST" and form.is_valid():
        with transaction.atomic(durable=True):
            _reconnect(row, form, who)
        return redirect(_page(request, pk))
    place = row.place
    words = getattr(place, "words", None)
    context = {
        "title": phone_numbers.shown(row.number),
        "row": row,
        "shown": phone_numbers.shown(row.number),
        "form": form,
        "manner": MannerForm(initial={"name": place.name, "greets_after": row.greets_after}),
        "first": "first" in request.GET,
        "standing": standing.of(row.trunk, who.at),
        "people": Teammate.objects.who_answer().by_name(),
        "members": set(place.members.values_list("pk", flat=True)),
        "greeting": words if words and words.greeting else None,
        "me": who.me,
        "records_days": words.keeps_days if words and words.records else 0,
        "own_hours": bool(place.hours),
        "open_now": place.opening_hours(who.house).is_open(who.at),
    }
    return pages.show(request, "desk/settings/number.html", context, status=422 if form.errors else 200)


@screen
def rows(request: HttpRequest) -> HttpResponse:
    """The list of numbers, alone, as it changes."""
    who = leading.asker_of(request)
    return pages.fragment(request, "desk/settings/_numbers.html", {"numbers": listed(who)})


@screen
def state(request: HttpRequest, pk: int) -> HttpResponse:
    """The sentence about one number, alone, as it changes."""
    who = leading.asker_of(request)
    row = _number(pk)
    context = {"row": row, "standing": standing.of(row.trunk, who.at)}
    return pages.fragment(request, "desk/settings/_number_state.html", context)


@deed
def change(request: HttpRequest, pk: int) -> HttpResponse:
    """Another name, another patience."""
    who = leading.asker_of(request)
    form = MannerForm(request.POST)
    if not form.is_valid():
        raise NotPossible(__("Choose after how many rings."))
    setting_up.change(_number(pk), **form.cleaned_data, by=who.me, at=who.at)
    return pages.done(request, __("Kept."), then=f"{PAGE}{pk}/")


@deed
def open_to(request: HttpRequest, pk: int) -> HttpResponse:
    """Choose who answers at it."""
    who = leading.asker_of(request)
    chosen = [each for each in request.POST.getlist("people") if each.isdigit()]
    people = Teammate.objects.who_answer().filter(pk__in=chosen)
    everyone = request.POST.get("everyone") == "yes"
    setting_up.open_to(_number(pk).place, people, everyone=everyone, by=who.me, at=who.at)
    return pages.done(request, __("Kept."), then=f"{PAGE}{pk}/")


@deed
def remove(request: HttpRequest, pk: int) -> HttpResponse:
    """It is ours no more."""
    who = leading.asker_of(request)
    setting_up.remove(_number(pk), by=who.me, at=who.at)
    return pages.done(request, __("Removed. What was said there stays."), then="/settings/telephone/")


def listed(who: Asker) -> list[dict[str, Any]]:
    """Every number with how it is doing, and the place it leads to."""
    rows = PhoneNumber.objects.in_use().select_related("place", "trunk").order_by("pk")
    return [
        {"row": each, "shown": phone_numbers.shown(each.number), "standing": standing.of(each.trunk, who.at)}
        for each in rows
    ]


def _reconnect(row: PhoneNumber, form: AccountForm, who: Asker) -> None:
    chosen = form.trunk
    if chosen is None:
        chosen = setting_up.connect(form.login, by=who.me, at=who.at)
    elif row.trunk_id == chosen.pk and (form.cleaned_data["user"] or form.cleaned_data["password"]):
        chosen = setting_up.reconnect(chosen, _again(chosen, form), by=who.me, at=who.at)
    if chosen.pk != row.trunk_id:
        setting_up.carry(row, chosen, by=who.me, at=who.at)


def _again(trunk: Trunk, form: AccountForm) -> Login:
    """The same provider, with what was written anew."""
    said = form.cleaned_data
    return Login(
        provider=trunk.provider,
        name=trunk.name,
        host=said["host"] or trunk.host,
        port=said["port"] or trunk.port,
        user=said["user"] or trunk.user,
        password=said["password"],
        addresses=said["addresses"],
    )


def _initial(row: PhoneNumber) -> dict[str, Any]:
    trunk = row.trunk
    if trunk is None:
        return {"through": next(iter(providers.KNOWN))}
    addresses = "\n".join(trunk.addresses)
    return {
        "through": f"trunk-{trunk.pk}",
        "user": trunk.user,
        "host": trunk.host,
        "port": trunk.port,
        "addresses": addresses,
    }


def _number(pk: int) -> PhoneNumber:
    return get_object_or_404(PhoneNumber.objects.in_use().select_related("place__words", "trunk"), pk=pk)


def _page(request: HttpRequest, pk: int) -> str:
    """The number's own page; during the first run it stays a step of that."""
    return f"{PAGE}{pk}/{'?first=1' if 'first' in request.GET else ''}"
