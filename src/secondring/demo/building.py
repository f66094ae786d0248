"""A world of the demo is built once, by the product's own ways; a second start keeps what was done in it."""

from collections.abc import Iterable
from datetime import datetime

from django.db.models import F
from django.utils.translation import gettext as _

from ..conversations.models import Nudge
from ..lib.errors import NotPossible
from ..mail.models import Mailbox
from ..phone import sites
from ..team.models import House, Teammate
from . import playing, settling
from .company import Company, harbour_row
from .scripts import Script, scripts
from .worlds import WORLDS


def build(world: str, *, now: datetime, outside: int = 25) -> bool:
    """Fill an empty desk with `world` as it stands at `now`; False when that was done before.

    outside: the loopback port of the server that takes our letters; it may differ from start to start.
    Raises NotPossible where a building was broken off halfway, or the desk is somebody's already.
    """
    if House.ours().first_run_done_at is not None:
        Mailbox.objects.filter(smtp_host=settling.HOST).update(smtp_port=outside)
        return False
    if Teammate.objects.exists():
        raise NotPossible(_("This folder was left half built. Start once more with --fresh."))
    _build(harbour_row(), scripts(WORLDS[world]), now=now, outside=outside)
    House.objects.update(first_run_done_at=now, first_run_code="")
    return True


def _build(company: Company, plays: list[Script], *, now: datetime, outside: int) -> None:
    settling.settle_house(company)
    mailboxes = settling.settle_mailboxes(company, outside=outside, at=now)
    colleagues = settling.settle_colleagues(company)
    if plays:  # whoever looks at the demo can call it
        sites.open_site(by=colleagues["mae"], at=now)
    firsts = _first_letters(plays, now)
    people = [person for key, person in company.people.items() if key in firsts]
    people.sort(key=lambda person: settling.known_since(person, firsts[person.key]))
    settling.settle_people(people, colleagues, first_letters=firsts, now=now)
    playing.play(plays, playing.Stage(company, mailboxes, colleagues, now))
    _look_around(mailboxes.values(), now=now)


def _first_letters(plays: Iterable[Script], now: datetime) -> dict[str, datetime]:
    """When each of them first wrote."""
    firsts: dict[str, datetime] = {}
    for script in plays:
        moment = script.moments(now)[0]
        firsts[script.who] = min(moment, firsts.get(script.who, moment))
    return firsts


def _look_around(mailboxes: Iterable[Mailbox], *, now: datetime) -> None:
    """Mail has just been looked for, and nobody is nudged about what is long done."""
    for mailbox in mailboxes:
        mailbox.looked_at = now
        mailbox.save(update_fields=["looked_at"])
    Nudge.objects.filter(seen_at__isnull=True, event__conversation__closed_at__isnull=False).update(seen_at=F("at"))
