"""Every letter takes its place, once."""

from datetime import timedelta

import pytest

from secondring import testing as t
from secondring.conversations.models import Conversation, Message
from secondring.customers import recognising
from secondring.lib import blobs
from secondring.lib.errors import NotPossible
from secondring.mail import arriving, blocking, homes, keeping, understanding
from secondring.mail.models import Fate, IncomingEmail
from secondring.mail.tests.posting import ANA, a_raw, kept, post

pytestmark = pytest.mark.django_db
BOX = "hello@harbourrow.example"


# ------------------------------------------------------------ people


def test_a_letter_opens_a_conversation_and_its_writer_waits_since_it_reached_us() -> None:
    row = post(a_raw(files=[("mix.wav", b"RIFF" * 10)]), at=t.after(3))
    assert row.became is not None
    message = row.became
    assert (row.fate, row.conversation) == (Fate.MESSAGE, message.conversation)
    assert (message.sender_address, message.sender_name, message.said.strip()) == (
        "ana@example.org", "Ana Lima", "The box came warped.")  # fmt: skip
    assert message.conversation.waiting_since == t.after(3)
    assert blobs.read(message.attachments.get().sha256) == b"RIFF" * 10


def test_what_the_mail_server_kept_for_us_has_waited_since_the_server_took_it() -> None:
    row = post(a_raw(), at=t.after(days=3), envelope={"received": t.after(60).isoformat()})
    assert row.became is not None
    assert row.became.conversation.waiting_since == t.after(60)


def test_an_answer_finds_its_conversation_by_in_reply_to_and_by_references_alone() -> None:
    first = post(a_raw(message_id="<one@example.org>"))
    second = post(a_raw("And?", subject="Re: Warped", in_reply_to="<one@example.org>", message_id="<two@example.org>"))
    third = post(a_raw("Hello?", subject="Something else", references=["<zero@example.org>", "<two@example.org>"]))
    assert first.conversation == second.conversation == third.conversation


def test_an_answer_to_the_reply_address_finds_home_when_all_thread_headers_are_lost() -> None:
    conversation = t.a_letter().conversation
    row = post(a_raw("Thanks", subject="hm", to=f"hello+r-{conversation.token}@harbourrow.example"))
    assert row.conversation == conversation


def test_a_stranger_who_knows_the_thread_starts_their_own_conversation_as_who_they_are() -> None:
    first = post(a_raw(message_id="<one@example.org>"))
    row = post(a_raw("I am Ana, believe me", sender="Eve <eve@elsewhere.example>", in_reply_to="<one@example.org>"))
    assert row.conversation != first.conversation
    assert row.became is not None
    assert row.became.customer == recognising.find("email", "eve@elsewhere.example")


def test_somebody_copied_in_belongs() -> None:
    first = post(a_raw(message_id="<one@example.org>", Cc="Sam <sam@example.org>"))
    row = post(a_raw("Me too", sender="Sam <sam@example.org>", in_reply_to="<one@example.org>"))
    assert row.conversation == first.conversation
    assert row.became is not None
    assert str(row.became.customer) == "Sam"


def test_an_answer_to_a_hidden_mailbox_does_not_show_up_among_people_who_may_not_see_it() -> None:
    first = post(a_raw(message_id="<one@example.org>"), t.a_mailbox("owners@harbourrow.example", everyone=False))
    row = post(a_raw("To you all", in_reply_to="<one@example.org>"))
    assert row.conversation != first.conversation


def test_behind_a_contact_form_the_customer_is_whom_answers_reach() -> None:
    row = post(a_raw(sender=f"Website <{BOX}>", Reply_To="Ana <ana@example.org>"))
    assert row.became is not None
    assert row.became.customer == t.ana()
    assert "form" in row.because
    assert row.became.proof == "unproven"


def test_a_form_that_calls_itself_automatic_is_still_a_person_writing() -> None:
    row = post(a_raw(sender="no-reply@forms.example", Reply_To="Ana <ana@example.org>"))
    assert row.became is not None
    assert row.became.customer == t.ana()


def test_a_letter_that_does_not_say_who_wrote_it_is_put_aside_and_can_be_brought_to_the_desk() -> None:
    row = post(b"Subject: hello\r\nMessage-ID: <x@y>\r\nDate: Mon, 23 Nov 2026 10:00:00 +0000\r\n\r\nBoo.\r\n")
    assert (row.fate, row.because) == (Fate.ASIDE, "The letter does not say who wrote it.")
    message = arriving.bring_to_desk(row, understanding.parse(row), by=t.bea(), at=t.after(60))
    assert message.conversation.is_waiting
    row.refresh_from_db()
    assert (row.fate, row.became) == (Fate.MESSAGE, message)
    with pytest.raises(NotPossible, match="already"):
        arriving.bring_to_desk(row, understanding.parse(row), by=t.bea(), at=t.after(61))


# ------------------------------------------------------------ once


