"""Letters for the tests of this room, and the road they take: kept, read by the real reader, arrived."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from email.message import EmailMessage
from email.utils import format_datetime
from itertools import count
from typing import Any

from secondring import testing as t
from secondring.mail import arriving, keeping, understanding
from secondring.mail.models import IncomingEmail, Mailbox

_numbers = count(1)
ANA = "Ana Lima <ana@example.org>"


def a_raw(
    text: str = "The box came warped.",
    *,
    sender: str = ANA,
    to: str = "hello@harbourrow.example",
    subject: str = "Warped",
    message_id: str | None = None,
    in_reply_to: str = "",
    references: Sequence[str] = (),
    date: datetime = t.MONDAY,
    html: str = "",
    files: Sequence[tuple[str, bytes]] = (),
    **headers: str,
) -> bytes:
    """The bytes of a letter, as a mail program would write them."""
    letter = EmailMessage()
    letter["From"], letter["To"], letter["Subject"] = sender, to, subject
    letter["Date"] = format_datetime(date)
    letter["Message-ID"] = message_id or f"<{next(_numbers)}@example.org>"
    if in_reply_to:
        letter["In-Reply-To"] = in_reply_to
    if references:
        letter["References"] = " ".join(references)
    for name, value in headers.items():
        letter[name.replace("_", "-")] = value
    letter.set_content(text)
    if html:
        letter.add_alternative(html, subtype="html")
    for name, content in files:
        letter.add_attachment(content, maintype="application", subtype="octet-stream", filename=name)
    return letter.as_bytes()


def kept(
    raw: bytes, mailbox: Mailbox | None = None, *, via: str = "imap", at: datetime = t.MONDAY, **more: Any
) -> IncomingEmail:
    """A letter that came, not yet opened."""
    return keeping.keep(raw, mailbox or t.a_mailbox(), via=via, at=at, **more)


def post(
    raw: bytes, mailbox: Mailbox | None = None, *, via: str = "imap", at: datetime = t.MONDAY, **more: Any
) -> IncomingEmail:
    """A letter comes, is read and arrives."""
    row = kept(raw, mailbox, via=via, at=at, **more)
    row = arriving.arrive(row, understanding.parse(row), at=at)
    row.refresh_from_db()
    return row
