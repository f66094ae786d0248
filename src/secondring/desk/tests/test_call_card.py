"""The card beside a call: a name for somebody new, and what the call is about, chosen with one key by who picked up."""

from datetime import datetime
from typing import Any

import pytest

from secondring import testing as t
from secondring.conversations.models import Conversation
from secondring.phone import booking
from secondring.phone.models import Call
from secondring.phone.tests.fakes import knows_number
from secondring.team.models import Teammate

from .desks import browser, get, post

pytestmark = pytest.mark.django_db


def a_call(*, number: str = "+351210000000", at: datetime = t.MONDAY, **more: Any) -> Call:
    place = t.a_number().place
    booking.opened(booking.Opened(key="k", node="here", place=place.pk, at=at, number=number, **more))
    booking.write_down("k", "call_rang", by=None, at=at)
    return Call.objects.get()


def picked_up(call: Call, by: Teammate) -> Call:
    booking.claim(call.key, f"desk-{by.pk}", by.pk, t.after(5))
    booking.write_down(call.key, "call_answered", by=by.pk, at=t.after(6), ring=1, waited=6.0)
    return Call.objects.get()


def two_matters() -> tuple[Conversation, Conversation]:
    one, other = (t.a_letter(subject=each, at=t.after(-600)).conversation for each in ("Warped", "Late"))
    return one, other


def test_somebody_new_has_one_field_and_the_name_makes_their_card() -> None:
    a_call()
    bea = browser(t.bea())
    assert "Nobody here knows this number yet" in get(bea, "/telephone/calls/k/card/")
    card = post(bea, "/telephone/calls/k/name/", name="  Rosa Dias ").content.decode()
    assert "Rosa Dias" in card
    assert "data-unkept" not in card
    assert Call.objects.get().customer.name == "Rosa Dias"


def test_a_name_said_while_it_rings_without_a_number_is_on_the_card_once_somebody_picked_up() -> None:
    call = a_call(number="")
    assert call.customer is None
    bea = browser(t.bea())
    assert "They show no number" in get(bea, "/telephone/calls/k/card/")
    post(bea, "/telephone/calls/k/name/", name="Rosa Dias")
    before = get(bea, "/telephone/calls/k/mark/")
    assert picked_up(call, t.bea()).customer.name == "Rosa Dias"
    assert get(bea, "/telephone/calls/k/mark/") != before
    assert "Rosa Dias" in get(bea, "/telephone/calls/k/card/")


def test_who_picked_up_says_with_one_key_what_it_is_about() -> None:
    first, second = two_matters()
    knows_number(t.ana())
    picked_up(a_call(), t.bea())
    bea, cal = browser(t.bea()), browser(t.cal())
    card = get(bea, "/telephone/calls/k/card/")
    assert "What is it about?" in card
    assert all(f'data-matter="{key}"' in card for key in (1, 2, 0))
    assert "What is it about?" not in get(cal, "/telephone/calls/k/card/")
    assert post(cal, "/telephone/calls/k/matter/", matter=str(first.pk)).status_code == 409
    assert "What is it about?" not in post(bea, "/telephone/calls/k/matter/", matter=str(first.pk)).content.decode()
    assert Call.objects.get().conversation == first
    assert not second.events.filter(verb="call_answered").exists()
    assert post(bea, "/telephone/calls/k/matter/", matter=str(second.pk)).status_code == 409


def test_something_new_begins_a_matter_of_its_own() -> None:
    old = two_matters()
    knows_number(t.ana())
    picked_up(a_call(), t.bea())
    post(browser(t.bea()), "/telephone/calls/k/matter/", matter="new")
    assert Call.objects.get().conversation not in (None, *old)


def test_a_matter_of_somebody_else_is_none_of_theirs() -> None:
    two_matters()
    knows_number(t.ana())
    call = picked_up(a_call(), t.bea())
    other = Conversation.objects.create(
        customer=t.lou(), place=call.place, channel="phone", subject="", opened_at=t.MONDAY, last_at=t.MONDAY
    )
    assert post(browser(t.bea()), "/telephone/calls/k/matter/", matter=str(other.pk)).status_code == 409
    assert post(browser(t.bea()), "/telephone/calls/k/matter/", matter="x").status_code == 404
    assert Call.objects.get().conversation is None
