"""What stands around every page and stays when its middle is swapped: the rail on the left, the board at the foot."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from django.conf import settings
from django.db.models import QuerySet
from django.urls import reverse
from django.utils.translation import gettext as _

from ..conversations.channels import PHONE
from ..conversations.models import Delivery, Nudge, Place
from ..lib.counting import counted
from ..lib.machine_trouble import ROOM, room
from ..lib.prepared import prepared
from ..mail import alarming
from ..mail.models import Mailbox
from ..mail.querysets import MailboxQuerySet
from ..team.models import Teammate, TeammateQuerySet
from . import lines, lists
from .asker import Asker
from .shapes import Board, Jack, Leaving, Line, Link, Rail
from .to import to

JACKS = 6
MOST_UNSEEN = 100
MOST_TROUBLES = 3


def of(asker: Asker, *, path: str) -> dict[str, Any]:
    """The context of desk/page.html."""
    numbers = _numbers(asker.me, asker.at)
    found = _first_colleagues(asker.me)
    return {
        "rail": rail(asker, numbers, path=path),
        "board": board(
            asker,
            found,
            more=numbers["colleagues"] - len(found),
            leaving=leaving(asker) if numbers["leaving"] else None,
            rings=numbers["telephones"] > 0,
        ),
        "troubles": troubles(asker),
    }


@counted(lists.MOST_COUNTED + 1)
def _numbers(me: Teammate, at: datetime) -> dict[str, QuerySet[Any]]:
    """All that a page tells the number of: one question."""
    return {
        **_lists(me),
        "unseen": unseen_nudges(me),
        "colleagues": _colleagues(me),
        "leaving": my_leaving(me, at),
        "telephones": Place.objects.in_use().visible_to(me).filter(channel=PHONE),
    }


def _colleagues(me: Teammate) -> TeammateQuerySet:
    rows: TeammateQuerySet = Teammate.objects.who_answer().who_came_in().exclude(pk=me.pk)
    return rows


@prepared
def _first_colleagues(me: Teammate) -> TeammateQuerySet:
    return _colleagues(me).order_by("away_since", "name")[:JACKS]


def troubles(asker: Asker) -> list[str]:
    """What stands over every page while letters cannot come or go: a sentence for each mailbox of theirs, and the disk's."""
    disk = [_("The desk's disk is nearly full. Letters wait elsewhere until there is room.")] if room() < ROOM else []
    return [*disk, *(alarming.sentence(each) for each in _troubled(asker.me))]


@prepared
def _troubled(me: Teammate) -> MailboxQuerySet:
    return Mailbox.objects.in_use().visible_to(me).exclude(trouble="").order_by("address")[:MOST_TROUBLES]


def rail(asker: Asker, numbers: dict[str, int], *, path: str) -> Rail:
    """Where one can go, how much is there, and who waits longest."""
    return Rail(
        house=asker.house.name,
        me=asker.me,
        lists=list_links(numbers, path=path),
        places=[_link(name, words, icon, path) for name, words, icon in _places(asker.me)],
        waiting=waiting_now(asker, path=path),
        rule=asker.house.rule,
        bell=asker.me.answers,
        unseen=min(numbers["unseen"], MOST_UNSEEN),
        tries="/call/" if settings.SECONDRING_IS_DEMO and asker.me.answers and numbers["telephones"] else "",
        mine=[Link(href="/settings/me/", words=_("Settings"), icon="settings")],
    )


def _lists(me: Teammate) -> dict[str, QuerySet[Any]]:
    """The lists whose number the rail tells; what is over is not counted."""
    return {name: lists.of(lists.KINDS[name], me) for name in ("waiting", "mine", "open", "paused")}


in_lists = counted(lists.MOST_COUNTED + 1)(_lists)


def list_links(numbers: dict[str, int], *, path: str = "") -> list[Link]:
    """The lists of the inbox with how many stand in each. numbers: of those `in_lists`, counted."""
    return [
        Link(
            href=list_href(kind.name),
            words=str(kind.words),
            icon=kind.icon,
            count=lists.told(numbers[kind.name]) if kind.name in numbers else None,
            is_urgent=kind.name == "waiting",
            is_current=path == list_href(kind.name),
        )
        for kind in lists.KINDS.values()
    ]


def list_href(name: str) -> str:
    return reverse("desk:inbox") if name == "waiting" else reverse("desk:list", args=[name])


def waiting_now(asker: Asker, *, path: str = "") -> list[Line]:
    """The six who wait longest."""
    rows = lists.waiting_now(asker.me)
    current = next((each.pk for each in rows if path == to("conversation", each.pk)), None)
    return lines.of(rows, replace(asker, is_anybody=True), current=current)  # no drafts, no 'you' in the rail


def board(
    asker: Asker, colleagues: Sequence[Teammate], *, more: int = 0, leaving: Leaving | None = None, rings: bool = False
) -> Board:
    """The colleagues who are here, whether I am, and what of mine leaves in a few seconds."""
    return Board(
        jacks=[Jack(id=each.pk, who=each, words=_("away") if each.is_away else _("on duty")) for each in colleagues],
        more=more,
        team_href="/settings/people/",
        on_duty=not asker.me.is_away,
        duty_href=reverse("desk:duty"),
        telephone_href=reverse("desk:softphone") if rings else "",
        leaving=leaving,
    )


def leaving(asker: Asker) -> Leaving | None:
    """My newest letter that can still be taken back."""
    found = my_leaving(asker.me, asker.at).select_related("message__conversation__customer").order_by("-due_at").first()
    if found is None or found.message.taken_back_at:
        return None
    name = found.message.conversation.customer.first_name
    return Leaving(
        words=_("Your letter to %(name)s") % {"name": name},
        seconds=max(1, round((found.due_at - asker.at).total_seconds())),
        at=asker.at,
        take_back_href=reverse("desk:take-back", args=[found.message_id]),
    )


def my_leaving(me: Teammate, at: datetime) -> QuerySet[Delivery]:
    """Deliveries of mine whose ten seconds are not over. Found by the index of what is due, which is always short."""
    here = Place.objects.visible_to(me)
    mine = Delivery.objects.outstanding().filter(due_at__gt=at, tries=0, message__author=me)
    return mine.filter(message__conversation__place__in=here)


def unseen_nudges(teammate: Teammate) -> QuerySet[Nudge]:
    return Nudge.objects.visible_to(teammate).filter(teammate=teammate, seen_at__isnull=True)


def _places(me: Teammate) -> list[tuple[str, str, str]]:
    places = [
        ("people", _("People"), "users"),
        ("letters", _("All letters"), "mail-open"),
        ("calls", _("Calls"), "phone"),
    ]
    return places if me.answers else []


def _link(name: str, words: str, icon: str, path: str) -> Link:
    href = reverse(f"desk:{name}")
    return Link(href=href, words=words, icon=icon, is_current=path == href)
