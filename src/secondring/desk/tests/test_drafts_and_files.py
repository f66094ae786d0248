"""Drafts survive, files wait in them, and addresses are read as people write them."""

import re
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from secondring import testing as t
from secondring.conversations import drafting
from secondring.conversations.models import Attachment, Conversation, Draft, Message
from secondring.conversations.receiving import Enclosure
from secondring.desk import enclosing, our_html, recipients
from secondring.lib import blobs
from secondring.lib.errors import NotPossible

from .desks import browser, get, post

pytestmark = pytest.mark.django_db
PNG = bytes.fromhex(
    "89504e470d0a1a0a0000000d49484452000000010000000108060000001f15c4890000000a49444154789c63000100000500010d0a2db40000000049454e44ae426082"
)


def send(conversation: Conversation, scripts: bool = True, by: Any = None, **fields: Any) -> Any:
    return post(browser(by or t.bea()), f"/conversations/{conversation.pk}/send/", scripts=scripts, **fields)


def last(conversation: Conversation) -> Message:
    message = conversation.messages.last()
    assert message is not None
    return message


def keep(conversation: Conversation, by: Any = None, **fields: Any) -> Any:
    return post(browser(by or t.bea()), f"/drafts/?conversation={conversation.pk}", **{"kind": "reply", **fields})


def test_a_draft_is_kept_counted_and_there_again_only_for_its_writer() -> None:
    conversation = t.a_letter().conversation
    first = keep(conversation, html="<p>Dear Ana</p>").json()
    second = keep(conversation, html="<p>Dear Ana, dear</p>", draft=first["draft"], version=first["version"]).json()
    assert (second["draft"], second["version"]) == (first["draft"], first["version"] + 1)
    assert second["saved"].startswith("Draft saved ")
    assert "Dear Ana, dear" in get(browser(t.bea()), f"/conversations/{conversation.pk}/")
    assert "Dear Ana, dear" not in get(browser(t.cal()), f"/conversations/{conversation.pk}/")
    assert "Your draft" in get(browser(t.bea()), "/")


def test_words_typed_in_another_window_are_not_overwritten_in_silence() -> None:
    conversation = t.a_letter().conversation
    draft = keep(conversation, html="<p>From home</p>").json()
    newer = keep(conversation, html="<p>From home, and more</p>", draft=draft["draft"], version=draft["version"]).json()
    stale = keep(conversation, html="<p>From work</p>", draft=draft["draft"], version=draft["version"])
    assert stale.status_code == 409
    assert stale.json()["html"] == "<p>From home, and more</p>"
    anyway = keep(conversation, html="<p>From work</p>", draft=draft["draft"], version=draft["version"], anyway="yes")
    assert anyway.json()["version"] == newer["version"] + 1


def test_a_note_becomes_a_reply_without_a_second_draft() -> None:
    conversation = t.a_letter().conversation
    draft = keep(conversation, kind="note", html="<p>Hm</p>").json()
    keep(conversation, kind="reply", html="<p>Hm</p>", draft=draft["draft"], version=draft["version"])
    assert [(d.pk, d.kind) for d in Draft.objects.all()] == [(draft["draft"], "reply")]


def test_sending_ends_the_draft() -> None:
    conversation = t.a_letter().conversation
    draft = keep(conversation, html="<p>Hello</p>").json()
    send(conversation, kind="reply", html="<p>Hello</p>", draft=draft["draft"])
    assert not Draft.objects.exists()


def test_nobody_keeps_sends_or_drops_a_colleagues_draft() -> None:
    conversation = t.a_letter().conversation
    draft = drafting.keep(conversation, Draft.REPLY, by=t.bea(), at=t.MONDAY, html="<p>Mine</p>")
    keep(conversation, by=t.cal(), html="<p>Cal's</p>", draft=draft.pk)
    draft.refresh_from_db()
    assert draft.html == "<p>Mine</p>"
    assert post(browser(t.cal()), f"/drafts/{draft.pk}/drop/").status_code == 404
    assert post(browser(t.bea()), f"/drafts/{draft.pk}/drop/").status_code == 200


# --- files


def upload(
    conversation: Conversation, content: bytes, name: str = "proof.pdf", kind: str = "application/pdf", **fields: Any
) -> Any:
    file = SimpleUploadedFile(name, content, content_type=kind)
    return post(browser(t.bea()), f"/uploads/?conversation={conversation.pk}", kind="reply", file=file, **fields)


def test_a_file_waits_in_the_draft_and_leaves_with_the_letter() -> None:
    conversation = t.a_letter().conversation
    kept = upload(conversation, b"%PDF-1.7 proof").json()
    assert "proof.pdf" in kept["tile"]
    send(conversation, kind="reply", words="Here.", draft=kept["draft"])
    (file,) = last(conversation).attachments.all()
    assert blobs.read(file.sha256) == b"%PDF-1.7 proof"


