"""Our own door for letters, by SMTP or LMTP. Its 250 is a promise: bytes are synced and the row is committed before it is said.

Only addresses of mailboxes that take letters directly are let in. When too much is in hand we say so, and the sender waits.
"""

import asyncio
import errno
import logging
import queue
import ssl
import threading
import time
from collections.abc import Callable, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from aiosmtpd.lmtp import LMTP
from aiosmtpd.smtp import SMTP, Envelope, Session
from django.db import DatabaseError, close_old_connections, transaction

from ..lib import clock, faults, turns
from . import keeping
from .models import Mailbox
from .ours import Ours

log = logging.getLogger(__name__)

LARGEST = 35 * 2**20  # bytes of one letter
MOST_IN_HAND = 200  # letters being kept
MOST_BYTES_IN_HAND = 150 * 2**20
MOST_CONNECTIONS = 500
KNOWN_FOR = 2.0  # seconds that we believe our list of mailboxes
TOGETHER = 64  # letters whose rows are committed at once

BUSY = "451 4.3.2 We have more letters in hand than we can keep right now. Please try again in a minute."
FULL = "452 4.3.1 Our disk is full. Please try again later."
NOT_KEPT = "451 4.3.0 We could not keep your letter safely just now. Please try again in a minute."
UNKNOWN = "550 5.1.1 Nobody here has the address {address}. Please check how it is written."
KEPT = "250 2.0.0 Kept"


@dataclass(frozen=True)
class Door:
    """Where we listen: `127.0.0.1:2525`, `lmtp://127.0.0.1:2424`. A certificate brings STARTTLS; smtps:// is TLS only."""

    host: str
    port: int
    lmtp: bool = False
    tls: bool = False
    certificate: Path | None = None
    key: Path | None = None

    @classmethod
    def read(cls, words: str, certificate: str = "", key: str = "") -> "Door":
        """From one word of SECONDRING_INLET. Raises ValueError in a sentence."""
        scheme, _sep, rest = words.rpartition("://")
        host, _colon, port = rest.rpartition(":")
        if scheme not in ("", "smtp", "smtps", "lmtp") or not port.isdigit():
            raise ValueError(
                f"SECONDRING_INLET should look like 127.0.0.1:2525 or lmtp://127.0.0.1:2424, not {words!r}."
            )
        if scheme == "smtps" and not certificate:
            raise ValueError(
                "smtps:// needs a certificate: name it with SECONDRING_INLET_CERT and SECONDRING_INLET_KEY."
            )
        files = (Path(certificate), Path(key or certificate)) if certificate else (None, None)
        return cls(host.strip("[]") or "127.0.0.1", int(port), scheme == "lmtp", scheme == "smtps", *files)

    def context(self) -> ssl.SSLContext | None:
        if self.certificate is None:
            return None
        context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
        context.load_cert_chain(self.certificate, self.key)
        return context


@dataclass
class Waiting:
    """A letter whose sender holds the line until it is safe."""

    raw: bytes
    mailboxes: Sequence[Mailbox]
    envelopes: Sequence[dict[str, Any]]
    kept: "Future[None]"


class Keeper:
    """Keeps letters for all connections. Those that come at the same moment share one sync of the database."""

    def __init__(self, kept: Callable[[], None]) -> None:
        self._kept = kept
        self._queue: queue.Queue[Waiting | None] = queue.Queue()
        self._disks = ThreadPoolExecutor(8, thread_name_prefix="inlet-disk")
        self._lock = threading.Lock()
        self.in_hand = self.bytes_in_hand = 0
        self._thread = threading.Thread(target=self._run, name="inlet-keeper", daemon=True)
        self._thread.start()

    def has_room(self, size: int = 0) -> bool:
        """May one more letter of so many bytes come in? A single one always may."""
        with self._lock:
            room = self.bytes_in_hand + size <= MOST_BYTES_IN_HAND or not self.in_hand
            return self.in_hand < MOST_IN_HAND and room

    def keep(self, raw: bytes, mailboxes: Sequence[Mailbox], envelopes: Sequence[dict[str, Any]]) -> "Future[None]":
        """Done when the letter is safe; raises OSError or DatabaseError through the future when it is not."""
        waiting = Waiting(raw, mailboxes, envelopes, Future())
        with self._lock:
            self.in_hand += 1
            self.bytes_in_hand += len(raw)
        waiting.kept.add_done_callback(lambda _done: self._out_of_hand(len(raw)))
        self._queue.put(waiting)
        return waiting.kept

    def close(self) -> None:
        """Keep what is in hand, then end."""
        self._queue.put(None)
        self._thread.join(8)
        self._disks.shutdown(wait=False)

    def _out_of_hand(self, size: int) -> None:
        with self._lock:
            self.in_hand -= 1
            self.bytes_in_hand -= size

    def _run(self) -> None:
        while (first := self._queue.get()) is not None:
            batch, ends = self._batch(first)
            close_old_connections()
            self._keep_together(batch)
            if ends:
                return

    def _batch(self, first: Waiting) -> tuple[list[Waiting], bool]:
        batch = [first]
        while len(batch) < TOGETHER:
            try:
                following = self._queue.get_nowait()
            except queue.Empty:
                return batch, False
            if following is None:
                return batch, True
            batch.append(following)
        return batch, False

    def _keep_together(self, batch: list[Waiting]) -> None:
        on_disk = list(self._disks.map(_stored, batch))
        stored = [(each, letters) for each, letters in zip(batch, on_disk, strict=True) if letters]
        try:
            with turns.writing(), transaction.atomic(durable=True):
                keeping.enter([letter for _each, letters in stored for letter in letters], at=clock.now())
        except Exception as problem:  # the loop's one catch: nobody is told that we have it, so they try again
            log.exception("Letters could not be entered")
            for each, _letters in stored:
                each.kept.set_exception(problem)
            return
        faults.point("before-250")
        self._kept()
        for each, _letters in stored:
            each.kept.set_result(None)


