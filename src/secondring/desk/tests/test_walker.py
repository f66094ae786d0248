"""Somebody walks up to every door of the house: as nobody, as a packer, and as colleagues with different mailboxes."""

import re
from collections.abc import Iterable
from difflib import unified_diff
from typing import Any

import pytest
from django.apps import apps
from django.test import Client

from secondring import testing as t
from secondring.mail.models import Mailbox
from secondring.team.models import House, Shift, Teammate

from . import walk
from .desks import HTMX, browser, get
from .stops import ANSWERS, LEADS, OPEN, PLACE, STOPS
from .walk import Answer
from .walked_house import Side, a_person, a_side

pytestmark = pytest.mark.django_db

UNCONCERNED = ("/parts/", "/metrics")  # samples, and the machine's own figures
ROOMS = ("team", "customers", "conversations", "mail")
PATHS = {
    "conversations.place": "pk",
    "conversations.place_members": "place",
    "conversations.conversation": "place",
    "conversations.conversation_tags": "conversation__place",
    "conversations.message": "conversation__place",
    "conversations.event": "conversation__place",
    "conversations.delivery": "message__conversation__place",
    "conversations.attachment": "message__conversation__place",
    "mail.mailbox": "place",
    "mail.incomingemail": "mailbox__place",
    "mail.emailthread": "place",
}  # how the rows that belong to a place belong to it
CHANGING = [
    (r'name="csrfmiddlewaretoken" value="[^"]*"', ""),
    (r'name="once" value="[^"]*"', ""),
    (r"'Expires': '[^']*'|'Content-Length': '\d+'|'Live-Mark': '[^']*'|data-mark=.[^\" ]*.", ""),
    (r'<p class="[a-z]+">(\d+ conversations|One conversation) elsewhere</p>|data-leaves-in=.\d+. data-at=.\d+.', ""),
    (r"<time[^>]*data-left[^>]*>[^<]*</time>|\bin \d+ s\b|\b\d+ s ago\b|\b59:\d\d\b", ""),
    (r"<section><dl><dt>First wrote</dt>.*?</section>|<small class=.wide-only.>(since [^<]*)?</small>", ""),
    (r"\s+", " "),
    (r'data-waited="\d+" data-at="\d+"(>\d+:\d+<)?|stroke-dasharray="[^"]*"', ""),
    (r"X-CSRFToken[^}]*}|<meta name=.now. content=.\d+.>|data-now=.\d+.", ""),
]  # what differs between two looks at the same page


def a_house() -> tuple[Side, Side, dict[str, Any]]:
    """Bea answers sellers, Cal answers press; each had a hand in the other's mailbox once. Ana writes to both."""
    bea, cal = t.bea(), t.cal()
    House.ours()
    sellers, press = a_side("ochre", by=bea, formerly=cal), a_side("vermeil", by=cal, formerly=bea)
    return sellers, press, {**a_person(t.ana(), by=bea), "teammate": t.mae().pk}


def test_no_route_is_forgotten_by_the_walk() -> None:
    assert {name for name, _parts in walk.routes()} == set(STOPS)


@pytest.mark.parametrize("headers", [{}, HTMX], ids=["page", "fragment"])
def test_nobody_gets_nothing_but_the_way_in(headers: dict[str, str]) -> None:
    sellers, _press, person = a_house()
    before = everything()
    rows = {**sellers.rows, **person}
    answers = [*walk.look(Client(), rows, headers=headers), *walk.act(None, rows, headers=headers)]
    assert not told(answers, "ochre", "vermeil", "Ana Lima")
    assert not broken(answers)
    let_in = [each for each in answers if each.stop.who != OPEN and not turned_away(each)]
    assert not let_in
    assert everything() == before


def test_a_packer_sees_no_customer_and_no_word_of_theirs() -> None:
    sellers, _press, person = a_house()
    pia = t.pia()
    before = everything(but=pia)
    rows = {**sellers.rows, **person}
    answers = [*walk.look(browser(pia), rows), *walk.act(pia, rows)]
    assert not told(answers, "ochre", "vermeil", "Ana Lima", "ana@example.org")
    assert not broken(answers)
    assert not [each for each in answers if each.stop.who in (PLACE, ANSWERS) and each.status not in (404, 405)]
    assert everything(but=pia) == before


@pytest.mark.parametrize("who", ["bea", "cal", "lea"])
def test_what_stands_in_a_mailbox_of_others_is_nowhere_to_be_found_and_cannot_be_touched(who: str) -> None:
    sellers, press, person = a_house()
    me = getattr(t, who)()
    hidden = press if who == "bea" else sellers
    before = everything(of=hidden)
    rows = {**hidden.rows, **person}
    answers = [*walk.look(browser(me), rows), *walk.act(me, rows, but=LEADS)]
    assert not told(
        [each for each in answers if each.stop.who != LEADS], hidden.word
    )  # leads look after mailboxes unread
    assert not told(answers, f"needle {hidden.word}")
    assert not broken(answers)
    assert not [each for each in answers if each.stop.who == PLACE and each.status not in (404, 405)]
    assert everything(of=hidden) == before