def test_without_scripts_files_come_with_the_form() -> None:
    conversation = t.a_letter().conversation
    send(conversation, scripts=False, kind="reply", words="Here.", files=SimpleUploadedFile("a.txt", b"abc"))
    assert [a.name for a in last(conversation).attachments.all()] == ["a.txt"]


def test_too_much_for_a_letter_is_refused_with_what_to_do(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(enclosing, "MOST_BYTES", 10)
    conversation = t.a_letter().conversation
    assert upload(conversation, b"123456").status_code == 200
    answer = upload(conversation, b"123456")
    assert answer.status_code == 409
    assert "Send a link instead." in answer.content.decode()
    assert Attachment.objects.count() == 1


def test_a_picture_among_the_words_goes_by_its_content_id() -> None:
    conversation = t.a_letter().conversation
    kept = upload(conversation, PNG, "cat.png", "image/png", inline="yes").json()
    html = f'<p>Look</p><img src="{kept["src"]}">'
    send(conversation, kind="reply", html=html, draft=kept["draft"])
    reply = last(conversation)
    (picture,) = reply.attachments.all()
    assert f'src="cid:{picture.content_id}"' in reply.html
    assert upload(conversation, b"<svg/>", "x.png", "image/png", inline="yes").status_code == 409


def test_a_picture_taken_out_of_the_words_does_not_leave() -> None:
    conversation = t.a_letter().conversation
    kept = upload(conversation, PNG, "cat.png", "image/png", inline="yes").json()
    send(conversation, kind="reply", html="<p>No cat.</p>", draft=kept["draft"])
    assert not last(conversation).attachments.exists()


def test_a_file_can_be_taken_out_again_only_by_its_writer() -> None:
    kept = upload(t.a_letter().conversation, b"abc").json()
    assert post(browser(t.cal()), f"/files/{kept['file']}/remove/").status_code == 404
    assert post(browser(t.bea()), f"/files/{kept['file']}/remove/").status_code == 200


def test_files_are_for_those_who_may_see_the_letter_and_never_run() -> None:
    html = Enclosure(sha256=blobs.keep(b"<script>alert(1)</script>"), name="x.html", type="text/html", size=25)
    letter = t.a_letter(mailbox=t.a_mailbox("boss@harbourrow.example", everyone=False), enclosures=[html])
    address = f"/files/{letter.attachments.get().pk}/"
    assert browser(t.bea()).get(address).status_code == 404
    answer = browser(t.mae()).get(address)
    assert answer["Content-Type"] == "application/octet-stream"
    assert answer["Content-Disposition"].startswith("attachment")
    assert "default-src 'none'" in answer["Content-Security-Policy"]


def test_a_sound_can_be_wound_forward() -> None:
    sound = Enclosure(sha256=blobs.keep(b"ID3" + b"x" * 97), name="a.mp3", type="audio/mpeg", size=100)
    address = f"/files/{t.a_letter(enclosures=[sound]).attachments.get().pk}/"
    part = browser(t.bea()).get(address, headers={"Range": "bytes=10-19"})
    assert (part.status_code, part["Content-Range"], len(part.content)) == (206, "bytes 10-19/100", 10)
    assert browser(t.bea()).get(address, headers={"Range": "bytes=200-"}).status_code == 416


# --- pure


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("", ()),
        ("sam@example.org", (("", "sam@example.org"),)),
        ("Ana Lima <Ana@Example.org>; sam@example.org, ", (("Ana Lima", "ana@example.org"), ("", "sam@example.org"))),
        ('"Lima, Ana" <ana@example.org>\nsam@example.org', (("Lima, Ana", "ana@example.org"), ("", "sam@example.org"))),
        ("a@example.org, A@example.org", (("", "a@example.org"),)),
    ],
)
def test_addresses_are_read_as_people_write_them(written: str, read: tuple[tuple[str, str], ...]) -> None:
    assert recipients.read(written) == read
    assert recipients.read(recipients.written(read)) == read


@pytest.mark.parametrize("written", ["ana", "ana@", "@example.org", "a@b@c.example", "a b@example.org, x"])
def test_what_is_no_address_is_named(written: str) -> None:
    with pytest.raises(NotPossible, match="is not an e-mail address"):
        recipients.read(written)


def test_plain_words_become_paragraphs_and_stay_plain() -> None:
    assert our_html.from_plain("Dear <Ana>\n\nYours\nBea") == "<p>Dear &lt;Ana&gt;</p><p>Yours<br>Bea</p>"
    assert not re.search("<p></p>", our_html.from_plain("\n\n\n"))
