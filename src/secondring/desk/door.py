"""Coming in: the first run, log-in, and the link of an invitation."""

from django import forms
from django.contrib import messages
from django.contrib.auth import login, logout, password_validation
from django.core.cache import cache
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST

from ..lib import clock
from ..team import first_run, joining
from ..team.models import Role, Teammate

BACKEND = "django.contrib.auth.backends.ModelBackend"


class PasswordForm(forms.Form):
    """A password, chosen once; the browser offers to keep it."""

    password = forms.CharField(
        label=_("A password"),
        help_text=_("Ten letters or more. A short sentence is best."),
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
        max_length=200,
    )

    def __init__(self, *args: object, teammate: Teammate | None = None, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]
        self.teammate = teammate

    def clean_password(self) -> str:
        password: str = self.cleaned_data["password"]
        password_validation.validate_password(password, self.teammate)
        return password


class FirstRunForm(PasswordForm):
    """What a new house must know."""

    code = forms.CharField(
        label=_("The code from the terminal"),
        max_length=30,
        widget=forms.TextInput(attrs={"autocomplete": "off", "autofocus": True, "spellcheck": "false"}),
    )
    company = forms.CharField(label=_("Your company"), max_length=120)
    name = forms.CharField(label=_("Your name"), max_length=80, widget=forms.TextInput(attrs={"autocomplete": "name"}))
    email = forms.EmailField(
        label=_("Your e-mail address"), widget=forms.EmailInput(attrs={"autocomplete": "username"})
    )
    time_zone = forms.CharField(required=False, max_length=64, widget=forms.HiddenInput)
    field_order = ("code", "company", "name", "email", "password", "time_zone")

    def clean_code(self) -> str:
        code: str = self.cleaned_data["code"]
        if not first_run.fits(code):
            raise forms.ValidationError(
                _("That is not the code. It stands in the terminal where Second Ring was started.")
            )
        return code


def log_in(request: HttpRequest) -> HttpResponseBase:
    """The way in: the first run while nobody has ever come in, else the log-in page."""
    if first_run.is_needed():
        return redirect("desk:first-run")
    query = request.META.get("QUERY_STRING", "")
    return redirect(f"/account/login/{'?' + query if query else ''}")


def begin(request: HttpRequest) -> HttpResponse:
    """The first run: whoever has read the terminal becomes the first owner."""
    if not first_run.is_needed():
        return redirect("/")
    form = FirstRunForm(request.POST or None)
    if request.method == "POST" and not _may_try():
        form.add_error("code", _("Too many tries. Please wait an hour, or start Second Ring anew for a fresh code."))
    if request.method == "POST" and form.is_valid():
        values = form.cleaned_data
        with transaction.atomic(durable=True):
            owner = first_run.begin(
                company=values["company"],
                time_zone=values["time_zone"],
                name=values["name"],
                email=values["email"],
                password=values["password"],
                at=clock.now(),
            )
        login(request, owner, backend=BACKEND)
        return redirect("/settings/mailboxes/add/?first=1")
    return render(request, "desk/first_run.html", {"form": form}, status=422 if form.is_bound else 200)


def join(request: HttpRequest, who: str, token: str) -> HttpResponse:
    """An invitation, or a new way in: choose a password and come in. The link is good once.

    Whoever has a second step still takes it: a link alone, in the wrong hands, opens nothing of theirs.
    """
    teammate = joining.whose(who, token)
    if teammate is None:
        return render(request, "desk/link_used.html", status=410)
    form = PasswordForm(request.POST or None, teammate=teammate)
    if request.method == "POST" and form.is_valid():
        with transaction.atomic(durable=True):
            joining.choose_password(teammate, form.cleaned_data["password"], at=clock.now())
        if joining.has_second_step(teammate):
            messages.success(request, _("Kept. Now come in with it."))
            return redirect("account_login")
        login(request, teammate, backend=BACKEND)
        return redirect("/")
    context = {"form": form, "teammate": teammate, "packs": teammate.role == Role.PACKER}
    return render(request, "desk/join.html", context, status=422 if form.is_bound else 200)


def _may_try() -> bool:
    """Codes cannot be guessed by trying: twenty tries an hour for the whole house."""
    cache.add("first-run-tries", 0, 3600)
    return bool(cache.incr("first-run-tries") <= 20)


@require_POST
def log_out(request: HttpRequest) -> HttpResponse:
    """Going home; drafts stay as they are."""
    logout(request)
    return redirect("/account/login/")
