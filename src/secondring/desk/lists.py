"""The lists of the inbox: which conversations stand in each, in which order, and where the next page begins."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Q
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext_lazy as _

from ..conversations.models import Conversation
from ..conversations.querysets import ConversationQuerySet
from ..lib.prepared import prepared
from ..team.models import Teammate

PAGE = 50
MOST_COUNTED = 1000
MOST_WITH_SOMEONE = 20
MOST_IN_RAIL = 6


@dataclass(frozen=True)
class Kind:
    """One list. `order` is a column name with '-' for falling; the row's pk breaks ties in the same direction."""

    name: str
    words: Any
    icon: str
    order: str

    @property
    def column(self) -> str:
        return self.order.lstrip("-")

    @property
    def falls(self) -> bool:
        return self.order.startswith("-")


KINDS = {
    kind.name: kind
    for kind in (
        Kind("waiting", _("Waiting"), "inbox", "waiting_since"),
        Kind("mine", _("Mine"), "hand", "-last_at"),
        Kind("open", _("Open"), "circle-dot", "-last_at"),
        Kind("paused", _("Paused"), "circle-pause", "paused_until"),
        Kind("done", _("Done"), "circle-check", "-closed_at"),
        Kind("junk", _("Junk"), "archive", "-junk_at"),
    )
}


def of(kind: Kind, teammate: Teammate, *, place: int | None = None, tag: str = "") -> ConversationQuerySet:
    """All conversations of this list that `teammate` may see, in its order."""
    rows = _all(kind.name, Conversation.objects.visible_to(teammate), teammate)
    if place is not None:
        rows = rows.filter(place_id=place)
    if tag:
        rows = rows.filter(tags__name=tag)
    return rows.order_by(kind.order, "-pk" if kind.falls else "pk")


def _all(name: str, rows: ConversationQuerySet, teammate: Teammate) -> ConversationQuerySet:
    match name:
        case "waiting":
            return rows.waiting()
        case "mine":
            return rows.open().assigned_to(teammate)
        case "open":
            return rows.open()
        case "paused":
            return rows.open().paused()
        case "done":
            return rows.closed()
        case _:
            return rows.junk()


def page(
    kind: Kind, teammate: Teammate, *, place: int | None = None, tag: str = "", after: str = ""
) -> tuple[list[Conversation], str]:
    """One page of a list, and where the next begins ("" at the end). `after` is what the page before gave."""
    moment, pk = read_mark(after)
    return _cut(_page(kind, teammate, place, tag, moment, pk), kind)


def pages(
    kind: Kind, teammate: Teammate, number: int, *, place: int | None = None, tag: str = ""
) -> tuple[list[Conversation], str]:
    """The first `number` pages as one, and where the next begins."""
    rows, after = page(kind, teammate, place=place, tag=tag)
    for _further in range(1, number):
        if not after:
            break
        more, after = page(kind, teammate, place=place, tag=tag, after=after)
        rows += more
    return rows, after


def of_customer(customer: int, teammate: Teammate, *, after: str = "") -> tuple[list[Conversation], str]:
    """One page of every matter with this person, newest first, and where the next begins."""
    moment, pk = read_mark(after)
    return _cut(_page_of_customer(customer, teammate, moment, pk), KINDS["open"])


@prepared
def _page(
    kind: Kind, teammate: Teammate, place: int | None, tag: str, moment: datetime | None, pk: int
) -> ConversationQuerySet:
    return _from(of(kind, teammate, place=place, tag=tag), kind, moment, pk).with_people()[: PAGE + 1]


@prepared
def _page_of_customer(customer: int, teammate: Teammate, moment: datetime | None, pk: int) -> ConversationQuerySet:
    rows = Conversation.objects.visible_to(teammate).filter(customer=customer).newest_first()
    return _from(rows, KINDS["open"], moment, pk).with_people()[: PAGE + 1]


@prepared
def undelivered(teammate: Teammate, place: int | None) -> ConversationQuerySet:
    """Open ones where our last words came back and nobody waits in another list already."""
    rows = Conversation.objects.visible_to(teammate).undelivered().open().not_waiting()
    rows = rows.filter(place_id=place) if place is not None else rows
    return rows.order_by("-undelivered_at").with_people()[:PAGE]


@prepared
def with_someone(teammate: Teammate, place: int | None) -> ConversationQuerySet:
    """Open ones that somebody has and nobody waits in: what colleagues are busy with, newest first."""
    rows = Conversation.objects.visible_to(teammate).open().assigned()
    rows = rows.filter(waiting_since__isnull=True, undelivered_at__isnull=True)
    rows = rows.filter(place_id=place) if place is not None else rows
    return rows.newest_first().with_people()[:MOST_WITH_SOMEONE]


@prepared
def waiting_now(teammate: Teammate) -> ConversationQuerySet:
    """Those who wait longest, as many as the rail names."""
    return of(KINDS["waiting"], teammate).with_people()[:MOST_IN_RAIL]


def _cut(found: list[Conversation], kind: Kind) -> tuple[list[Conversation], str]:
    """A page of what was read, which is one more than a page if there is a next."""
    return found[:PAGE], mark(found[PAGE - 1], kind) if len(found) > PAGE else ""


def mark(conversation: Conversation, kind: Kind) -> str:
    """Where this row stands in its list."""
    return f"{getattr(conversation, kind.column).isoformat()}~{conversation.pk}"


def _from(rows: ConversationQuerySet, kind: Kind, moment: datetime | None, pk: int) -> ConversationQuerySet:
    """Behind that mark. The plain bound on the column alone is what lets both engines walk the index."""
    if moment is None:
        return rows
    beyond, up_to = ("lt", "lte") if kind.falls else ("gt", "gte")
    further = Q(**{f"{kind.column}__{beyond}": moment}) | Q(**{kind.column: moment, f"pk__{beyond}": pk})
    return rows.filter(further, **{f"{kind.column}__{up_to}": moment})


def read_mark(after: str) -> tuple[datetime | None, int]:
    """What `mark` wrote; nothing when somebody wrote something else there."""
    when, _tilde, number = after.partition("~")
    try:
        moment = parse_datetime(when)
    except ValueError:
        moment = None
    if moment is None or moment.tzinfo is None or not number.isdecimal():
        return None, 0
    return moment, int(number)


def told(number: int) -> int | str:
    """How many, told up to a thousand: nobody needs to know more, and no list pays for it."""
    return f"{MOST_COUNTED}+" if number > MOST_COUNTED else number
