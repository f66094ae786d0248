"""Coming in."""

import pytest
from django.test import Client

from secondring import testing as t
from secondring.team import first_run, joining
from secondring.team.models import House, Teammate

from .desks import browser, get

pytestmark = pytest.mark.django_db

MAE = {"company": "Harbour Row", "name": "Mae Ling", "email": "mae@harbourrow.example",
       "password": "a ring at the door", "time_zone": "Europe/Lisbon"}  # fmt: skip


def test_whoever_read_the_terminal_becomes_the_first_owner_and_the_code_is_used_up(client: Client) -> None:
    code = first_run.code_if_needed()
    answer = client.post("/first-run/", {**MAE, "code": f" {code.lower().replace('-', ' ')} "})
    assert answer.status_code == 302
    mae = Teammate.objects.get()
    assert (mae.role, House.ours().name, House.ours().time_zone) == ("owner", "Harbour Row", "Europe/Lisbon")
    assert client.session["_auth_user_id"] == str(mae.pk)
    assert first_run.code_if_needed() is None
    assert Client().post("/first-run/", {**MAE, "code": code}).headers["Location"] == "/"


def test_a_wrong_code_is_refused_in_a_sentence_and_what_was_typed_stays(client: Client) -> None:
    first_run.code_if_needed()
    answer = client.post("/first-run/", {**MAE, "code": "AAAA-BBBB-CCCC"})
    assert answer.status_code == 422
    assert "That is not the code" in answer.text
    assert "Mae Ling" in answer.text
    assert not Teammate.objects.exists()


def test_before_anybody_came_in_the_door_leads_to_the_first_run(client: Client) -> None:
    assert client.get("/log-in/").headers["Location"] == "/first-run/"
    t.mae()
    assert client.get("/log-in/?next=/people/").headers["Location"] == "/account/login/?next=/people/"


def test_an_invitation_is_good_once(client: Client) -> None:
    newcomer = joining.invite("noor@harbourrow.example", "Noor", "teammate", by=t.mae(), at=t.MONDAY)
    link = joining.way_in(newcomer)
    assert "Welcome, Noor" in client.get(link).text
    assert client.post(link, {"password": "a ring at the door"}).status_code == 302
    assert client.get(link).status_code == 410


def test_a_password_lets_one_in_and_a_wrong_one_is_said_kindly(client: Client) -> None:
    t.mae()
    page = client.post("/account/login/", {"login": "mae@harbourrow.example", "password": "no"})
    assert "not correct" in page.text
    assert (
        client.post(
            "/account/login/", {"login": "Mae@HarbourRow.example", "password": "correct horse battery"}
        ).status_code
        == 302
    )


def test_nobody_signs_up_by_themselves(client: Client) -> None:
    t.mae()
    newcomer = {"email": "eve@example.org", "password1": "a ring at the door"}
    for closed in ("/account/signup/", "/account/password/reset/", "/account/3rdparty/signup/", "/account/email/"):
        assert client.post(closed, newcomer).status_code in (302, 404, 405)
    assert Teammate.objects.count() == 1


def test_a_mailbox_in_trouble_says_so_over_every_page_to_whoever_answers_from_it() -> None:
    box = t.a_mailbox("sellers@harbourrow.example", everyone=False, trouble="The password is wrong.",
                      trouble_since=t.MONDAY)  # fmt: skip
    box.place.members.set([t.bea()])
    assert "The password is wrong." in get(browser(t.bea()), "/")
    assert "The password is wrong." in get(browser(t.mae()), "/people/")
    assert "The password is wrong." not in get(browser(t.cal()), "/")
    assert "The password is wrong." not in get(browser(t.pia()), "/")
