"""The real rows of each world: letters came in by the house's own way, and what was done with them stands in order."""

import hashlib
from datetime import UTC, datetime, timedelta

import pytest
from django.test import TestCase

from secondring.conversations.models import Attachment, Conversation, Delivery, Draft, Event, Message, Nudge
from secondring.customers.models import ContactPoint, Customer, Fact, Work
from secondring.demo.building import build
from secondring.lib import blobs
from secondring.lib.errors import NotPossible
from secondring.mail.models import IncomingEmail, Mailbox
from secondring.team.models import House, Teammate

NOW = datetime(2026, 11, 25, 10, 43, tzinfo=UTC)


def _print():
    """Everything a reader of the desk could see, but for the random tokens of reply addresses."""
    return {
        "messages": list(
            Message.objects.order_by("pk").values_list("at", "subject", "said", "text", "html", "message_id", "from_us")
        ),
        "events": list(Event.objects.order_by("pk").values_list("verb", "at", "by__email", "conversation__subject")),
        "conversations": list(
            Conversation.objects.order_by("pk").values_list("subject", "waiting_since", "closed_at", "snippet")
        ),
        "cards": list(
            Customer.objects.order_by("pk").values_list(
                "name", "face", "site_picture", "about", "great", "first_contact_at"
            )
        ),
        "works": list(Work.objects.order_by("pk").values_list("title", "cover", "sound")),
        "letters": [hashlib.sha256(blobs.read(sha)).hexdigest() for sha in _letters("sha256")],
        "files": list(Attachment.objects.order_by("pk").values_list("name", "sha256")),
    }


def _letters(*names):
    return IncomingEmail.objects.order_by("pk").values_list(*names, flat=True)


def _kept_at_a_second_start():
    before = _print()
    assert not build("quiet-morning", now=NOW + timedelta(days=1), outside=2700)
    assert _print() == before
    assert set(Mailbox.objects.values_list("smtp_port", flat=True)) == {2700}
    assert House.ours().first_run_done_at == NOW


@pytest.mark.django_db
def test_a_half_built_folder_says_so():
    Teammate.objects.create_user("mae@harbourrow.example", "x", name="Mae")
    with pytest.raises(NotPossible, match="--fresh"):
        build("empty", now=NOW)


@pytest.mark.django_db
def test_an_empty_world_has_people_and_mailboxes_and_nobody_waiting():
    assert build("empty", now=NOW, outside=2600)
    assert Teammate.objects.get(email="mae@harbourrow.example").check_password("second-ring-demo")
    assert Teammate.objects.count() == 6
    assert Mailbox.objects.count() == 2
    assert not Conversation.objects.exists()
    _kept_at_a_second_start()


class MondayAfterLaunch(TestCase):
    def test_it_is_a_rush(self):
        build("monday-after-launch", now=NOW)
        assert Conversation.objects.waiting().count() >= 25
        assert Conversation.objects.count() > 80


class LoudLou(TestCase):
    def test_she_is_there_from_her_first_letter_on_and_twice_the_same(self):
        build("loud-lou", now=NOW)
        lou = Customer.objects.get(name="Lou Pettersson")
        letters = Message.objects.filter(customer=lou).order_by("at")
        assert letters.first().said.startswith("WHERE IS MY MONEY")
        assert letters.last().conversation.is_waiting
        assert "second ring" in letters.last().said.lower()
        first = _print()
        _clear()
        build("loud-lou", now=NOW)
        assert _print() == first


def _clear():
    """Everything goes, the ones that hold others last."""
    said = (Delivery, Nudge, Event, Draft, Attachment, IncomingEmail, Message, Conversation)
    for model in (*said, Fact, Work, ContactPoint, Customer, Mailbox, Teammate, House):
        model._default_manager.all().delete()


class QuietMorning(TestCase):
    @classmethod
    def setUpTestData(cls):
        build("quiet-morning", now=NOW, outside=2600)

    def test_a_second_start_keeps_what_was_done(self):
        _kept_at_a_second_start()

    def test_nobody_waits_longer_than_they_should_on_a_quiet_morning(self):
        waiting = list(Conversation.objects.waiting().longest_waiting_first())
        assert [str(each.customer) for each in waiting] == [
            "Theo Marchetti", "Ruth Abelson", "Inês Carvalho", "Kofi Mensah", "Lou Pettersson", "Hye-jin Park", "Otis Vale",
        ]  # fmt: skip
        since = [each.waiting_since for each in waiting if each.waiting_since]
        assert NOW - since[0] < timedelta(minutes=15)
        assert NOW - since[-1] == timedelta(seconds=12)

    def test_every_letter_came_in_by_the_house_s_own_way(self):
        from_them = Message.objects.filter(from_us=False)
        assert from_them.count() == IncomingEmail.objects.filter(fate__in=["message", "junk"]).count() > 100
        assert not from_them.filter(source_id__isnull=True).exists()
        assert set(_letters("fate")) == {"message", "auto_reply", "list", "bounce"}

    def test_no_message_id_is_there_twice(self):
        names = [name for name in Message.objects.values_list("message_id", flat=True) if name]
        assert len(names) == len(set(names)) > 150

    def test_rows_stand_in_the_order_in_which_things_happened(self):
        for model in (Event, Message):
            moments = list(model.objects.order_by("pk").values_list("at", flat=True))
            assert moments == sorted(moments)
            assert moments[-1] <= NOW

    def test_an_answer_joins_what_it_answers(self):
        gordon = Customer.objects.get(name="Gordon Blythe")
        (conversation,) = gordon.conversations.all()
        assert conversation.messages.letters().count() == 5

    def test_senders_are_proven_but_the_swindler(self):
        theirs = Message.objects.filter(from_us=False)
        assert set(theirs.exclude(proof="proven").values_list("sender_address", flat=True)) == {
            "claims@lucky-notice.example"
        }

    def test_what_the_desk_should_show_is_there(self):
        assert Conversation.objects.undelivered().get().customer.name == "Theo Marchetti"
        assert Conversation.objects.paused().get().customer.name == "Gwen Pritchard"
        assert Conversation.objects.junk().count() == 2
        assert Draft.objects.get().author.name == "Mae Tolliver"
        assert Nudge.objects.filter(kind="mention", seen_at__isnull=True).exists()
        assert {"we_replied", "handed_over", "tagged", "noted", "paused", "closed"} <= set(
            Event.objects.values_list("verb", flat=True)
        )
        kinds = set(Attachment.objects.values_list("type", flat=True))
        assert {"image/jpeg", "image/png", "application/pdf"} <= kinds
        assert any(kind.startswith("audio/") for kind in kinds)

    def test_everything_of_ours_has_left(self):
        assert Delivery.objects.exists()
        assert not Delivery.objects.outstanding().exists()

    def test_every_picture_and_tune_lies_in_the_blobs(self):
        named = {
            *Customer.objects.exclude(face="").values_list("face", flat=True),
            *Customer.objects.exclude(site_picture="").values_list("site_picture", flat=True),
            *Work.objects.values_list("sound", flat=True),
            *Work.objects.values_list("cover", flat=True),
            *Teammate.objects.values_list("face", flat=True),
        }
        assert len(named) > 80
        assert all(blobs.has(sha256) for sha256 in named)
