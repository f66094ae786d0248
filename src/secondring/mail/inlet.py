"""Our own door for letters, by SMTP or LMTP. Its 250 is a promise: bytes are synced and the row is committed before it is said.

Only addresses of mailboxes that take letters directly are let in. When too much is in hand we say so, and the sender waits.
"""

import asyncio
import threading
import time
from collections.abc import Callable, Sequence
from typing import Any

from aiosmtpd.smtp import SMTP, Envelope, Session
from django.db import DatabaseError, close_old_connections

from ..lib.machine_trouble import Trouble, trouble_of
from .doors import Door
from .group_keeping import Keeper
from .guests import LARGEST, LMTPGuest, SMTPGuest
from .models import Mailbox
from .ours import Ours

MOST_CONNECTIONS = 500
KNOWN_FOR = 2.0  # seconds that we believe our list of mailboxes

BUSY = "451 4.3.2 We have more letters in hand than we can keep right now. Please try again in a minute."
FULL = "452 4.3.1 Our disk is full. Please try again later."
NOT_KEPT = "451 4.3.0 We could not keep your letter safely just now. Please try again in a minute."
UNKNOWN = "550 5.1.1 Nobody here has the address {address}. Please check how it is written."
KEPT = "250 2.0.0 Kept"
CROWDED = "421 4.3.2 Too many are talking with us right now. Please try again in a minute."


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
        if isinstance(server, LMTPGuest):  # one answer a recipient, RFC 2033, section 4.2
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
        except Exception as problem:
            return FULL if trouble_of(problem) is Trouble.FULL else NOT_KEPT
        return KEPT


class _TurnedAway(asyncio.Protocol):
    """One more than we can talk with is told so, and tries again; silence would cost them minutes."""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.WriteTransport)
        transport.write(CROWDED.encode() + b"\r\n")
        transport.close()


class Inlet:
    """The doors, open from `start` to `stop`, in a thread of their own."""

    def __init__(self, doors: Sequence[Door], kept: Callable[[], None]) -> None:
        self.doors = list(doors)
        self.ports: list[int] = []
        self._kept = kept
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, name="inlet", daemon=True)
        self._servers: list[asyncio.Server] = []
        self._guests: set[object] = set()

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

        def session() -> asyncio.Protocol:
            if len(self._guests) >= MOST_CONNECTIONS:
                return _TurnedAway()
            kind = LMTPGuest if door.lmtp else SMTPGuest
            guest = kind(
                self._porter,
                data_size_limit=LARGEST,
                enable_SMTPUTF8=True,
                ident="Second Ring",
                tls_context=None if door.tls else context,
                timeout=300,
            )
            guest.guests = self._guests
            self._guests.add(guest)
            return guest

        implicit = context if door.tls else None
        return await self._loop.create_server(session, door.host, door.port, ssl=implicit, backlog=MOST_CONNECTIONS)
