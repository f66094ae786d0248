"""How people come in: nobody signs up by themselves; OIDC lets in whom the team already knows."""

from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.forms import LoginForm as AllauthLoginForm
from allauth.core.exceptions import ImmediateHttpResponse
from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.socialaccount.adapter import DefaultSocialAccountAdapter
from django.contrib import messages
from django.http import HttpRequest
from django.shortcuts import redirect
from django.utils.translation import gettext as _

from ..lib import sealed
from ..team.models import Teammate


class LoginForm(AllauthLoginForm):
    """Address and password. There is no link for a forgotten one: a lead gives a new way in."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["login"].label = _("Your e-mail address")
        self.fields["password"].help_text = ""


class Door(DefaultAccountAdapter):
    """The house's door."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        """People are invited; nobody signs up."""
        return False

    def add_message(
        self, request: HttpRequest, level: int, message_template: str | None = None, *args: Any, **kwargs: Any
    ) -> None:
        """Say what went on, but not that one has come in or gone: that can be seen."""
        if message_template not in ("account/messages/logged_in.txt", "account/messages/logged_out.txt"):
            super().add_message(request, level, message_template, *args, **kwargs)


class CompanyDoor(DefaultSocialAccountAdapter):
    """The door for people whose company vouches for them (OIDC)."""

    def is_open_for_signup(self, request: HttpRequest, sociallogin: Any) -> bool:
        return False

    def populate_user(self, request: HttpRequest, sociallogin: Any, data: dict[str, Any]) -> Any:
        """Nothing is taken over: whoever comes in so is on the team already, with the name that they have there."""
        return sociallogin.user

    def pre_social_login(self, request: HttpRequest, sociallogin: Any) -> None:
        """Let in the teammate with the address the provider has verified; anybody else is told whom to ask."""
        if sociallogin.is_existing:
            return
        verified = {e.email.lower() for e in sociallogin.email_addresses if e.verified}
        known = Teammate.objects.here().filter(email__in=verified).first()
        if known is None:
            messages.error(request, _("Your company knows you, but this desk does not yet. Ask a lead to invite you."))
            raise ImmediateHttpResponse(redirect("account_login"))
        sociallogin.connect(request, known)


class SecondFactor(DefaultMFAAdapter):
    """What a second factor is made from is kept sealed, so that a copied database opens no door."""

    def encrypt(self, text: str) -> str:
        return sealed.seal(text)

    def decrypt(self, encrypted_text: str) -> str:
        return sealed.unseal(encrypted_text)
