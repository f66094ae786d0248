"""A row written by a statement of our own is the row that Django would have written."""

import pytest
from django.db import IntegrityError
from django.forms.models import model_to_dict

from secondring import testing as t
from secondring.conversations.models import Event, Message
from secondring.customers.models import ContactPoint
from secondring.lib import rows

pytestmark = pytest.mark.django_db


def a_message() -> Message:
    conversation = t.a_letter().conversation
    recipients = {"to": [["Zoë", "zoe@example.org"]]}
    return Message(
        conversation=conversation, from_us=False, channel="mail", text="100 % 'warped' \"é\"", recipients=recipients, at=t.MONDAY
    )  # fmt: skip


def test_an_inserted_row_is_the_one_that_django_would_write() -> None:
    ours, theirs = rows.insert(a_message()), a_message()
    theirs.conversation = ours.conversation
    theirs.save()
    as_kept = [model_to_dict(Message.objects.get(pk=each.pk), exclude=["id"]) for each in (ours, theirs)]
    assert as_kept[0] == as_kept[1]


def test_an_inserted_row_can_be_changed_and_deleted_like_any_other() -> None:
    message = rows.insert(a_message())
    message.text = "Straight"
    message.save(update_fields=["text"])
    assert Message.objects.get(pk=message.pk).text == "Straight"
    message.delete()
    assert not Message.objects.filter(text="Straight").exists()


def test_a_row_that_may_not_be_is_refused() -> None:
    message = a_message()
    message.is_note = True
    with pytest.raises(IntegrityError):
        rows.insert(message)


def test_what_is_there_already_is_left_as_it_is() -> None:
    customer = t.a_letter().conversation.customer
    kept = ContactPoint.objects.get(customer=customer)
    again = ContactPoint(customer=customer, kind=kept.kind, value=kept.value, added_at=t.after(60))
    assert not rows.insert_once(again)
    assert rows.insert_once(ContactPoint(customer=customer, kind="email", value="other@example.org", added_at=t.MONDAY))
    assert ContactPoint.objects.get(value=kept.value).added_at == kept.added_at


def test_values_are_written_where_it_is_said_and_nowhere_else() -> None:
    event = Event.objects.get(conversation=t.a_letter().conversation, verb="customer_wrote")
    values = {"data": {"note": ["é"]}, "by": t.bea(), "message": None, "at": t.after(60)}
    assert rows.change(Event, values, id=event.pk, conversation=0) == 0
    assert rows.change(Event, values, id=event.pk) == 1
    event.refresh_from_db()
    assert (event.data, event.by, event.message, event.at) == ({"note": ["é"]}, t.bea(), None, t.after(60))
    assert Event.objects.filter(data=values["data"]).count() == 1
