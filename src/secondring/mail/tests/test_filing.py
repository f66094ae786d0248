"""What is ours and what machines send finds its quiet place."""

import pytest

from secondring import testing as t
from secondring.conversations import outbox, replying
from secondring.conversations.models import Conversation, Delivery, Message
from secondring.mail import arriving, understanding
from secondring.mail.models import EmailThread, Fate
from secondring.mail.ours import mark_key
from secondring.mail.tests.posting import ANA, a_raw, post
from secondring.mail.threads import own_mark

pytestmark = pytest.mark.django_db
BOX = "hello@harbourrow.example"


def reply(
    conversation: Conversation, text: str = "New ones leave today.", *, to: str = "ana@example.org", number: int = 1
) -> Message:
    """An answer of Bea's that was handed over."""
    letter = replying.Letter(text=text, to=[("", to)], message_id=f"<ours-{number}@harbourrow.example>")
    message = replying.reply(conversation, letter, by=t.bea(), at=t.after(60))
    for delivery in outbox.claim("mail", t.after(75)):
        outbox.delivered(delivery, at=t.after(76))
    EmailThread.objects.create(place=conversation.place, message_id=message.message_id, conversation=conversation)
    return message


# ------------------------------------------------------------ ours


def test_a_copy_of_what_the_desk_sent_is_our_own() -> None:
    message = reply(t.a_letter().conversation)
    row = post(
        a_raw("New ones leave today.", sender=BOX, to="ana@example.org", message_id=message.message_id), via="sent"
    )
    assert (row.fate, row.conversation) == (Fate.OWN, message.conversation)


def test_our_own_letter_renamed_by_a_gateway_is_known_by_its_mark() -> None:
    message = reply(t.a_letter().conversation)
    mark = own_mark(message.message_id, key=mark_key())
    row = post(a_raw(sender=BOX, to="ana@example.org", message_id="<renamed@gateway>", Second_Ring_Message=mark))
    assert (row.fate, row.conversation) == (Fate.OWN, message.conversation)


def test_a_letter_that_only_claims_our_mark_is_read_like_any_other() -> None:
    assert post(a_raw(Second_Ring_Message="x@y 0000")).fate == Fate.MESSAGE


def test_what_a_colleague_sent_from_their_own_program_ends_the_waiting() -> None:
    first = post(a_raw(message_id="<one@example.org>"))
    answer = a_raw("Sent from my desk", sender=BOX, to=ANA, in_reply_to="<one@example.org>", date=t.after(minutes=5))
    row = post(answer, via="sent", at=t.after(minutes=6))
    assert row.conversation == first.conversation
    assert row.became is not None
    assert row.became.from_us
    assert row.became.at == t.after(minutes=5)
    assert first.conversation is not None
    first.conversation.refresh_from_db()
    assert not first.conversation.is_waiting


def test_who_wrote_again_after_the_colleagues_answer_still_waits_since_then() -> None:
    first = post(a_raw(message_id="<one@example.org>"))
    post(a_raw("One more thing", in_reply_to="<one@example.org>"), at=t.after(minutes=9))
    post(
        a_raw("Sent", sender=BOX, to=ANA, in_reply_to="<one@example.org>", date=t.after(minutes=5)),
        via="sent", at=t.after(minutes=10),
    )  # fmt: skip
    assert first.conversation is not None
    first.conversation.refresh_from_db()
    assert first.conversation.waiting_since == t.after(minutes=9)


def test_a_letter_begun_in_another_program_is_a_conversation_where_the_answer_finds_home() -> None:
    row = post(a_raw("Hello Ana", sender=BOX, to=ANA, message_id="<we@harbourrow.example>"), via="sent")
    answer = post(a_raw("Hello you", in_reply_to="<we@harbourrow.example>"))
    assert row.conversation == answer.conversation
    assert row.conversation is not None
    assert row.conversation.customer == t.ana()


