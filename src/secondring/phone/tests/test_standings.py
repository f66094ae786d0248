"""What desks are told of a talk: who hears music, who is asked first, and when the two can be brought together."""

from secondring.phone.happenings import Answered, AskedHold, AskedJoin, AskedTransfer, Flowing
from secondring.phone.standings import Standing, changed, standings
from secondring.testing import after

from .stages import BEA, CAL, CALS_PHONE, a_talk


def test_hold_is_told_once() -> None:
    told = a_talk()
    before = told.call
    told(AskedHold(BEA, after(10)))
    assert changed(before, told.call) == {BEA: Standing(held=True)}
    assert changed(told.call, told.call) == {}


def test_the_two_can_be_brought_together_only_when_the_colleague_is_there() -> None:
    told = a_talk()
    told(AskedTransfer(BEA, after(10), to=frozenset({CAL, CALS_PHONE}), first=True))
    asks = standings(told.call)[BEA].asks
    assert asks is not None
    assert standings(told.call) == {BEA: Standing(held=True, asks=asks)}
    told(Answered(CAL, after(12)))
    assert standings(told.call)[BEA].there is False
    assert standings(told.call)[CAL].first is not None
    told(Flowing(CAL, after(12.5)))
    assert standings(told.call)[BEA] == Standing(held=True, asks=asks, there=True)
    told(AskedJoin(BEA, after(20)))
    assert standings(told.call) == {CAL: Standing()}


def test_the_colleague_who_has_the_call_now_is_asked_by_nobody_any_more() -> None:
    told = a_talk()
    told(AskedTransfer(BEA, after(10), to=frozenset({CAL}), first=True))
    told(Answered(CAL, after(12)))
    told(Flowing(CAL, after(12.5)))
    before = told.call
    told(AskedJoin(BEA, after(20)))
    assert changed(before, told.call) == {CAL: Standing()}
