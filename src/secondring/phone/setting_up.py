"""A number joins the house with its provider's account, changes, opens to people, or leaves; calls find it so in seconds."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from ..conversations import opening
from ..conversations.channels import PHONE
from ..conversations.models import Place
from ..lib import broadcast, phone_numbers
from ..lib.errors import NotPossible
from ..team import audiences
from ..team.models import Teammate
from .models import PhoneNumber, Trunk
from .rings import EUROPE, NORTH_AMERICA

CHANGED = "telephone"  # what shows numbers and accounts carries this name
FORGOTTEN = {"realm": "", "registered_until": None, "heard_at": None, "trouble": "", "trouble_since": None}
GREETS_AFTER = range(3, 21)  # rings


@dataclass(frozen=True, slots=True, kw_only=True)
class Login:
    """What a provider gives to its customer. An empty password means the one we have."""

    provider: str
    name: str
    host: str
    port: int = 5060
    user: str = ""
    password: str = ""
    addresses: tuple[str, ...] = ()


@transaction.atomic
def add(
    written: str, *, name: str, login: Login | None, trunk: Trunk | None, by: Teammate, at: datetime
) -> PhoneNumber:
    """A number of ours, open to everybody. `trunk`: an account that is here already; else `login` makes one."""
    _may(by)
    number = _read(written)
    row = PhoneNumber.objects.select_related("place").filter(number=number).first()
    if row is not None and row.place.retired_at is None:
        raise NotPossible(_("%(number)s is here already.") % {"number": phone_numbers.shown(number)})
    trunk = trunk or (connect(login, by=by, at=at) if login else None)
    words = name.strip()[:120] or phone_numbers.shown(number)
    if row is None:
        place = Place.objects.create(channel=PHONE, name=words)
        region = phone_numbers.region(number)
        ring = NORTH_AMERICA if number.startswith("+1") else EUROPE
        row = PhoneNumber(place=place, number=number, region=region, ring_on=ring.on, ring_off=ring.off)
    else:
        row.place.name, row.place.retired_at = words, None
        row.place.save(update_fields=["name", "retired_at"])
    row.trunk = trunk
    row.save()
    _tell()
    return row


@transaction.atomic
def change(row: PhoneNumber, *, name: str, greets_after: int, by: Teammate, at: datetime) -> PhoneNumber:
    """What it is called, and after how many rings its greeting is said."""
    _may(by)
    if greets_after not in GREETS_AFTER:
        raise NotPossible(_("Let it ring three times at least, and twenty at most."))
    row.place.name = name.strip()[:120] or phone_numbers.shown(row.number)
    row.place.save(update_fields=["name"])
    row.greets_after = greets_after
    row.save(update_fields=["greets_after"])
    _tell()
    return row


@transaction.atomic
def connect(login: Login, *, by: Teammate, at: datetime) -> Trunk:
    """A provider's account. The same one again (server and user name) is not made twice; it takes the new password."""
    _may(by)
    if not login.host.strip():
        raise NotPossible(_("Which server does your provider name? It stands beside your user name."))
    same = Trunk.objects.filter(host=login.host.strip().lower(), user=login.user.strip())
    return _keep(same.order_by("pk").first() or Trunk(), login)


@transaction.atomic
def reconnect(trunk: Trunk, login: Login, *, by: Teammate, at: datetime) -> Trunk:
    """Another user name, password or server; tried anew within seconds."""
    _may(by)
    return _keep(Trunk.objects.select_for_update().get(pk=trunk.pk), login)


@transaction.atomic
def carry(row: PhoneNumber, trunk: Trunk, *, by: Teammate, at: datetime) -> PhoneNumber:
    """Another account brings this number's calls from now on."""
    _may(by)
    before, row.trunk = row.trunk, trunk
    row.save(update_fields=["trunk"])
    _retire_if_idle(before, at)
    _tell()
    return row


@transaction.atomic
def remove(row: PhoneNumber, *, by: Teammate, at: datetime) -> PhoneNumber:
    """It is ours no more; its calls and conversations stay. An account without numbers is logged out."""
    _may(by)
    row.place.retired_at = at
    row.place.save(update_fields=["retired_at"])
    _retire_if_idle(row.trunk, at)
    _tell()
    return row


@transaction.atomic
def open_to(place: Place, people: Iterable[Teammate], *, everyone: bool, by: Teammate, at: datetime) -> Place:
    """Who answers here: everybody, or these. Desks of those who lose it change within a second."""
    _may(by)
    opening.open_to(place, people, everyone=everyone, by=by, at=at)
    _tell()
    return place


def _keep(trunk: Trunk, login: Login) -> Trunk:
    for field, value in FORGOTTEN.items():
        setattr(trunk, field, value)
    trunk.name, trunk.provider = login.name[:80], login.provider
    trunk.host, trunk.port, trunk.user = login.host.strip().lower(), login.port, login.user.strip()
    trunk.addresses, trunk.registers = list(login.addresses), bool(login.user.strip())
    trunk.retired_at = None
    if login.password:
        trunk.password = login.password
    trunk.save()
    _tell()
    return trunk


def _retire_if_idle(trunk: Trunk | None, at: datetime) -> None:
    if trunk is not None and not trunk.numbers.in_use().exists():
        trunk.retired_at = at
        trunk.save(update_fields=["retired_at"])


def _read(written: str) -> str:
    number = phone_numbers.valid(written)
    if number is None:
        raise NotPossible(_("Please write the number with its country code, like +351 21 000 0000."))
    return number


def _may(by: Teammate) -> None:
    if not by.leads:
        raise NotPossible(_("A lead looks after the telephone."))


def _tell() -> None:
    broadcast.send(CHANGED, to=audiences.LEADING)
    broadcast.send("board")