def test_whoever_answers_in_a_mailbox_finds_it_all() -> None:
    sellers, _press, person = a_house()
    rows = {**sellers.rows, **person}
    found = {answer.name for answer in walk.look(browser(t.bea()), rows) if "ochre" in answer.text}
    assert found >= {
        "desk:inbox", "desk:rows", "desk:list", "desk:conversation", "desk:timeline", "desk:before",
        "desk:composer", "desk:file", "desk:card", "desk:person", "desk:search", "desk:palette", "desk:letters",
        "desk:letter-source", "desk:source", "desk:frame", "desk:write", "desk:recording",
    }  # fmt: skip
    for_mae = [each for each in walk.look(browser(t.mae()), rows) if each.stop.who in (PLACE, ANSWERS, LEADS)]
    elsewhere = {"desk:remote"}  # only a letter's own pictures are fetched, and this one is made up
    assert not [each for each in for_mae if not each.stop.deed and each.name not in elsewhere and each.status != 200]


def test_a_mailbox_of_others_changes_nothing_that_one_sees() -> None:
    """Not a word, not a count, not a date: with and without it, every page is the same but for the number elsewhere."""
    bea, cal = t.bea(), t.cal()
    sellers = a_side("ochre", by=bea)
    rows = {**sellers.rows, **a_person(t.ana(), by=bea), "teammate": t.mae().pk}
    list(walk.look(browser(bea), rows))  # what was new to her is seen
    without = {each.address: plainly(each) for each in walk.look(browser(bea), rows)}
    a_side("vermeil", by=cal, formerly=bea)
    with_it = {each.address: plainly(each) for each in walk.look(browser(bea), rows)}
    different = [address for address in without if address not in UNCONCERNED and without[address] != with_it[address]]
    assert not [(address, difference(without[address], with_it[address])) for address in different]
    page = get(browser(bea), f"/people/{t.ana().pk}/")
    assert "conversations elsewhere" in page
    assert "First wrote" not in page  # perhaps it was there


def test_only_leads_do_what_only_leads_may() -> None:
    sellers, _press, person = a_house()
    rows = {**sellers.rows, **person}
    for who in (t.bea(), t.pia()):
        before = what_leads_decide()
        answers = [*walk.look(browser(who), rows), *walk.act(who, rows, only=LEADS)]
        answers = [each for each in answers if each.stop.who == LEADS]
        assert not [each for each in answers if each.status not in (302, 404, 405, 409)]
        assert not told(answers, "/join/")
        assert what_leads_decide() == before


def what_leads_decide() -> list[Any]:
    people = Teammate.objects.order_by("pk").values_list("email", "role", "is_active", "password")
    return [*people, *Mailbox.objects.order_by("pk").values(), *House.objects.values()]


def test_every_answer_carries_the_guards() -> None:
    ochre, _vermeil, person = a_house()
    rows = {**ochre.rows, **person}
    for each in [*walk.look(browser(t.mae()), rows), *walk.look(Client(), rows), *walk.act(None, rows)]:
        policy = each.headers["Content-Security-Policy"]
        assert "unsafe-eval" not in policy, each
        assert "script-src 'self'" in policy or "script-src" not in policy, each
        assert "default-src 'none'" in policy, each
        assert "frame-ancestors 'none'" in policy or "frame-ancestors 'self'" in policy or "sandbox" in policy, each
        assert each.headers["X-Content-Type-Options"] == "nosniff", each
        if each.name != "desk:frame":  # a letter dresses as it likes, in a frame of its own where nothing runs
            assert "unsafe-inline" not in policy, each


def test_no_deed_is_done_for_a_page_of_somebody_elses() -> None:
    ochre, _vermeil, person = a_house()
    mae = t.mae()
    before = everything(but=mae)
    refused = list(walk.act(mae, {**ochre.rows, **person}, checks=True))
    assert {each.status for each in refused} <= {403, 405, 302, 404}
    assert not [each for each in refused if each.status == 302 and each.stop.who != OPEN]
    assert everything(but=mae) == before


def told(answers: Iterable[Answer], *words: str) -> list[tuple[str, str, str]]:
    """Which answers say one of these words, with what stands around it."""
    found = []
    for each in answers:
        text = each.text.casefold()
        found += [(each.address, str(each.status), around(text, word)) for word in words if word.casefold() in text]
    return found


def around(text: str, word: str) -> str:
    where = text.index(word.casefold())
    return text[max(0, where - 150) : where + 80]


def broken(answers: Iterable[Answer]) -> list[Answer]:
    return [each for each in answers if each.status >= 500 and each.name != "desk:ready"]


def turned_away(answer: Answer) -> bool:
    return answer.status in (401, 404, 405) or answer.place.startswith(("/log-in/", "/account/login/"))


def difference(one: str, other: str) -> list[str]:
    return list(
        unified_diff(one.replace("> ", ">\n").splitlines(), other.replace("> ", ">\n").splitlines(), lineterm="", n=0)
    )[:20]


def plainly(answer: Answer) -> str:
    """A page without what differs each time, and without the one number that may."""
    text = answer.text
    for pattern, plain in CHANGING:
        text = re.sub(pattern, plain, text)
    return text


def everything(*, but: Teammate | None = None, of: Side | None = None) -> dict[str, list[Any]]:
    """All rows of the rooms: of one side alone, or but for what one teammate may change about themselves."""
    rows = {}
    for model in (m for m in apps.get_models(include_auto_created=True) if m._meta.app_label in ROOMS):
        found = model._default_manager.order_by("pk")
        if of is not None:
            path = PATHS.get(model._meta.label_lower)
            if path is None:
                continue
            found = found.filter(**{path: of.mailbox.place_id})
        rows[model._meta.label_lower] = [row for row in found.values() if not _is_own(model, row, but)]
    return rows


def _is_own(model: Any, row: dict[str, Any], teammate: Teammate | None) -> bool:
    whose = {Teammate: "id", Shift: "teammate_id"}.get(model)
    return whose is not None and teammate is not None and row[whose] == teammate.pk
