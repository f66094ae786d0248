"""Letters as bytes, as RFC 5322 has them: a person's, a machine's, and an endless even mix of them to try the house with."""

import hashlib
import random
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from email.message import EmailMessage, MIMEPart
from email.policy import SMTP
from email.utils import format_datetime

from .enclosures import File
from .layouts import long_page

Address = tuple[str, str]  # (name, bare address)


@dataclass(frozen=True, slots=True)
class Sheet:
    """Everything a letter says; `headers` are any further ones, such as List-Id."""

    sender: Address
    to: Sequence[Address]
    subject: str
    text: str
    at: datetime
    message_id: str
    html: str = ""
    cc: Sequence[Address] = ()
    in_reply_to: str = ""
    references: Sequence[str] = ()
    files: Sequence[File] = ()
    headers: Mapping[str, str] = field(default_factory=dict)
    charset: str = "utf-8"


def letter_bytes(sheet: Sheet) -> bytes:
    """The letter as it would come over the wire, CRLF line ends. The same sheet gives the same bytes."""
    letter = EmailMessage(policy=SMTP)
    letter["From"] = _header([sheet.sender])
    letter["To"] = _header(sheet.to)
    if sheet.cc:
        letter["Cc"] = _header(sheet.cc)
    letter["Subject"] = sheet.subject
    letter["Date"] = format_datetime(sheet.at)
    letter["Message-ID"] = sheet.message_id
    if sheet.in_reply_to:
        letter["In-Reply-To"] = sheet.in_reply_to
        letter["References"] = " ".join(sheet.references or [sheet.in_reply_to])
    for name, value in sheet.headers.items():
        letter[name] = value
    letter.set_content(sheet.text + "\n", charset=sheet.charset)
    if sheet.html:
        letter.add_alternative(sheet.html, subtype="html")
    for file in sheet.files:
        kind, _, subtype = file.type.partition("/")
        letter.add_attachment(file.content, maintype=kind, subtype=subtype, filename=file.name)
    _set_boundaries(letter, sheet.message_id)
    return letter.as_bytes()


def stamped(raw: bytes, sender: str, *, by: str, at: datetime, verdict: str = "pass") -> bytes:
    """The letter under the lines that `by`, the server which took it in, puts on top (RFC 5321, 4.4; RFC 8601)."""
    domain = sender.rpartition("@")[2]
    lines = [
        f"Authentication-Results: {by}; dmarc={verdict} header.from={domain}; spf={verdict} smtp.mailfrom={sender}",
        f"Received: from out.{domain} by {by} with ESMTPS; {format_datetime(at)}",
    ]
    return "".join(f"{line}\r\n" for line in lines).encode("ascii") + raw


def message_id(seed: str, domain: str) -> str:
    """A Message-ID that is the same for the same seed, and nobody else's."""
    return f"<{hashlib.sha256(seed.encode()).hexdigest()[:24]}@{domain}>"


RETURNED = """From: Mail Delivery System <mailer-daemon@{domain}>
To: {mailbox}
Subject: Undelivered Mail Returned to Sender
Date: {date}
Message-ID: {own_id}
Auto-Submitted: auto-replied
Return-Path: <>
MIME-Version: 1.0
Content-Type: multipart/report; report-type=delivery-status; boundary="returned"

--returned
Content-Type: text/plain; charset=us-ascii

I'm sorry to have to inform you that your message could not
be delivered to one recipient.

<{recipient}>: {because}

--returned
Content-Type: message/delivery-status

Reporting-MTA: dns; mx.{domain}
Arrival-Date: {date}

Final-Recipient: rfc822; {recipient}
Action: failed
Status: 5.1.1
Diagnostic-Code: smtp; {because}

--returned
Content-Type: text/rfc822-headers

From: {mailbox}
To: {recipient}
Subject: {subject}
Message-ID: {refers_to}

--returned--
"""


