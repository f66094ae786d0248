"""Codes from a phone, recovery codes, and the company's own log-in, through the pages that people use."""

import re
import time

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import hotp_value
from django.core.cache import cache
from django.test import Client

from secondring import testing as t
from secondring.team import joining
from secondring.team.models import Teammate

pytestmark = pytest.mark.django_db
BEA = {"login": "bea@harbourrow.example", "password": "correct horse battery"}


@pytest.fixture(autouse=True)
def nobody_has_tried_yet() -> None:
    cache.clear()


def code_of(secret: str) -> str:
    """What the app on the phone shows now (RFC 6238)."""
    return f"{hotp_value(secret, int(time.time()) // 30):06}"


def come_in(**more: str) -> Client:
    client = Client()
    client.post("/account/login/", {**BEA, **more})
    return client


def prove(client: Client, password: str = BEA["password"]) -> None:
    """It is I, once more."""
    client.post("/account/reauthenticate/", {"password": password})


def is_in(client: Client) -> bool:
    return client.get("/settings/me/").status_code == 200


def with_codes() -> tuple[str, list[str]]:
    """Bea has set up her phone: its secret, and her recovery codes."""
    t.bea()
    client = come_in()
    prove(client)
    page = client.get("/account/2fa/totp/activate/").text
    secret = re.findall(r"<code>([A-Z2-7]+)</code>", page)[0]
    answer = client.post("/account/2fa/totp/activate/", {"code": code_of(secret)}, follow=True)
    cache.clear()  # the same code twice within thirty seconds is refused, as it should be
    return secret, re.findall(r"<li><code>([^<]+)</code></li>", answer.text)


def test_a_wrong_code_sets_up_nothing() -> None:
    t.bea()
    client = come_in()
    prove(client)
    client.get("/account/2fa/totp/activate/")
    assert "Incorrect code" in client.post("/account/2fa/totp/activate/", {"code": "000000"}).text
    assert not Authenticator.objects.exists()


def test_with_codes_from_a_phone_the_password_alone_opens_nothing() -> None:
    secret, recovery = with_codes()
    assert len(recovery) >= 8
    client = come_in()
    assert not is_in(client)
    assert "six digits" in client.get("/account/2fa/authenticate/").text
    assert "Incorrect code" in client.post("/account/2fa/authenticate/", {"code": "123"}).text
    client.post("/account/2fa/authenticate/", {"code": code_of(secret)})
    assert is_in(client)


def test_a_recovery_code_opens_once() -> None:
    _secret, recovery = with_codes()
    first, second = come_in(), come_in()
    first.post("/account/2fa/authenticate/", {"code": recovery[0]})
    second.post("/account/2fa/authenticate/", {"code": recovery[0]})
    assert (is_in(first), is_in(second)) == (True, False)


def test_what_the_codes_are_made_from_lies_sealed() -> None:
    secret, recovery = with_codes()
    kept = str(list(Authenticator.objects.values_list("data", flat=True)))
    assert secret not in kept
    assert not [code for code in recovery if code in kept]


def test_a_new_way_in_changes_the_password_and_not_the_second_step() -> None:
    secret, _recovery = with_codes()
    client = Client()
    answer = client.post(joining.way_in(Teammate.objects.get()), {"password": "another ring at the door"})
    assert answer.headers["Location"].startswith("/account/login/")
    assert not is_in(client)
    client = come_in(password="another ring at the door")
    client.post("/account/2fa/authenticate/", {"code": code_of(secret)})
    assert is_in(client)


def test_an_owner_forgets_the_second_step_of_somebody_who_lost_their_phone() -> None:
    with_codes()
    bea, mae = Teammate.objects.get(), t.mae()
    for who, done in ((t.cal(), 409), (t.lea(), 200), (mae, 200)):
        client = Client()
        client.force_login(who)
        answer = client.post(f"/settings/people/{bea.pk}/forget-second-step/", headers={"HX-Request": "true"})
        assert answer.status_code == done
    assert not Authenticator.objects.exists()
    assert is_in(come_in())


def test_changing_how_one_comes_in_asks_who_one_is() -> None:
    t.bea()
    client = come_in()
    answer = client.get("/account/2fa/totp/activate/", follow=True)
    assert "Is it you?" in answer.text
    prove(client, "a guess")
    assert "Is it you?" in client.get("/account/2fa/totp/activate/", follow=True).text
    prove(client)
    assert "Codes from your phone" in client.get("/account/2fa/totp/activate/").text


def test_every_page_of_ones_account_keeps_scripts_and_styles_in_files() -> None:
    with_codes()
    client = Client()
    client.force_login(Teammate.objects.get())
    prove(client)
    for page in ("", "totp/deactivate/", "recovery-codes/", "recovery-codes/generate/", "webauthn/", "webauthn/add/"):
        text = client.get(f"/account/2fa/{page}").text
        assert "<h1>" in text
        assert not re.search(r"<style|\sstyle=|\son[a-z]+=|javascript:", text)
        scripts = re.findall(r"<script([^>]*)>", text)
        assert all("src=" in each or "application/json" in each for each in scripts)
