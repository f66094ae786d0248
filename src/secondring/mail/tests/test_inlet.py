"""The door: its 250 means that the letter is safe."""

import errno
import smtplib
import socket
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest

from secondring import testing as t
from secondring.lib import blobs
from secondring.mail import group_keeping, keeping
from secondring.mail.doors import Door
from secondring.mail.inlet import Inlet
from secondring.mail.models import IncomingEmail
from secondring.mail.tests.posting import a_raw

pytestmark = pytest.mark.django_db(transaction=True)
BOX = "hello@harbourrow.example"


@pytest.fixture
def inlet() -> Iterator[Inlet]:
    t.a_mailbox(accepts_direct=True, aliases=["help@harbourrow.example"])
    made = Inlet([Door("127.0.0.1", 0), Door("127.0.0.1", 0, lmtp=True)], kept=lambda: None)
    made.start()
    yield made
    made.stop()


def smtp(inlet: Inlet) -> smtplib.SMTP:
    return smtplib.SMTP("127.0.0.1", inlet.ports[0], timeout=20)


def send(inlet: Inlet, raw: bytes, *to: str) -> None:
    with smtp(inlet) as session:
        session.sendmail("ana@example.org", to or [BOX], raw)


def test_a_letter_that_was_answered_250_has_its_bytes_and_its_row(inlet: Inlet) -> None:
    raw = a_raw().replace(b"\n", b"\r\n")
    send(inlet, raw)
    row = IncomingEmail.objects.get()
    assert blobs.read(row.sha256) == raw
    assert (row.via, row.fate, row.envelope["from"], row.envelope["to"]) == ("inlet", "", "ana@example.org", [BOX])


def test_plus_addresses_and_aliases_mean_the_mailbox_once(inlet: Inlet) -> None:
    send(inlet, a_raw(), "hello+r-abcd1234@harbourrow.example", "HELP@harbourrow.example")
    assert IncomingEmail.objects.get().envelope["to"] == [
        "hello+r-abcd1234@harbourrow.example",
        "HELP@harbourrow.example",
    ]


def test_two_mailboxes_get_a_row_each(inlet: Inlet) -> None:
    t.a_mailbox("orders@harbourrow.example", accepts_direct=True)
    send(inlet, a_raw(), BOX, "orders@harbourrow.example")
    assert {row.mailbox.address for row in IncomingEmail.objects.all()} == {BOX, "orders@harbourrow.example"}


def test_who_speaks_slowly_holds_up_nobody(inlet: Inlet) -> None:
    slow = [smtp(inlet) for _each in range(30)]
    for each in slow:
        each.ehlo()
        each.mail("slow@example.org")
        each.rcpt(BOX)
        assert each.docmd("DATA")[0] == 354
        each.send(b"Subject: I take my ti")
    send(inlet, a_raw())
    assert IncomingEmail.objects.get().envelope["from"] == "ana@example.org"
    slow[0].send(b"me\r\n\r\nBut I come.\r\n.\r\n")
    assert slow[0].getreply()[0] == 250
    slow[1].close()  # in the middle of a word: nothing of it was promised, nothing is kept
    for each in slow[2:]:
        each.close()
    assert IncomingEmail.objects.count() == 2


