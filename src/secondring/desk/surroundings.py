"""What stands around every page and stays when its middle is swapped: the rail on the left, the board at the foot."""

from django.db.models import QuerySet
from django.urls import reverse
from django.utils.translation import gettext as _

from ..conversations.models import Conversation, Delivery, Nudge, Place
from ..team.models import Teammate
from . import lines, lists
from .asker import Asker
from .shapes import Board, Jack, Leaving, Line, Link, Rail

JACKS = 6


def of(asker: Asker, *, path: str) -> dict[str, Rail | Board]:
    """The context of desk/page.html."""
    return {"rail": rail(asker, path=path), "board": board(asker)}


def rail(asker: Asker, *, path: str) -> Rail:
    """Where one can go, how much is there, and who waits longest."""
    return Rail(
        house=asker.house.name,
        me=asker.me,
        lists=list_links(asker, path=path),
        places=[_link(name, words, icon, path) for name, words, icon in _places(asker.me)],
        waiting=waiting_now(asker, path=path),
        rule=asker.house.rule,
        bell=asker.me.answers,
        unseen=unseen_nudges(asker.me)[:100].count(),
        mine=[Link(href="/settings/me/", words=_("My page"), icon="user")],
    )


def list_links(asker: Asker, *, path: str = "") -> list[Link]:
    """The lists of the inbox with how many stand in each; what is over is not counted."""
    counted = ("waiting", "mine", "open", "paused")
    return [
        Link(
            href=list_href(kind.name),
            words=str(kind.words),
            icon=kind.icon,
            count=lists.counted(lists.of(kind, asker.me)) if kind.name in counted else None,
            is_urgent=kind.name == "waiting",
            is_current=path == list_href(kind.name),
        )
        for kind in lists.KINDS.values()
    ]


def list_href(name: str) -> str:
    return reverse("desk:inbox") if name == "waiting" else reverse("desk:list", args=[name])


def waiting_now(asker: Asker, *, path: str = "") -> list[Line]:
    """The six who wait longest."""
    rows = lists.of(lists.KINDS["waiting"], asker.me).with_people()[:6]
    return [lines.line(each, asker, is_current=path == reverse("desk:conversation", args=[each.pk])) for each in rows]


def board(asker: Asker) -> Board:
    """The colleagues who are here, whether I am, and what of mine leaves in a few seconds."""
    colleagues = Teammate.objects.who_answer().exclude(pk=asker.me.pk).order_by("away_since", "name")
    found = list(colleagues[: JACKS + 1])
    return Board(
        jacks=[Jack(id=each.pk, who=each, words=_("away") if each.is_away else _("here")) for each in found[:JACKS]],
        more=max(0, colleagues.count() - JACKS) if len(found) > JACKS else 0,
        team_href="/settings/people/",
        on_duty=not asker.me.is_away,
        duty_href=reverse("desk:duty"),
        leaving=leaving(asker),
    )


def leaving(asker: Asker) -> Leaving | None:
    """My newest letter that can still be taken back."""
    found = my_leaving(asker).select_related("message__conversation__customer").order_by("-due_at").first()
    if found is None or found.message.taken_back_at:
        return None
    name = found.message.conversation.customer.first_name
    return Leaving(
        words=_("Your letter to %(name)s") % {"name": name},
        seconds=max(1, round((found.due_at - asker.at).total_seconds())),
        at=asker.at,
        take_back_href=reverse("desk:take-back", args=[found.message_id]),
    )


def my_leaving(asker: Asker) -> QuerySet[Delivery]:
    """Deliveries of mine whose ten seconds are not over. Found by the index of what is due, which is always short."""
    here = Place.objects.visible_to(asker.me)
    mine = Delivery.objects.outstanding().filter(due_at__gt=asker.at, tries=0, message__author=asker.me)
    return mine.filter(message__conversation__place__in=here)


def unseen_nudges(teammate: Teammate) -> QuerySet[Nudge]:
    visible = Conversation.objects.visible_to(teammate)
    return Nudge.objects.filter(teammate=teammate, seen_at__isnull=True, event__conversation__in=visible)


def _places(me: Teammate) -> list[tuple[str, str, str]]:
    places = [
        ("people", _("People"), "users"),
        ("letters", _("All letters"), "mail-open"),
    ]
    return places if me.answers else []


def _link(name: str, words: str, icon: str, path: str) -> Link:
    href = reverse(f"desk:{name}")
    return Link(href=href, words=words, icon=icon, is_current=path == href)
