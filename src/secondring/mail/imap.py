"""Speaks IMAP: what lies in a mailbox, its bytes piece by piece, a sign when something comes. Reads by PEEK, moves nothing."""

import contextlib
import imaplib
import re
import ssl
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from types import TracebackType

from django.utils.translation import gettext as _
from imap_tools import BaseMailBox, MailBox, MailboxLoginError, MailBoxStartTls, MailBoxUnencrypted
from imap_tools.errors import ImapToolsError

from ..lib import clock
from ..lib.errors import WorldFailed
from ..lib.machine_trouble import Trouble, trouble_of
from . import oauth
from .dates import read as read_date
from .models import Mailbox, Security

PATIENCE = 30.0  # seconds for each answer
PIECE = 2**20  # bytes of a large letter asked for at once
SENT_NAMES = (
    "Sent",
    "Sent Items",
    "Sent Messages",
    "Sent Mail",
    "INBOX.Sent",
    "Gesendet",
    "Enviados",
    "Envoyés",
    "Verzonden",
)
_UID = re.compile(rb"\bUID (\d+)")
_SIZE = re.compile(rb"RFC822\.SIZE (\d+)")
_DATE = re.compile(rb'INTERNALDATE "([^"]+)"')
_MESSAGE_ID = re.compile(rb"(?is)message-id:\s*(<[^>]+>)")

TROUBLES = (imaplib.IMAP4.error, ImapToolsError, OSError, EOFError)  # IMAP4.abort is an IMAP4.error


class BoxTrouble(WorldFailed):
    """The mailbox cannot be read now, and why in words. permanent: only a person can mend it."""


@dataclass(frozen=True)
class Standing:
    """Where a folder's numbering stands."""

    uid_validity: int
    uid_next: int


@dataclass(frozen=True)
class Piece:
    """One letter in a folder, before its bytes are asked for."""

    uid: int
    size: int
    received: datetime
    message_id: str = ""


class Box:
    """A logged-in connection to a mailbox. Use it as a block; every trouble comes out as BoxTrouble."""

    def __init__(self, mailbox: Mailbox) -> None:
        self.mailbox = mailbox

    def __enter__(self) -> "Box":
        self._box = _opened(self.mailbox)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, problem: BaseException | None, _tb: TracebackType | None
    ) -> None:
        with contextlib.suppress(*TROUBLES):
            self._box.logout() if problem is None else self._box.client.shutdown()
        if isinstance(problem, TROUBLES):
            raise BoxTrouble(_why(problem, self.mailbox)) from problem

    # ------------------------------------------------------------ folders

    def standing(self, folder: str) -> Standing:
        """The folder's UIDVALIDITY and the UID that comes next (RFC 3501, section 2.3.1.1)."""
        told = self._box.folder.status(folder, ["UIDVALIDITY", "UIDNEXT"])
        return Standing(told["UIDVALIDITY"], told["UIDNEXT"])

    def open(self, folder: str, *, to_mark: bool = False) -> None:
        """Look into a folder; without leave to change anything unless `to_mark`."""
        self._box.folder.set(folder, readonly=not to_mark)

    def sent_folder(self) -> str:
        """Where this account keeps what it sent: as it says itself (RFC 6154), else by its common names; '' when nowhere."""
        folders = self._box.folder.list()
        told = next((each.name for each in folders if any(flag.lower() == "\\sent" for flag in each.flags)), "")
        names = {each.name.lower(): each.name for each in folders}
        return told or next((names[name.lower()] for name in SENT_NAMES if name.lower() in names), "")

    # ------------------------------------------------------------ letters

    def after(self, uid: int) -> list[int]:
        """The UIDs above `uid`, in order. ('n:*' always names the last letter, even below n.)"""
        return [each for each in self._search(f"UID {uid + 1}:*") if each > uid]

    def since(self, day: date, before: date | None = None) -> list[int]:
        """The UIDs of letters that the server took on `day` or later (and before another day)."""
        end = f" BEFORE {_day(before)}" if before else ""
        return self._search(f"SINCE {_day(day)}{end}")

    def look(self, uids: Sequence[int]) -> list[Piece]:
        """What lies there under these UIDs, in order; what is gone meanwhile is left out."""
        wanted = "(UID RFC822.SIZE INTERNALDATE BODY.PEEK[HEADER.FIELDS (MESSAGE-ID)])"
        found = (_piece(whole) for whole, _literal in self._fetch(uids, wanted))
        return sorted((each for each in found if each is not None), key=lambda each: each.uid)

    def small(self, uids: Sequence[int]) -> dict[int, bytes]:
        """The bytes of small letters, together in one answer."""
        answers = self._fetch(uids, "(UID BODY.PEEK[])")
        return {int(found[1]): literal for whole, literal in answers if (found := _UID.search(whole))}

    def large(self, uid: int, size: int) -> Iterator[bytes]:
        """The bytes of a large letter, a piece at a time."""
        start = 0
        while start < size:
            answers = self._fetch([uid], f"(BODY.PEEK[]<{start}.{PIECE}>)")
            literal = next((literal for _whole, literal in answers if literal), b"")
            if not literal:
                return
            yield literal
            start += len(literal)

    def mark_seen(self, uids: Sequence[int]) -> None:
        """Mark letters as read; only where the owner asked for it."""
        self._box.client.uid("STORE", ",".join(map(str, uids)), "+FLAGS.SILENT", r"(\Seen)")

    def has(self, folder: str, message_id: str) -> bool:
        """Does a letter of this Message-ID lie in the folder?"""
        self.open(folder)
        quoted = message_id.replace("\\", "").replace('"', "")
        return bool(self._search(f'HEADER Message-ID "{quoted}"'))

    def append(self, folder: str, raw: bytes, *, at: datetime) -> None:
        """Put a letter into the folder, read."""
        self._box.append(raw, folder, dt=at, flag_set=[r"\Seen"])

    # ------------------------------------------------------------ waiting

    @property
    def tells(self) -> bool:
        """Can the server tell us when something comes (IDLE, RFC 2177)?"""
        return "IDLE" in self._box.client.capabilities

    def idle(self) -> None:
        self._box.idle.start()  # type: ignore[no-untyped-call]

    def told(self, seconds: float) -> bool:
        """Did the server say anything within so many seconds?"""
        said = self._box.idle.poll(seconds)
        return not all(b"OK Still here" in line for line in said)

    def done_idling(self) -> None:
        self._box.idle.stop()  # type: ignore[no-untyped-call]

    # ------------------------------------------------------------

    def _search(self, criteria: str) -> list[int]:
        _ok, found = self._box.client.uid("SEARCH", criteria)
        return sorted(int(each) for line in found if line for each in line.split())

    def _fetch(self, uids: Sequence[int], items: str) -> Iterator[tuple[bytes, bytes]]:
        """For each letter all words around its literal, and the literal itself."""
        if not uids:
            return
        ok, told = self._box.client.uid("FETCH", ",".join(map(str, uids)), items)
        if ok != "OK":
            raise imaplib.IMAP4.error(f"FETCH was answered {ok}")
        head, literal = b"", b""
        for each in told:
            if isinstance(each, tuple):
                head, literal = head + each[0], each[1]
            elif each is not None:
                yield head + b" " + literal[: 10 if len(literal) > 2000 else None] + b" " + each, literal
                head, literal = b"", b""


