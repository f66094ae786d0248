"""A customer's page: there when an owner opened it, honest about who hears it, and never without a way to reach a person."""

import pytest
from django.core.cache import cache
from django.test import Client

from secondring import testing as t
from secondring.conversations.models import Conversation
from secondring.lib import blobs, clock
from secondring.phone import sites
from secondring.portal import guarding
from secondring.team import duty

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _nobody_called_before() -> None:
    cache.clear()


def page(path: str = "/call/") -> str:
    return Client().get(path).content.decode()


def test_there_is_no_page_before_an_owner_opens_it() -> None:
    client = Client()
    assert {client.get(path).status_code for path in ("/call/", "/call/widget.js", "/call/faces/1")} == {404}
    place = sites.open_site(by=t.mae(), at=t.MONDAY)
    assert client.get("/call/").status_code == 200
    sites.close_site(place, by=t.mae(), at=t.after(1))
    assert client.get("/call/").status_code == 404
    assert sites.open_site(by=t.mae(), at=t.after(2)) == place


def test_on_the_inner_circle_stands_who_is_on_duty_on_the_outer_who_said_so() -> None:
    sites.open_site(by=t.mae(), at=t.MONDAY)
    duty.go_on(t.bea(), at=t.MONDAY)
    duty.go_off(t.dev(), at=t.MONDAY)
    duty.wish_second_ring(t.cal(), duty.ALWAYS, at=t.MONDAY)
    found = page()
    assert f'on1 seat-1 face" data-who="{t.bea().pk}" data-name="Bea"' in found
    assert 'data-name="Cal"' in found.partition("on2")[2]
    assert 'data-name="Dev"' not in found


def test_a_face_is_shown_of_who_answers_calls_and_of_nobody_else() -> None:
    sites.open_site(by=t.mae(), at=t.MONDAY)
    picture = blobs.keep(b"\x89PNG\r\n\x1a\n and a face")
    for who in (t.bea(), t.pia()):
        who.face = picture
        who.save(update_fields=["face"])
    client = Client()
    assert client.get(f"/call/faces/{t.bea().pk}")["Content-Type"] == "image/png"
    assert client.get(f"/call/faces/{t.pia().pk}").status_code == 404
    assert client.get(f"/call/faces/{t.cal().pk}").status_code == 404


def test_nothing_but_first_names_is_told_to_strangers() -> None:
    sites.open_site(by=t.mae(), at=t.MONDAY)
    duty.go_on(t.bea(), at=t.MONDAY)
    assert t.bea().email not in page()


def test_when_we_are_closed_the_page_says_so_and_takes_a_message() -> None:
    sites.open_site(by=t.mae(), at=t.MONDAY)
    assert "A person picks up." in page()
    in_three_days = "mon tue wed thu fri sat sun".split()[(clock.now().weekday() + 3) % 7]
    t.the_house(**{in_three_days: "09:00-10:00"})
    closed = page()
    assert "Leave us a message." in closed
    assert "We are closed just now." in closed
    assert "A person picks up." not in closed


def test_a_number_left_waits_like_a_letter() -> None:
    sites.open_site(by=t.mae(), at=t.MONDAY)
    answer = Client().post("/call/back/", {"number": "+351 22 555 0143", "words": "The record skips."})
    assert "A person calls you back" in answer.content.decode()
    found = Conversation.objects.get()
    assert found.channel == "phone"
    assert found.waiting_since is not None
    assert "The record skips." in found.messages.get().text
    assert found.customer.contact_points.get().value == "+351225550143"


def test_a_number_that_nobody_can_dial_is_asked_for_again() -> None:
    sites.open_site(by=t.mae(), at=t.MONDAY)
    answer = Client().post("/call/back/", {"number": "soon", "words": "kept"})
    assert answer.status_code == 422
    assert "country code" in answer.content.decode()
    assert "kept" in answer.content.decode()
    assert not Conversation.objects.exists()


def test_one_stranger_cannot_fill_the_inbox() -> None:
    sites.open_site(by=t.mae(), at=t.MONDAY)
    for _ in range(guarding.LEFT + 3):
        Client().post("/call/back/", {"number": "+351225550143"}, REMOTE_ADDR="192.0.2.7")
    assert sum(each.messages.count() for each in Conversation.objects.all()) == guarding.LEFT
    Client().post("/call/back/", {"number": "+351225550144"}, REMOTE_ADDR="192.0.2.8")
    assert Conversation.objects.filter(customer__contact_points__value="+351225550144").exists()


def test_a_token_is_ours_and_young() -> None:
    assert guarding.is_ours(guarding.token())
    assert not guarding.is_ours("call:made:up")
    assert not guarding.is_ours(None)


def test_few_calls_come_from_one_address() -> None:
    said = [guarding.may_call("192.0.2.7") for _ in range(guarding.CALLS + 1)]
    assert said == [True] * guarding.CALLS + [False]
    assert guarding.may_call("192.0.2.8")
    assert all(guarding.may_call("127.0.0.1") for _ in range(guarding.CALLS + 1)), (
        "a proxy nobody named hides everybody"
    )


def test_the_one_line_is_a_script_that_other_sites_may_load() -> None:
    sites.open_site(by=t.mae(), at=t.MONDAY)
    answer = Client().get("/call/widget.js")
    assert answer["Content-Type"].startswith("text/javascript")
    assert answer["Cross-Origin-Resource-Policy"] == "cross-origin"
