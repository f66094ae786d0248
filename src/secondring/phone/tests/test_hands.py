"""Call control with real rows: who rings, whose the call is, and that it is one person's alone."""

from pathlib import Path

import pytest

from secondring import testing as t
from secondring.phone.happenings import (
    CALLER,
    Answered,
    AskedHangUp,
    AskedTransfer,
    Digit,
    Flowing,
    Left,
    Rang,
)
from secondring.phone.models import Call
from secondring.team import duty
from secondring.team.models import Teammate

from .fakes import House, knows_number, leg, tell, verbs

pytestmark = pytest.mark.django_db(transaction=True)


def test_a_claim_that_lapses_frees_the_row_for_the_next_hand(tmp_path: Path) -> None:
    bea, cal = leg(t.bea()), leg(t.cal())

    async def story(house: House) -> None:
        call = await house.call()
        await call.answered_by(bea, flows=False)
        await house.wait(3)
        assert call.heard_at(cal) == ["ring", f"silent {bea}", "ring"]
        assert call.heard_at(bea)[-2:] == ["hang-up lapsed", "ring"]
        await call.answered_by(cal)

    tell(tmp_path, story)
    row = Call.objects.get()
    assert (row.claimed_by, row.claim_no) == (t.cal(), 2)
    assert verbs() == ["call_rang", "claim_lapsed", "call_answered"]


def test_who_talks_does_not_ring_and_two_callers_ring_at_everybody_free(tmp_path: Path) -> None:
    bea, cal = leg(t.bea()), leg(t.cal())

    async def story(house: House) -> None:
        first, second = await house.call(), await house.call(from_number="+351210000001")
        assert second.heard_at(bea) == ["ring"]
        await first.answered_by(bea)
        assert second.heard_at(bea) == ["ring", "silent"]
        assert second.heard_at(cal) == ["ring"]
        third = await house.call(from_number="+351210000002")
        assert third.heard_at(bea) == []
        await first.says(CALLER, Left)
        assert third.heard_at(bea) == ["ring"]
        assert second.heard_at(bea)[-1] == "ring"

    tell(tmp_path, story)


def test_one_person_cannot_take_two_calls_in_the_same_moment(tmp_path: Path) -> None:
    bea = leg(t.bea())

    async def story(house: House) -> None:
        first, second = await house.call(), await house.call(from_number="+351210000001")
        first.at(bea).say(Answered)
        second.at(bea).say(Answered)
        await house.rests()
        assert house.control.live[first.key].state.owner == bea
        assert house.control.live[second.key].state.owner == ""

    tell(tmp_path, story)


def test_of_two_hands_in_the_same_moment_one_wins_and_the_other_is_told(tmp_path: Path) -> None:
    bea, cal = leg(t.bea()), leg(t.cal())

    async def story(house: House) -> None:
        for turn in range(200):
            call = await house.call(from_number="")
            hands = [bea, cal] if turn % 2 else [cal, bea]
            for each in hands:
                call.at(each).say(Answered)
            await house.rests()
            live = house.control.live[call.key]
            assert live.state.owner == hands[0]
            assert call.heard_at(hands[1])[-1] in (f"silent {hands[0]}", "hang-up taken")
            assert call.heard_at(hands[1]).count("connect") == 0
            await call.says(CALLER, Left)

    tell(tmp_path, story)
    assert Call.objects.filter(claim_no=1, claimed_by__isnull=False).count() == 200


def test_a_hand_that_leaves_while_its_claim_is_written_leaves_the_call_to_the_other(tmp_path: Path) -> None:
    bea, cal = leg(t.bea()), leg(t.cal())

    async def story(house: House) -> None:
        call = await house.call()
        call.at(bea).say(Answered)
        call.at(cal).say(Answered)
        call.at(bea).say(Left)
        await house.rests()
        assert house.control.live[call.key].state.owner == cal

    tell(tmp_path, story)
    assert Call.objects.get().claimed_leg == cal


def test_the_customers_own_people_ring_first_and_everybody_follows_at_ring_two(tmp_path: Path) -> None:
    ana = t.ana()
    knows_number(ana)
    ana.people.add(t.cal())
    bea, cal = leg(t.bea()), leg(t.cal())

    async def story(house: House) -> None:
        call = await house.call()
        assert (call.heard_at(cal), call.heard_at(bea)) == (["ring"], [])
        await house.wait(6)
        assert call.heard_at(bea) == ["ring"]
        await call.answered_by(cal)
        again = await house.call()
        assert again.heard_at(bea) == ["ring"], "Cal talks, so everybody rings"

    tell(tmp_path, story)


def test_a_telephone_of_ones_own_is_dialled_at_once_and_wins_by_pressing_one(tmp_path: Path) -> None:
    mae = duty.own_telephone(t.mae(), "+351910000000", rings=True, at=t.MONDAY)
    duty.confirm_telephone(mae, "+351910000000", at=t.MONDAY)
    phone = leg(mae, "phone")

    async def story(house: House) -> None:
        call = await house.call()
        assert call.heard_at(phone) == ["ring"]
        await call.says(phone, Rang)
        await call.says(phone, Answered)
        assert f"play {phone} press-one" in call.session.log
        assert house.control.live[call.key].state.owner == ""
        await call.says(phone, Digit, "1")
        await call.says(phone, Flowing)
        assert call.caller.log[-1] == "accept"

    tell(tmp_path, story)
    assert Call.objects.get().claimed_by == t.mae()


def test_giving_a_call_to_a_colleague_moves_the_row_and_the_conversation(tmp_path: Path) -> None:
    bea, cal = leg(t.bea()), leg(t.cal())

    async def story(house: House) -> None:
        call = await house.call()
        await call.answered_by(bea)
        await house.wait(20)
        await call.asked(AskedTransfer, bea, to=frozenset({cal}))
        await call.says(cal, Answered)
        await call.says(cal, Flowing)
        await house.wait(30)
        await call.asked(AskedHangUp, cal)

    tell(tmp_path, story)
    row = Call.objects.get()
    assert (row.claimed_by, row.answered_by) == (t.cal(), t.bea())
    assert row.conversation.assignee == t.cal()
    assert verbs() == ["call_rang", "call_answered", "call_transferred", "call_ended"]


def test_somebody_who_comes_on_duty_while_it_rings_joins(tmp_path: Path) -> None:
    dev = leg(t.dev())

    async def story(house: House) -> None:
        call = await house.call()
        assert call.heard_at(dev) == []
        await house.book.ask(duty.go_on, Teammate(pk=int(dev[5:])), at=t.MONDAY)
        await house.wait(3)
        assert call.heard_at(dev) == ["ring"]

    tell(tmp_path, story)


def test_a_desk_that_opens_while_it_rings_joins_and_one_that_closes_leaves(tmp_path: Path) -> None:
    bea, cal = leg(t.bea()), leg(t.cal())

    async def story(house: House) -> None:
        house.open.discard(int(cal[5:]))
        call = await house.call()
        assert call.heard_at(cal) == []
        house.open.add(int(cal[5:]))
        house.open.discard(int(bea[5:]))
        house.control.desks_changed()
        await house.rests()
        assert call.heard_at(cal) == ["ring"]
        assert call.heard_at(bea) == ["ring", "silent"]

    tell(tmp_path, story)
