"""Browsers that want to be woken when it rings: an installed app, a telephone in a pocket, a desk whose window is closed."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from urllib.parse import urlsplit

from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec
from django.contrib.sessions.models import Session
from django.db import transaction
from django.utils.translation import gettext as _

from ..lib.errors import NotPossible
from ..team.models import Teammate
from . import web_push
from .models import PushDevice, PushKey

MOST = 10  # devices a person; the oldest one makes room


@dataclass(frozen=True, slots=True)
class Address:
    """Where a message to one device goes, and what seals it."""

    pk: int
    teammate: int
    endpoint: str
    public: bytes
    secret: bytes

    @property
    def origin(self) -> str:
        parts = urlsplit(self.endpoint)
        return f"{parts.scheme}://{parts.netloc}"


@transaction.atomic
def subscribe(teammate: Teammate, *, endpoint: str, public: str, secret: str, session: str, at: datetime) -> PushDevice:
    """Wake this browser when it rings at them, for as long as this log-in lasts.

    Raises NotPossible for what no browser gives us.
    """
    parts = urlsplit(endpoint)
    if parts.scheme != "https" or not parts.hostname or len(endpoint) > 1000 or not web_push.are_keys(public, secret):
        raise NotPossible(_("This browser gave an address that cannot be called."))
    values = {"teammate": teammate, "public": public, "secret": secret, "session": session, "made_at": at}
    device, _made = PushDevice.objects.update_or_create(endpoint=endpoint, defaults=values)
    late = teammate.push_devices.order_by("-made_at", "-pk").values_list("pk", flat=True)[MOST:]
    PushDevice.objects.filter(pk__in=list(late)).delete()
    return device


@transaction.atomic
def unsubscribe(teammate: Teammate, *, endpoint: str, at: datetime) -> int:
    """Wake it no more; the number of devices that this was about."""
    return teammate.push_devices.filter(endpoint=endpoint).delete()[0]


@transaction.atomic
def forget(pk: int, *, at: datetime) -> int:
    """The push service says that this browser has gone."""
    return PushDevice.objects.filter(pk=pk).delete()[0]


def addresses(teammates: Collection[int], at: datetime) -> list[Address]:
    """The devices of these people whose log-in still stands."""
    rows = list(PushDevice.objects.filter(teammate__in=teammates, teammate__is_active=True))
    keys = {row.session for row in rows}
    alive = set(Session.objects.filter(session_key__in=keys, expire_date__gt=at).values_list("session_key", flat=True))
    return [
        Address(row.pk, row.teammate_id, row.endpoint, web_push.read(row.public), web_push.read(row.secret))
        for row in rows
        if row.session in alive
    ]


def our_key() -> ec.EllipticCurvePrivateKey:
    """The key that signs all our messages, made once; browsers take messages signed with no other."""
    row = PushKey.objects.filter(pk=1).first()
    if row is None or not row.private:  # sealed with a secret that is no more: old subscriptions are lost with it
        row = _made(row)
    key = serialization.load_pem_private_key(row.private.encode(), None)
    assert isinstance(key, ec.EllipticCurvePrivateKey)
    return key


def _made(lost: PushKey | None) -> PushKey:
    pem = web_push.new_key().private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    fresh = lost or PushKey(pk=1)
    fresh.private = pem.decode()
    if lost is not None:
        lost.save(update_fields=["private_sealed"])
        return lost
    return PushKey.objects.get_or_create(pk=1, defaults={"private_sealed": fresh.private_sealed})[0]
