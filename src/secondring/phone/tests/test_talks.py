"""A talk: hold, a colleague asked or given the call, a line that breaks, and every way to the end. Nobody is dropped."""

from secondring.phone.call_state import Phase
from secondring.phone.happenings import (
    CALLER,
    Answered,
    AskedHangUp,
    AskedHold,
    AskedJoin,
    AskedResume,
    AskedTransfer,
    Back,
    Declined,
    Digit,
    Lost,
    Rang,
)
from secondring.phone.orders import (
    Because,
    Connect,
    HangUp,
    Hold,
    Join,
    Note,
    Order,
    Play,
    Resume,
    Ring,
    Sound,
    StopPlaying,
    StopRinging,
)
from secondring.testing import after

from .stages import BEA, CAL, CALS_PHONE, MAE, Told, a_call, a_talk, an_outgoing_call, of

TO_CAL = frozenset({CAL, CALS_PHONE})


def transfer(told: Told, seconds: float, *, first: bool = False) -> list[Order]:
    return told(AskedTransfer(BEA, after(seconds), to=TO_CAL, first=first))


def test_hold_plays_music_until_they_come_back_and_only_the_owner_may() -> None:
    told = a_talk(CAL)
    assert told(AskedHold(CAL, after(9))) == []
    assert told(AskedHold(BEA, after(10))) == [Hold(CALLER)]
    assert told(AskedHold(BEA, after(11))) == []
    assert told(AskedResume(BEA, after(12))) == [Resume(CALLER)]


def test_who_hangs_up_ends_the_call_from_either_side() -> None:
    told = a_talk()
    assert told(AskedHangUp(BEA, after(60))) == [
        HangUp(BEA, Because.HUNG_UP),
        HangUp(CALLER, Because.HUNG_UP),
        Note("call_ended", BEA),
    ]
    told = a_talk()
    assert told.left(CALLER, 60) == [HangUp(BEA, Because.CALLER_LEFT), Note("call_ended", BEA)]
    assert told.call.phase is Phase.ENDED


def test_a_telephone_that_is_put_down_ends_the_call() -> None:
    told = a_call(CALS_PHONE)
    told.answered(CALS_PHONE, 1)
    told.pressed("1", CALS_PHONE, 2)
    told.flows(CALS_PHONE, 2.1)
    assert told.left(CALS_PHONE, 60) == [HangUp(CALLER, Because.HUNG_UP), Note("call_ended", CALS_PHONE)]


def test_a_reload_in_mid_call_never_drops_the_caller() -> None:
    told = a_talk()
    assert told(Lost(BEA, after(20))) == [Play(CALLER, Sound.MUSIC)]
    assert told.next_look == 30
    assert told(Back(BEA, after(22))) == [Connect(BEA, CALLER)]
    assert told.flows(BEA, 22.4) == [StopPlaying(CALLER)]
    assert told.next_look is None
    assert told.call.owner == BEA


def test_a_reload_on_hold_leaves_the_caller_with_the_music() -> None:
    told = a_talk()
    told(AskedHold(BEA, after(10)))
    told(Lost(BEA, after(20)))
    assert told(Back(BEA, after(21))) == [Connect(BEA, CALLER), Hold(CALLER)]


def test_a_browser_that_does_not_come_back_lets_everybody_ring_counted_anew() -> None:
    told = a_talk(CAL)
    told(Lost(BEA, after(200)))
    orders = told.passed(210)
    assert HangUp(BEA, Because.LAPSED) in orders
    assert Play(CALLER, Sound.RINGING) in orders
    assert of(orders, Ring) == [Ring(BEA), Ring(CAL)]
    assert told.call.greets_at == after(270)


def test_a_call_given_away_rings_at_the_colleague_and_frees_the_giver() -> None:
    told = a_talk(CAL, MAE)
    assert transfer(told, 20) == [
        HangUp(BEA, Because.TRANSFERRED),
        Play(CALLER, Sound.RINGING),
        Ring(CAL),
        Ring(CALS_PHONE),
    ]
    assert told.answered(CAL, 25) == [StopRinging(CALS_PHONE, CAL), Connect(CAL, CALLER)]
    assert told.flows(CAL, 25.5) == [StopPlaying(CALLER), Note("call_transferred", BEA, {"to": 2})]
    assert told.call.owner == CAL


def test_a_colleague_who_does_not_answer_sends_it_back_then_to_everybody() -> None:
    told = a_talk(CAL, MAE)
    transfer(told, 20)
    assert told.next_look == 50
    assert told.passed(50) == [
        Note("transfer_returned", BEA),
        StopRinging(CAL),
        StopRinging(CALS_PHONE),
        Ring(BEA),
    ]
    told.passed(80)
    assert told.call.sought is None
    assert told.call.ringing == {BEA, CAL, MAE}


def test_a_colleague_who_declines_sends_it_back_at_once() -> None:
    told = a_talk()
    transfer(told, 20)
    told(Declined(CAL, after(21)))
    assert told.call.ringing == {CALS_PHONE}
    assert Ring(BEA) in told(Declined(CALS_PHONE, after(22)))


def test_who_waits_on_hold_and_is_given_away_hears_it_ring() -> None:
    told = a_talk()
    told(AskedHold(BEA, after(10)))
    orders = transfer(told, 20)
    assert orders.index(Resume(CALLER)) < orders.index(Play(CALLER, Sound.RINGING))
    assert told.call.held is False


def a_consultation() -> Told:
    """Bea talks with Cal since 26 s, Ana hears music."""
    told = a_talk(CAL)
    transfer(told, 20, first=True)
    told.answered(CAL, 25)
    told.flows(CAL, 26)
    return told


