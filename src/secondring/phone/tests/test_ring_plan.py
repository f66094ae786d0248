"""The ring plan, word for word: who rings when, whose the call is, and what the caller hears."""

from secondring.phone.call_state import Phase
from secondring.phone.happenings import CALLER, AskedHangUp, Back, Declined, Lost, Passed
from secondring.phone.orders import (
    Accept,
    Because,
    Connect,
    HangUp,
    Note,
    Play,
    Record,
    Ring,
    Ringing,
    Sound,
    StopPlaying,
    StopRinging,
)
from secondring.testing import after

from .stages import BEA, BEAS_PHONE, CAL, CALS_PHONE, MAE, MAES_PHONE, a_call, of


def test_everybody_free_rings_at_once_on_every_device_and_the_caller_hears_it_ring() -> None:
    told = a_call(BEA, CAL, CALS_PHONE)
    assert told.all[0] == Ringing(CALLER)
    assert of(told.all, Ring) == [Ring(BEA), Ring(CAL), Ring(CALS_PHONE)]


def test_ring_two_brings_those_who_said_so_when_the_second_ring_begins_and_not_before() -> None:
    told = a_call(BEA, second=[MAE])
    assert told.next_look == 6
    assert told.passed(5.999) == []
    assert told.passed(6) == [Ring(MAE)]
    assert told.call.ringing == {BEA, MAE}


def test_somebody_who_becomes_free_joins_and_somebody_who_does_not_stay_falls_silent() -> None:
    told = a_call(BEA, second=[MAE])
    assert told.around(2, CAL, second=[MAE]) == [StopRinging(BEA), Ring(CAL)]
    assert told.around(7, CAL, BEA, second=[MAE]) == [Ring(BEA), Ring(MAE)]


def test_the_first_hand_gets_the_call_and_the_others_fall_silent() -> None:
    told = a_call(BEA, CAL, second=[MAE])
    told.passed(6)
    assert told.answered(CAL, 7) == [StopRinging(BEA, CAL), StopRinging(MAE, CAL), Connect(CAL, CALLER)]
    assert told.answered(BEA, 7.001) == [HangUp(BEA, Because.TAKEN)]
    assert told.call.owner == CAL


def test_the_caller_is_answered_only_when_the_winners_sound_has_come() -> None:
    told = a_call(BEA)
    assert not of(told.answered(BEA, 2), Accept)
    assert told.flows(BEA, 2.4) == [Accept(CALLER), Note("call_answered", BEA)]
    assert told.call.answered_at == after(2.4)


def test_sound_in_both_directions_is_what_counts_as_heard() -> None:
    told = a_call(BEA)
    told.answered(BEA, 2)
    told.flows(BEA, 2.4)
    assert told.call.heard_at is None
    assert told.flows(CALLER, 9) == []
    assert told.call.heard_at == after(9)


def test_a_caller_whose_sound_came_early_is_heard_as_soon_as_the_winner_is() -> None:
    told = a_call(BEA)
    told.flows(CALLER, 1)
    told.answered(BEA, 2)
    told.flows(BEA, 2.4)
    assert told.call.heard_at == after(2.4)


def test_silence_from_the_caller_never_lapses_a_claim() -> None:
    told = a_call(BEA)
    told.answered(BEA, 2)
    told.flows(BEA, 2.4)
    assert told.next_look is None
    assert told.passed(500) == []
    assert told.call.owner == BEA


def test_without_sound_within_three_seconds_everybody_rings_again_the_count_running_on() -> None:
    told = a_call(BEA, CAL, second=[MAE])
    told.answered(BEA, 4)
    assert told.next_look == 7
    assert told.passed(6.9) == []
    orders = told.passed(7)
    assert orders[:2] == [HangUp(BEA, Because.LAPSED), Note("claim_lapsed", BEA)]
    assert of(orders, Ring) == [Ring(BEA), Ring(CAL), Ring(MAE)], "the second ring has begun by now"
    assert told.call.greets_at == after(60)


def test_the_winners_line_going_lapses_the_claim_at_once() -> None:
    for gone in (Lost(BEA, after(2)), Declined(BEA, after(2)), AskedHangUp(BEA, after(2))):
        told = a_call(BEA, CAL)
        told.answered(BEA, 1)
        told(gone)
        assert Ring(CAL) in told.orders
        assert Note("claim_lapsed", BEA) in told.orders
        assert told.call.owner == ""


def test_a_winner_whose_tab_is_gone_for_good_is_rung_again_when_they_are_around() -> None:
    told = a_call(BEA, CAL)
    told.answered(BEA, 1)
    assert of(told.left(BEA, 2), Ring) == [Ring(CAL)]
    assert told.around(4, BEA, CAL) == [Ring(BEA)]


def test_a_line_that_goes_within_three_seconds_of_the_answer_lets_it_ring_on_and_the_caller_hears_it() -> None:
    told = a_call(BEA, CAL)
    told.answered(BEA, 1)
    told.flows(BEA, 2)
    orders = told(Lost(BEA, after(4.9)))
    assert Play(CALLER, Sound.RINGING) in orders
    assert Ring(CAL) in orders
    told.answered(CAL, 5)
    orders = told.flows(CAL, 5.5)
    assert StopPlaying(CALLER) in orders
    assert len(of(told.all, Accept)) == 1, "the caller is answered once"
    assert told.call.answered_at == after(2)


