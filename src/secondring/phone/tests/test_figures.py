"""The figure read from the book: junk and our own tests left out, and only what one may see."""

from zoneinfo import ZoneInfo

import pytest

from secondring import testing as t
from secondring.conversations.models import Conversation, Place
from secondring.phone import figures
from secondring.phone.models import Call, CallLeg
from secondring.phone.records import Share

pytestmark = pytest.mark.django_db


def a_call(place: Place, seconds: float = 0, *, heard: float | None = 4, **fields) -> Call:
    began = t.after(seconds)
    picked = None if heard is None else t.after(seconds + heard)
    number = Call.objects.count()
    return Call.objects.create(
        key=f"call{number}", node="here", place=place, began_at=began, answered_at=picked, heard_at=picked,
        ended_at=t.after(seconds + 60), because="hung-up", **fields,
    )  # fmt: skip


def a_place(name: str, *, everyone: bool = True) -> Place:
    return Place.objects.create(channel="phone", name=name, everyone=everyone)


def headline(teammate) -> Share:
    return figures.headline(figures.calls_between(t.MONDAY, t.after(days=2), seen_by=teammate))


def test_junk_our_own_tests_our_own_calls_and_calls_that_go_on_are_left_out() -> None:
    place = a_place("Our number")
    junk = Conversation.objects.create(
        customer=t.ana(), place=place, channel="phone", opened_at=t.MONDAY, last_at=t.MONDAY, junk_at=t.MONDAY
    )
    a_call(place)
    a_call(place, heard=None)
    a_call(place, conversation=junk)
    a_call(place, is_test=True)
    a_call(place, outgoing=True)
    Call.objects.create(key="on", node="here", place=place, began_at=t.MONDAY)
    assert headline(t.bea()) == Share(1, 2)


def test_only_calls_at_places_one_may_see_are_counted() -> None:
    a_call(a_place("Legal", everyone=False))
    a_call(a_place("Our number"))
    assert headline(t.bea()) == Share(1, 1)
    assert headline(t.mae()) == Share(2, 2)


def test_hours_days_and_numbers_are_told_apart_in_the_houses_own_time() -> None:
    ours, theirs = a_place("Our number"), a_place("The other one")
    a_call(ours)
    a_call(ours, 3600, heard=20)
    a_call(theirs, 86_400)
    calls = figures.calls_between(t.MONDAY, t.after(days=2), seen_by=t.mae())
    tokyo = ZoneInfo("Asia/Tokyo")
    assert figures.by_hour(calls, tokyo) == {19: Share(2, 2), 20: Share(0, 1)}
    assert [day.isoformat() for day in figures.by_day(calls, tokyo)] == ["2026-11-23", "2026-11-24"]
    assert figures.by_place(calls) == {ours.pk: Share(1, 2), theirs.pk: Share(1, 1)}


def test_a_call_has_its_own_record_and_none_while_it_goes_on() -> None:
    place = a_place("Our number")
    call = a_call(place, heard=8)
    CallLeg.objects.create(call=call, leg="desk-1", teammate=t.bea(), began_at=t.MONDAY, picked_at=t.after(7.5))
    CallLeg.objects.create(call=call, leg="caller", teammate=None, began_at=t.MONDAY)
    first, second = figures.record(call)
    assert [each.teammate for each in first.at] == [t.bea().pk]
    assert [each.leg for each in second.picked] == ["desk-1"]
    running = Call.objects.create(key="on", node="here", place=place, began_at=t.MONDAY)
    with pytest.raises(ValueError, match="goes on"):
        figures.facts(running)
