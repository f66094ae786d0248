"""Keys that are pressed in a talk, on a telephone to take it; and sound that dies."""

from secondring.phone.call_state import Phase
from secondring.phone.happenings import CALLER, AskedHold, AskedJoin, AskedKeys, AskedTransfer, Silenced
from secondring.phone.orders import Accept, Because, HangUp, Join, Note, Press
from secondring.testing import after

from .stages import BEA, CAL, CALS_PHONE, a_call, a_talk


def test_keys_reach_whoever_is_talked_to_and_only_the_owner_presses_them() -> None:
    told = a_talk()
    assert told(AskedKeys(CAL, after(9), "1")) == []
    assert told(AskedKeys(BEA, after(10), "42#")) == [Press(CALLER, "42#")]
    told(AskedHold(BEA, after(11)))
    assert told(AskedKeys(BEA, after(12), "1")) == []


def test_a_telephone_whose_sound_came_before_its_key_has_the_call_at_once() -> None:
    told = a_call(CALS_PHONE)
    told.answered(CALS_PHONE, 1)
    told.flows(CALS_PHONE, 1.1)
    assert Accept(CALLER) in told.pressed("1", CALS_PHONE, 3)
    assert told.call.phase is Phase.TALKING
    told = a_talk(CAL)
    told(AskedTransfer(BEA, after(10), to=frozenset({CAL, CALS_PHONE}), first=True))
    told.answered(CALS_PHONE, 11)
    told.flows(CALS_PHONE, 11.1)
    told.pressed("1", CALS_PHONE, 13)
    assert told(AskedJoin(BEA, after(20)))[0] == Join(CALS_PHONE, CALLER)


def test_when_the_sound_dies_everybody_is_let_go_and_the_customer_is_called_back() -> None:
    told = a_talk(CAL)
    assert told(Silenced(BEA, after(600))) == [
        HangUp(BEA, Because.SILENCED),
        HangUp(CALLER, Because.SILENCED),
        Note("call_missed", data={"because": Because.SILENCED}),
    ]
    assert told.call.phase is Phase.ENDED
