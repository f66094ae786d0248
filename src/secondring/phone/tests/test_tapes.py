"""A talk that is recorded: told first, to both; ended by one press; and never begun in silence."""

from secondring.phone import calls
from secondring.phone.call_state import Taping
from secondring.phone.happenings import (
    CALLER,
    Answered,
    AskedHold,
    AskedJoin,
    AskedResume,
    AskedTapeEnd,
    AskedTransfer,
    Dialled,
    Invited,
    Lost,
    Played,
    Unplayed,
    Untaped,
)
from secondring.phone.orders import EndTape, Note, Order, Play, Sound, StopPlaying, Tape
from secondring.phone.rings import NORTH_AMERICA
from secondring.phone.standings import Standing, standings
from secondring.testing import after

from .stages import BEA, CAL, CALS_PHONE, Told, of

BOTH = [Play(CALLER, Sound.NOTICE), Play(BEA, Sound.NOTICE)]
BEGINS = [Tape(CALLER), Note("recording_began", BEA)]


def a_recorded_call(*, tapes: bool = True) -> Told:
    """Ana calls a number where talks are recorded; Bea has picked up, and both have sound."""
    told = Told(*calls.begin(Invited(at=after(), cadence=NORTH_AMERICA, tapes=tapes)))
    told.around(0, BEA, CAL)
    told.answered(BEA, 2.8)
    told.flows(BEA, 3)
    told.flows(CALLER, 3.1)
    return told


def a_taped_talk() -> Told:
    """... and both have heard that it is recorded."""
    told = a_recorded_call()
    told(Played(CALLER, after(6)))
    told(Played(BEA, after(6.1)))
    return told


def tape_orders(told: Told) -> list[Order]:
    return of(told.all, Tape)


def test_both_hear_it_as_soon_as_both_can_and_only_then_it_is_recorded() -> None:
    told = a_recorded_call()
    assert told.orders == BOTH
    assert told(Played(BEA, after(6))) == []
    assert told(Played(CALLER, after(6.1))) == BEGINS
    assert standings(told.call) == {BEA: Standing(tape="on")}


def test_where_nothing_is_recorded_nothing_is_said() -> None:
    told = a_recorded_call(tapes=False)
    told(Played(CALLER, after(6)))
    assert told.orders == []
    assert not tape_orders(told)
    assert told(AskedTapeEnd(BEA, after(7))) == []


def test_a_customer_whose_sound_never_came_is_not_recorded() -> None:
    told = Told(*calls.begin(Invited(at=after(), cadence=NORTH_AMERICA, tapes=True)))
    told.around(0, BEA)
    told.answered(BEA, 2.8)
    told.flows(BEA, 3)
    assert not of(told.all, Play)


def test_whom_we_call_hears_it_too() -> None:
    told = Told(*calls.begin(Dialled(at=after(), by=BEA, cadence=NORTH_AMERICA, tapes=True)))
    told.flows(BEA, 0.2)
    told(Answered(CALLER, after(5)))
    assert told.flows(CALLER, 5.1) == BOTH


def test_words_that_cannot_be_said_mean_that_nothing_is_recorded() -> None:
    told = a_recorded_call()
    assert told(Unplayed(CALLER, after(3.2))) == [
        StopPlaying(BEA), Note("recording_stopped", data={"because": "notice"})]  # fmt: skip
    told(Played(BEA, after(6)))
    told(Played(CALLER, after(6)))
    assert not tape_orders(told)
    assert standings(told.call) == {BEA: Standing(tape="mute")}


def test_what_comes_between_has_the_words_said_anew() -> None:
    told = a_recorded_call()
    told(Played(BEA, after(6)))
    assert told(AskedHold(BEA, after(6.1)))[0] == StopPlaying(CALLER)
    told(Played(CALLER, after(6.2)))
    assert told(AskedResume(BEA, after(9)))[-2:] == BOTH
    told(Lost(BEA, after(9.5)))
    assert told.call.taping is Taping.DUE
    assert told.flows(BEA, 10)[-2:] == BOTH
    told(Played(CALLER, after(13)))
    assert told(Played(BEA, after(13))) == BEGINS


def test_one_press_ends_it_and_another_deletes_it() -> None:
    told = a_taped_talk()
    assert told(AskedTapeEnd(CAL, after(20))) == []
    assert told(AskedTapeEnd(BEA, after(20))) == [EndTape(CALLER), Note("recording_stopped", BEA, {"because": "asked"})]
    assert told(AskedTapeEnd(BEA, after(21))) == []
    deleted = [EndTape(CALLER, forget=True), Note("recording_deleted", BEA, {"because": "asked"})]
    assert told(AskedTapeEnd(BEA, after(22), forget=True)) == deleted
    assert told(AskedTapeEnd(BEA, after(23), forget=True)) == []
    assert len(tape_orders(told)) == 1


def test_please_do_not_while_the_words_are_said_is_heard() -> None:
    told = a_recorded_call()
    assert told(AskedTapeEnd(BEA, after(4))) == [
        StopPlaying(CALLER), StopPlaying(BEA), Note("recording_stopped", BEA, {"because": "asked"})]  # fmt: skip
    told(Played(CALLER, after(5)))
    assert not tape_orders(told)


def test_on_a_telephone_of_their_own_the_star_ends_it() -> None:
    told = Told(*calls.begin(Invited(at=after(), cadence=NORTH_AMERICA, tapes=True)))
    told.around(0, CALS_PHONE)
    told.answered(CALS_PHONE, 3)
    told.flows(CALS_PHONE, 3.1)
    told.pressed("1", CALS_PHONE, 4)
    told.flows(CALLER, 4.1)
    told(Played(CALLER, after(7)))
    assert told(Played(CALS_PHONE, after(7)))[0] == Tape(CALLER)
    assert told.pressed("*", CALLER, 9) == []
    assert told.pressed("5", CALS_PHONE, 9) == []
    assert told.pressed("*", CALS_PHONE, 9)[0] == EndTape(CALLER)
    assert told.pressed("*", CALS_PHONE, 9) == []


def test_a_full_disk_ends_the_recording_and_not_the_call() -> None:
    told = a_taped_talk()
    assert told(Untaped(CALLER, after(20))) == [Note("recording_stopped", data={"because": "disk"})]
    assert standings(told.call) == {BEA: Standing(tape="broken")}
    assert told(AskedTapeEnd(BEA, after(21), forget=True))[0] == EndTape(CALLER, forget=True)


def test_a_call_that_is_handed_on_stays_recorded_and_only_its_new_owner_ends_it() -> None:
    told = a_taped_talk()
    told(AskedTransfer(BEA, after(20), to=frozenset({CAL}), first=True))
    told.answered(CAL, 22)
    told.flows(CAL, 22.2)
    told(AskedJoin(BEA, after(25)))
    assert standings(told.call) == {CAL: Standing(tape="on")}
    assert told(AskedTapeEnd(BEA, after(26))) == []
    assert told(AskedTapeEnd(CAL, after(27)))[0] == EndTape(CALLER)