def test_one_more_than_we_can_talk_with_is_told_to_come_again(inlet: Inlet, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("secondring.mail.inlet.MOST_CONNECTIONS", 2)
    one, two = smtp(inlet), smtp(inlet)
    with pytest.raises(smtplib.SMTPConnectError) as told:
        smtp(inlet)
    assert told.value.smtp_code == 421
    one.quit()
    for _attempt in range(100):  # the room is free when the server has seen the first one leave
        try:
            smtp(inlet).quit()
            break
        except smtplib.SMTPConnectError:
            time.sleep(0.05)
    else:
        pytest.fail("nobody may come in although there is room")
    assert two.noop()[0] == 250
    two.quit()


@pytest.mark.parametrize("address", ["nobody@harbourrow.example", "ana@example.org", "closed@harbourrow.example"])
def test_nobody_here_by_that_name_is_said_in_words(inlet: Inlet, address: str) -> None:
    t.a_mailbox("closed@harbourrow.example", accepts_direct=False)
    with pytest.raises(smtplib.SMTPRecipientsRefused) as refused:
        send(inlet, a_raw(), address)
    code, words = refused.value.recipients[address]
    assert code == 550
    assert b"Nobody here has the address" in words
    assert not IncomingEmail.objects.exists()


def test_a_letter_beyond_the_limit_is_refused_before_it_is_sent(inlet: Inlet) -> None:
    with smtp(inlet) as session:
        session.ehlo()
        assert session.esmtp_features["size"] == str(35 * 2**20)
        assert session.mail("ana@example.org", [f"size={36 * 2**20}"])[0] == 552


def test_lines_of_any_length_are_taken(inlet: Inlet) -> None:
    raw = a_raw().replace(b"The box came warped.", b"x" * 300_000).replace(b"\n", b"\r\n")
    send(inlet, raw)
    assert IncomingEmail.objects.get().size == len(raw)


def test_lmtp_answers_once_for_each_recipient(inlet: Inlet) -> None:
    with socket.create_connection(("127.0.0.1", inlet.ports[1]), timeout=20) as line, line.makefile("rwb") as talk:
        said = b"LHLO mx.example\r\nMAIL FROM:<a@b.example>\r\n" + b"".join(
            f"RCPT TO:<{address}>\r\n".encode() for address in (BOX, "help@harbourrow.example")
        )
        talk.write(said + b"DATA\r\n" + a_raw().replace(b"\n", b"\r\n") + b"\r\n.\r\nQUIT\r\n")
        talk.flush()
        answers = [each.decode().strip() for each in talk]
    after_data = answers[answers.index("354 End data with <CR><LF>.<CR><LF>") + 1 :]
    assert [each[:3] for each in after_data] == ["250", "250", "221"]
    assert IncomingEmail.objects.count() == 1


def test_a_full_disk_is_452_and_leaves_nothing(inlet: Inlet, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_args: object, **_named: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(keeping, "store", full)
    with pytest.raises(smtplib.SMTPDataError) as refused:
        send(inlet, a_raw())
    assert refused.value.smtp_code == 452
    assert not IncomingEmail.objects.exists()


def test_too_much_in_hand_is_said_and_the_sender_waits(inlet: Inlet, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(group_keeping, "MOST_IN_HAND", 0)
    with pytest.raises(smtplib.SMTPSenderRefused) as refused:
        send(inlet, a_raw())
    assert refused.value.smtp_code == 451


def test_a_database_that_fails_promises_nothing(inlet: Inlet, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_args: object, **_named: object) -> None:
        raise RuntimeError("away")

    monkeypatch.setattr(keeping, "enter", broken)
    with pytest.raises(smtplib.SMTPDataError) as refused:
        send(inlet, a_raw())
    assert refused.value.smtp_code == 451


def test_many_at_once_are_each_kept_once(inlet: Inlet) -> None:
    letters = [a_raw(f"Letter {number}") for number in range(60)]
    with ThreadPoolExecutor(12) as senders:
        list(senders.map(lambda raw: send(inlet, raw), letters))
    kept = IncomingEmail.objects.all()
    assert kept.count() == 60
    assert len({row.sha256 for row in kept}) == 60


@pytest.mark.parametrize("words", ["ftp://127.0.0.1:21", "smtps://127.0.0.1:465", "127.0.0.1:smtp"])
def test_a_door_that_makes_no_sense_is_refused_in_a_sentence(words: str) -> None:
    with pytest.raises(ValueError, match=r"SECONDRING_INLET.*\."):
        Door.read(words)


def test_doors_are_read_from_words() -> None:
    assert Door.read("2525") == Door.read("127.0.0.1:2525") == Door("127.0.0.1", 2525)
    assert Door.read("lmtp://[::1]:24") == Door("::1", 24, lmtp=True)