def test_nobody_outside_ends_a_waiting_by_writing_in_our_name() -> None:
    first = post(a_raw(message_id="<one@example.org>"))
    post(a_raw("Forged", sender=BOX, to=ANA, in_reply_to="<one@example.org>"))
    assert first.conversation is not None
    first.conversation.refresh_from_db()
    assert first.conversation.is_waiting


def test_a_teammate_who_answers_all_from_their_own_address_has_answered() -> None:
    first = post(a_raw(message_id="<one@example.org>"))
    bea = t.bea()
    row = post(
        a_raw("On its way", sender=f"Bea <{bea.email}>", to=ANA, Cc=BOX, in_reply_to="<one@example.org>"),
        at=t.after(60),
    )
    assert row.conversation == first.conversation
    assert row.became is not None
    assert row.became.author == bea


# ------------------------------------------------------------ machines


def bounce(message: Message, recipient: str = "ana@example.org") -> bytes:
    return (
        f"From: MAILER-DAEMON@mx.example\r\nTo: {BOX}\r\nSubject: Undelivered Mail Returned to Sender\r\n"
        "Message-ID: <b1@mx.example>\r\nDate: Mon, 23 Nov 2026 10:05:00 +0000\r\nAuto-Submitted: auto-replied\r\n"
        "MIME-Version: 1.0\r\nContent-Type: multipart/report; report-type=delivery-status; boundary=b\r\n\r\n"
        "--b\r\nContent-Type: text/plain\r\n\r\nNo such user.\r\n"
        "--b\r\nContent-Type: message/delivery-status\r\n\r\nReporting-MTA: dns; mx.example\r\n\r\n"
        f"Final-Recipient: rfc822; {recipient}\r\nAction: failed\r\nStatus: 5.1.1\r\n"
        "Diagnostic-Code: smtp; 550 5.1.1 No such user\r\n\r\n"
        "--b\r\nContent-Type: text/rfc822-headers\r\n\r\n"
        f"Message-ID: {message.message_id}\r\nSubject: Re: Warped\r\n\r\n--b--\r\n"
    ).encode()


def test_a_bounce_marks_the_very_recipient_and_their_waiting_goes_on_since_their_letter() -> None:
    conversation = t.a_letter().conversation
    message = reply(conversation)
    row = post(bounce(message), at=t.after(minutes=5))
    delivery = Delivery.objects.get(message=message)
    conversation.refresh_from_db()
    assert (row.fate, row.conversation) == (Fate.BOUNCE, conversation)
    assert delivery.bounced_at == t.after(minutes=5)
    assert conversation.waiting_since == t.MONDAY
    assert conversation.customer.contact_points.get().failing_since == t.after(minutes=5)
    assert t.bea().nudges.get().kind == "not_reached"


def test_a_bounce_of_a_letter_we_never_wrote_is_filed_and_touches_nobody() -> None:
    ours = reply(t.a_letter().conversation)
    ours.message_id = "<never@harbourrow.example>"
    row = post(bounce(ours))
    assert (row.fate, row.conversation) == (Fate.BOUNCE, None)


def test_an_automatic_answer_is_filed_at_its_conversation_and_nobody_waits() -> None:
    conversation = t.a_letter().conversation
    message = reply(conversation)
    row = post(a_raw("I am away", in_reply_to=message.message_id, Auto_Submitted="auto-replied"), at=t.after(90))
    conversation.refresh_from_db()
    assert (row.fate, row.conversation, conversation.is_waiting) == (Fate.AUTO_REPLY, conversation, False)
    assert conversation.events.last().verb == "auto_reply_came"


def test_a_filed_letter_can_be_brought_to_the_desk() -> None:
    row = post(a_raw("I am away, but please call", Auto_Submitted="auto-replied"))
    message = arriving.bring_to_desk(row, understanding.parse(row), by=t.bea(), at=t.after(60))
    assert message.conversation.waiting_since == t.after(60)
