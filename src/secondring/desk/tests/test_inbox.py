"""The lists of the inbox: who stands in which, in which order, for whose eyes, at what cost."""

from datetime import UTC, timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from secondring import testing as t
from secondring.conversations import assigning, closing, junking, outbox, replying
from secondring.conversations.models import Conversation
from secondring.customers import recognising
from secondring.desk import lines, lists, moments
from secondring.lib.counting import counted
from secondring.team.models import Teammate

from .desks import a_reply, refused

pytestmark = pytest.mark.django_db


def logged_in(teammate: Teammate) -> Client:
    client = Client()
    client.force_login(teammate)
    return client


def letters(number: int, *, since: int = 0) -> list[Conversation]:
    made = []
    for n in range(since, since + number):
        person = recognising.recognise("email", f"p{n}@example.org", name=f"Person {n}", at=t.MONDAY)
        made.append(t.a_letter(person, f"Words {n}", subject=f"Matter {n}", at=t.after(n)).conversation)
    return made


def words(client: Client, address: str) -> str:
    response = client.get(address)
    assert response.status_code == 200, response.content[:300]
    return response.content.decode()


def test_who_has_waited_longest_stands_first() -> None:
    letters(3)
    page = words(logged_in(t.bea()), "/")
    assert page.index("Person 0") < page.index("Person 1") < page.index("Person 2")


def test_each_list_holds_what_its_name_says() -> None:
    waiting, mine, paused, done, junk = letters(5)
    assigning.take(mine, by=t.bea(), at=t.after(10))
    closing.pause(paused, until=t.after(days=1), by=t.bea(), at=t.after(10))
    closing.close(done, by=t.bea(), at=t.after(10))
    junking.junk(junk, by=t.bea(), at=t.after(10))
    expected = {
        "waiting": {waiting, mine},
        "mine": {mine},
        "open": {waiting, mine, paused},
        "paused": {paused},
        "done": {done},
        "junk": {junk},
    }
    for name, conversations in expected.items():
        assert set(lists.of(lists.KINDS[name], t.bea())) == conversations, name


def test_what_came_back_and_what_colleagues_are_busy_with_stand_under_those_who_wait() -> None:
    back, busy = letters(2)
    letter = replying.Letter(text="Hello", to=[("", "p@example.org")], message_id="<1@harbourrow.example>")
    replying.reply(busy, letter, by=t.cal(), at=t.after(10))
    first = replying.write_first(t.ana(), back.place, letter, by=t.bea(), at=t.after(10))
    (delivery,) = outbox.claim("mail", t.after(30))[1:]
    assert delivery.message == first
    outbox.failed(delivery, because="Nobody of that name is there.", permanent=True, at=t.after(31))
    page = words(logged_in(t.bea()), "/")
    assert page.index("Waiting for a person") < page.index("Not delivered") < page.index("With someone")
    assert (
        page.index("Not delivered")
        < page.index("Ana Lima")
        < page.index("With someone")
        < page.index("Waiting for Person")
    )


def test_a_place_one_may_not_see_is_nowhere() -> None:
    hidden = t.a_mailbox("boss@harbourrow.example", everyone=False)
    t.a_letter(t.lou(), "A secret.", mailbox=hidden)
    for address in ("/", "/inbox/open/", "/inbox/list/?of=waiting", "/inbox/waiting-now/"):
        assert "Pettersson" not in words(logged_in(t.bea()), address)
        assert "Pettersson" in words(logged_in(t.mae()), address)


def test_a_packer_sees_an_empty_inbox_and_a_stranger_the_door() -> None:
    letters(1)
    assert "Person 0" not in words(logged_in(t.pia()), "/")
    answer = Client().get("/")
    assert (answer.status_code, answer["Location"]) == (302, "/log-in/?next=/")
    fragment = Client().get("/inbox/list/", headers={"HX-Request": "true"})
    assert fragment.status_code == 401
    assert fragment["HX-Redirect"].startswith("/log-in/")


def test_pages_follow_each_other_without_a_gap_though_rows_come_and_go() -> None:
    letters(lists.PAGE + 10)
    kind = lists.KINDS["waiting"]
    first, after = lists.page(kind, t.bea())
    closing.close(first[0], by=t.bea(), at=t.after(minutes=5))
    second, end = lists.page(kind, t.bea(), after=after)
    assert [str(c.customer) for c in second] == [f"Person {n}" for n in range(lists.PAGE, lists.PAGE + 10)]
    assert end == ""


@pytest.mark.parametrize(
    "written", ["", "nonsense", "2026-99-99~1", "2026-11-23T10:00:00~1", "~", "2026-11-23T10:00:00+00:00~x"]
)
def test_a_mark_that_nobody_wrote_means_the_beginning(written: str) -> None:
    assert lists.read_mark(written) == (None, 0)


def test_counting_stops_at_a_thousand() -> None:
    letters(3)
    rows = lists.of(lists.KINDS["waiting"], t.bea())
    assert counted(1000)(lambda: {"waiting": rows, "mine": rows.none()})() == {"waiting": 3, "mine": 0}
    assert counted(2)(lambda: {"waiting": rows})() == {"waiting": 2}
    assert (lists.told(1000), lists.told(1001)) == (1000, "1000+")