def bounce_bytes(mailbox: str, recipient: str, refers_to: str, subject: str, *, at: datetime, because: str) -> bytes:
    """What a mail server sends back when nobody lives at `recipient` (a report as in RFC 3464)."""
    domain = recipient.rpartition("@")[2]
    lines = RETURNED.format(
        mailbox=mailbox,
        recipient=recipient,
        domain=domain,
        refers_to=refers_to,
        subject=_ascii(subject),
        because=because,
        date=format_datetime(at),
        own_id=message_id(f"bounce of {refers_to}", domain),
    )
    return lines.replace("\n", "\r\n").encode("ascii")


@dataclass(frozen=True, slots=True)
class Mixed:
    """One letter of the mix: `kind` is "text", "html" or "attachment"."""

    kind: str
    message_id: str
    sender: Address
    content: bytes


# What arrives at such a desk: shares in percent, sizes in bytes.
SHARES = {"text": 70, "html": 25, "attachment": 5}
SIZES = {"text": 3_000, "html": 40_000, "attachment": 300_000}


def mix(
    count: int, *, to: str, since: datetime, seed: int = 1, every: timedelta = timedelta(seconds=7)
) -> Iterator[Mixed]:
    """`count` letters to `to`, one each `every` from `since` on: 70 % text of 3 kB, 25 % HTML of 40 kB, 5 % of 300 kB.

    The same seed gives the same letters; Message-IDs differ between seeds. The words are those of the demo's people.
    """
    dice = random.Random(f"mix {seed}")
    words = sentences()
    for number in range(count):
        kind = dice.choices(list(SHARES), weights=list(SHARES.values()))[0]
        yield _mixed(kind, number, seed, to=to, at=since + number * every, dice=dice, words=words)


def sentences() -> list[str]:
    """Every sentence of a customer in the demo's letters that is neither a word nor a page long."""
    from .scripts import all_names, scripts

    said = [step.text for script in scripts(all_names()) for step in script.steps if step.deed == "letter"]
    whole = " ".join(" ".join(text.split()) for text in said)
    return [f"{each.strip()}." for each in whole.split(". ") if 20 < len(each) < 200]


def _mixed(kind: str, number: int, seed: int, *, to: str, at: datetime, dice: random.Random, words: list[str]) -> Mixed:
    who = f"Guest {number % 997}"
    sender = (who, f"guest-{number % 997}@post.example")
    said = dice.sample(words, len(words))
    sheet = Sheet(
        sender=sender,
        to=[("", to)],
        subject=f"{said[0][:60].rstrip('.')} ({number})",
        text=_of_size(said, SIZES["text"]),
        at=at,
        message_id=message_id(f"mix {seed} {number}", "post.example"),
        html=long_page(said, SIZES["html"]) if kind == "html" else "",
        files=[_heavy(number, dice)] if kind == "attachment" else (),
    )
    return Mixed(kind, sheet.message_id, sender, letter_bytes(sheet))


def _of_size(said: list[str], size: int) -> str:
    """Paragraphs of three sentences, at least `size` letters in all."""
    text, at = "", 0
    while len(text) < size:
        text += " ".join(said[(at + i) % len(said)] for i in range(3)) + "\n\n"
        at += 3
    return text.strip()


def _heavy(number: int, dice: random.Random) -> File:
    """300 kB on the wire are 219 kB of file: Base64 makes three bytes four, and ends each line."""
    return File(f"recording-{number}.bin", "application/octet-stream", dice.randbytes(SIZES["attachment"] * 73 // 100))


def _header(addresses: Sequence[Address]) -> str:
    return ", ".join(f'"{name}" <{address}>' if name else address for name, address in addresses)


def _set_boundaries(part: EmailMessage | MIMEPart, seed: str) -> None:
    """Boundaries would be dice of the clock's; these are the letter's own."""
    for number, each in enumerate(part.walk()):
        if each.is_multipart():
            each.set_boundary(f"=_{hashlib.sha256(f'{seed} {number}'.encode()).hexdigest()[:20]}")


def _ascii(text: str) -> str:
    return text.encode("ascii", "replace").decode()
