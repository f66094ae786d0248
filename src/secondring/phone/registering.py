"""What the book knows of trunks, and what a provider's answers write into it."""

from datetime import UTC, datetime

from django.db import transaction

from ..lib import broadcast
from ..team import audiences
from .models import PhoneNumber, Trunk
from .setting_up import CHANGED
from .sip_accounts import Account

SAID = ("registered_until", "heard_at", "realm", "trouble", "trouble_since")


def accounts() -> list[Account]:
    """Every trunk in use, with the numbers that lead to it."""
    numbers = list(PhoneNumber.objects.in_use().filter(trunk__isnull=False).order_by("number"))
    trunks = Trunk.objects.filter(retired_at__isnull=True).order_by("pk")
    return [_account(trunk, [each for each in numbers if each.trunk_id == trunk.pk]) for trunk in trunks]


def _account(trunk: Trunk, numbers: list[PhoneNumber]) -> Account:
    return Account(
        id=trunk.pk,
        host=trunk.host,
        port=trunk.port,
        user=trunk.user,
        password=trunk.password,
        realm=trunk.realm,
        registers=trunk.registers and bool(trunk.user),
        addresses=tuple(str(each) for each in trunk.addresses),
        numbers=tuple(each.number for each in numbers),
        region=numbers[0].region if numbers else "US",
        channels=trunk.channels,
    )


@transaction.atomic(durable=True)
def answered(trunk: int, until: float | None, realm: str, trouble: str, *, at: datetime) -> None:
    """A provider said that we are registered `until` (Unix time), or asked as `realm` for our password, or refused us."""
    row = Trunk.objects.select_for_update().filter(pk=trunk).first()
    if row is None:
        return
    before = (row.trouble, row.registered_until is None)
    if trouble:
        row.trouble, row.trouble_since = trouble[:500], row.trouble_since or at
    elif until is not None:
        row.registered_until, row.heard_at = datetime.fromtimestamp(until, UTC), at
        row.trouble, row.trouble_since = "", None
    if before != (row.trouble, row.registered_until is None):
        broadcast.send(CHANGED, to=audiences.LEADING)
    row.realm = row.realm or realm[:120]  # the first who asks is the one we trust; a person may empty it
    row.save(update_fields=SAID)


@transaction.atomic(durable=True)
def found(trunk: int, is_found: bool, *, at: datetime) -> None:
    """The provider's name leads to a server, or to none."""
    row = Trunk.objects.select_for_update().filter(pk=trunk).first()
    if row is None:
        return
    nowhere = f"There is no server called {row.host} just now. Is its name written as your provider writes it?"
    if is_found == (row.trouble != nowhere):
        return
    row.trouble, row.trouble_since = ("", None) if is_found else (nowhere[:500], row.trouble_since or at)
    row.save(update_fields=["trouble", "trouble_since"])
    broadcast.send(CHANGED, to=audiences.LEADING)
