"""Pictures come out of their own door, and nothing else does."""

import pytest
from django.test import Client

from ...customers.models import Work
from ...lib import blobs
from ...testing import ana, bea
from ..pictures import kind_of

PNG = b"\x89PNG\r\n\x1a\n" + b"a face"
OGG = b"OggS" + b"a song"
pytestmark = pytest.mark.django_db


@pytest.fixture
def signed_in(client: Client) -> Client:
    client.force_login(bea(), backend="django.contrib.auth.backends.ModelBackend")
    return client


def test_a_face_is_shown_and_kept_by_the_browser(signed_in: Client):
    customer = ana()
    customer.face = blobs.keep(PNG)
    customer.save(update_fields=["face"])
    answer = signed_in.get(f"/pictures/{customer.face}")
    assert answer.getvalue() == PNG
    assert answer.headers["Content-Type"] == "image/png"
    assert "immutable" in answer.headers["Cache-Control"]


def test_a_stranger_sees_no_face(client: Client):
    customer = ana()
    customer.face = blobs.keep(PNG)
    customer.save(update_fields=["face"])
    assert client.get(f"/pictures/{customer.face}").status_code == 302


def test_a_letters_bytes_do_not_come_out_of_the_door_for_pictures(signed_in: Client):
    assert signed_in.get(f"/pictures/{blobs.keep(PNG + b' of somebody else')}").status_code == 404


def test_what_is_no_picture_is_not_shown_as_one(signed_in: Client):
    customer = ana()
    customer.face = blobs.keep(b"<svg onload=alert(1)>")
    customer.save(update_fields=["face"])
    assert signed_in.get(f"/pictures/{customer.face}").status_code == 404


def test_a_song_is_played_from_its_own_address(signed_in: Client):
    work = Work.objects.create(customer=ana(), title="Barra Norte", sound=blobs.keep(OGG))
    answer = signed_in.get(f"/sounds/{work.pk}")
    assert answer.headers["Content-Type"] == "audio/ogg"
    assert answer.getvalue() == OGG


@pytest.mark.parametrize(
    ("start", "kind"),
    [(PNG, "image/png"), (b"\xff\xd8\xff\xe0", "image/jpeg"), (b"RIFF1234WEBPVP8 ", "image/webp"), (b"RIFF1234WAVE", "audio/wav"),
     (b"ID3\x04", "audio/mpeg"), (b"<html>", ""), (b"", "")],
)  # fmt: skip
def test_a_file_is_what_its_first_bytes_say(start: bytes, kind: str):
    assert kind_of(start) == kind