def _stored(waiting: Waiting) -> list[keeping.Stored]:
    """The bytes on the disk, once for each mailbox that is meant; [] when the disk refused, which the future tells."""
    try:
        return [
            keeping.store(waiting.raw, mailbox, via=keeping.INLET, envelope=envelope)
            for mailbox, envelope in zip(waiting.mailboxes, waiting.envelopes, strict=True)
        ]
    except OSError as problem:
        waiting.kept.set_exception(problem)
        return []


class Mailboxes:
    """Which mailboxes take letters directly, as the database said a moment ago."""

    def __init__(self) -> None:
        self._ours = Ours({})
        self._read_at = float("-inf")
        self._lock = threading.Lock()

    async def find(self, address: str) -> Mailbox | None:
        """The mailbox that takes letters for this address. Raises DatabaseError when the database is away."""
        if time.monotonic() - self._read_at > KNOWN_FOR:
            await asyncio.get_running_loop().run_in_executor(None, self._read)
        mailbox = self._ours.mailbox(address)
        takes = mailbox is not None and mailbox.accepts_direct and mailbox.paused_at is None
        return mailbox if takes and mailbox is not None and mailbox.place.retired_at is None else None

    def _read(self) -> None:
        with self._lock:
            if time.monotonic() - self._read_at > KNOWN_FOR:
                close_old_connections()
                self._ours, self._read_at = Ours.now(), time.monotonic()


class Porter:
    """What is said at each step of a session."""

    def __init__(self, keeper: Keeper, mailboxes: Mailboxes) -> None:
        self.keeper = keeper
        self.mailboxes = mailboxes

    async def handle_MAIL(
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        size = next((int(each[5:]) for each in options if each.upper().startswith("SIZE=") and each[5:].isdigit()), 0)
        if not self.keeper.has_room(size):
            return BUSY
        envelope.mail_from = address
        envelope.mail_options.extend(options)
        return "250 2.1.0 Sender noted"

    async def handle_RCPT(
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        try:
            mailbox = await self.mailboxes.find(address)
        except DatabaseError:
            return NOT_KEPT
        if mailbox is None:
            return UNKNOWN.format(address=address)
        envelope.rcpt_tos.append(address)
        envelope.mailboxes = {**getattr(envelope, "mailboxes", {}), address: mailbox}  # type: ignore[attr-defined]
        return "250 2.1.5 Recipient noted"

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:
        answer = await self._keep(session, envelope)
        if isinstance(server, LMTP):  # one answer a recipient, RFC 2033, section 4.2
            return "\r\n".join([answer] * len(envelope.rcpt_tos))
        return answer

    async def _keep(self, session: Session, envelope: Envelope) -> str:
        raw = envelope.original_content or b""
        if not self.keeper.has_room(len(raw)):
            return BUSY
        peer = session.peer[0] if session.peer else ""
        meant: dict[int, tuple[Mailbox, dict[str, Any]]] = {}
        for address, mailbox in getattr(envelope, "mailboxes", {}).items():
            about = {"from": envelope.mail_from or "", "to": [], "peer": peer}
            meant.setdefault(mailbox.pk, (mailbox, about))[1]["to"].append(address)
        return await self._safely(
            raw, [each for each, _about in meant.values()], [about for _each, about in meant.values()]
        )

    async def _safely(self, raw: bytes, mailboxes: Sequence[Mailbox], envelopes: Sequence[dict[str, Any]]) -> str:
        try:
            await asyncio.wrap_future(self.keeper.keep(raw, mailboxes, envelopes))
        except OSError as problem:
            return FULL if problem.errno in (errno.ENOSPC, errno.EDQUOT) else NOT_KEPT
        except Exception:
            return NOT_KEPT
        return KEPT


class _Lines:
    """Real letters have lines far beyond the thousand characters that SMTP allows; refusing them would lose them."""

    line_length_limit = 2**20


class _SMTP(_Lines, SMTP):
    pass


class _LMTP(_Lines, LMTP):
    pass


class Inlet:
    """The doors, open from `start` to `stop`, in a thread of their own."""

    def __init__(self, doors: Sequence[Door], kept: Callable[[], None]) -> None:
        self.doors = list(doors)
        self.ports: list[int] = []
        self._kept = kept
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, name="inlet", daemon=True)
        self._servers: list[asyncio.Server] = []
        self._open = 0

    def start(self) -> None:
        """Listen. Raises OSError when a door cannot be opened."""
        self._keeper = Keeper(self._kept)
        self._porter = Porter(self._keeper, Mailboxes())
        self._thread.start()
        for door in self.doors:
            server = asyncio.run_coroutine_threadsafe(self._listen(door), self._loop).result(10)
            self._servers.append(server)
            self.ports.append(server.sockets[0].getsockname()[1])

    def stop(self) -> None:
        """Take nothing new in, keep what is in hand, hang up."""
        for server in self._servers:
            self._loop.call_soon_threadsafe(server.close)
        self._keeper.close()
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(5)

    async def _listen(self, door: Door) -> asyncio.Server:
        context = door.context()

        def session() -> SMTP:
            kind = _LMTP if door.lmtp else _SMTP
            return kind(
                self._porter,
                data_size_limit=LARGEST,
                enable_SMTPUTF8=True,
                ident="Second Ring",
                tls_context=None if door.tls else context,
                timeout=300,
            )

        implicit = context if door.tls else None
        return await self._loop.create_server(session, door.host, door.port, ssl=implicit, backlog=MOST_CONNECTIONS)
