"""When a mailbox stays in trouble, those who lead are told by another road: a letter through a mailbox that is well."""

from datetime import datetime
from email.message import EmailMessage
from email.utils import format_datetime

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext as _

from ..lib import clock
from ..lib.jobs import job
from ..team.models import Role, Teammate
from . import alarming, threads
from .models import Mailbox
from .smtp import Line


def tell_of_trouble(at: datetime) -> int:
    """Put a letter on its way for each mailbox whose trouble lasts; how many. Without another road the desk's banner must do."""
    told = 0
    for mailbox in alarming.untold(at):
        road = alarming.other_road(mailbox)
        if road is not None:
            _promise(mailbox, road, at=at)
            told += 1
    return told


@transaction.atomic
def _promise(mailbox: Mailbox, road: Mailbox, *, at: datetime) -> None:
    mailbox.trouble_told_at = at
    mailbox.save(update_fields=["trouble_told_at"])
    tell.enqueue(at=at, unique_key=f"trouble-{mailbox.pk}", mailbox_id=mailbox.pk, road_id=road.pk)


@job("mail.tell_those_who_lead")  # lib/notices.py puts it on the list
def tell_those_who_lead(subject: str, words: str) -> None:
    """Write to owners and leads what another room had to say. Without a mailbox that is well, it waits for one."""
    road = alarming.any_road()
    if road is None:
        raise LookupError("No mailbox can send it just now.")
    _send(road, _leading(), subject, words)


@job("mail.tell_of_trouble")
def tell(mailbox_id: int, road_id: int) -> None:
    """Write to owners and leads, unless all is well again by now."""
    mailbox = Mailbox.objects.exclude(trouble="").filter(pk=mailbox_id).first()
    road = Mailbox.objects.in_use().filter(pk=road_id).first()
    if mailbox is not None and road is not None:
        since = f"{mailbox.trouble_since:%d %B, %H:%M} UTC" if mailbox.trouble_since else _("a while")
        words = _("%(what)s\n\nSince %(since)s letters may be waiting. Look at it here: %(url)s/settings/mailboxes/\n")
        words %= {"what": alarming.sentence(mailbox), "since": since, "url": settings.SECONDRING_URL}
        _send(road, _leading(), _("%s is in trouble") % mailbox.address, words)


def _leading() -> list[str]:
    rows = Teammate.objects.here().filter(role__in=(Role.OWNER, Role.LEAD))
    return list(rows.values_list("email", flat=True))


def _send(road: Mailbox, leading: list[str], subject: str, words: str) -> None:
    if not leading:
        return
    line = Line(road)
    try:
        line.hand_over(road.address, leading, _letter(road, leading, subject, words))
    finally:
        line.close()


def _letter(road: Mailbox, leading: list[str], subject: str, words: str) -> bytes:
    letter = EmailMessage()
    letter["From"], letter["To"] = road.address, ", ".join(leading)
    letter["Subject"] = subject
    letter["Date"], letter["Message-ID"] = format_datetime(clock.now()), threads.new_message_id(road.domain)
    letter["Auto-Submitted"] = "auto-generated"
    letter.set_content(words)
    return letter.as_bytes()
