"""A mailbox in trouble says so in words, on the desk at once and, when it lasts, by a letter through a mailbox that is well."""

from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from . import showing
from .models import Mailbox
from .querysets import MailboxQuerySet

IN, OUT = "in", "out"
PATIENCE = timedelta(minutes=3)  # a server that restarts is not worth a letter


@transaction.atomic
def say(mailbox: Mailbox, side: str, words: str, *, at: datetime) -> None:
    """Letters do not come `in`, or ours do not go `out`, and why."""
    row = Mailbox.objects.select_for_update().get(pk=mailbox.pk)
    if row.troubles.get(side) != words:
        _keep(row, {**row.troubles, side: words}, at=at)


@transaction.atomic
def well(mailbox: Mailbox, side: str, *, at: datetime) -> bool:
    """All is well again on that side; True when there had been trouble."""
    row = Mailbox.objects.select_for_update().get(pk=mailbox.pk)
    if side not in row.troubles:
        return False
    _keep(row, {name: words for name, words in row.troubles.items() if name != side}, at=at)
    return True


def _keep(row: Mailbox, troubles: dict[str, str], *, at: datetime) -> None:
    row.troubles = troubles
    row.trouble = " ".join(troubles[side] for side in (IN, OUT) if side in troubles)[:500]
    row.trouble_since = (row.trouble_since or at) if troubles else None
    row.trouble_told_at = row.trouble_told_at if troubles else None
    row.save(update_fields=["troubles", "trouble", "trouble_since", "trouble_told_at"])
    showing.changed(row)


def untold(at: datetime) -> list[Mailbox]:
    """Mailboxes whose trouble has lasted and that nobody was told about by another road."""
    lasting = Q(trouble_since__lte=at - PATIENCE, trouble_told_at__isnull=True)
    return list(Mailbox.objects.in_use().filter(lasting).exclude(trouble=""))


def other_road(mailbox: Mailbox) -> Mailbox | None:
    """A mailbox that is well and can send, to tell of this one."""
    return _well_ones().exclude(pk=mailbox.pk).first()


def any_road() -> Mailbox | None:
    """A mailbox that is well and can send."""
    return _well_ones().first()


def _well_ones() -> MailboxQuerySet:
    return Mailbox.objects.in_use().filter(trouble="").exclude(smtp_host="").order_by("pk")


def sentence(mailbox: Mailbox) -> str:
    """What a person is told."""
    return _("%(address)s is in trouble. %(trouble)s") % {"address": mailbox.address, "trouble": mailbox.trouble}
