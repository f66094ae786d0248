"""Letters leave through a real SMTP server that misbehaves on command."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

import pytest

from journeys.engines.smtp_sink import SMTPSink, private_sink
from secondring import testing as t
from secondring.conversations import outbox, replying
from secondring.conversations.models import Delivery, Message
from secondring.lib import clock
from secondring.mail.models import EmailThread, Mailbox
from secondring.mail.sending import Sender

pytestmark = pytest.mark.django_db(transaction=True)


def a_minute_ago() -> datetime:
    return clock.now() - timedelta(minutes=1)


def a_way_out(sink: SMTPSink, **fields: Any) -> Mailbox:
    security = {"starttls": "starttls", "implicit": "tls"}.get(sink.tls, "none")
    return t.a_mailbox(
        smtp_host="localhost", smtp_port=sink.port, smtp_security=security, shown_name="Harbour Row", **fields
    )


def a_reply(mailbox: Mailbox, *, cc: list[str] = [], bcc: list[str] = [], number: int = 1) -> Message:  # noqa: B006
    conversation = t.a_letter(mailbox=mailbox, at=a_minute_ago()).conversation
    letter = replying.Letter(
        text="Thirty new ones leave today.", html="<p>Thirty new ones leave <b>today</b>.</p>", subject="Re: Warped",
        to=[("Ana Lima", "ana@example.org")], cc=[("", each) for each in cc], bcc=[("", each) for each in bcc],
        message_id=f"<reply-{number}@harbourrow.example>", in_reply_to=conversation.messages.get().message_id,
        references=[conversation.messages.get().message_id],
    )  # fmt: skip
    return replying.reply(conversation, letter, by=t.bea(), at=a_minute_ago())


@pytest.fixture
def sender(smtp_sink: SMTPSink) -> Iterator[Sender]:
    made = Sender(a_way_out(smtp_sink), patience=2.0)
    yield made
    made.close()


def deliveries(message: Message) -> dict[str, Delivery]:
    return {each.recipient: each for each in message.deliveries.all()}


def make_due(message: Message) -> None:
    message.deliveries.update(due_at=a_minute_ago())


def test_a_reply_leaves_with_its_thread_its_words_and_what_it_answers(smtp_sink: SMTPSink, sender: Sender) -> None:
    message = a_reply(sender.mailbox)
    assert sender.send_due() == 1
    [kept] = smtp_sink.letters()
    letter = kept.message
    assert kept.sender == "hello@harbourrow.example"
    assert (letter["Message-ID"], letter["In-Reply-To"]) == (message.message_id, message.in_reply_to)
    assert letter["From"] == '"Bea, Harbour Row" <hello@harbourrow.example>'
    text = letter.get_body(("plain",)).get_content().replace("\r\n", "\n")
    assert text.startswith("Thirty new ones leave today.")
    assert "Ana Lima <ana@example.org> wrote:\n\n> The box came warped." in text
    [delivery] = message.deliveries.all()
    assert delivery.sent_at is not None
    assert EmailThread.objects.filter(message_id=message.message_id, conversation=message.conversation).exists()


def test_those_named_go_together_and_a_blind_copy_by_itself_unseen(smtp_sink: SMTPSink, sender: Sender) -> None:
    a_reply(sender.mailbox, cc=["sam@example.org"], bcc=["boss@example.org"])
    assert sender.send_due() == 3
    together, apart = sorted(smtp_sink.letters(), key=lambda each: -len(each.recipients))
    assert set(together.recipients) == {"ana@example.org", "sam@example.org"}
    assert apart.recipients == ("boss@example.org",)
    assert b"boss@example.org" not in together.raw + apart.raw


def test_one_refused_recipient_is_said_in_words_and_the_others_have_it(smtp_sink: SMTPSink, sender: Sender) -> None:
    smtp_sink.say(550, "5.1.1 No such person", at="rcpt", match="sam@")
    message = a_reply(sender.mailbox, cc=["sam@example.org"])
    sender.send_due()
    rows = deliveries(message)
    assert rows["ana@example.org"].sent_at is not None
    assert rows["sam@example.org"].refused_at is not None
    assert "There is no such address." in rows["sam@example.org"].because
    message.conversation.refresh_from_db()
    assert message.conversation.undelivered_at is not None


@pytest.mark.parametrize("step", ["connect", "mail", "rcpt", "data", "dot"])
def test_try_later_is_tried_later_and_arrives(smtp_sink: SMTPSink, sender: Sender, step: str) -> None:
    smtp_sink.say(451, "4.3.0 Try later", at=step, times=1)
    message = a_reply(sender.mailbox)
    sender.send_due()
    [delivery] = message.deliveries.all()
    assert (delivery.sent_at, delivery.refused_at, delivery.tries) == (None, None, 1)
    assert delivery.due_at > clock.now()
    make_due(message)
    sender.send_due()
    assert len(smtp_sink.letters()) == 1
    assert message.deliveries.get().sent_at is not None


@pytest.mark.parametrize(("step", "kept_there"), [("data", False), ("dot", False), ("dot", True)])
def test_a_server_that_hangs_or_hangs_up_costs_a_while_and_the_second_copy_is_the_same(
    smtp_sink: SMTPSink, sender: Sender, step: str, kept_there: bool
) -> None:
    if step == "dot":
        smtp_sink.hang_up(at="dot", times=1, keep=kept_there)
    else:
        smtp_sink.hang(at=step, times=1)
    message = a_reply(sender.mailbox)
    sender.send_due()
    [delivery] = message.deliveries.all()
    assert (delivery.sent_at, delivery.refused_at) == (None, None)
    make_due(message)
    sender.send_due()
    letters = smtp_sink.letters()
    assert len(letters) == 1 + kept_there
    assert {letter.message["Message-ID"] for letter in letters} == {message.message_id}


def test_a_server_that_is_away_is_said_at_the_mailbox_and_what_waited_goes_when_it_is_back(smtp_sink: SMTPSink) -> None:
    sender = Sender(a_way_out(smtp_sink), patience=2.0)
    smtp_sink.stop()
    message = a_reply(sender.mailbox)
    sender.send_due()
    mailbox = Mailbox.objects.get()
    assert "cannot be reached" in mailbox.trouble
    assert "cannot be reached" in message.deliveries.get().because
    smtp_sink.start()
    sender.mailbox = mailbox
    assert sender.open_again()
    assert sender.send_due() == 1
    mailbox.refresh_from_db()
    assert (mailbox.trouble, len(smtp_sink.letters())) == ("", 1)


def test_a_wrong_password_is_the_mailboxes_trouble_and_loses_no_letter() -> None:
    with private_sink(user="desk", password="open sesame") as sink:
        mailbox = a_way_out(sink, login="desk")
        mailbox.password = "wrong"
        mailbox.save(update_fields=["password_sealed"])
        sender = Sender(mailbox, patience=5.0)
        message = a_reply(mailbox)
        sender.send_due()
        mailbox.refresh_from_db()
        assert "refuses our user name or password" in mailbox.trouble
        assert message.deliveries.get().refused_at is None


def test_a_certificate_nobody_signed_is_not_trusted() -> None:
    with private_sink(tls="implicit") as sink:
        message = a_reply(a_way_out(sink))
        Sender(Mailbox.objects.get(), patience=5.0).send_due()
        assert "certificate that we cannot trust" in message.deliveries.get().because
        assert sink.letters() == []


def test_a_lost_lease_neither_sends_nor_writes(
    smtp_sink: SMTPSink, sender: Sender, monkeypatch: pytest.MonkeyPatch
) -> None:
    message = a_reply(sender.mailbox)
    [held] = outbox.claim("mail", clock.now())
    Delivery.objects.filter(pk=held.pk).update(lease_no=held.lease_no + 1)
    assert not outbox.delivered(held, at=clock.now())
    assert message.deliveries.get().sent_at is None


def test_many_letters_go_through_one_connection(smtp_sink: SMTPSink, sender: Sender) -> None:
    for number in range(5):
        a_reply(sender.mailbox, number=number)
    sender.send_due()
    assert len(smtp_sink.letters()) == 5
    assert [entry["what"] for entry in smtp_sink.log()].count("connect") == 1


def test_a_letter_that_cannot_be_written_is_refused_in_words_and_stops_no_other(
    smtp_sink: SMTPSink, sender: Sender
) -> None:
    broken, fine = a_reply(sender.mailbox, number=1), a_reply(sender.mailbox, number=2)
    Message.objects.filter(pk=broken.pk).update(message_id="not one")
    sender.send_due()
    assert "cannot be written" in broken.deliveries.get().because
    assert fine.deliveries.get().sent_at is not None
