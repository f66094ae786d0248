"""What one is told of, the list of all letters, the palette, and when a pause ends."""

import pytest

from secondring import testing as t
from secondring.conversations import assigning, noting
from secondring.desk import pauses
from secondring.lib import blobs
from secondring.lib.hours import Hours
from secondring.mail.models import IncomingEmail

from .desks import browser, get, post

pytestmark = pytest.mark.django_db


def test_nudges_say_who_wants_what_and_can_all_be_noticed() -> None:
    conversation = t.a_letter().conversation
    t.cal()
    noting.note(conversation, "@cal do you know this bass?", by=t.bea(), at=t.after(1))
    assigning.hand_over(conversation, to=t.cal(), by=t.bea(), at=t.after(2))
    client = browser(t.cal())
    news = client.get("/nudges/news/").json()
    assert news["count"] == 2
    assert news["nudges"][0]["did"] == "Bea handed you Ana Lima"
    page = get(client, "/nudges/")
    assert "Bea named you in a note about Ana Lima" in page
    assert "<b>2</b>" in get(client, "/nudges/badge/")
    post(client, "/nudges/seen/")
    assert client.get("/nudges/news/").json()["count"] == 0
    assert browser(t.bea()).get("/nudges/news/").json()["count"] == 0


def test_a_nudge_about_what_one_may_not_see_any_more_is_not_told() -> None:
    box = t.a_mailbox()
    conversation = t.a_letter().conversation
    assigning.hand_over(conversation, to=t.cal(), by=t.bea(), at=t.after(2))
    box.place.everyone = False
    box.place.save(update_fields=["everyone"])
    assert browser(t.cal()).get("/nudges/news/").json()["count"] == 0
    assert "Ana Lima" not in get(browser(t.cal()), "/nudges/")


def an_incoming(fate: str = "aside", address: str = "hello@harbourrow.example", everyone: bool = True) -> IncomingEmail:
    return IncomingEmail.objects.create(
        mailbox=t.a_mailbox(address, everyone=everyone), via="imap", sha256=blobs.keep(b"From: x\r\n\r\nhello"), size=16,
        kept_at=t.MONDAY, subject="A strange one", sender="x@example.org", fate=fate, understood_at=t.MONDAY if fate else None,
        because="Its letters could not be read." if fate == "aside" else "",
    )  # fmt: skip


def test_every_letter_is_listed_with_what_became_of_it_and_why() -> None:
    letter = an_incoming()
    client = browser(t.bea())
    page = get(client, "/letters/?fate=aside")
    assert "Put aside: Its letters could not be read." in page
    assert "A strange one" not in get(client, "/letters/?fate=message")
    assert b"".join(client.get(f"/letters/{letter.pk}/as-it-came/").streaming_content) == b"From: x\r\n\r\nhello"  # type: ignore[attr-defined]
    post(client, f"/letters/{letter.pk}/retry/")
    letter.refresh_from_db()
    assert (letter.fate, letter.understood_at) == ("", None)
    assert post(client, f"/letters/{letter.pk}/retry/").status_code == 409


def test_letters_of_a_hidden_mailbox_are_not_there() -> None:
    letter = an_incoming(address="boss@harbourrow.example", everyone=False)
    client = browser(t.bea())
    assert "A strange one" not in get(client, "/letters/")
    assert client.get(f"/letters/{letter.pk}/as-it-came/").status_code == 404
    assert post(client, f"/letters/{letter.pk}/retry/").status_code == 404


def test_the_palette_finds_people_conversations_and_places() -> None:
    t.a_letter()
    found = get(browser(t.bea()), "/palette/", data={"q": "warped"})
    assert "Ana Lima: Warped" in found
    assert "All letters" in get(browser(t.bea()), "/palette/", data={"q": "lett"})
    assert "All letters" not in get(browser(t.pia()), "/palette/")


@pytest.mark.parametrize(
    "address", ["/people/", "/search/?q=x", "/nudges/", "/letters/", "/write/", "/palette/", "/inbox/done/"]
)
def test_every_screen_asks_who_is_there(address: str) -> None:
    from django.test import Client

    assert Client().get(address).status_code == 302


# --- pure


@pytest.mark.parametrize(
    ("name", "hours", "day", "clock"),
    [
        ("tomorrow", None, 24, "09:00"),
        ("monday", None, 30, "09:00"),
        ("week", None, 30, "09:00"),
        ("tomorrow", {"week": {"tue": [["07:30", "18:00"]]}}, 24, "07:30"),
        ("tomorrow", {"week": {"wed": [["07:30", "18:00"]]}}, 24, "09:00"),
    ],
)
def test_a_pause_ends_when_people_come(name: str, hours: dict[str, object] | None, day: int, clock: str) -> None:
    opening = Hours.from_json(hours, "UTC")
    until = pauses.moment(name, opening, at=t.MONDAY, zone=opening.zone)
    assert until is not None
    assert (until.day, f"{until:%H:%M}") == (day, clock)


def test_later_today_means_a_full_quarter_of_an_hour() -> None:
    hours = Hours()
    until = pauses.moment("later", hours, at=t.after(3, minutes=7), zone=hours.zone)
    assert until == t.after(minutes=195)
    assert pauses.moment("later", hours, at=t.MONDAY, zone=hours.zone) == t.after(minutes=180)


def test_later_today_is_not_offered_late_in_the_evening() -> None:
    hours = Hours()
    names = [choice.name for choice in pauses.choices(hours, at=t.after(minutes=13 * 60), zone=hours.zone)]
    assert names == ["tomorrow", "monday", "week"]
