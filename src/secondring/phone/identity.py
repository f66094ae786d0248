"""Who calls, where the company's own page knows: a signed word in the 'Call us' page's address (docs/help/call-page.md)."""

import base64
import binascii
import hmac
import json
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.conf import settings

from ..customers import recognising
from ..customers.models import ContactPoint, Customer

LONGEST = timedelta(days=1)  # ahead; a word that is good for longer is none


@dataclass(frozen=True, slots=True)
class Identity:
    """A customer, as the company's own page knows them."""

    email: str
    name: str


def key() -> str:
    """What the company's page signs with. It belongs to this installation, and ends with its secret."""
    return hmac.new(settings.SECRET_KEY.encode(), b"secondring who calls", "sha256").hexdigest()


def read(word: object, *, at: datetime) -> Identity | None:
    """The identity, if it was signed with our key and is still good; a page that is wrong about it calls as anybody."""
    said, _dot, signature = str(word or "").partition(".")
    if not said or len(said) > 2000 or not hmac.compare_digest(signature.lower().encode(), _signature(said)):
        return None
    try:
        facts = json.loads(base64.urlsafe_b64decode(said + "=" * (-len(said) % 4)))
        until = datetime.fromtimestamp(facts["until"], at.tzinfo)
        email, name = str(facts["email"]).strip(), str(facts.get("name", "")).strip()
    except (ValueError, TypeError, KeyError, OverflowError, OSError, binascii.Error):
        return None
    good = at < until <= at + LONGEST and "@" in email and len(email) <= 254
    return Identity(email, name[:160]) if good else None


def customer(found: Identity, *, at: datetime) -> Customer:
    """Their card, made when it is new."""
    return recognising.recognise(ContactPoint.EMAIL, found.email, name=found.name, at=at)


def _signature(said: str) -> bytes:
    return hmac.new(key().encode(), said.encode(), "sha256").hexdigest().encode()
