"""What a customer does in a journey: writes with a mail program of their own, and reads what came back."""

from __future__ import annotations

import email
import mailbox
import smtplib
import time
from collections.abc import Sequence
from datetime import UTC, datetime
from email.message import EmailMessage
from email.policy import default
from email.utils import format_datetime, make_msgid
from pathlib import Path

from journeys.desks import RunningDesk

PATIENCE = 30.0  # seconds; a busy machine is slow, a lost letter never comes


def write(
    desk: RunningDesk,
    text: str,
    *,
    subject: str = "Is anybody there?",
    sender: str = "Ana Lima <ana@example.org>",
    to: str = "",
    answers: EmailMessage | None = None,
    files: Sequence[tuple[str, str, bytes]] = (),
) -> EmailMessage:
    """Send a letter to the desk's own port, as any mail program would, and return it."""
    letter = EmailMessage()
    letter["From"], letter["To"], letter["Subject"] = sender, to or desk.letter_to, subject
    letter["Date"], letter["Message-ID"] = format_datetime(datetime.now(UTC)), make_msgid(domain="example.org")
    if answers is not None:
        letter["In-Reply-To"] = answers["Message-ID"]
        letter["References"] = f"{answers.get('References', '')} {answers['Message-ID']}".strip()
    letter.set_content(text)
    for name, kind, content in files:
        main, _slash, sub = kind.partition("/")
        letter.add_attachment(content, maintype=main, subtype=sub, filename=name)
    with smtplib.SMTP(*desk.smtp, timeout=PATIENCE) as line:
        line.send_message(letter)
    return letter


def letter(sender: str, text: str, *, to: str = "hello@desk.example", subject: str = "Is anybody there?") -> bytes:
    """A letter as it lies in a mailbox: raw, complete, from now."""
    made = EmailMessage()
    made["From"], made["To"], made["Subject"] = sender, to, subject
    made["Date"], made["Message-ID"] = format_datetime(datetime.now(UTC)), make_msgid(domain="example.org")
    made.set_content(text)
    return made.as_bytes()


def received(desk: RunningDesk, address: str, *, count: int = 1) -> list[EmailMessage]:
    """The letters that reached `address` in the world outside, oldest first, once there are `count` of them."""
    folder = desk.outside / address
    until = time.monotonic() + PATIENCE
    while True:
        found = _letters(folder)
        if len(found) >= count:
            return found
        if time.monotonic() > until:
            raise AssertionError(f"{address} has {len(found)} letters, not {count}, after {PATIENCE:g} s")
        time.sleep(0.1)


def _letters(folder: Path) -> list[EmailMessage]:
    if not folder.is_dir():
        return []
    box = mailbox.Maildir(folder, create=False)
    raw = [box.get_bytes(key) for key in sorted(box.keys())]
    letters = [email.message_from_bytes(each, policy=default) for each in raw]
    return [each for each in letters if isinstance(each, EmailMessage)]
