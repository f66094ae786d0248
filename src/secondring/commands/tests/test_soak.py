"""An oracle that cannot say no proves nothing: each promise it watches is broken here once."""

from typing import Any

import pytest

from secondring import testing as t
from secondring.commands.soak_oracle import judge
from secondring.commands.soak_processes import POINTS
from secondring.commands.soak_traffic import Log, letter
from secondring.conversations import outbox, replying
from secondring.conversations.models import Delivery, Message
from secondring.mail.models import IncomingEmail
from secondring.mail.tests.posting import post

pytestmark = pytest.mark.django_db
BOX = "hello@harbourrow.example"


class Sent:
    """A letter as the outer server kept it."""

    def __init__(self, message_id: str, *recipients: str) -> None:
        self.message, self.recipients = {"Message-ID": message_id}, recipients


@pytest.fixture
def log() -> Log:
    """A run in which all went well: one letter by SMTP, one by IMAP, one reply."""
    log = Log()
    for number, via in ((1, "inlet"), (2, "imap")):
        name, raw, fate = letter(number, BOX)
        post(raw, via=via, envelope={"from": f"try-{number}"})
        log.expected[name] = fate
        log.promised |= {"try-1": name} if via == "inlet" else {}
        log.by_imap |= {name: raw} if via == "imap" else {}
    words = replying.Letter(text="Yes", to=[("", "person-1@example.org")], message_id="<ours@x>")
    conversation = Message.objects.order_by("pk")[0].conversation
    replying.reply(conversation, words, by=t.bea(), at=t.MONDAY)
    log.replies["ours"] = conversation.pk
    for delivery in outbox.claim("mail", t.after(20)):
        outbox.delivered(delivery, at=t.after(21))
    return log


SENT = [Sent("<ours@x>", "person-1@example.org")]


def wrong(log: Log, sent: list[Any] = SENT, extra: int = 0) -> str:
    return " ".join(judge(log, sent, extra_copies=extra))


def test_a_run_in_which_all_went_well_is_not_blamed(log: Log) -> None:
    assert wrong(log) == ""


def test_a_promise_without_a_row_is_seen(log: Log) -> None:
    log.promised["try-9"] = "<letter-1@example.org>"
    assert "try-9 was answered 250 and has 0 rows" in wrong(log)


def test_a_second_row_for_one_promise_is_seen(log: Log) -> None:
    post(letter(1, BOX)[1], via="inlet", envelope={"from": "try-1"})
    assert "try-1 was answered 250 and has 2 rows" in wrong(log)


def test_a_row_that_nobody_sent_is_seen(log: Log) -> None:
    post(letter(1, BOX)[1], via="inlet", envelope={"from": "ghost"})
    assert "ghost has a row and was never sent" in wrong(log)


def test_a_letter_left_in_the_mailbox_is_seen(log: Log) -> None:
    log.by_imap["<letter-3@example.org>"] = b""
    assert "lies in the mailbox and has 0 rows" in wrong(log)


def test_a_letter_never_understood_and_a_fate_without_its_message_are_seen(log: Log) -> None:
    row = IncomingEmail.objects.order_by("pk")[1]
    IncomingEmail.objects.filter(pk=row.pk).update(fate="", understood_at=None)
    assert "was never understood" in wrong(log)
    IncomingEmail.objects.filter(pk=row.pk).update(fate="list", understood_at=t.MONDAY)
    assert "became 1 messages" in wrong(log)


def test_a_reply_that_never_left_or_left_too_often_is_seen(log: Log) -> None:
    assert "did not reach person-1@example.org" in wrong(log, [])
    assert "1 copies too many" in wrong(log, SENT * 2)
    assert wrong(log, SENT * 2, extra=1) == ""
    Delivery.objects.update(sent_at=None)
    assert "did not reach" in wrong(log)


def test_a_copy_under_another_name_is_seen(log: Log) -> None:
    assert "is no reply of ours" in wrong(log, [*SENT, Sent("<other@x>", "person-1@example.org")], 5)


def test_a_reply_that_is_there_twice_or_not_at_all_is_seen(log: Log) -> None:
    ours = Message.objects.get(from_us=True)
    ours.pk = None
    ours.save(force_insert=True)
    assert "or one twice" in wrong(log)
    Message.objects.filter(from_us=True).delete()
    assert "is there 0 times" in wrong(log, [])


def test_a_refusal_at_the_desk_is_seen(log: Log) -> None:
    log.refusals.append("The desk refused /write/ with 403")
    assert "refused /write/" in wrong(log)


def test_every_point_of_the_run_is_passed_somewhere() -> None:
    from secondring.commands.tests.reading import calls, python_files

    passed = {
        getattr(call.args[0], "value", "") for path in python_files() for call, _scope in calls(path, "faults.point")
    }
    assert {point for points in POINTS.values() for point in points} == passed