def _piece(whole: bytes) -> Piece | None:
    uid, size, received = _UID.search(whole), _SIZE.search(whole), _DATE.search(whole)
    if uid is None or size is None:
        return None
    name = _MESSAGE_ID.search(whole)
    at = read_date(received[1].decode("ascii", "replace")) if received else None
    message_id = name[1].decode("utf-8", "replace") if name else ""
    return Piece(int(uid[1]), int(size[1]), at or datetime.now(UTC), "".join(message_id.split()))


def _day(day: date) -> str:
    """As IMAP writes a day, in English whatever the machine speaks."""
    months = "Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec".split()
    return f"{day.day:02d}-{months[day.month - 1]}-{day.year}"


def _opened(mailbox: Mailbox) -> BaseMailBox:
    try:
        box = _connected(mailbox)
        _log_in(box, mailbox)
    except (*TROUBLES, WorldFailed) as problem:
        raise BoxTrouble(_why(problem, mailbox), permanent=isinstance(problem, MailboxLoginError)) from problem
    return box


def _connected(mailbox: Mailbox) -> BaseMailBox:
    host, port = mailbox.imap_host, mailbox.imap_port
    context = ssl.create_default_context()
    if mailbox.imap_security == Security.TLS:
        return MailBox(host, port, timeout=PATIENCE, ssl_context=context)
    if mailbox.imap_security == Security.STARTTLS:
        return MailBoxStartTls(host, port, timeout=PATIENCE, ssl_context=context)
    return MailBoxUnencrypted(host, port, timeout=PATIENCE)


def _log_in(box: BaseMailBox, mailbox: Mailbox) -> None:
    user = mailbox.login or mailbox.address
    if not mailbox.oauth:
        password = mailbox.password
        log_in = box.login if (user + password).isascii() else box.login_utf8
        log_in(user, password, initial_folder=None)
        return
    try:
        box.xoauth2(user, oauth.access_token(mailbox, at=clock.now()), initial_folder=None)
    except (
        MailboxLoginError,
        imaplib.IMAP4.error,
    ):  # ended before its time: once more with a fresh one, on a fresh line
        fresh = oauth.access_token(mailbox, at=clock.now(), fresh=True)
        box.xoauth2(user, fresh, initial_folder=None)


def _why(problem: BaseException, mailbox: Mailbox) -> str:
    where = {"host": mailbox.imap_host, "port": mailbox.imap_port}
    if isinstance(problem, WorldFailed):
        return problem.because
    if trouble_of(problem) is Trouble.FULL:
        return _("Our own disk is full, so letters stay with %(host)s until there is room.") % where
    if isinstance(problem, MailboxLoginError) or "AUTHENTICATIONFAILED" in str(problem).upper():
        return _("%(host)s refuses our user name or password for letters in.") % where
    if isinstance(problem, ssl.SSLCertVerificationError):
        return _("%(host)s shows a certificate that we cannot trust.") % where
    if isinstance(problem, TimeoutError):
        return _("%(host)s takes too long to answer on port %(port)s.") % where
    if isinstance(problem, OSError | EOFError | imaplib.IMAP4.abort):
        return _("%(host)s cannot be reached on port %(port)s.") % where
    return _("%(host)s did not understand us: %(problem)s") % {**where, "problem": str(problem)[:200]}
