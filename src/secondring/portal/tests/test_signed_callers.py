"""Who the company's own page says is calling: believed when it is signed with our key and still good."""

import base64
import hashlib
import hmac
import json
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client

from secondring import testing as t
from secondring.customers.models import Customer
from secondring.lib import clock
from secondring.phone import identity, sites
from secondring.portal import line

pytestmark = pytest.mark.django_db


def word(*, key: str = "", **facts: Any) -> str:
    """Written as the manual tells other programmers to."""
    said = base64.urlsafe_b64encode(json.dumps(facts).encode()).decode().rstrip("=")
    return f"{said}.{hmac.new((key or identity.key()).encode(), said.encode(), hashlib.sha256).hexdigest()}"


def until(hours: float = 1) -> int:
    return int((clock.now() + timedelta(hours=hours)).timestamp())


def test_a_signed_word_greets_by_name_and_finds_the_card() -> None:
    place = sites.open_site(by=t.mae(), at=t.MONDAY)
    said = word(email="ana@example.org", name="Ana Lima", until=until())
    page = Client().get("/call/", {"who": said})
    assert "Hello Ana." in page.content.decode()
    assert page["Referrer-Policy"] == "same-origin", "without one, no browser's form is believed"
    told = line._word({"sdp": "v=0", "who": said, "name": "Somebody else"}, place)
    assert (told["customer"], told["name"]) == (t.ana().pk, "Ana Lima")


def test_a_word_of_somebody_new_makes_their_card() -> None:
    place = sites.open_site(by=t.mae(), at=t.MONDAY)
    told = line._word({"sdp": "v=0", "who": word(email="rosa@example.org", name="Rosa", until=until())}, place)
    assert Customer.objects.get(pk=told["customer"]).name == "Rosa"


GOOD = {"email": "ana@example.org", "name": "Ana Lima"}


@pytest.mark.parametrize(
    "facts",
    [
        {**GOOD, "until": until(-1)},
        {**GOOD, "until": until(48)},
        {**GOOD, "until": "soon"},
        {**GOOD, "until": 1e300},
        {"email": "no address", "until": until()},
        {"name": "Ana", "until": until()},
    ],
)
def test_a_word_that_is_not_good_is_nobodys(facts: dict[str, Any]) -> None:
    assert identity.read(word(**facts), at=clock.now()) is None


def test_a_word_signed_by_others_is_nobodys_and_the_call_goes_on() -> None:
    place = sites.open_site(by=t.mae(), at=t.MONDAY)
    good = word(**GOOD, until=until())
    for bad in (
        word(key="theirs", **GOOD, until=until()),
        good[:-1] + "0é",
        "x" * 5000,
        ".",
        None,
        7,
        f"{good}.{good}",
    ):
        assert identity.read(bad, at=clock.now()) is None
        assert line._word({"sdp": "v=0", "who": bad}, place)["customer"] is None
    assert "Hello" not in Client().get("/call/", {"who": "made.up"}).content.decode()
    assert not Customer.objects.exists()