@pytest.mark.parametrize("address", ["/", "/inbox/mine/", "/inbox/open/", "/inbox/list/?of=waiting"])
def test_more_lines_cost_no_more_queries(address: str) -> None:
    client = logged_in(t.bea())
    for conversation in letters(2):
        assigning.take(conversation, by=t.bea(), at=t.after(100))
    words(client, address)
    with CaptureQueriesContext(
        connection,
    ) as few:
        words(client, address)
    for conversation in letters(12, since=2):
        assigning.take(conversation, by=t.bea(), at=t.after(100))
    with CaptureQueriesContext(connection) as many:
        words(client, address)
    assert len(many) == len(few)
    assert len(many) <= 24


def test_the_clock_of_waiting_sleeps_while_the_house_is_closed() -> None:
    from secondring.desk import waits
    from secondring.lib.hours import Hours

    hours = Hours.from_json({"week": {"mon": [["09:00", "10:01"]]}}, "UTC")
    wait = waits.of(t.MONDAY, hours, at=t.after(minutes=30))
    assert wait is not None
    assert wait.seconds == 60


@pytest.mark.parametrize(
    ("name", "index"),
    [("waiting", "conversation_waiting"), ("mine", "conversation_mine"), ("open", "conversation_open"),
     ("paused", "conversation_paused"), ("done", "conversation_done"), ("junk", "conversation_junk")],
)  # fmt: skip
def test_each_list_walks_its_own_index(name: str, index: str) -> None:
    kind = lists.KINDS[name]
    after = f"{(t.MONDAY + timedelta(days=1)).isoformat()}~5"
    plan = lists._from(lists.of(kind, t.mae()), kind, *lists.read_mark(after))[:50].explain()
    if connection.vendor == "postgresql":
        pytest.skip("with a handful of rows PostgreSQL rightly reads them all; the bench looks at its plans")
    assert index in plan, plan


def test_a_list_drawn_for_everybody_says_neither_you_nor_holds_a_token() -> None:
    assigning.take(letters(1)[0], by=t.bea(), at=t.after(10))
    letters(1, since=1)
    client = logged_in(t.bea())
    assert ">You<" in words(client, "/")
    shared = words(client, "/inbox/list/?of=waiting")
    assert ">You<" not in shared
    assert ">Bea<" in shared
    assert 'name="csrfmiddlewaretoken" value=""' in shared


def test_a_tag_or_a_place_narrows_the_list() -> None:
    from secondring.conversations import tagging

    first, second = letters(2)
    tagging.tag(second, "payout", by=t.bea(), at=t.after(10))
    page = words(logged_in(t.bea()), "/?tag=payout")
    assert "Person 1" in page.split('id="inbox"')[1]
    assert "Person 0" not in page.split('id="inbox"')[1]
    assert "Person 0" in words(logged_in(t.bea()), f"/?place={first.place_id}")
    assert "Person 0" not in words(logged_in(t.bea()), "/?place=99999").split('id="inbox"')[1]


def test_an_unknown_list_is_not_found() -> None:
    assert logged_in(t.bea()).get("/inbox/nonsense/").status_code == 404


@pytest.mark.parametrize(
    ("subject", "shown"),
    [("The box came warped", "The box came warped."), ("Is it gold?", "Is it gold?"), ("", ""), ("Hm …", "Hm …")],
)
def test_a_subject_ends_before_the_letter_begins(subject: str, shown: str) -> None:
    assert lines.stopped(subject) == shown


def test_what_is_over_says_the_day_and_what_is_open_says_none() -> None:
    done, junk, _open = letters(3)
    closing.close(done, by=t.bea(), at=t.after(days=-400))
    junking.junk(junk, by=t.bea(), at=t.after(days=-400))
    client = logged_in(t.bea())
    assert "<time>2025</time>" in words(client, "/inbox/done/")
    assert "<time>2025</time>" in words(client, "/inbox/junk/")
    assert "<time>20" not in words(client, "/inbox/open/")


def test_what_was_opened_of_a_list_is_drawn_again_whole() -> None:
    letters(lists.PAGE + 1)
    client = logged_in(t.bea())
    first = words(client, "/inbox/list/?of=open")
    assert (first.count('class="wait"'), "Show more" in first) == (lists.PAGE, True)
    for asked in ("2", "900"):
        whole = words(client, f"/inbox/list/?of=open&pages={asked}")
        assert (whole.count('class="wait"'), "Show more" in whole) == (lists.PAGE + 1, False)
    assert 'data-live-src="/inbox/list/?of=open&amp;pages=2" data-pages="2"' in words(
        client, "/inbox/list/?of=open&pages=2"
    )
    assert words(client, "/inbox/list/?of=open&pages=x").count('class="wait"') == lists.PAGE


def test_a_day_is_said_in_six_letters() -> None:
    said = [moments.tiny(t.after(days=n), now=t.MONDAY, zone=UTC) for n in (0, -11, -400)]
    assert said == ["today", "12 Nov", "2025"]


def test_a_letter_of_ours_that_came_back_is_said_in_red() -> None:
    conversation = t.a_letter().conversation
    refused(a_reply(conversation))
    assert '<span class="is-wrong">Came back to us</span>' in words(logged_in(t.bea()), "/")
