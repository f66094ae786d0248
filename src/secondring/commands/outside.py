"""The demo's outside world: a real SMTP server on loopback that takes every letter we send, and keeps it where one can look.

Each recipient gets a Maildir under the folder, so that any mail program can open it.
"""

import argparse
import mailbox
import signal
import threading
from pathlib import Path

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session

LARGEST = 40 * 2**20  # bytes


class World:
    """Everybody out there."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:
        """Keep the letter for each recipient; 'nobody@…' and 'gone@…' are refused, so that one can see what that looks like."""
        content = envelope.content if isinstance(envelope.content, bytes) else b""
        for address in envelope.rcpt_tos:
            box = mailbox.Maildir(self.folder / address.lower().replace("/", "_"), create=True)
            box.add(content)
        return "250 OK"

    async def handle_RCPT(
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        """Everybody lives here, but nobody@ and gone@."""
        if address.lower().startswith(("nobody@", "gone@")):
            return "550 5.1.1 There is nobody of that name here"
        envelope.rcpt_tos.append(address)
        return "250 OK"


def run(words: list[str]) -> int:
    """Take letters until SIGTERM."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--folder", type=Path, required=True)
    parser.add_argument("--port", type=int, required=True)
    options = parser.parse_args(words)
    options.folder.mkdir(parents=True, exist_ok=True)
    stop = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stop.set())
    controller = Controller(World(options.folder), hostname="127.0.0.1", port=options.port, data_size_limit=LARGEST)
    controller.start()
    stop.wait()
    controller.stop()
    return 0
