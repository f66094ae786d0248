"""Every call with its own record, ring by ring; the headline figure with its definition; never how long anybody talked."""

from datetime import datetime, timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from secondring import testing as t
from secondring.conversations import calling
from secondring.desk import calls_page
from secondring.lib import clock
from secondring.phone.models import Call, CallLeg
from secondring.phone.records import Share

from .desks import browser, get

pytestmark = pytest.mark.django_db


def a_call(**fields: Any) -> Call:
    """It began an hour ago and was over in three minutes; Bea picked up after seven seconds."""
    began = fields.pop("began_at", None) or clock.now() - timedelta(hours=1)
    given = {
        "key": f"k{Call.objects.count()}", "node": "here", "place": t.a_number().place, "customer": t.ana(),
        "answered_at": began + timedelta(seconds=7), "heard_at": began + timedelta(seconds=7), "answered_by": t.bea(),
        "ended_at": began + timedelta(seconds=187), "because": "hung-up", "from_number": "+351910000000",
    }  # fmt: skip
    return Call.objects.create(began_at=began, **{**given, **fields})


def rang(call: Call, leg: str, teammate: Any, *, after: float, until: float, picked: float | None = None) -> None:
    def moment(seconds: float) -> datetime:
        return call.began_at + timedelta(seconds=seconds)

    CallLeg.objects.create(call=call, leg=leg, teammate=teammate, began_at=moment(after), rang_at=moment(after),
        picked_at=moment(picked) if picked else None, ended_at=moment(until), because="taken")  # fmt: skip


def test_a_call_is_told_ring_by_ring() -> None:
    call, bea, mae = a_call(), t.bea(), t.mae()
    rang(call, f"desk-{bea.pk}", bea, after=0, until=187, picked=7)
    rang(call, f"phone-{mae.pk}", mae, after=6, until=7)
    page = get(browser(t.cal()), f"/calls/{call.pk}/")
    assert "Bea picked up at ring 2" in page
    assert page.index("Ring 1") < page.index("Bea, desk") < page.index("Ring 2") < page.index("Mae, own telephone")
    assert "picked up after 7.0 s" in page
    assert "Ring 3" not in page


def test_how_long_they_talked_is_nowhere() -> None:
    call = a_call()
    for address in ("/calls/", f"/calls/{call.pk}/", "/calls/figures/"):
        page = get(browser(t.mae()), address)
        assert not [words for words in ("180", "187", "3:00", "3 min") if f">{words}" in page or f" {words} s" in page]


@pytest.mark.parametrize(
    ("fields", "says"),
    [
        ({}, "Bea picked up at ring 2"),
        ({"answered_at": None, "heard_at": None, "answered_by": None, "missed_at": "end"}, "it rang 32 times"),
        ({"answered_at": None, "heard_at": None, "answered_by": None, "was_open": False}, "Outside opening hours"),
        ({"outgoing": True}, "Bea called them"),
        ({"answered_at": None, "heard_at": None, "answered_by": None, "ended_at": None, "because": ""}, "It rings"),
    ],
)
def test_what_became_of_a_call_is_said_in_words(fields: dict[str, Any], says: str) -> None:
    began = clock.now() - timedelta(hours=1)
    if fields.get("missed_at"):
        fields = {**fields, "missed_at": began + timedelta(seconds=187)}
    a_call(began_at=began, **fields)
    assert says in get(browser(t.cal()), "/calls/")


def test_our_own_tests_and_calls_of_other_places_are_not_listed() -> None:
    a_call(from_name="our-own-test", customer=None, is_test=True)
    hidden = t.a_number("+351210000002", everyone=False)
    call = a_call(from_name="at-another-door", customer=None, place=hidden.place)
    page = get(browser(t.bea()), "/calls/")
    assert "our-own-test" not in page
    assert "at-another-door" not in page
    assert browser(t.bea()).get(f"/calls/{call.pk}/").status_code == 404


def test_older_calls_follow_where_the_page_ends() -> None:
    began = clock.now() - timedelta(days=1)
    for number in range(calls_page.PAGE + 3):
        a_call(began_at=began + timedelta(seconds=number // 2), from_name=f"caller-{number:02}", customer=None)
    client = browser(t.bea())
    first = get(client, "/calls/")
    address = first.partition('class="pages"')[2].partition('href="')[2].partition('"')[0].replace("&amp;", "&")
    rest = get(client, address)
    for number in range(calls_page.PAGE + 3):
        name = f"<b>caller-{number:02}</b>"
        assert (name in first) != (name in rest), number


def test_a_longer_list_asks_no_more_of_the_database() -> None:
    client = browser(t.bea())
    a_call()
    get(client, "/calls/")
    with CaptureQueriesContext(connection) as few:
        get(client, "/calls/")
    for _ in range(9):
        a_call()
    with CaptureQueriesContext(connection) as many:
        get(client, "/calls/")
    assert len(many) == len(few)


def test_the_headline_says_what_it_means_and_how_sure_it_is() -> None:
    began = clock.now() - timedelta(hours=3)
    for number in range(24):
        a_call(began_at=began)
        if number % 4 == 0:
            a_call(began_at=began, heard_at=began + timedelta(seconds=13), answered_at=began + timedelta(seconds=13))
    page = get(browser(t.bea()), "/calls/figures/")
    assert "80 %: 24 of 30, so between 63 and 90 %" in page
    assert "sound both ways before the third ring began" in page
    assert page.count("<meter") == 3
    assert "Bea" not in page.partition("<main")[2].partition("</main>")[0]


def test_few_calls_get_no_percentage_of_their_own() -> None:
    assert calls_page.told("", Share(3, 4)).words == "3 of 4: somewhere between 30 and 95 %"
    assert calls_page.told("", Share(0, 0)).words == "no calls that count"


def test_a_talk_on_another_phone_is_an_entry_and_in_no_figure() -> None:
    letter = t.a_letter()
    client = browser(t.bea())
    said = {"words": "She wants blue ones.", "conversation": str(letter.conversation_id)}
    assert client.post(f"/people/{t.ana().pk}/talked/", said).status_code == 302
    letter.conversation.refresh_from_db()
    assert (letter.conversation.waiting_since, letter.conversation.assignee) == (None, t.bea())
    page = get(client, f"/conversations/{letter.conversation_id}/")
    assert "You talked on another telephone" in page
    assert "She wants blue ones." in page
    assert not Call.objects.exists()
    assert "No calls that count" in get(client, "/calls/figures/")


def test_a_talk_with_somebody_without_an_open_matter_opens_one_where_i_answer() -> None:
    t.a_number()
    browser(t.bea()).post(f"/people/{t.ana().pk}/talked/", {"words": ""})
    found = t.ana().conversations.get()
    assert (found.channel, found.waiting_since, found.assignee) == ("phone", None, t.bea())


def test_a_talk_is_not_put_into_a_matter_that_i_may_not_see() -> None:
    hidden = t.a_letter(mailbox=t.a_mailbox("press@harbourrow.example", everyone=False)).conversation
    t.a_number()
    browser(t.bea()).post(f"/people/{t.ana().pk}/talked/", {"words": "x", "conversation": str(hidden.pk)})
    assert not hidden.events.filter(verb="talked_elsewhere").exists()
    assert t.ana().conversations.count() == 2


def test_the_timeline_leads_to_the_record() -> None:
    letter, call = t.a_letter(), a_call()
    calling.answered(letter.conversation, by=t.bea(), at=t.MONDAY, call=call.pk, ring=2, waited=7.0)
    assert f'href="/calls/{call.pk}/"' in get(browser(t.bea()), f"/conversations/{letter.conversation_id}/")
