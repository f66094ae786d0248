"""Calling out is off until an owner turns it on; every limit holds, stops what it must, and leaves a row and an event."""

from datetime import datetime
from typing import Any

import pytest

from secondring import testing as t
from secondring.conversations.models import Event
from secondring.lib.errors import NotPossible
from secondring.lib.jobs import Job
from secondring.phone import calling_out
from secondring.phone.models import Call, CallOut, Outbound, PhoneNumber, Trunk
from secondring.team import duty
from secondring.team.models import Teammate

pytestmark = pytest.mark.django_db(transaction=True)
ANA = "+12125550123"
LATER = 30 * 24 * 3600  # seconds: the house is not new any more


def a_line() -> PhoneNumber:
    number = t.a_number("+12125550100")
    number.region, number.trunk = "US", Trunk.objects.create(name="Carrier", host="127.0.0.1", registers=False)
    number.save(update_fields=["region", "trunk"])
    return number


def a_house_that_calls(**limits: Any) -> Teammate:
    """Bea on duty, in a house that has called out for a month."""
    a_line()
    calling_out.turn_on(Outbound.ours(), ["US"], by=t.mae(), at=t.MONDAY, **limits)
    duty.go_on(t.bea(), at=t.MONDAY)
    return t.bea()


def ask(by: Teammate, number: str = ANA, at: datetime | None = None, **more: Any) -> CallOut:
    return calling_out.ask(number, by=by, at=at or t.after(LATER), **more)


def a_call(**fields: Any) -> Call:
    given = {"key": str(Call.objects.count()), "node": "here", "place": PhoneNumber.objects.get().place}
    return Call.objects.create(**{**given, "began_at": t.after(LATER - 3600), **fields})


def test_it_is_off_until_an_owner_turns_it_on() -> None:
    a_line()
    duty.go_on(t.bea(), at=t.MONDAY)
    assert ask(t.bea()).because == "off"
    for who in (t.bea(), t.lea()):
        with pytest.raises(NotPossible, match="An owner decides"):
            calling_out.turn_on(Outbound.ours(), ["US"], by=who, at=t.MONDAY)
    calling_out.turn_on(Outbound.ours(), ["US"], by=t.mae(), at=t.MONDAY)
    assert ask(t.bea()).is_allowed
    calling_out.turn_off(Outbound.ours(), by=t.mae(), at=t.MONDAY)
    assert ask(t.bea()).because == "off"


def test_a_new_house_calls_back_only_who_called_it() -> None:
    bea = a_house_that_calls()
    soon = t.after(days=13)
    assert ask(bea, at=soon).because == "new"
    a_call(from_number=ANA)
    assert ask(bea, at=soon).is_allowed
    assert ask(bea, "+12125550199", at=t.after(days=14, seconds=1)).is_allowed


def test_only_who_is_on_duty_calls_out() -> None:
    bea = a_house_that_calls()
    duty.go_off(bea, at=t.after(60))
    assert ask(bea).because == "off-duty"


@pytest.mark.parametrize(
    ("number", "because"),
    [("+19005550100", "costly"), ("+351210000001", "elsewhere"), ("+1876 555 0123", "elsewhere"), ("12", "no-number")],
)
def test_numbers_are_judged_before_anything_is_dialled(number: str, because: str) -> None:
    assert ask(a_house_that_calls(), number).because == because


def test_every_attempt_is_a_row_and_a_refused_one_an_event() -> None:
    bea, found = a_house_that_calls(), t.a_letter().conversation
    row = ask(bea, "+19005550100", conversation=found, customer=found.customer)
    assert (row.refused_at, row.by, row.conversation) == (t.after(LATER), bea, found)
    event = Event.objects.get(verb="call_not_dialled")
    assert (event.conversation, event.by, event.data["because"]) == (found, bea, "costly")
    assert ask(bea, conversation=found).is_allowed
    assert CallOut.objects.count() == 2


def test_calls_at_once_count_what_runs_and_what_was_just_allowed() -> None:
    bea = a_house_that_calls(at_once=2)
    a_call(outgoing=True)
    assert ask(bea).is_allowed
    assert ask(bea).because == "at-once"
    assert Outbound.ours().is_on
    assert ask(bea, at=t.after(LATER + 31)).is_allowed  # the one that was allowed was never dialled


