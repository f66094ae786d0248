"""A mailbox joins the house, changes its doors, opens to people, or rests."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from ..conversations import opening
from ..conversations.channels import MAIL
from ..conversations.models import Place
from ..lib.errors import NotPossible
from ..team.models import Teammate
from . import connecting, showing
from .models import Mailbox

DOORS = (
    "imap_host", "imap_port", "imap_security", "smtp_host", "smtp_port", "smtp_security", "login", "shown_name",
    "signature", "aliases", "keeps_sent", "accepts_direct",
)  # fmt: skip


@transaction.atomic
def add(address: str, *, name: str, password: str, by: Teammate, at: datetime, **doors: Any) -> Mailbox:
    """A new mailbox, open to everybody, and a try of its doors. What is in it already is history; what comes now waits."""
    _may(by)
    address = address.strip().lower()
    if Mailbox.objects.filter(address=address).exists():
        raise NotPossible(_("%(address)s is here already.") % {"address": address})
    place = Place.objects.create(channel=MAIL, name=name.strip()[:120] or address)
    mailbox = Mailbox(place=place, address=address, **_known(doors))
    mailbox.password = password
    mailbox.save()
    _tell(mailbox, at=at)
    return mailbox


@transaction.atomic
def change(mailbox: Mailbox, *, name: str, password: str, by: Teammate, at: datetime, **doors: Any) -> Mailbox:
    """Other doors, another password (empty: the same), and a try of them."""
    _may(by)
    for field, value in _known(doors).items():
        setattr(mailbox, field, value)
    if password:
        mailbox.password = password
    mailbox.troubles, mailbox.trouble, mailbox.trouble_since, mailbox.trouble_told_at = {}, "", None, None
    mailbox.save()
    mailbox.place.name = name.strip()[:120] or mailbox.address
    mailbox.place.save(update_fields=["name"])
    _tell(mailbox, at=at)
    return mailbox


@transaction.atomic
def open_to(mailbox: Mailbox, people: Iterable[Teammate], *, everyone: bool, by: Teammate, at: datetime) -> Mailbox:
    """Who answers here: everybody, or these. Desks of those who lose it change within a second."""
    _may(by)
    opening.open_to(mailbox.place, people, everyone=everyone, by=by, at=at)
    showing.changed(mailbox)
    return mailbox


@transaction.atomic
def rest(mailbox: Mailbox, *, by: Teammate, at: datetime) -> Mailbox:
    """Ask it for nothing until it is woken; its conversations stay."""
    _may(by)
    mailbox.paused_at = at
    mailbox.save(update_fields=["paused_at"])
    showing.changed(mailbox)
    return mailbox


@transaction.atomic
def wake(mailbox: Mailbox, *, by: Teammate, at: datetime) -> Mailbox:
    """Fetch again, from where it stopped."""
    _may(by)
    mailbox.paused_at = None
    mailbox.save(update_fields=["paused_at"])
    _tell(mailbox, at=at)
    return mailbox


def _known(doors: dict[str, Any]) -> dict[str, Any]:
    unknown = set(doors) - set(DOORS)
    if unknown:
        raise TypeError(f"not a door: {unknown}")
    return doors


def _may(by: Teammate) -> None:
    if not by.leads:
        raise NotPossible(_("A lead looks after the mailboxes."))


def _tell(mailbox: Mailbox, *, at: datetime) -> None:
    connecting.begin(mailbox, at=at)
    showing.changed(mailbox)
