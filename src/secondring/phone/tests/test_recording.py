"""Recorded talks in the book: an entry to listen to, a file that goes when its time is over, nothing lost by a death."""

import os
from datetime import timedelta
from pathlib import Path

import pytest
from django.db import IntegrityError, transaction

from secondring import testing as t
from secondring.conversations import calling
from secondring.conversations.models import Event, Place
from secondring.lib import blobs
from secondring.lib.errors import NotPossible
from secondring.phone import announcing, recording, ringing
from secondring.phone.happenings import CALLER, AskedTapeEnd, Left, Played
from secondring.phone.media.voice import HERE
from secondring.phone.models import Call, PlaceWords, Recording
from secondring.team.models import Teammate

from .fakes import House, Ringing, knows_number, leg, tell, verbs

pytestmark = pytest.mark.django_db(transaction=True)
SPOKEN = (HERE / "test-call.wav").read_bytes()


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, settings) -> Path:
    settings.SECONDRING_DIR = tmp_path
    return tmp_path


@pytest.fixture(autouse=True)
def bea() -> Teammate:
    """Who picks up; the caller's number says Ana."""
    knows_number(t.ana())
    return t.bea()


def records(days: int = 14) -> None:
    """What `tell` makes when the number records."""
    place = Place.objects.get(name="Our number")
    PlaceWords.objects.create(place=place, records=True, notice=blobs.keep(SPOKEN), keeps_days=days)


async def a_talk(house: House, bea: Teammate) -> Ringing:
    """Bea has picked up, and the number records."""
    await house.book.ask(records)
    await house.control._refresh()
    call = await house.call()
    await call.answered_by(leg(bea))
    return call


async def is_told(call: Ringing, bea: Teammate) -> None:
    for each in (CALLER, leg(bea)):
        await call.says(each, Played)


def test_a_recorded_talk_is_an_entry_and_its_sound_lies_where_it_was_written(tmp_path: Path, bea: Teammate) -> None:
    async def story(house: House) -> None:
        call = await a_talk(house, bea)
        assert "play caller notice" in call.session.log
        assert "tape caller" not in call.session.log
        await is_told(call, bea)
        assert call.session.log[-1] == "tape caller"
        assert house.taping == ["announced", "on"]
        await house.wait(60)
        await call.says(CALLER, Left)
        await house.wait(2)

    tell(tmp_path, story)
    assert verbs() == ["call_rang", "call_answered", "recording_began", "call_ended", "call_recorded"]
    row = Recording.objects.get()
    assert row.seconds > 5
    assert recording.file_of(row.call.key).read_bytes() == SPOKEN
    assert Event.objects.get(verb="call_recorded").data["recording"] == row.pk


def test_where_it_is_off_nothing_is_said_and_no_file_is_made(tmp_path: Path, bea: Teammate) -> None:
    async def story(house: House) -> None:
        call = await house.call()
        await call.answered_by(leg(bea))
        await is_told(call, bea)
        await call.says(CALLER, Left)
        await house.wait(2)
        assert not [each for each in call.session.log if "notice" in each or "tape" in each]

    tell(tmp_path, story)
    assert not list(recording.folder().iterdir())
    assert "recording_began" not in verbs()


def test_what_was_stopped_and_deleted_in_mid_call_leaves_a_line_and_no_file(tmp_path: Path, bea: Teammate) -> None:
    async def story(house: House) -> None:
        call = await a_talk(house, bea)
        await is_told(call, bea)
        await call.asked(AskedTapeEnd, leg(bea))
        await call.asked(AskedTapeEnd, leg(bea), forget=True)
        await call.says(CALLER, Left)
        await house.wait(2)

    tell(tmp_path, story)
    assert verbs()[-4:] == ["recording_began", "recording_stopped", "recording_deleted", "call_ended"]
    assert Recording.objects.get().gone_because == "asked"
    assert not list(recording.folder().iterdir())


def test_what_a_dying_process_was_recording_becomes_an_entry_at_the_next_start(tmp_path: Path, bea: Teammate) -> None:
    async def story(house: House) -> None:
        call = await a_talk(house, bea)
        await is_told(call, bea)
        await house.control.start()  # as a new process would
        await house.control.start()

    tell(tmp_path, story)
    assert verbs().count("call_recorded") == 1
    assert Recording.objects.here().count() == 1


def kept(key: str, *, days_ago: float, place: Place | None = None) -> Recording:
    """A recording of a talk so many days ago."""
    began = t.MONDAY - timedelta(days=days_ago)
    place = place or Place.objects.create(channel="phone", name="Another number")
    conversation = calling.open_for(t.ana(), place, at=began)
    call = Call.objects.create(
        key=key, node="here", place=place, conversation=conversation, customer=t.ana(), began_at=began,
        ended_at=began, because="hung-up",
    )  # fmt: skip
    recording.folder().mkdir(exist_ok=True)
    recording.file_of(key).write_bytes(SPOKEN)
    return Recording.objects.create(call=call, began_at=began, ended_at=began, seconds=7)


