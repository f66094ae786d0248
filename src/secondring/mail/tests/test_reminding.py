"""A letter to whoever is not here: when it goes, what it says, and that no customer ever gets it."""

from typing import Any

import pytest

from journeys.engines.smtp_sink import SMTPSink
from secondring import testing as t
from secondring.conversations import noting, nudging
from secondring.lib import jobs
from secondring.mail import reminding
from secondring.mail.models import Mailbox, Security
from secondring.team.models import Teammate

pytestmark = pytest.mark.django_db


def wishing(**wishes: Any) -> Teammate:
    cal = t.cal()
    cal.preferences = wishes
    cal.save(update_fields=["preferences"])
    return cal


def a_mention(mailbox: Mailbox | None = None) -> None:
    noting.note(t.a_letter(mailbox=mailbox).conversation, "@Cal is this yours?", by=t.bea(), at=t.MONDAY)


def a_road(**fields: Any) -> Mailbox:
    return t.a_mailbox(smtp_host="127.0.0.1", smtp_port=9, **fields)


def test_one_letter_tells_of_everything_and_the_next_waits_a_quarter_of_an_hour() -> None:
    wishing(mail=True)
    a_road()
    a_mention()
    a_mention()
    assert reminding.remind_absent(t.after(1)) == 1
    assert reminding.remind_absent(t.after(2)) == 0
    a_mention()
    assert reminding.remind_absent(t.after(minutes=10)) == 0
    assert reminding.remind_absent(t.after(minutes=16)) == 1
    assert [len(job.arguments["nudges"]) for job in jobs.Job.objects.order_by("pk")] == [2, 1]


@pytest.mark.parametrize("wishes", [{}, {"mail": False}, {"mail": True, "quiet": ["09:00", "11:00"]}])
def test_who_did_not_ask_or_is_left_alone_gets_none(wishes: dict[str, Any]) -> None:
    wishing(**wishes)
    a_road()
    a_mention()
    assert reminding.remind_absent(t.after(1)) == 0


def test_who_is_here_or_has_seen_it_or_lost_the_mailbox_gets_none() -> None:
    cal = wishing(mail=True)
    road = a_road(everyone=False)
    road.place.members.set([cal, t.bea()])
    a_mention(road)
    cal.here_at = t.after(minutes=-5)
    cal.save(update_fields=["here_at"])
    assert reminding.remind_absent(t.after(1)) == 0
    road.place.members.remove(cal)
    assert reminding.remind_absent(t.after(minutes=20)) == 0
    road.place.members.add(cal)
    for each in cal.nudges.all():
        assert each.event.conversation
        nudging.seen(each.event.conversation, by=cal, at=t.after(minutes=20))
    assert reminding.remind_absent(t.after(minutes=20)) == 0


def test_a_mailbox_in_trouble_is_no_road() -> None:
    wishing(mail=True)
    a_road(trouble="The password is wrong.", trouble_since=t.MONDAY)
    a_mention()
    assert reminding.remind_absent(t.after(1)) == 0


def test_the_letter_says_where_to_look_and_not_what_the_customer_wrote(smtp_sink: SMTPSink) -> None:
    wishing(mail=True)
    t.a_mailbox(smtp_host="127.0.0.1", smtp_port=smtp_sink.port, smtp_security=Security.NONE)
    a_mention()
    reminding.remind_absent(t.after(1))
    assert jobs.run_due(t.after(1)) == 1
    (kept,) = smtp_sink.wait_for_letters(1)
    letter = kept.message
    words = letter.get_content()
    assert kept.recipients == ("cal@harbourrow.example",)
    assert letter["Auto-Submitted"] == "auto-generated"
    assert "Bea named you in a note about Ana Lima." in words
    assert "/conversations/" in words
    assert "warped" not in words
    assert "is this yours" not in words


def test_nothing_is_sent_when_it_was_seen_meanwhile(smtp_sink: SMTPSink) -> None:
    cal = wishing(mail=True)
    t.a_mailbox(smtp_host="127.0.0.1", smtp_port=smtp_sink.port, smtp_security=Security.NONE)
    a_mention()
    reminding.remind_absent(t.after(1))
    cal.nudges.update(seen_at=t.after(2))
    assert jobs.run_due(t.after(3)) == 1
    assert smtp_sink.letters() == []
