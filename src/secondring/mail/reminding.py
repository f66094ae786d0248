"""Whoever asked for it is told by letter what they should notice: when they are not here, and one letter a quarter of an hour."""

from collections.abc import Sequence
from datetime import datetime
from email.message import EmailMessage
from email.utils import format_datetime, formataddr

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from ..conversations.models import Nudge
from ..lib import clock
from ..lib.jobs import job
from ..team import wishes
from ..team.models import House, Teammate
from . import alarming, threads
from .models import Mailbox
from .ours import Ours
from .smtp import Line

SHOWN = 10  # nudges in one letter


def remind_absent(at: datetime) -> int:
    """Put a letter on its way to each teammate who is absent, wants one, and has something to notice; how many."""
    untold = Nudge.objects.unseen().filter(mailed_at=None)
    people = list(Teammate.objects.who_answer().filter(pk__in=untold.values("teammate")))
    road = alarming.any_road() if people else None
    if road is None:
        return 0
    house = House.ours()
    willing = [each for each in people if wishes.wants_letter(each, zone=wishes.zone_of(each, house), at=at)]
    return sum(_promise(each, road, at=at) for each in willing)


@transaction.atomic
def _promise(teammate: Teammate, road: Mailbox, *, at: datetime) -> bool:
    """Mark what the letter will tell, so that nothing is told twice; False when their last letter is too fresh."""
    nudges = Nudge.objects.filter(teammate=teammate)
    if nudges.filter(mailed_at__gt=at - wishes.ABSENT).exists() or Ours.now().has(teammate.email):
        return False
    pks = [each.pk for each in nudges.visible_to(teammate).unseen().filter(mailed_at=None).order_by("-pk")[:SHOWN]]
    if not pks:
        return False
    nudges.filter(seen_at=None, mailed_at=None).update(mailed_at=at)
    remind.enqueue(at=at, teammate_id=teammate.pk, road_id=road.pk, nudges=pks)
    return True


@job("mail.remind")
def remind(teammate_id: int, road_id: int, nudges: Sequence[int]) -> None:
    """Write to them, unless they have seen it all by now."""
    teammate = Teammate.objects.here().filter(pk=teammate_id).first()
    road = Mailbox.objects.in_use().filter(pk=road_id).first()
    if teammate is None or road is None:
        return
    rows = Nudge.objects.filter(pk__in=nudges).visible_to(teammate).unseen()
    told = [_line(each) for each in rows.select_related("event__by", "event__conversation__customer").order_by("pk")]
    if not told:
        return
    line = Line(road)
    try:
        line.hand_over(road.address, [teammate.email], _letter(teammate, road, told))
    finally:
        line.close()


def _letter(teammate: Teammate, road: Mailbox, told: Sequence[str]) -> bytes:
    """What happened, and where; what customers wrote stays on the desk."""
    letter = EmailMessage()
    letter["From"] = formataddr((House.ours().name, road.address))
    letter["To"] = formataddr((teammate.name, teammate.email))
    letter["Subject"] = ngettext("Somebody needs you on the desk", "%(n)s things for you on the desk", len(told)) % {
        "n": len(told)
    }
    letter["Date"], letter["Message-ID"] = format_datetime(clock.now()), threads.new_message_id(road.domain)
    letter["Auto-Submitted"] = "auto-generated"
    why = _("You asked for a letter when you are not here: %(url)s/settings/me/") % {"url": settings.SECONDRING_URL}
    letter.set_content("\n\n".join([*told, "-- \n" + why]) + "\n")
    return letter.as_bytes()


def _line(nudge: Nudge) -> str:
    conversation = nudge.event.conversation
    assert conversation is not None  # only those that can be seen are told
    names = {"by": nudge.event.by.first_name if nudge.event.by else "", "name": conversation.customer}
    words = {
        "mention": _("%(by)s named you in a note about %(name)s."),
        "handed_over": _("%(by)s handed you %(name)s."),
        "pause_ended": _("%(name)s is back from resting."),
    }.get(nudge.kind, _("Your letter to %(name)s did not arrive."))
    return f"{words % names}\n{settings.SECONDRING_URL}/conversations/{conversation.pk}/"