def test_each_place_keeps_for_its_own_days_and_then_the_entry_says_that_it_is_gone() -> None:
    short = Place.objects.create(channel="phone", name="Short")
    PlaceWords.objects.create(place=short, keeps_days=2)
    for key, days, place in (("old", 15, None), ("new", 13, None), ("short", 3, short), ("today", 1, short)):
        kept(key, days_ago=days, place=place)
    assert recording.forget_due(t.MONDAY) == 2
    assert recording.forget_due(t.MONDAY) == 0
    assert sorted(each.stem for each in recording.folder().iterdir()) == ["new", "today"]
    gone = Recording.objects.filter(gone_because="time", gone_at=t.MONDAY)
    assert set(gone.values_list("call__key", flat=True)) == {"old", "short"}
    assert [each.data["because"] for each in Event.objects.filter(verb="recording_deleted")] == ["time", "time"]


def test_a_file_that_no_row_knows_goes_and_one_that_is_being_written_stays() -> None:
    row = kept("gone", days_ago=1)
    Recording.objects.filter(pk=row.pk).update(gone_at=t.MONDAY, gone_because="asked")
    kept("here", days_ago=1)
    for key in ("stray", "fresh"):
        recording.file_of(key).write_bytes(SPOKEN)
    long_ago = (t.MONDAY - timedelta(days=1)).timestamp()
    for key in ("gone", "here", "stray"):
        os.utime(recording.file_of(key), (long_ago, long_ago))
    now = t.MONDAY.timestamp()
    os.utime(recording.file_of("fresh"), (now, now))
    recording.forget_due(t.MONDAY)
    assert sorted(each.stem for each in recording.folder().iterdir()) == ["fresh", "here"]


def test_somebody_who_deletes_it_is_named_and_it_cannot_be_deleted_twice(bea: Teammate) -> None:
    row = kept("once", days_ago=1)
    recording.delete(row, by=bea, at=t.MONDAY)
    assert not recording.file_of("once").exists()
    assert Event.objects.get(verb="recording_deleted").by == bea
    with pytest.raises(NotPossible, match="gone already"):
        recording.delete(row, by=bea, at=t.MONDAY)


def test_only_an_owner_turns_it_on_and_never_without_words(bea: Teammate) -> None:
    place, mae = Place.objects.create(channel="phone", name="Our number"), t.mae()
    with pytest.raises(NotPossible, match="owner"):
        announcing.announce_with(place, SPOKEN, by=bea, at=t.MONDAY)
    with pytest.raises(NotPossible, match="Say first"):
        announcing.record_here(place, consent="", days=14, by=mae, at=t.MONDAY)
    announcing.announce_with(place, SPOKEN, by=mae, at=t.MONDAY)
    assert announcing.consent_at(place) == ""
    words = announcing.record_here(place, consent="We record.", days=7, by=mae, at=t.MONDAY)
    assert words.records
    assert blobs.has(words.notice)
    assert announcing.consent_at(place) == "We record."
    announcing.record_here(place, consent=" ", days=7, by=mae, at=t.MONDAY)
    assert announcing.consent_at(place) == announcing.consent()
    with pytest.raises(NotPossible, match="owner"):
        announcing.record_no_more(place, by=t.lea(), at=t.MONDAY)
    announcing.record_no_more(place, by=mae, at=t.MONDAY)
    assert not PlaceWords.objects.get().records


def test_turned_off_again_the_words_stay_and_the_next_call_hears_nothing() -> None:
    place, mae = t.a_number().place, t.mae()
    announcing.announce_with(place, SPOKEN, by=mae, at=t.MONDAY)
    announcing.record_here(place, consent="", days=14, by=mae, at=t.MONDAY)
    assert ringing.roster(t.MONDAY).doors[0].notice
    announcing.record_no_more(place, by=mae, at=t.MONDAY)
    assert ringing.roster(t.MONDAY).doors[0].notice == ""
    assert PlaceWords.objects.get().notice
    with pytest.raises(IntegrityError), transaction.atomic():
        PlaceWords.objects.update(records=True, notice="")


@pytest.mark.parametrize("days", [0, 4000])
def test_nobody_keeps_recordings_for_ever(days: int) -> None:
    place, mae = Place.objects.create(channel="phone", name="Our number"), t.mae()
    announcing.announce_with(place, SPOKEN, by=mae, at=t.MONDAY)
    with pytest.raises(NotPossible, match="days"):
        announcing.record_here(place, consent="", days=days, by=mae, at=t.MONDAY)
