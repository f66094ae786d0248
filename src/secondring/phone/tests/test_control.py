"""Call control with real rows: what the book says of a call afterwards, and who waits."""

import wave
from pathlib import Path

import pytest

from secondring import testing as t
from secondring.conversations.models import Conversation, Event
from secondring.customers import recognising
from secondring.customers.models import ContactPoint
from secondring.phone import booking, errands
from secondring.phone.calling_out import Wanted
from secondring.phone.happenings import (
    CALLER,
    Answered,
    Declined,
    Flowing,
    Left,
    Lost,
    Played,
    Rang,
)
from secondring.phone.models import Call, CallLeg, PhoneNumber

from .fakes import House, knows_number, leg, tell, verbs

pytestmark = pytest.mark.django_db(transaction=True)


def test_a_call_rings_at_everybody_on_duty_and_the_first_hand_gets_it(tmp_path: Path) -> None:
    bea, cal, mae = leg(t.bea()), leg(t.cal()), leg(t.mae())

    async def story(house: House) -> None:
        call = await house.call()
        assert call.caller.log == ["ringing"]
        assert (call.heard_at(bea), call.heard_at(cal), call.heard_at(mae)) == (["ring"], ["ring"], [])
        await house.wait(6)
        assert call.heard_at(mae) == ["ring"]
        await house.wait(1)
        await call.answered_by(bea)
        assert call.heard_at(cal) == ["ring", f"silent {bea}"]
        assert call.caller.log == ["ringing", "accept"]
        assert f"bridge {bea} caller" in call.session.log
        await house.wait(60)
        await call.says(CALLER, Left)
        assert call.session.is_closed
        assert house.over == [call.key]

    tell(tmp_path, story)
    row = Call.objects.get()
    assert (row.answered_by, row.claimed_by, row.because) == (t.bea(), t.bea(), "caller-left")
    assert (row.answered_at, row.heard_at, row.ended_at) == (t.after(7), t.after(7), t.after(67))
    assert verbs(conversation=row.conversation) == ["call_rang", "call_answered", "call_ended"]
    answered = Event.objects.get(verb="call_answered")
    assert (answered.data["ring"], answered.data["waited"], answered.by) == (2, 7.0, t.bea())
    assert Event.objects.get(verb="call_ended").data["talked"] == 60
    assert row.conversation.waiting_since is None
    assert row.conversation.assignee == t.bea()
    rang = {(each.leg, each.began_at, each.because) for each in CallLeg.objects.all()}
    assert (mae, t.after(6), "taken") in rang
    assert (cal, t.MONDAY, "taken") in rang


def test_the_number_says_who_it_is_in_whatever_form_it_comes(tmp_path: Path) -> None:
    ana = recognising.recognise("phone", "+351 21 234 5678", name="Ana Lima", at=t.MONDAY)

    async def story(house: House) -> None:
        for written in ("00351212345678", "351212345678", "+351 212 345 678"):
            call = await house.call(from_number=written)
            assert house.known[call.key].name == "Ana Lima"
            await call.says(CALLER, Left)

    tell(tmp_path, story)
    assert set(Call.objects.values_list("customer", flat=True)) == {ana.pk}


def test_an_unknown_number_makes_a_card_with_nothing_but_the_number(tmp_path: Path) -> None:
    async def story(house: House) -> None:
        await (await house.call(from_number="+351210000000")).says(CALLER, Left)
        await (await house.call(from_number="anonymous")).says(CALLER, Left)

    tell(tmp_path, story)
    known, hidden = Call.objects.order_by("pk")
    assert known.customer.name == ""
    assert [str(point) for point in ContactPoint.objects.filter(customer=known.customer)] == ["+351210000000"]
    assert not ContactPoint.objects.filter(customer=hidden.customer).exists()


def test_a_call_joins_the_one_open_matter(tmp_path: Path) -> None:
    conversation = t.a_letter(at=t.after(-600)).conversation
    knows_number(t.ana())

    async def story(house: House) -> None:
        call = await house.call()
        assert house.known[call.key].conversation == conversation.pk
        await call.answered_by(leg(t_bea))

    t_bea = t.bea()
    tell(tmp_path, story)
    conversation.refresh_from_db()
    assert verbs(conversation=conversation)[-2:] == ["call_rang", "call_answered"]
    assert conversation.waiting_since is None, "who waited for a letter has talked to a person"


def test_with_several_open_matters_the_events_wait_until_the_person_has_picked(tmp_path: Path) -> None:
    first, second = (t.a_letter(subject=each, at=t.after(-600)).conversation for each in ("Warped", "Late"))
    knows_number(t.ana())
    bea = leg(t.bea())

    async def story(house: House) -> None:
        await (await house.call()).answered_by(bea)

    tell(tmp_path, story)
    row = Call.objects.get()
    assert row.conversation is None
    assert booking.homes(row, by=t.bea()) == [second, first]
    booking.put_into(row, first, by=t.bea(), at=t.after(30))
    assert verbs(conversation=first)[-2:] == ["call_rang", "call_answered"]
    assert verbs(conversation=second) == ["customer_wrote"]


def test_a_missed_call_waits_since_the_phone_first_rang(tmp_path: Path) -> None:
    async def story(house: House) -> None:
        call = await house.call()
        await house.wait(13)
        await call.says(CALLER, Left)
        assert call.heard_at(leg(bea)) == ["ring", "silent"]

    bea = t.bea()
    tell(tmp_path, story)
    (conversation,) = Conversation.objects.waiting()
    assert conversation.waiting_since == t.MONDAY
    assert verbs(conversation=conversation) == ["call_rang", "call_missed"]
    assert Event.objects.get(verb="call_missed").data["ring"] == 3


