"""Who is on duty, and whom the second ring reaches."""

import pytest

from secondring import testing as t
from secondring.lib.errors import NotPossible
from secondring.team import duty
from secondring.team.models import House, Shift

pytestmark = pytest.mark.django_db


def second_ring(teammate, *, is_open: bool = True, seconds: float = 0) -> bool:
    return duty.wants_second_ring(teammate, House(time_zone="UTC"), is_open=is_open, at=t.after(seconds))


def test_a_shift_begins_once_and_ends_when_they_go() -> None:
    duty.go_on(t.bea(), at=t.MONDAY)
    duty.go_on(t.bea(), at=t.after(60))
    duty.go_on(t.cal(), at=t.MONDAY)
    assert list(duty.on_duty()) == [t.bea(), t.cal()]
    duty.go_off(t.bea(), at=t.after(90))
    assert list(duty.on_duty()) == [t.cal()]
    (shift,) = Shift.objects.filter(teammate=t.bea())
    assert (shift.began_at, shift.ended_at) == (t.MONDAY, t.after(90))
    assert t.bea().is_away


def test_packers_and_those_who_left_are_never_on_duty() -> None:
    duty.go_on(t.pia(), at=t.MONDAY)
    bea = t.bea()
    duty.go_on(bea, at=t.MONDAY)
    bea.is_active = False
    bea.save(update_fields=["is_active"])
    assert list(duty.on_duty()) == []


def test_leads_hear_the_second_ring_in_opening_hours_unless_they_said_otherwise() -> None:
    assert second_ring(t.mae())
    assert second_ring(t.lea())
    assert not second_ring(t.mae(), is_open=False)
    assert not second_ring(t.bea())
    duty.wish_second_ring(t.bea(), duty.ALWAYS, at=t.MONDAY)
    assert second_ring(t.bea(), is_open=False)
    assert not second_ring(duty.wish_second_ring(t.mae(), duty.NEVER, at=t.MONDAY))
    with pytest.raises(NotPossible):
        duty.wish_second_ring(t.mae(), "sometimes", at=t.MONDAY)


def test_quiet_hours_and_being_away_silence_the_second_ring() -> None:
    mae = t.mae()
    mae.preferences["quiet"] = ["09:00", "11:00"]
    assert not second_ring(mae)
    mae.preferences["quiet"] = ["11:00", "12:00"]
    assert second_ring(mae)
    mae.away_since = t.MONDAY
    assert not second_ring(mae)


def test_a_telephone_rings_only_after_its_owner_pressed_one_on_it() -> None:
    bea = duty.own_telephone(t.bea(), "+351 210 000 000", rings=True, at=t.MONDAY)
    assert duty.telephone(bea) == ""
    duty.confirm_telephone(bea, "+351999999999", at=t.MONDAY)
    assert duty.telephone(bea) == ""
    duty.confirm_telephone(bea, "+351210000000", at=t.MONDAY)
    assert duty.telephone(t.bea()) == "+351210000000"
    duty.own_telephone(bea, "+351 21 000 0001", rings=True, at=t.MONDAY)
    assert duty.telephone(t.bea()) == "", "another number must be confirmed anew"
    duty.own_telephone(bea, "", rings=True, at=t.MONDAY)
    assert t.bea().preferences["telephone"] is None
    with pytest.raises(NotPossible):
        duty.own_telephone(bea, "210", rings=True, at=t.MONDAY)
