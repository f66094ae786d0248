"""A person answers, and may take it back."""

import pytest

from secondring import testing as t
from secondring.conversations import outbox, receiving, replying
from secondring.conversations.models import Conversation
from secondring.lib.errors import NotPossible

pytestmark = pytest.mark.django_db


def letter(text: str = "Thirty new ones leave today.") -> replying.Letter:
    return replying.Letter(text=text, to=[("Ana Lima", "ana@example.org")], message_id="<reply@harbourrow.example>")


def test_who_writes_waits_from_that_moment_and_an_answer_ends_it() -> None:
    conversation = t.a_letter(at=t.MONDAY).conversation
    assert conversation.waiting_since == t.MONDAY
    replying.reply(conversation, letter(), by=t.bea(), at=t.after(60))
    conversation.refresh_from_db()
    assert (conversation.waiting_since, conversation.assignee) == (None, t.bea())


def test_a_reply_taken_back_restores_everything_the_customers_waiting_included() -> None:
    conversation = t.a_letter(at=t.MONDAY).conversation
    before = Conversation.objects.values().get(pk=conversation.pk)
    reply = replying.reply(conversation, letter(), by=t.bea(), at=t.after(60), close=True)
    replying.take_back(reply, by=t.bea(), at=t.after(65))
    assert Conversation.objects.values().get(pk=conversation.pk) == before
    assert not reply.deliveries.exists()
    assert conversation.events.last().verb == "reply_taken_back"


def test_what_has_begun_to_leave_cannot_be_taken_back() -> None:
    reply = replying.reply(t.a_letter().conversation, letter(), by=t.bea(), at=t.after(0))
    assert outbox.claim("mail", t.after(9)) == []
    assert len(outbox.claim("mail", t.after(11))) == 1
    with pytest.raises(NotPossible, match="already left"):
        replying.take_back(reply, by=t.bea(), at=t.after(11))


def test_only_one_worker_gets_a_delivery_and_a_lost_lease_writes_nothing() -> None:
    replying.reply(t.a_letter().conversation, letter(), by=t.bea(), at=t.after(0))
    (slow,) = outbox.claim("mail", t.after(11))
    assert outbox.claim("mail", t.after(12)) == []
    (quick,) = outbox.claim("mail", t.after(42))
    assert outbox.delivered(quick, at=t.after(43))
    assert not outbox.delivered(slow, at=t.after(44))
    quick.refresh_from_db()
    assert quick.sent_at == t.after(43)


def test_a_permanent_refusal_makes_the_customer_wait_again_since_their_letter() -> None:
    conversation = t.a_letter(at=t.MONDAY).conversation
    replying.reply(conversation, letter(), by=t.bea(), at=t.after(60))
    (delivery,) = outbox.claim("mail", t.after(71))
    outbox.failed(delivery, because="There is no such person there.", permanent=True, at=t.after(72))
    conversation.refresh_from_db()
    assert conversation.waiting_since == t.MONDAY
    assert conversation.undelivered_at == t.after(72)


def test_the_same_person_under_the_same_subject_with_re_joins_the_open_matter() -> None:
    first = t.a_letter(subject="Warped")
    assert t.a_letter(subject="Re: warped").conversation == first.conversation
    assert t.a_letter(subject="Warped").conversation != first.conversation


def test_a_stranger_does_not_belong_and_somebody_copied_in_does() -> None:
    conversation = t.a_letter(recipients={"cc": [["", "sam@example.org"]]}).conversation
    assert receiving.belongs("sam@example.org", conversation)
    assert not receiving.belongs("eve@example.org", conversation)
