"""Passwords and tokens of other systems are kept sealed with the installation's secret, so a copied database gives none away."""

import base64
import hashlib

from cryptography.fernet import Fernet, InvalidToken
from django.conf import settings


def seal(text: str) -> str:
    """Encrypt `text`; the empty string stays empty."""
    return _key().encrypt(text.encode()).decode() if text else ""


def unseal(sealed: str) -> str:
    """The text that was sealed; empty when it was sealed with another secret, so that a person is asked for it anew."""
    try:
        return _key().decrypt(sealed.encode()).decode() if sealed else ""
    except InvalidToken:
        return ""


def _key() -> Fernet:
    digest = hashlib.sha256(b"secondring sealed " + settings.SECRET_KEY.encode()).digest()
    return Fernet(base64.urlsafe_b64encode(digest))
