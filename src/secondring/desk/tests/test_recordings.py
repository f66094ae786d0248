"""Recorded talks on the desk: who may listen, what a player is given, what stands there afterwards; and the page for owners."""

from datetime import timedelta
from pathlib import Path

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.template.loader import render_to_string
from django.test import Client
from django.urls import reverse

from secondring import testing as t
from secondring.conversations import calling
from secondring.conversations.models import Conversation
from secondring.desk.shapes import File
from secondring.phone import recording, sites
from secondring.phone.media.voice import HERE
from secondring.phone.models import Call, PlaceWords, Recording
from secondring.team.models import Teammate

pytestmark = pytest.mark.django_db
SPOKEN = (HERE / "test-call.wav").read_bytes()


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, settings) -> None:
    settings.SECONDRING_DIR = tmp_path


def seen_by(teammate: Teammate) -> Client:
    client = Client()
    client.force_login(teammate)
    return client


def a_recorded_talk(*, everyone: bool = True) -> Recording:
    place = t.a_number(everyone=everyone).place
    matter = calling.open_for(t.ana(), place, at=t.MONDAY)
    call = Call.objects.create(key="talk", node="here", place=place, conversation=matter, customer=t.ana(),
                               began_at=t.MONDAY, ended_at=t.after(60), because="hung-up")  # fmt: skip
    recording.folder().mkdir(parents=True)
    recording.file_of("talk").write_bytes(SPOKEN)
    row = Recording.objects.create(call=call, began_at=t.MONDAY, ended_at=t.after(60), seconds=65)
    calling.recorded(matter, by=None, at=t.after(60), call=call.pk, recording=row.pk, seconds=65)
    return row


def timeline(client: Client) -> str:
    return client.get(reverse("desk:conversation", args=[Conversation.objects.get().pk])).content.decode()


def test_it_is_played_where_it_stands_piece_by_piece_and_no_browser_keeps_it() -> None:
    row, client = a_recorded_talk(), seen_by(t.bea())
    here = reverse("desk:recording", args=[row.pk])
    page = timeline(client)
    assert f'<audio controls preload="none" src="{here}"' in page
    assert "1:05" in page
    piece = client.get(here, headers={"Range": "bytes=0-3"})
    assert (piece.status_code, piece.content) == (206, b"RIFF")
    assert piece.headers["Cache-Control"] == "private, no-store"
    assert piece.headers["Content-Type"] == "audio/wav"


def test_who_may_not_see_the_conversation_neither_hears_nor_deletes_it() -> None:
    row, client = a_recorded_talk(everyone=False), seen_by(t.cal())
    assert client.get(reverse("desk:recording", args=[row.pk])).status_code == 404
    assert client.post(reverse("desk:delete-recording", args=[row.pk])).status_code == 404
    assert recording.file_of("talk").exists()


def test_deleted_it_cannot_be_heard_and_its_entry_says_so(django_capture_on_commit_callbacks) -> None:
    row, client = a_recorded_talk(), seen_by(t.bea())
    with django_capture_on_commit_callbacks(execute=True):
        client.post(reverse("desk:delete-recording", args=[row.pk]))
    assert not recording.file_of("talk").exists()
    assert client.get(reverse("desk:recording", args=[row.pk])).status_code == 404
    page = timeline(client)
    assert "<audio" not in page
    assert "The recording was here, and is gone since" in page
    assert "You deleted the recording" in page


def test_when_its_time_is_over_the_timeline_says_why() -> None:
    a_recorded_talk()
    recording.forget_due(t.MONDAY + timedelta(days=20))
    page = timeline(seen_by(t.bea()))
    assert "The recording was deleted" in page
    assert "Its time was over." in page


def test_an_owner_turns_it_on_with_words_and_the_web_page_says_so_before_the_press() -> None:
    place, client = sites.open_site(by=t.mae(), at=t.MONDAY), seen_by(t.mae())
    page = reverse("desk:recording-settings", args=[place.pk])
    assert "The law differs from country to country" in client.get(page).content.decode()
    client.post(page, {"days": "3", "consent": ""})
    assert not PlaceWords.objects.filter(records=True).exists()
    words = SimpleUploadedFile("words.wav", SPOKEN, "audio/wav")
    client.post(reverse("desk:keep-recording-words", args=[place.pk]), {"sound": words})
    assert "We record" not in Client().get("/call/").content.decode()
    client.post(page, {"days": "3", "consent": "We tape this."})
    assert PlaceWords.objects.get().keeps_days == 3
    assert "We tape this." in Client().get("/call/").content.decode()
    assert "deleted after 3 days" in client.get("/settings/telephone/").content.decode()
    client.post(reverse("desk:stop-recording-here", args=[place.pk]))
    assert "We tape this." not in Client().get("/call/").content.decode()


def test_a_spoken_message_is_played_where_it_stands_too() -> None:
    drawn = render_to_string("desk/_file.html", {"file": File(name="message.wav", href="/files/7/", kind="file-audio")})
    assert '<audio controls preload="none" src="/files/7/"' in drawn
    assert "download>message.wav" in drawn


@pytest.mark.parametrize("who", [t.lea, t.bea])
def test_for_nobody_else_the_page_exists(who) -> None:
    place, client = sites.open_site(by=t.mae(), at=t.MONDAY), seen_by(who())
    assert client.get(reverse("desk:recording-settings", args=[place.pk])).status_code == 404
    for name in ("stop-recording-here", "keep-recording-words"):
        assert client.post(reverse(f"desk:{name}", args=[place.pk])).status_code == 404
