"""Answer, note, forward, write first, take back: with scripts and without, and no word is ever lost."""

import json
from typing import Any

import pytest

from secondring import testing as t
from secondring.conversations.models import Conversation, Draft, Message
from secondring.conversations.receiving import Enclosure
from secondring.lib import blobs

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
