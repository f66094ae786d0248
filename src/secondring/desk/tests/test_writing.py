"""Answer, note, forward, write first, take back: with scripts and without, and no word is ever lost."""

import json
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


@pytest.mark.parametrize("scripts", [True, False])
def test_an_answer_leaves_for_who_wrote_under_their_subject_in_their_thread(scripts: bool) -> None:
    letter = t.a_letter(subject="Warped", references=["<first@example.org>"])
    answer = send(letter.conversation, scripts=scripts, kind="reply", words="Thirty new ones leave today.")
    assert answer.status_code == (200 if scripts else 302)
    reply = last(letter.conversation)
    assert [d.recipient for d in reply.deliveries.all()] == ["ana@example.org"]
    assert (reply.subject, reply.in_reply_to) == ("Re: Warped", letter.message_id)
    assert reply.references == ["<first@example.org>", letter.message_id]
    assert reply.said == "Thirty new ones leave today."
    assert reply.message_id.endswith("@harbourrow.example>")
    letter.conversation.refresh_from_db()
    assert (letter.conversation.waiting_since, letter.conversation.assignee) == (None, t.bea())


def test_everybody_who_was_in_it_is_in_the_answer_and_we_never_are() -> None:
    t.a_mailbox(aliases=["help@harbourrow.example"])
    sides = {
        "to": [["", "hello+r-abc@harbourrow.example"], ["Sam", "sam@example.org"]],
        "cc": [["", "help@harbourrow.example"], ["", "Kim@Example.org"]],
    }
    letter = t.a_letter(recipients=sides)
    send(letter.conversation, kind="reply", words="Hello all")
    assert last(letter.conversation).recipients == {
        "to": [["Ana Lima", "ana@example.org"]], "cc": [["Sam", "sam@example.org"], ["", "kim@example.org"]], "bcc": [],
    }  # fmt: skip


def test_whoever_asks_for_answers_elsewhere_gets_them_there() -> None:
    letter = t.a_letter(recipients={"to": [["", "hello@harbourrow.example"]], "reply_to": [["", "studio@example.org"]]})
    send(letter.conversation, kind="reply", words="Hello")
    assert last(letter.conversation).recipients["to"] == [["", "studio@example.org"]]


def test_the_subject_of_the_very_letter_that_is_answered_counts() -> None:
    first = t.a_letter(subject="Warped")
    second = t.a_letter(subject="Invoice?", conversation=first.conversation)
    send(first.conversation, kind="reply", words="One", answers=second.pk)
    assert last(first.conversation).subject == "Re: Invoice?"
    send(first.conversation, kind="reply", words="Two", answers=first.pk)
    assert last(first.conversation).subject == "Re: Warped"
    assert last(first.conversation).in_reply_to == first.message_id


@pytest.mark.parametrize("scripts", [True, False])
def test_a_refusal_says_why_and_keeps_every_word(scripts: bool) -> None:
    conversation = t.a_letter().conversation
    answer = send(
        conversation, scripts=scripts, kind="reply", words="Do not lose me.", to="not an address", subject="S"
    )
    page = answer.content.decode()
    assert answer.status_code == 422
    assert "“not an address” is not an e-mail address." in page
    assert "Do not lose me." in page
    assert 'value="not an address"' in page
    assert conversation.messages.count() == 1


def test_nothing_written_is_not_sent() -> None:
    t.bea().__class__.objects.filter(pk=t.bea().pk).update(signature="Bea of Harbour Row")
    conversation = t.a_letter().conversation
    answer = send(conversation, kind="reply", words="  \n ")
    assert "Nothing is written yet." in answer.content.decode()
    assert conversation.messages.count() == 1


def test_a_second_click_sends_nothing_twice() -> None:
    conversation = t.a_letter().conversation
    for _click in range(2):
        assert send(conversation, kind="reply", words="Once.", once="a1" * 15).status_code == 200
    assert conversation.messages.filter(from_us=True).count() == 1


def test_signatures_stand_under_the_letter_and_not_in_what_was_said() -> None:
    t.a_mailbox(signature="Harbour Row\n12 Quay Street")
    bea = t.bea()
    bea.signature = "Bea <3"
    bea.save(update_fields=["signature"])
    conversation = t.a_letter().conversation
    send(conversation, kind="reply", words="Hello")
    reply = last(conversation)
    assert reply.said == "Hello"
    assert reply.text.split() == ["Hello", "Bea", "<3", "Harbour", "Row", "12", "Quay", "Street"]
    assert "Bea &lt;3<br>Harbour Row" in reply.html
    assert "Quay Street" not in get(browser(t.cal()), f"/conversations/{conversation.pk}/timeline/")


def test_what_the_editor_sends_is_made_safe() -> None:
    conversation = t.a_letter().conversation
    html = '<p onclick="x()">Dear <b>Ana</b></p><script>alert(1)</script><a href="javascript:x()">here</a><img src="https://spy.example/1.png">'
    send(conversation, kind="reply", html=html)
    reply = last(conversation)
    for bad in ("script", "onclick", "javascript", "spy.example"):
        assert bad not in reply.html
    assert "<b>Ana</b>" in reply.html
    assert "**" not in reply.said


