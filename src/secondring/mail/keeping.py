"""A letter is kept before it is opened: bytes on the disk first, then the row; only then may anybody be told that we have it."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db import transaction

from ..lib import blobs, faults
from .models import IncomingEmail, Mailbox

IMAP, SENT, INLET, HISTORY, DEMO = "imap", "sent", "inlet", "history", "demo"


@dataclass(frozen=True)
class Stored:
    """Bytes that are safely on the disk, and how they came. A row must follow before anybody is told."""

    mailbox: Mailbox
    via: str
    sha256: str
    size: int
    folder: str = ""
    uid_validity: int | None = None
    uid: int | None = None
    envelope: dict[str, Any] = field(default_factory=dict)


def keep(
    raw: bytes, mailbox: Mailbox, *, via: str, at: datetime, envelope: dict[str, Any] | None = None
) -> IncomingEmail:
    """Keep one letter: when this returns it is safe, and will be understood. Raises OSError when the disk refuses."""
    (row,) = enter([store(raw, mailbox, via=via, envelope=envelope or {})], at=at)
    return row


def store(raw: bytes | Iterable[bytes], mailbox: Mailbox, *, via: str, **fields: Any) -> Stored:
    """Put the bytes on the disk, whole or piece by piece. No row yet: if we die now, whoever sent it sends it again."""
    if isinstance(raw, bytes):
        sha256, size = blobs.keep(raw), len(raw)
    else:
        sha256, size = blobs.keep_parts(raw)
    faults.point("bytes-kept")
    return Stored(mailbox=mailbox, via=via, sha256=sha256, size=size, **fields)


@transaction.atomic
def enter(letters: Sequence[Stored], *, at: datetime) -> list[IncomingEmail]:
    """Write the rows of letters whose bytes are safe. One that a folder gave us before, by its UID, keeps its first row."""
    fresh = [each for each in letters if not _is_entered(each)]
    rows = IncomingEmail.objects.bulk_create(_row(each, at) for each in fresh)
    for pk in {each.mailbox.pk for each in fresh if each.via != HISTORY}:
        Mailbox.objects.filter(pk=pk).update(last_letter_at=at)
    faults.point("rows-written")
    return rows


def _is_entered(letter: Stored) -> bool:
    if letter.uid is None:
        return False
    return IncomingEmail.objects.filter(
        mailbox=letter.mailbox, folder=letter.folder, uid_validity=letter.uid_validity, uid=letter.uid
    ).exists()


def _row(letter: Stored, at: datetime) -> IncomingEmail:
    return IncomingEmail(
        mailbox=letter.mailbox,
        via=letter.via,
        sha256=letter.sha256,
        size=letter.size,
        kept_at=at,
        folder=letter.folder,
        uid_validity=letter.uid_validity,
        uid=letter.uid,
        envelope=letter.envelope,
    )
