"""Letters that arrive while processes die. Each try has an envelope sender of its own, so that it can be found again: what was
answered 250 is a promise, what was not may or may not have been kept."""

import smtplib
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from email.message import EmailMessage
from email.utils import format_datetime
from typing import Any

from ..lib import clock

MACHINES = 10  # one letter in so many is a machine's or a copy


@dataclass
class Log:
    """What the senders know."""

    promised: dict[str, str] = field(default_factory=dict)  # envelope sender of an accepted try -> Message-ID
    doubtful: dict[str, str] = field(default_factory=dict)  # of a try that broke before it was answered
    by_imap: dict[str, bytes] = field(default_factory=dict)  # Message-ID -> bytes laid into the mailbox
    expected: dict[str, str] = field(default_factory=dict)  # Message-ID -> the fate of its first copy
    replies: dict[str, int] = field(default_factory=dict)  # what the composer gave once -> conversation it was sent in
    tries_to_reply: int = 0
    refusals: list[str] = field(default_factory=list)


def letter(number: int, to: str) -> tuple[str, bytes, str]:
    """The Message-ID, the bytes and the fate of letter `number`. Most are people's; some are machines'."""
    message = EmailMessage()
    message["From"] = f"Person {number} <person-{number}@example.org>"
    message["To"], message["Subject"] = to, f"Letter {number}"
    message["Message-ID"] = f"<letter-{number}@example.org>"
    message["Date"] = format_datetime(clock.now())
    fate = "message"
    match number % (4 * MACHINES):
        case 5:
            message["Auto-Submitted"], fate = "auto-replied", "auto_reply"
        case 15:
            message["List-Id"], message["Precedence"], fate = "<news.example.org>", "bulk", "list"
            message["List-Unsubscribe"] = "<mailto:leave@example.org>"
        case 25:
            message["X-Spam-Flag"], fate = "YES", "junk"
    size = 300_000 if number % 20 == 19 else 40_000 if number % 4 == 3 else 3_000
    message.set_content(f"This is letter {number}.\n" + "Please send new strings. \n" * (size // 26))
    return str(message["Message-ID"]), message.as_bytes().replace(b"\n", b"\r\n"), fate


class Senders:
    """Send letters by SMTP until each was accepted (some again, as servers do), and lay others into the IMAP mailbox."""

    def __init__(
        self, log: Log, *, inlet: int, to: str, account: Any, stop: threading.Event, may: Callable[[float], bool]
    ) -> None:
        self.log, self.inlet, self.to, self.account, self.stop, self.may = log, inlet, to, account, stop, may
        self._lock = threading.Lock()

    def by_smtp(self, numbers: list[int]) -> None:
        for place, number in enumerate(numbers):
            self._wait_for_turn(place / len(numbers))
            name, raw, fate = letter(number, self.to)
            self.log.expected[name] = fate
            for copy in range(2 if number % MACHINES == 7 else 1):
                self._until_accepted(f"{number}-{copy}", name, raw)

    def by_imap(self, numbers: list[int]) -> None:
        for place, number in enumerate(numbers):
            self._wait_for_turn(place / len(numbers))
            name, raw, fate = letter(number, self.account.address)
            self.log.expected[name] = fate
            while not self.stop.is_set():
                try:
                    self.account.deliver(raw)
                except (OSError, smtplib.SMTPException):  # the mail server is away for a while
                    time.sleep(0.3)
                else:
                    self.log.by_imap[name] = raw
                    break

    def _wait_for_turn(self, share: float) -> None:
        while not self.may(share) and not self.stop.is_set():
            time.sleep(0.05)

    def _until_accepted(self, which: str, name: str, raw: bytes) -> None:
        tries = 0
        while not self.stop.is_set():
            tries += 1
            sender = f"try-{which}-{tries}@example.org"
            if self._try(sender, name, raw):
                return
            time.sleep(0.2)

    def _try(self, sender: str, name: str, raw: bytes) -> bool:
        said_all = False
        try:
            with smtplib.SMTP("127.0.0.1", self.inlet, timeout=30) as smtp:
                smtp.ehlo()
                if smtp.mail(sender)[0] != 250 or smtp.rcpt(self.to)[0] != 250:
                    return False
                said_all = True
                accepted = smtp.data(raw)[0] == 250
                if accepted:
                    self.log.promised[sender] = name
                    said_all = False
                return accepted
        except (OSError, smtplib.SMTPException):
            return sender in self.log.promised  # it broke while saying good-bye
        finally:
            if said_all:
                self.log.doubtful[sender] = name
