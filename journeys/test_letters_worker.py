"""The worker as it runs: a letter by SMTP is on the desk at once, a reply leaves when it is due, and it stops in good order."""

from __future__ import annotations

import smtplib
import threading
import time
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings as configured
from django.db import connection

from journeys.engines.process import free_port
from journeys.engines.smtp_sink import SMTPSink
from secondring import testing as t
from secondring.conversations import replying
from secondring.conversations.models import Conversation, Delivery
from secondring.lib import clock
from secondring.mail import worker
from secondring.mail.models import IncomingEmail
from secondring.mail.tests.posting import a_raw

pytestmark = pytest.mark.django_db(transaction=True)
BOX = "hello@harbourrow.example"


def wait_until(true: Callable[[], object], seconds: float = 90.0) -> None:
    until = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < until, "it did not happen"
        time.sleep(0.02)


@pytest.fixture(autouse=True)
def a_database_that_threads_can_share() -> None:
    if getattr(connection, "is_in_memory_db", lambda: False)():
        pytest.skip("SQLite in memory locks whole tables; `soak faults` runs the worker on SQLite in a file")


@pytest.fixture
def inlet(settings: Any, smtp_sink: SMTPSink) -> Iterator[int]:
    """A worker at work; the port of its inlet."""
    port = free_port()
    settings.SECONDRING_INLET = [f"127.0.0.1:{port}"]
    t.a_mailbox(accepts_direct=True, smtp_host="localhost", smtp_port=smtp_sink.port, smtp_security="none")
    stop = threading.Event()
    thread = threading.Thread(target=worker.run, args=(stop,))
    thread.start()
    wait_until(lambda: _listens(port))
    yield port
    stop.set()
    thread.join(15)
    assert not thread.is_alive()


def _listens(port: int) -> bool:
    try:
        smtplib.SMTP("127.0.0.1", port, timeout=5).close()
    except OSError:
        return False
    return True


def send(port: int, raw: bytes) -> None:
    with smtplib.SMTP("127.0.0.1", port, timeout=20) as smtp:
        smtp.sendmail("ana@example.org", [BOX], raw)


def test_a_letter_is_on_the_desk_and_its_answer_finds_the_customer_and_their_answer_home(
    inlet: int, smtp_sink: SMTPSink
) -> None:
    send(inlet, a_raw(message_id="<one@example.org>"))
    wait_until(lambda: Conversation.objects.waiting().exists())
    conversation = Conversation.objects.get()
    letter = replying.Letter(
        text="New ones leave today.", to=[("Ana", "ana@example.org")], message_id="<two@harbourrow.example>",
        in_reply_to="<one@example.org>", references=["<one@example.org>"],
    )  # fmt: skip
    replying.reply(conversation, letter, by=t.bea(), at=clock.now() - timedelta(seconds=9))
    [sent] = smtp_sink.wait_for_letters(1)
    assert sent.message["Reply-To"] == f"hello+r-{conversation.token}@harbourrow.example"
    wait_until(lambda: Delivery.objects.get().sent_at)
    with smtplib.SMTP("127.0.0.1", inlet, timeout=20) as smtp:  # headers lost on the way, the address is enough
        smtp.sendmail(
            "ana@example.org",
            [str(sent.message["Reply-To"])],
            a_raw("Thank you", subject="hm", to=sent.message["Reply-To"]),
        )
    wait_until(lambda: Conversation.objects.get().messages.count() == 3)


def test_a_sign_of_life_lies_where_readyz_looks(inlet: int) -> None:
    alive = Path(configured.SECONDRING_DIR) / "run" / "worker.alive"
    wait_until(lambda: alive.exists() and time.time() - float(alive.read_text() or 0) < 5)


def test_many_at_once_are_all_understood_each_once(inlet: int) -> None:
    senders = [threading.Thread(target=send, args=(inlet, a_raw(f"Letter {number}"))) for number in range(40)]
    for sender in senders:
        sender.start()
    for sender in senders:
        sender.join(30)
    wait_until(lambda: IncomingEmail.objects.filter(fate="message").count() == 40, 60)
    assert Conversation.objects.waiting().count() == 40
