"""What must leave leaves in its time, even where the clock that says so is set back."""

from datetime import timedelta

import pytest

from secondring import testing as t
from secondring.conversations import outbox, replying
from secondring.conversations.models import Delivery, Message

pytestmark = pytest.mark.django_db
HOUR = timedelta(hours=1)


def a_reply() -> Message:
    letter = replying.Letter(text="They leave today.", to=[("Ana", "ana@example.org")], message_id="<r@h.example>")
    return replying.reply(t.a_letter().conversation, letter, by=t.bea(), at=t.MONDAY)


def test_an_answer_written_before_the_clock_was_set_back_has_its_ten_seconds_once_more() -> None:
    message, earlier = a_reply(), t.MONDAY - HOUR
    assert outbox.keep_time(earlier) == 1
    assert message.deliveries.get().due_at == earlier + outbox.SECOND_THOUGHTS
    message.refresh_from_db()
    assert message.due_at == earlier + outbox.SECOND_THOUGHTS
    assert outbox.keep_time(earlier) == 0
    replying.take_back(message, by=t.bea(), at=earlier)
    assert not Delivery.objects.exists()


def test_a_retry_waits_no_longer_than_it_would_have_from_now() -> None:
    message = a_reply()
    [claimed] = outbox.claim("mail", t.after(20))
    outbox.failed(claimed, because="Try later", permanent=False, at=t.after(20))
    earlier = t.MONDAY - HOUR
    assert outbox.keep_time(earlier) == 1
    assert message.deliveries.get().due_at - earlier <= outbox.FIRST_RETRY * 1.5


def test_what_waits_as_it_should_is_left_alone() -> None:
    message = a_reply()
    assert outbox.keep_time(t.MONDAY) == 0
    [claimed] = outbox.claim("mail", t.after(20))
    assert outbox.keep_time(t.MONDAY - HOUR) == 0  # somebody holds it
    outbox.failed(claimed, because="Try later", permanent=False, at=t.after(20))
    due = message.deliveries.get().due_at
    assert outbox.keep_time(t.after(21)) == 0
    assert message.deliveries.get().due_at == due
