"""Letters come in from a real mail server that renumbers, vanishes, and refuses log-ins."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta

import pytest

from journeys.engines.dovecot import Dovecot, MailAccount
from journeys.engines.oauth import OAuthProvider
from journeys.engines.smtp_sink import SMTPSink, private_sink
from secondring import testing as t
from secondring.conversations import replying
from secondring.conversations.models import Conversation, Message
from secondring.lib import clock, jobs, notices
from secondring.mail import alarming, fetching, oauth, telling, understanding, watching
from secondring.mail.imap import Box
from secondring.mail.models import Fate, Folder, IncomingEmail, Mailbox
from secondring.mail.reading import PATIENT, Reader
from secondring.mail.sending import Sender
from secondring.mail.tests.posting import a_raw

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.needs("dovecot")]


def a_box(account: MailAccount, **fields: object) -> Mailbox:
    mailbox = t.a_mailbox(
        account.address, imap_host="127.0.0.1", imap_port=account.server.imap_port, imap_security="none"
    )
    mailbox.connected_at = None
    mailbox.password = account.password
    for name, value in fields.items():
        setattr(mailbox, name, value)
    mailbox.save()
    return mailbox


def look(mailbox: Mailbox, kind: str = Folder.INBOX, name: str = "INBOX") -> int:
    with Box(mailbox) as box:
        return fetching.look(box, mailbox, kind, name, kept=lambda: None)


def understand() -> None:
    reader = Reader(PATIENT)
    try:
        while any(understanding.understand_due(reader, patient=patient) for patient in (False, True)):
            pass
    finally:
        reader.close()


def wait_until(true: Callable[[], object], seconds: float = 90.0) -> None:
    until = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < until, "it did not happen"
        time.sleep(0.5)  # SQLite in memory lets nobody write a table while another thread reads it, and does not wait


@contextmanager
def watched() -> Iterator[threading.Event]:
    """The watchers of all mailboxes at work; the event is set whenever a letter was kept."""
    kept = threading.Event()
    watchers = watching.Watchers(kept.set)
    watchers.refresh()
    try:
        yield kept
    finally:
        watchers.stop(15)


def test_what_lay_there_before_is_history_and_what_comes_is_kept_once(mail_account: MailAccount) -> None:
    mail_account.deliver(a_raw("old"))
    mailbox = a_box(mail_account)
    assert look(mailbox) == 0
    mail_account.deliver(a_raw("new"))
    assert (look(mailbox), look(mailbox)) == (1, 0)
    understand()
    assert Message.objects.get().said.strip() == "new"
    assert mailbox.connected_at is not None


def test_nothing_is_marked_moved_or_deleted_unless_asked(mail_account: MailAccount) -> None:
    mailbox = a_box(mail_account)
    look(mailbox)
    mail_account.deliver(a_raw())
    look(mailbox)
    assert flags(mail_account) == [b""]
    mailbox.marks_seen = True
    mailbox.save()
    mail_account.deliver(a_raw("second"))
    look(mailbox)
    assert [b"Seen" in each for each in flags(mail_account)] == [False, True]


def flags(account: MailAccount) -> list[bytes]:
    with account.imap() as imap:
        imap.select("INBOX", readonly=True)
        told = imap.fetch("1:*", "(FLAGS)")[1]
    return [line.partition(b"FLAGS (")[2].rstrip(b")").replace(b"\\Recent", b"").strip() for line in told]


def test_however_long_away_it_goes_on_where_it_stopped(mail_account: MailAccount) -> None:
    mailbox = a_box(mail_account)
    look(mailbox)
    for number in range(45):
        mail_account.deliver(a_raw(f"Letter {number}"))
    assert look(mailbox) == 45
    understand()
    assert Message.objects.count() == 45


def test_a_letter_of_27_megabytes_comes_whole(mail_account: MailAccount) -> None:
    mailbox = a_box(mail_account)
    look(mailbox)
    raw = a_raw(files=[("concert.wav", bytes(range(256)) * (20 * 4096))]).replace(b"\n", b"\r\n")
    assert len(raw) > 27_000_000
    mail_account.append(raw)
    assert look(mailbox) == 1
    row = IncomingEmail.objects.get()
    assert row.size == len(raw)
    understand()
    assert Message.objects.get().attachments.get().size == 256 * 20 * 4096


def test_a_folder_that_was_numbered_anew_doubles_nothing_and_misses_nothing(mail_account: MailAccount) -> None:
    mailbox = a_box(mail_account)
    look(mailbox)
    for number in range(3):
        mail_account.deliver(a_raw(f"Letter {number}", message_id=f"<before-{number}@example.org>"))
    look(mailbox)
    understand()
    Folder.objects.update(uid_validity=1)  # as if the server had forgotten its numbers since
    mail_account.deliver(a_raw("Letter 3"))
    assert look(mailbox) == 1
    assert look(mailbox) == 0
    understand()
    assert sorted(message.said.strip() for message in Message.objects.all()) == [f"Letter {n}" for n in range(4)]


def test_a_letter_wakes_us_the_moment_it_arrives(mail_account: MailAccount, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(watching, "ROUND", 600.0)  # only the server's word can wake us
    a_box(mail_account)
    with watched() as kept:
        wait_until(lambda: Mailbox.objects.get().looked_at)
        mail_account.deliver(a_raw())
        assert kept.wait(90)
    assert IncomingEmail.objects.count() == 1


def test_one_refused_log_in_stops_no_other_mailbox(mail_account: MailAccount, dovecot: Dovecot) -> None:
    broken = a_box(dovecot.account("broken"))
    broken.password = "expired"
    broken.save()
    a_box(mail_account)
    with watched() as kept:
        wait_until(lambda: Mailbox.objects.get(address=mail_account.address).looked_at)
        wait_until(lambda: Mailbox.objects.get(pk=broken.pk).trouble)
        mail_account.deliver(a_raw())
        assert kept.wait(90)
    broken.refresh_from_db()
    assert "refuses our user name or password" in broken.trouble
    assert Mailbox.objects.get(address=mail_account.address).trouble == ""


def test_a_server_that_vanishes_is_said_and_when_it_is_back_all_is_well(
    mail_account: MailAccount, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(watching, "LONGEST_PAUSE", 2.0)
    mailbox = a_box(mail_account)
    with watched() as kept:
        wait_until(lambda: Mailbox.objects.get().looked_at)
        mail_account.server.stop()
        wait_until(lambda: Mailbox.objects.get().trouble)
        mail_account.server.start()
        mail_account.deliver(a_raw())
        assert kept.wait(90)
        wait_until(lambda: Mailbox.objects.get().trouble == "")
    assert IncomingEmail.objects.filter(mailbox=mailbox).count() == 1


def test_lasting_trouble_is_told_by_another_road(mail_account: MailAccount, smtp_sink: SMTPSink) -> None:
    ill = a_box(mail_account)
    t.a_mailbox("orders@harbourrow.example", smtp_host="localhost", smtp_port=smtp_sink.port, smtp_security="none")
    mae, lea = t.mae(), t.lea()
    alarming.say(ill, alarming.IN, "The log-in has ended.", at=clock.now() - timedelta(minutes=10))
    assert telling.tell_of_trouble(clock.now()) == 1
    assert telling.tell_of_trouble(clock.now()) == 0
    assert jobs.run_due(clock.now()) == 1
    [letter] = smtp_sink.letters()
    assert set(letter.recipients) == {mae.email, lea.email}
    assert "The log-in has ended." in letter.message.get_content()


def test_what_another_room_has_to_say_reaches_those_who_lead(smtp_sink: SMTPSink) -> None:
    mae, lea, _bea = t.mae(), t.lea(), t.bea()
    for _ in range(2):
        notices.tell_those_who_lead("Calls were stopped", "Bea wanted to call.", key="limit", at=clock.now())
    assert jobs.run_due(clock.now()) == 1  # there is no mailbox to send it yet: it waits
    assert smtp_sink.letters() == []
    t.a_mailbox("orders@harbourrow.example", smtp_host="localhost", smtp_port=smtp_sink.port, smtp_security="none")
    assert jobs.run_due(clock.now() + timedelta(hours=1)) == 1
    [letter] = smtp_sink.letters()
    assert set(letter.recipients) == {mae.email, lea.email}
    assert (letter.message["Subject"], letter.message.get_content().strip()) == (
        "Calls were stopped",
        "Bea wanted to call.",
    )


def test_what_was_sent_from_another_program_is_read_from_sent(mail_account: MailAccount) -> None:
    mailbox = a_box(mail_account)
    with Box(mailbox) as box:
        assert box.sent_folder() == "Sent"
    look(mailbox)
    look(mailbox, Folder.SENT, "Sent")
    mail_account.deliver(a_raw(to=mailbox.address, message_id="<one@example.org>"))
    look(mailbox)
    understand()
    answer = a_raw(
        "Gladly", sender=mailbox.address, to="ana@example.org", in_reply_to="<one@example.org>", date=clock.now()
    )
    mail_account.append(answer, folder="Sent", flags=r"(\Seen)")
    assert look(mailbox, Folder.SENT, "Sent") == 1
    understand()
    conversation = Conversation.objects.get()
    assert not conversation.is_waiting
    assert [message.from_us for message in conversation.messages.all()] == [False, True]


def test_history_comes_in_without_clocks_in_the_order_it_was_written(mail_account: MailAccount) -> None:
    mailbox = a_box(mail_account)
    mail_account.append(a_raw("I asked", message_id="<q@example.org>", date=clock.now()))
    sent = a_raw(
        "We answered", sender=mailbox.address, to="ana@example.org", in_reply_to="<q@example.org>", date=clock.now()
    )
    mail_account.append(sent, folder="Sent")
    look(mailbox)
    look(mailbox, Folder.SENT, "Sent")
    mail_account.deliver(a_raw("Today"))
    fetching.bring_history(mailbox, (clock.now() - timedelta(days=3)).date(), at=clock.now())
    while jobs.run_due(clock.now() + timedelta(seconds=10)):
        pass
    understand()
    assert sorted(m.said.strip() for m in Message.objects.all()) == ["I asked", "We answered"]
    conversation = Conversation.objects.get()
    assert (conversation.is_waiting, conversation.messages.count()) == (False, 2)
    assert look(mailbox) == 1
    understand()
    assert Conversation.objects.waiting().count() == 1


def test_a_token_opens_the_mailbox_and_is_renewed_when_it_ended(
    mail_account: MailAccount, oauth_provider: OAuthProvider
) -> None:
    mailbox = with_token(mail_account, oauth_provider)
    assert look(mailbox) == 0
    oauth_provider.revoke(oauth.access_token(mailbox, at=clock.now()))
    mail_account.deliver(a_raw())
    assert look(mailbox) == 1


def test_a_leave_that_was_withdrawn_is_said_in_words(mail_account: MailAccount, oauth_provider: OAuthProvider) -> None:
    mailbox = with_token(mail_account, oauth_provider)
    oauth_provider.refreshers.clear()
    oauth_provider.revoke(oauth.access_token(mailbox, at=clock.now()))
    with pytest.raises(Exception, match="Connect this mailbox again"):
        look(mailbox)


def with_token(account: MailAccount, provider: OAuthProvider) -> Mailbox:
    given = provider.grant(account.address)
    about = {
        "token_url": f"{provider.url}/token",
        "authorize_url": f"{provider.url}/authorize",
        "client_id": provider.client_id,
    }
    mailbox = a_box(account, oauth=about)
    oauth.put_secrets(
        mailbox,
        client_secret=provider.client_secret,
        access_token=str(given["access_token"]),
        refresh_token=str(given["refresh_token"]),
        expires_at=(clock.now() + timedelta(hours=1)).isoformat(),
    )
    mailbox.save(update_fields=["oauth_sealed"])
    return mailbox


@pytest.fixture
def oauth_provider(request: pytest.FixtureRequest) -> OAuthProvider:
    """The `oauth` engine, under a name that our module does not have."""
    provider: OAuthProvider = request.getfixturevalue("oauth")
    return provider


def test_a_copy_of_our_reply_lies_in_sent_once_and_comes_back_as_our_own(mail_account: MailAccount) -> None:
    with private_sink(user=mail_account.address, password=mail_account.password) as sink:
        mailbox = a_box(mail_account, smtp_host="localhost", smtp_port=sink.port, smtp_security="none")
        conversation = a_reply_that_left(mailbox)
    assert len(mail_account.letters("Sent")) == 1
    look(mailbox, Folder.SENT, "Sent")
    understand()
    row = IncomingEmail.objects.get()
    assert (row.fate, row.conversation) == (Fate.OWN, conversation)


def a_reply_that_left(mailbox: Mailbox) -> Conversation:
    look(mailbox)
    look(mailbox, Folder.SENT, "Sent")
    at = clock.now() - timedelta(minutes=1)
    conversation = t.a_letter(mailbox=mailbox, at=at).conversation
    letter = replying.Letter(text="Yes", to=[("Ana", "ana@example.org")], message_id="<yes@desk.example>")
    replying.reply(conversation, letter, by=t.bea(), at=at)
    Sender(mailbox).send_due()
    for _twice in range(2):
        jobs.Job.objects.update(done_at=None, due_at=at)
        assert jobs.run_due(clock.now()) == 1
    return conversation