def test_a_colleague_is_asked_first_while_the_caller_hears_music() -> None:
    told = a_talk(CAL)
    assert transfer(told, 20, first=True) == [Hold(CALLER), Play(BEA, Sound.RINGING), Ring(CAL), Ring(CALS_PHONE)]
    assert told.answered(CAL, 25) == [StopRinging(CALS_PHONE, CAL), StopPlaying(BEA), Connect(CAL, BEA)]
    assert told.flows(CAL, 26) == []
    assert told.call.owner == BEA


def test_joining_gives_the_caller_to_the_colleague_and_the_asker_leaves() -> None:
    told = a_consultation()
    assert told(AskedJoin(BEA, after(40))) == [
        Join(CAL, CALLER),
        Resume(CALLER),
        HangUp(BEA, Because.TRANSFERRED),
        Note("call_transferred", BEA, {"to": 2}),
    ]
    assert told.call.owner == CAL


def test_hanging_up_after_asking_joins_them_and_never_drops_the_caller() -> None:
    told = a_consultation()
    told(AskedHangUp(BEA, after(40)))
    assert told.call.owner == CAL


def test_hanging_up_while_the_colleague_still_rings_gives_the_call_away() -> None:
    told = a_talk(CAL)
    transfer(told, 20, first=True)
    assert told(AskedHangUp(BEA, after(24))) == [
        HangUp(BEA, Because.TRANSFERRED),
        Resume(CALLER),
        Play(CALLER, Sound.RINGING),
    ]
    assert told.call.ringing == TO_CAL
    told.answered(CAL, 26)
    told.flows(CAL, 27)
    assert told.call.owner == CAL


def test_the_asker_may_go_back_to_the_caller() -> None:
    told = a_consultation()
    assert told(AskedResume(BEA, after(40))) == [HangUp(CAL, Because.HUNG_UP), Join(BEA, CALLER), Resume(CALLER)]
    assert told.call.owner == BEA


def test_a_colleague_who_is_not_there_or_leaves_gives_the_caller_back_to_the_asker() -> None:
    told = a_talk(CAL)
    transfer(told, 20, first=True)
    assert told.passed(50) == [
        StopRinging(CAL),
        StopRinging(CALS_PHONE),
        StopPlaying(BEA),
        Resume(CALLER),
    ]
    told = a_consultation()
    assert told(AskedHangUp(CAL, after(40))) == [HangUp(CAL, Because.HUNG_UP), Join(BEA, CALLER), Resume(CALLER)]
    told = a_consultation()
    assert told.left(CAL, 40) == [Join(BEA, CALLER), Resume(CALLER)]


def test_a_colleague_asked_on_their_telephone_presses_one_first() -> None:
    told = a_talk()
    transfer(told, 20, first=True)
    assert told.answered(CALS_PHONE, 22) == [Play(CALS_PHONE, Sound.PRESS_ONE)]
    assert told(Digit(CALS_PHONE, after(24), "1")) == [
        StopRinging(CAL, CALS_PHONE),
        StopPlaying(CALS_PHONE),
        StopPlaying(BEA),
        Connect(CALS_PHONE, BEA),
    ]


def test_a_colleague_whose_sound_does_not_come_is_let_go() -> None:
    told = a_talk()
    transfer(told, 20, first=True)
    told.answered(CAL, 25)
    assert told.passed(28) == [HangUp(CAL, Because.HUNG_UP), Join(BEA, CALLER), Resume(CALLER)]


def test_an_asker_whose_browser_dies_leaves_the_caller_with_the_colleague() -> None:
    told = a_consultation()
    told(Lost(BEA, after(30)))
    told.passed(40)
    assert told.call.owner == CAL


def test_the_caller_who_leaves_ends_a_consultation_for_everybody() -> None:
    told = a_consultation()
    orders = told.left(CALLER, 30)
    assert {each.leg for each in of(orders, HangUp)} == {BEA, CAL}


def test_calling_somebody_rings_them_only_when_our_own_sound_stands() -> None:
    told = an_outgoing_call()
    assert told.all == [Note("we_called", BEA), Connect(BEA, CALLER)]
    assert told.flows(BEA, 1) == [Ring(CALLER)]
    assert told(Rang(CALLER, after(3))) == [Play(BEA, Sound.RINGING)]
    assert told(Answered(CALLER, after(9))) == [
        StopPlaying(BEA),
        Connect(CALLER, BEA),
        Note("they_answered", BEA),
    ]
    assert told.call.phase is Phase.TALKING
    assert told.flows(CALLER, 9.2) == []
    assert told.call.heard_at == after(9.2)


def test_calling_somebody_ends_when_they_are_busy_or_not_there_or_we_give_up() -> None:
    told = an_outgoing_call()
    assert told.passed(5)[0] == HangUp(BEA, Because.LAPSED)
    told = an_outgoing_call()
    told.flows(BEA, 1)
    assert told(Declined(CALLER, after(4)))[0] == HangUp(BEA, Because.BUSY)
    told = an_outgoing_call()
    told.flows(BEA, 1)
    assert told.passed(61)[:2] == [HangUp(BEA, Because.NO_ANSWER), HangUp(CALLER, Because.NO_ANSWER)]
    told = an_outgoing_call()
    assert told(AskedHangUp(BEA, after(0.5))) == [
        HangUp(BEA, Because.HUNG_UP),
        Note("they_did_not_answer", BEA, {"because": Because.HUNG_UP}),
    ]
