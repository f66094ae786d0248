"""Mailboxes that want a token instead of a password (OAuth 2, RFC 6749): asking for leave once, then fresh tokens for ever.

Built and tested against a local authorisation server with Dovecot; the large providers were not tried from here.
"""

import json
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import urlencode

from django.db import transaction
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext as _

from ..lib import sealed
from ..lib.errors import WorldFailed
from .models import Mailbox

EARLY = timedelta(minutes=2)  # a token is renewed so long before it ends
PATIENCE = 20.0  # seconds for the provider to answer


@dataclass(frozen=True)
class Provider:
    """Where a provider gives leave and tokens, and what to ask it for."""

    authorize_url: str
    token_url: str
    scope: str
    imap: tuple[str, int]
    smtp: tuple[str, int]
    extra: tuple[tuple[str, str], ...] = ()


PROVIDERS = {
    "google": Provider(
        "https://accounts.google.com/o/oauth2/v2/auth",
        "https://oauth2.googleapis.com/token",
        "https://mail.google.com/",
        ("imap.gmail.com", 993),
        ("smtp.gmail.com", 587),
        (("access_type", "offline"), ("prompt", "consent")),
    ),
    "microsoft": Provider(
        "https://login.microsoftonline.com/common/oauth2/v2.0/authorize",
        "https://login.microsoftonline.com/common/oauth2/v2.0/token",
        "offline_access https://outlook.office.com/IMAP.AccessAsUser.All https://outlook.office.com/SMTP.Send",
        ("outlook.office365.com", 993),
        ("smtp.office365.com", 587),
    ),
}


def leave_url(mailbox: Mailbox, *, redirect_uri: str, state: str) -> str:
    """Where the owner's browser goes to let us in."""
    about = mailbox.oauth
    asked = {
        "response_type": "code",
        "client_id": about.get("client_id", ""),
        "redirect_uri": redirect_uri,
        "scope": about.get("scope", ""),
        "state": state,
        "login_hint": mailbox.login or mailbox.address,
        **about.get("extra", {}),
    }
    return f"{about['authorize_url']}?{urlencode(asked)}"


def redeem(mailbox: Mailbox, code: str, *, redirect_uri: str, at: datetime) -> None:
    """Exchange the code that the browser brought back for tokens. Raises WorldFailed in words."""
    answer = _ask(mailbox, {"grant_type": "authorization_code", "code": code, "redirect_uri": redirect_uri})
    _keep(mailbox, answer, at=at)


def access_token(mailbox: Mailbox, *, at: datetime, fresh: bool = False) -> str:
    """A token that opens the mailbox now; renewed when it is about to end, or when `fresh` is wanted. Raises WorldFailed."""
    mailbox.refresh_from_db(fields=["oauth", "oauth_sealed"])
    secrets = _secrets(mailbox)
    ends = parse_datetime(secrets.get("expires_at", "")) if secrets.get("expires_at") else None
    if secrets.get("access_token") and not fresh and (ends is None or at < ends - EARLY):
        return str(secrets["access_token"])
    if not secrets.get("refresh_token"):
        raise WorldFailed(_("The log-in has ended. Connect this mailbox again in the settings."), permanent=True)
    answer = _ask(mailbox, {"grant_type": "refresh_token", "refresh_token": secrets["refresh_token"]})
    return _keep(mailbox, answer, at=at)


def put_secrets(mailbox: Mailbox, **secrets: str) -> None:
    """Seal what only the provider and we know, beside what is sealed already. The caller saves `oauth_sealed`."""
    mailbox.oauth_sealed = sealed.seal(json.dumps({**_secrets(mailbox), **secrets}))


def _secrets(mailbox: Mailbox) -> dict[str, Any]:
    kept: dict[str, Any] = json.loads(sealed.unseal(mailbox.oauth_sealed) or "{}")
    return kept


def _ask(mailbox: Mailbox, asked: dict[str, str]) -> dict[str, Any]:
    import httpx  # a second of start-up and ten megabytes, for mailboxes with a token only

    who = {"client_id": mailbox.oauth.get("client_id", ""), "client_secret": _secrets(mailbox).get("client_secret", "")}
    try:
        answer = httpx.post(mailbox.oauth["token_url"], data={**asked, **who}, timeout=PATIENCE)
        told: dict[str, Any] = answer.json()
    except (httpx.HTTPError, ValueError) as problem:
        raise WorldFailed(_("The log-in server does not answer (%s).") % type(problem).__name__) from problem
    if answer.status_code != 200 or not told.get("access_token"):
        why = told.get("error_description") or told.get("error") or answer.status_code
        permanent = told.get("error") in ("invalid_grant", "invalid_client", "unauthorized_client")
        raise WorldFailed(_("The log-in was refused (%s). Connect this mailbox again.") % why, permanent=permanent)
    return told


@transaction.atomic
def _keep(mailbox: Mailbox, answer: dict[str, Any], *, at: datetime) -> str:
    seconds = float(answer.get("expires_in") or 3600)
    renewed = {"access_token": str(answer["access_token"]), "expires_at": (at + timedelta(seconds=seconds)).isoformat()}
    if answer.get("refresh_token"):
        renewed["refresh_token"] = str(answer["refresh_token"])
    put_secrets(mailbox, **renewed)
    mailbox.save(update_fields=["oauth_sealed"])
    return renewed["access_token"]