def test_a_persons_hour_refuses_them_and_tells_those_who_lead() -> None:
    bea = a_house_that_calls(at_once=9, each_per_hour=2)
    assert [ask(bea).because for _ in range(3)] == ["", "", "each-hour"]
    assert Outbound.ours().is_on
    job = Job.objects.get(name="mail.tell_those_who_lead")
    assert "Bea wanted to call +12125550123" in job.arguments["words"]
    duty.go_on(t.cal(), at=t.MONDAY)
    assert ask(t.cal()).is_allowed
    assert ask(bea, at=t.after(LATER + 3601)).is_allowed


def test_the_houses_hour_stops_everybody_until_an_owner_looks() -> None:
    bea = a_house_that_calls(at_once=9, per_hour=2)
    assert [ask(bea).because for _ in range(4)] == ["", "", "house-hour", "stopped"]
    rules = Outbound.ours()
    assert (rules.is_on, rules.because, rules.stopped_at) == (False, "house-hour", t.after(LATER))
    assert Job.objects.filter(name="mail.tell_those_who_lead").count() == 1
    assert ask(bea, at=t.after(LATER + 7200)).because == "stopped"
    calling_out.turn_on(rules, ["US"], by=t.mae(), at=t.after(LATER + 7200))
    assert ask(bea, at=t.after(LATER + 7201)).is_allowed


def test_minutes_of_a_day_count_up_to_now_and_end_with_the_day() -> None:
    bea = a_house_that_calls(minutes_a_day=60, each_minutes_a_day=30)
    noon = t.after(LATER)
    a_call(outgoing=True, answered_at=t.after(LATER - 1860), answered_by=t.cal(), ended_at=noon, because="hung-up")
    assert ask(bea).is_allowed
    goes_on = a_call(outgoing=True, answered_at=t.after(LATER - 1800), answered_by=bea)
    assert ask(bea, at=t.after(LATER + 31)).because == "house-day"
    calling_out.turn_on(Outbound.ours(), ["US"], by=t.mae(), at=noon, minutes_a_day=600)
    assert ask(bea, at=t.after(LATER + 62)).because == "each-day"
    goes_on.ended_at, goes_on.because = t.after(LATER), "hung-up"
    goes_on.save(update_fields=["ended_at", "because"])
    assert ask(bea, at=t.after(LATER, days=1)).is_allowed


def test_an_emergency_asks_for_nothing_but_a_trunk_that_carries_it() -> None:
    a_line()
    bea = t.bea()  # off duty, calling out off
    row = ask(bea, "911")
    assert (row.because, row.number) == ("emergency", "911")
    Trunk.objects.update(dials_emergency=True)
    row = ask(bea, "911")
    assert row.is_allowed
    assert row.trunk == Trunk.objects.get()


def test_a_key_is_good_once_for_a_moment_and_for_its_own_person() -> None:
    bea = a_house_that_calls()
    row = ask(bea)
    at = t.after(LATER + 5)
    assert calling_out.collect(row.key, by=t.cal().pk, at=at) is None
    wanted = calling_out.collect(row.key, by=bea.pk, at=at)
    assert wanted is not None
    assert (wanted.number, wanted.shown, wanted.by) == (ANA, "+12125550100", bea.pk)
    assert calling_out.collect(row.key, by=bea.pk, at=at) is None
    late = ask(bea, at=t.after(LATER + 60))
    assert calling_out.collect(late.key, by=bea.pk, at=t.after(LATER + 91)) is None
    refused = ask(bea, "+19005550100", at=at)
    assert calling_out.collect(refused.key, by=bea.pk, at=at) is None


def test_what_they_see_is_the_number_that_they_called() -> None:
    bea = a_house_that_calls()
    other = t.a_number("+12125550177", name="Orders")
    other.trunk = Trunk.objects.get()
    other.save(update_fields=["trunk"])
    found = t.a_letter().conversation
    found.place = other.place
    found.save(update_fields=["place"])
    assert ask(bea, conversation=found).shown == "+12125550177"
    assert ask(bea).shown == "+12125550100"