def test_the_same_letter_again_is_a_duplicate_that_names_the_first() -> None:
    raw = a_raw()
    first, again = post(raw), post(b"Received: by mx.example; Mon, 23 Nov 2026 10:00:00 +0000\r\n" + raw)
    assert (again.fate, again.duplicate_of, again.conversation) == (Fate.DUPLICATE, first, first.conversation)
    assert Message.objects.count() == 1


def test_the_same_message_id_over_other_words_is_a_letter_of_its_own_and_says_so() -> None:
    post(a_raw(message_id="<one@example.org>"))
    row = post(a_raw("Quite other words", message_id="<one@example.org>"))
    assert row.fate == Fate.MESSAGE
    assert "same Message-ID" in row.because


def test_two_short_letters_without_id_and_date_are_two_letters() -> None:
    raw = b"From: ana@example.org\r\nTo: hello@harbourrow.example\r\nSubject: call me\r\n\r\nplease\r\n"
    assert [post(raw).fate, post(raw).fate] == [Fate.MESSAGE, Fate.MESSAGE]


def test_one_letter_to_two_mailboxes_that_all_of_us_see_is_one_conversation() -> None:
    raw = a_raw(Cc="orders@harbourrow.example")
    first, second = post(raw), post(raw, t.a_mailbox("orders@harbourrow.example"))
    assert (second.fate, second.duplicate_of) == (Fate.DUPLICATE, first)


def test_one_letter_to_a_hidden_mailbox_and_an_open_one_is_seen_in_both() -> None:
    raw = a_raw(Cc="owners@harbourrow.example")
    first, second = post(raw, t.a_mailbox("owners@harbourrow.example", everyone=False)), post(raw)
    assert (first.fate, second.fate) == (Fate.MESSAGE, Fate.MESSAGE)


def test_a_lost_lease_writes_nothing() -> None:
    row = kept(a_raw())
    understood = understanding.parse(row)
    IncomingEmail.objects.filter(pk=row.pk).update(lease_no=7)
    arriving.arrive(row, understood, at=t.MONDAY)
    assert not Message.objects.exists()
    assert not Conversation.objects.exists()


def test_a_common_letter_costs_few_queries(django_assert_max_num_queries) -> None:
    from secondring.mail.ours import Ours

    first = post(a_raw(message_id="<one@example.org>"))
    row = kept(a_raw("And?", in_reply_to="<one@example.org>"))
    understood, ours = understanding.parse(row), Ours.now()
    with django_assert_max_num_queries(18):
        arriving.arrive(row, understood, at=t.MONDAY, ours=ours)
    assert row.conversation_id == first.conversation_id


# ------------------------------------------------------------ junk and history


def test_what_the_provider_takes_for_junk_waits_for_nobody() -> None:
    row = post(a_raw(X_Spam_Flag="YES"))
    assert row.fate == Fate.JUNK
    assert row.conversation is not None
    assert row.conversation.is_junk
    assert not row.conversation.is_waiting


def test_a_filter_cannot_silence_somebody_we_are_talking_with_but_a_block_can() -> None:
    post(a_raw(message_id="<one@example.org>"))
    assert post(a_raw("And?", in_reply_to="<one@example.org>", X_Spam_Flag="YES")).fate == Fate.MESSAGE
    blocking.block("@example.org", by=t.bea(), at=t.MONDAY)
    assert post(a_raw("Another matter")).fate == Fate.JUNK


def test_our_own_addresses_cannot_be_blocked() -> None:
    t.a_mailbox()
    with pytest.raises(NotPossible, match="our own"):
        blocking.block("@harbourrow.example", by=t.bea(), at=t.MONDAY)


def test_history_makes_nobody_wait_and_stands_at_its_own_time() -> None:
    row = post(a_raw(date=t.MONDAY - timedelta(days=400)), via=keeping.HISTORY)
    assert row.conversation is not None
    assert row.became is not None
    assert (row.conversation.is_waiting, row.conversation.is_closed) == (False, True)
    assert row.became.at == t.MONDAY - timedelta(days=400)


def test_an_old_answer_brought_in_later_does_not_end_a_waiting_of_today() -> None:
    post(a_raw(message_id="<old@example.org>", date=t.MONDAY - timedelta(days=9)), via=keeping.HISTORY)
    today = post(a_raw("Today", in_reply_to="<old@example.org>"))
    old = a_raw("Then", sender=BOX, to=ANA, in_reply_to="<old@example.org>", date=t.MONDAY - timedelta(days=8))
    post(old, via=keeping.HISTORY, envelope={"sent": True})
    assert today.conversation is not None
    today.conversation.refresh_from_db()
    assert today.conversation.waiting_since == t.MONDAY


def test_what_no_database_stores_is_made_storable() -> None:
    row = post(a_raw(subject="x").replace(b"Subject: x", b"Subject: a\x00b").replace(b"warped", b"war\x00ped"))
    assert row.fate == Fate.MESSAGE
    assert row.became is not None
    assert "\0" not in row.became.text + row.became.subject


def test_hints_that_lead_nowhere_cost_nothing() -> None:
    parsed = understanding.parse(kept(a_raw(references=[f"<{n}@example.org>" for n in range(500)]))).letter
    assert homes.trail(parsed).conversations == ()