def test_after_ring_ten_they_leave_a_message_that_waits_like_a_letter(tmp_path: Path) -> None:
    async def story(house: House) -> None:
        call = await house.call()
        await house.wait(60)
        assert "play caller greeting" in call.session.log
        assert call.caller.log == ["ringing", "accept"]
        await call.says(CALLER, Played)
        write_tape(call.session.message_file, seconds=4)
        await house.wait(4)
        await call.says(CALLER, Left)
        await house.wait(2)
        assert not call.session.message_file.exists()

    tell(tmp_path, story)
    (conversation,) = Conversation.objects.waiting()
    assert conversation.waiting_since == t.MONDAY
    assert verbs(conversation=conversation) == ["call_rang", "call_missed", "message_left"]
    (sound,) = conversation.messages.get().attachments.all()
    assert sound.type == "audio/wav"
    assert Call.objects.get().voicemail.seconds == 4


def write_tape(path: Path, *, seconds: int) -> None:
    with wave.open(str(path), "wb") as file:
        file.setparams((1, 2, 8000, 0, "NONE", ""))
        file.writeframes(b"\0\0" * 8000 * seconds)


def test_silence_after_the_tone_is_a_missed_call_and_no_message(tmp_path: Path) -> None:
    async def story(house: House) -> None:
        call = await house.call()
        await house.wait(60)
        await call.says(CALLER, Played)
        await call.says(CALLER, Left)
        await house.wait(2)

    tell(tmp_path, story)
    assert verbs(conversation=Conversation.objects.get()) == ["call_rang", "call_missed"]


def test_a_number_that_is_not_ours_is_refused_and_an_upgrade_refuses_new_calls_only(tmp_path: Path) -> None:
    async def story(house: House) -> None:
        assert (await house.call(to="+15559999")).caller.log == ["reject unknown-number"]
        running = await house.call()
        house.control.stop_taking()
        assert (await house.call()).caller.log == ["reject stopping"]
        await running.answered_by(leg(bea))
        assert running.caller.log[-1] == "accept"

    bea = t.bea()
    tell(tmp_path, story)


def test_calls_of_a_process_that_died_are_marked_and_become_calls_back(tmp_path: Path) -> None:
    async def story(house: House) -> None:
        call = await house.call()
        await call.answered_by(leg(bea))
        house.timers.moment = t.after(300)
        await house.control.start()  # as a new process would

    bea = t.bea()
    tell(tmp_path, story)
    row = Call.objects.get()
    assert (row.because, row.ended_at) == ("process-died", t.after(300))
    assert row.conversation.waiting_since == t.MONDAY
    assert verbs()[-1] == "call_missed"


def test_we_call_a_customer_and_whoever_waited_is_called_back(tmp_path: Path) -> None:
    conversation = t.a_letter(at=t.after(-600)).conversation
    knows_number(t.ana())
    bea = t.bea()

    async def story(house: House) -> None:
        place = await house.book.ask(lambda: PhoneNumber.objects.get().place_id)
        key = "made-by-hand"
        wanted = Wanted(key=key, by=bea.pk, number="+351210000000", place=place, trunk=None, shown="",
                        customer=None, conversation=None)  # fmt: skip
        assert await errands.call_out(house.control, wanted)
        await house.rests()
        caller = house.lines[CALLER, key]
        assert caller.log == []
        house.lines[leg(bea), key].say(Flowing)
        await house.rests()
        assert caller.log == ["ring"]
        caller.say(Rang)
        caller.say(Answered)
        await house.rests()
        await house.wait(30)
        caller.say(Left)

    tell(tmp_path, story)
    conversation.refresh_from_db()
    row = Call.objects.get()
    assert (row.outgoing, row.to_number, row.claimed_by) == (True, "+351210000000", bea)
    assert verbs(conversation=conversation)[-3:] == ["we_called", "they_answered", "call_ended"]
    assert conversation.waiting_since is None


def test_a_caller_whose_person_vanishes_hears_it_ring_again(tmp_path: Path) -> None:
    bea, cal = leg(t.bea()), leg(t.cal())

    async def story(house: House) -> None:
        call = await house.call()
        await call.answered_by(bea)
        await house.wait(60)
        await call.says(bea, Lost)
        await house.wait(10)
        assert call.session.log[-1] == "play caller ringing"
        assert call.heard_at(cal)[-1] == "ring"
        await call.says(cal, Declined)
        await call.says(CALLER, Left)

    tell(tmp_path, story)
    assert verbs() == ["call_rang", "call_answered", "claim_lapsed", "call_missed"]
    assert Conversation.objects.get().waiting_since == t.MONDAY


def test_a_message_that_a_dying_process_was_recording_is_kept_and_missed_but_once(tmp_path: Path) -> None:
    async def story(house: House) -> None:
        call = await house.call()
        await house.wait(60)
        await call.says(CALLER, Played)
        write_tape(call.session.message_file, seconds=3)
        house.timers.moment = t.after(300)
        await house.control.start()  # as a new process would

    tell(tmp_path, story)
    assert verbs() == ["call_rang", "call_missed", "message_left"]
    assert Call.objects.get().voicemail.seconds == 3