def test_a_lapse_late_in_the_call_leaves_time_for_another_hand() -> None:
    told = a_call(BEA, CAL)
    told.answered(BEA, 59)
    told.passed(62)
    assert told.call.phase is Phase.RINGING
    assert told.next_look == 74


def test_a_telephone_wins_only_by_pressing_one() -> None:
    told = a_call(BEA, BEAS_PHONE)
    assert told.answered(BEAS_PHONE, 5) == [Play(BEAS_PHONE, Sound.PRESS_ONE)]
    assert told.call.ringing == {BEA}, "the desks ring on while a voicemail may be talking"
    assert told.pressed("5", BEAS_PHONE, 6) == []
    assert told.pressed("1", BEAS_PHONE, 7) == [
        StopRinging(BEA, BEAS_PHONE),
        StopPlaying(BEAS_PHONE),
        Connect(BEAS_PHONE, CALLER),
    ]


def test_a_telephone_that_is_picked_up_by_a_machine_is_let_go_and_not_dialled_again() -> None:
    told = a_call(BEA, CALS_PHONE)
    told.answered(CALS_PHONE, 5)
    assert told.next_look == 6
    told.passed(6)
    assert told.next_look == 25
    assert told.passed(25) == [HangUp(CALS_PHONE, Because.NOT_PRESSED)]
    assert told.around(30, BEA, CALS_PHONE) == []


def test_a_telephone_picked_up_a_moment_late_is_hung_up() -> None:
    told = a_call(BEA, CALS_PHONE)
    told.answered(CALS_PHONE, 5)
    assert told.answered(BEA, 5.5) == [HangUp(CALS_PHONE, Because.TAKEN), Connect(BEA, CALLER)]


def test_who_declines_is_left_alone_and_the_others_ring_on() -> None:
    told = a_call(BEA, CAL)
    assert told(Declined(BEA, after(2))) == []
    assert told.around(3, BEA, CAL) == []
    assert told.call.ringing == {CAL}


def test_the_caller_who_gives_up_silences_everybody_at_every_point() -> None:
    told = a_call(BEA, CALS_PHONE)
    told.answered(CALS_PHONE, 4)
    assert told.left(CALLER, 5) == [
        StopRinging(BEA),
        HangUp(CALS_PHONE, Because.CALLER_LEFT),
        Note("call_missed", data={"because": Because.CALLER_LEFT}),
    ]
    claimed = a_call(BEA)
    claimed.answered(BEA, 2)
    assert HangUp(BEA, Because.CALLER_LEFT) in claimed.left(CALLER, 2.1)
    assert claimed.call.because is Because.CALLER_LEFT
    assert claimed.flows(BEA, 2.2) == [], "a sound that comes a moment later answers nobody"


def test_after_ring_ten_the_greeting_then_a_message_and_the_call_waits_for_a_person() -> None:
    told = a_call(BEA)
    assert told.passed(59.9) == []
    assert told.passed(60) == [
        StopRinging(BEA),
        Accept(CALLER),
        Play(CALLER, Sound.GREETING),
        Note("call_missed", data={"because": "no-answer"}),
    ]
    assert told.answered(BEA, 61) == []
    orders = told(Passed(after(180)))
    assert orders == [Record(CALLER)], "a greeting that never ends does not keep anybody"
    assert HangUp(CALLER, Because.MESSAGE_FULL) in told.passed(360)


def test_a_closed_house_greets_at_once() -> None:
    told = a_call(is_open=False)
    assert Accept(CALLER) in told.all
    assert Ringing(CALLER) not in told.all
    assert told.call.phase is Phase.GREETING


def test_nobody_on_duty_greets_at_once_but_not_while_somebody_is_only_busy() -> None:
    assert a_call(somebody=False).call.phase is Phase.GREETING
    assert a_call(somebody=True).call.phase is Phase.RINGING
    told = a_call(second=[MAE], somebody=False)
    assert told.call.phase is Phase.RINGING, "a founder may still come at ring two"
    assert told.passed(6) == [Ring(MAE)]


def test_the_last_one_going_off_duty_while_it_rings_brings_the_greeting() -> None:
    told = a_call(BEA)
    assert Accept(CALLER) in told.around(9, somebody=False)


def test_a_reload_between_click_and_sound_brings_the_sound_up_again() -> None:
    told = a_call(BEA)
    told.answered(BEA, 2)
    assert told(Back(BEA, after(2.5))) == [Connect(BEA, CALLER)]


def test_telephones_are_dialled_at_once_and_a_founders_desk_at_ring_two() -> None:
    told = a_call(BEA, MAES_PHONE, second=[MAE])
    assert told.call.ringing == {BEA, MAES_PHONE}
    told.passed(6)
    assert told.call.ringing == {BEA, MAES_PHONE, MAE}


def test_a_clock_that_steps_back_changes_nothing() -> None:
    told = a_call(BEA, second=[MAE])
    told.passed(6)
    told.passed(-100)
    assert told.call.looked_at == after(6)
    assert told.call.ringing == {BEA, MAE}