def test_send_and_close_closes_and_goes_back_to_the_list() -> None:
    conversation = t.a_letter().conversation
    answer = send(conversation, kind="reply", words="Done.", then="close")
    assert json.loads(answer["HX-Location"])["path"] == "/"
    conversation.refresh_from_db()
    assert conversation.is_closed


def test_send_and_next_goes_to_who_waits_longest() -> None:
    mine = t.a_letter().conversation
    longest = t.a_letter(t.lou(), at=t.after(5)).conversation
    answer = send(mine, kind="reply", words="Next!", then="next")
    assert json.loads(answer["HX-Location"])["path"] == f"/conversations/{longest.pk}/"
    answer = send(longest, kind="reply", words="Next!", then="next")
    assert json.loads(answer["HX-Location"])["path"] == "/"


def test_a_note_is_for_us_and_nobody_stops_waiting() -> None:
    conversation = t.a_letter().conversation
    t.cal()
    send(conversation, kind="note", words="@Cal you play bass, do you know?")
    note = last(conversation)
    assert (note.is_note, note.deliveries.count()) == (True, 0)
    assert t.cal().nudges.count() == 1
    conversation.refresh_from_db()
    assert conversation.is_waiting


def test_forwarding_takes_the_files_along_and_answers_nobody() -> None:
    file = Enclosure(sha256=blobs.keep(b"%PDF-1.7"), name="press.pdf", type="application/pdf", size=8)
    letter = t.a_letter(enclosures=[file])
    pk = letter.conversation_id
    composer = get(browser(t.bea()), f"/conversations/{pk}/composer/?forward={letter.pk}")
    assert "press.pdf" in composer
    draft = Draft.objects.get()
    send(
        letter.conversation,
        kind="forward",
        words="Can you press these again?",
        to="Otto <otto@press.example>",
        draft=draft.pk,
        answers=letter.pk,
    )
    forwarded = last(letter.conversation)
    assert forwarded.subject == "Fwd: Warped"
    assert [d.recipient for d in forwarded.deliveries.all()] == ["otto@press.example"]
    assert [a.name for a in forwarded.attachments.all()] == ["press.pdf"]
    letter.conversation.refresh_from_db()
    assert letter.conversation.is_waiting
    assert [a.name for a in letter.attachments.all()] == ["press.pdf"]


def test_taking_back_puts_the_words_into_the_composer_again() -> None:
    bea = t.bea()
    bea.signature = "Bea"
    bea.save(update_fields=["signature"])
    conversation = t.a_letter().conversation
    client = browser(bea)
    sent = post(client, f"/conversations/{conversation.pk}/send/", kind="reply", words="Too hasty.")
    reply = last(conversation)
    assert f"/messages/{reply.pk}/take-back/" in sent.content.decode()
    assert f"/messages/{reply.pk}/take-back/" in get(client, "/people/")  # on every page of the desk
    answer = post(client, f"/messages/{reply.pk}/take-back/")
    assert json.loads(answer["HX-Location"])["path"] == f"/conversations/{conversation.pk}/"
    composer = get(client, f"/conversations/{conversation.pk}/").split('id="composer"')[1]
    assert ">Too hasty.</textarea>" in composer
    conversation.refresh_from_db()
    assert conversation.is_waiting
    assert post(client, f"/messages/{reply.pk}/take-back/").status_code == 409
    assert post(browser(t.cal()), f"/messages/{reply.pk}/take-back/").status_code == 404


def test_without_scripts_it_can_be_taken_back_too() -> None:
    conversation = t.a_letter().conversation
    client = browser(t.bea())
    post(client, f"/conversations/{conversation.pk}/send/", scripts=False, kind="reply", words="Too hasty.")
    answer = post(client, f"/messages/{last(conversation).pk}/take-back/", scripts=False)
    assert (answer.status_code, answer["Location"]) == (302, f"/conversations/{conversation.pk}/")
    assert "Taken back. Nothing has left." in get(client, answer["Location"])


def test_write_first_to_anybody_from_a_mailbox_one_may_use() -> None:
    box = t.a_mailbox()
    hidden = t.a_mailbox("boss@harbourrow.example", everyone=False)
    client = browser(t.bea())
    page = get(client, "/write/?to=kofi@example.org")
    assert 'value="kofi@example.org"' in page
    assert "boss" not in page
    fields: dict[str, Any] = {"to": "Kofi <kofi@example.org>", "subject": "Your record", "words": "It is ready."}
    refused = post(client, "/write/", place=hidden.place.pk, **fields)
    assert refused.status_code == 422
    assert "It is ready." in refused.content.decode()
    answer = post(client, "/write/", scripts=False, place=box.place.pk, **fields)
    conversation = Conversation.objects.get()
    assert answer["Location"] == f"/conversations/{conversation.pk}/"
    assert (str(conversation.customer), conversation.assignee, conversation.subject) == ("Kofi", t.bea(), "Your record")
    assert last(conversation).in_reply_to == ""


def test_a_first_letter_needs_somebody_to_read_it() -> None:
    answer = post(browser(t.bea()), "/write/", place=t.a_mailbox().place.pk, to="", words="Hello?")
    assert "Whom is it for?" in answer.content.decode()
    assert not Conversation.objects.exists()


# --- drafts


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
