"""Letters are fetched from where we stopped, however long ago; each is kept before the mark moves past it.

On the first look only what comes from then on is news. When a folder was numbered anew, what we know already is known by
its name and its bytes.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

from django.db import transaction
from django.db.models import Q

from ..lib import clock, faults, turns
from ..lib.jobs import job
from . import keeping
from .imap import Box, Piece, Standing
from .keeping import HISTORY, IMAP, SENT, Stored
from .models import Folder, IncomingEmail, Mailbox

SMALL = 2**20  # bytes; larger letters come in pieces
TOGETHER = 20  # small letters asked for at once
TOGETHER_BYTES = 4 * 2**20
ALLOWANCE = timedelta(days=1)  # for clocks that disagree
LOOKED_EVERY = timedelta(seconds=10)
SLICE = timedelta(seconds=20)  # of fetching history, before others get their turn
MOST_WAITING = 500  # letters of history not yet understood

Kept = Callable[[], None]


def look(box: Box, mailbox: Mailbox, kind: str, name: str, *, kept: Kept) -> int:
    """Fetch what is new in a folder; how many letters were kept."""
    standing = box.standing(name)
    folder = _folder(mailbox, kind, name, standing)
    if folder.uid_validity != standing.uid_validity:
        return _numbered_anew(box, folder, standing, kept)
    if standing.uid_next <= folder.last_uid + 1:
        return 0
    box.open(name, to_mark=mailbox.marks_seen)
    return sum(_keep(box, folder, batch, kept) for batch in _batches(box, box.after(folder.last_uid)))


def looked(mailbox: Mailbox, at: datetime) -> None:
    """Remember that the server answered, at most every ten seconds."""
    stale = Mailbox.objects.filter(Q(looked_at__isnull=True) | Q(looked_at__lt=at - LOOKED_EVERY), pk=mailbox.pk)
    stale.update(looked_at=at)


def _folder(mailbox: Mailbox, kind: str, name: str, standing: Standing) -> Folder:
    """Our mark in the folder; on the first look it stands behind everything that lies there."""
    ends = standing.uid_next - 1
    start = {"name": name, "uid_validity": standing.uid_validity, "last_uid": ends, "history_from_uid": ends}
    folder, is_first = Folder.objects.get_or_create(mailbox=mailbox, kind=kind, defaults=start)
    if is_first and kind == Folder.INBOX and mailbox.connected_at is None:
        mailbox.connected_at = clock.now()
        mailbox.save(update_fields=["connected_at"])
    if folder.name != name:  # the provider renamed it, or another folder is Sent now
        Folder.objects.filter(pk=folder.pk).update(**start)
        folder.refresh_from_db()
    folder.mailbox = mailbox
    return folder


def _batches(box: Box, uids: Sequence[int]) -> Iterator[list[Piece]]:
    """Small letters together, each large one alone, in the order they came."""
    for start in range(0, len(uids), TOGETHER):
        batch: list[Piece] = []
        for piece in box.look(uids[start : start + TOGETHER]):
            if batch and (piece.size > SMALL or sum(each.size for each in batch) + piece.size > TOGETHER_BYTES):
                yield batch
                batch = []
            batch.append(piece)
            if piece.size > SMALL:
                yield batch
                batch = []
        if batch:
            yield batch


def _keep(box: Box, folder: Folder, batch: list[Piece], kept: Kept) -> int:
    """Bytes to the disk, then rows and our mark in one transaction, and only then anything that the server would see."""
    stored = list(_stored(box, folder, batch, folder.uid_validity))
    with turns.writing(), transaction.atomic(durable=True):
        keeping.enter(stored, at=clock.now())
        mark = Folder.objects.filter(pk=folder.pk, uid_validity=folder.uid_validity, last_uid__lt=batch[-1].uid)
        mark.update(last_uid=batch[-1].uid)
    faults.point("fetched")
    kept()
    folder.last_uid = batch[-1].uid
    if folder.mailbox.marks_seen and folder.kind == Folder.INBOX:
        box.mark_seen([each.uid for each in batch])
    return len(stored)


def _stored(box: Box, folder: Folder, batch: list[Piece], uid_validity: int | None) -> Iterator[Stored]:
    small = box.small([each.uid for each in batch if each.size <= SMALL])
    for piece in batch:
        raw = small.get(piece.uid) if piece.size <= SMALL else box.large(piece.uid, piece.size)
        if raw:
            yield keeping.store(
                raw,
                folder.mailbox,
                via=_via(folder, piece),
                folder=folder.name,
                uid_validity=uid_validity,
                uid=piece.uid,
                envelope={
                    "received": piece.received.isoformat(),
                    **({"sent": True} if folder.kind == Folder.SENT else {}),
                },
            )


def _via(folder: Folder, piece: Piece) -> str:
    """Letters from before we were connected are history, even when somebody moves them in later."""
    connected = folder.mailbox.connected_at
    if connected is not None and piece.received < connected - ALLOWANCE:
        return HISTORY
    return SENT if folder.kind == Folder.SENT else IMAP


def _numbered_anew(box: Box, folder: Folder, standing: Standing, kept: Kept) -> int:
    """The server forgot its numbers (UIDVALIDITY, RFC 3501, section 2.3.1.1): keep what we have not seen, and begin anew.

    Our mark moves only at the end: killed before, we go through it again, and what was kept is known by its new number.
    """
    connected = folder.mailbox.connected_at or clock.now()
    box.open(folder.name)
    count = 0
    uids = [uid for uid in box.since((connected - ALLOWANCE).date()) if uid < standing.uid_next]
    for batch in _batches(box, uids):
        fresh = [piece for piece in batch if not _is_known(folder, piece)]
        stored = [each for each in _stored(box, folder, fresh, standing.uid_validity) if not _has_bytes(each)]
        with turns.writing(), transaction.atomic(durable=True):
            keeping.enter(stored, at=clock.now())
        count += len(stored)
        kept()
    start = {"uid_validity": standing.uid_validity, "last_uid": standing.uid_next - 1, "history_from_uid": None}
    Folder.objects.filter(pk=folder.pk).update(**start)
    return count


def _is_known(folder: Folder, piece: Piece) -> bool:
    """By its name, its size and when the server took it; where one of them differs, its bytes are fetched and compared."""
    if not piece.message_id:
        return False
    known = IncomingEmail.objects.filter(mailbox=folder.mailbox_id, message_id=piece.message_id, size=piece.size)
    return known.filter(folder=folder.name, envelope__received=piece.received.isoformat()).exists()


def _has_bytes(letter: Stored) -> bool:
    rows = IncomingEmail.objects.filter(mailbox=letter.mailbox, sha256=letter.sha256, folder=letter.folder)
    return rows.exists()


# ------------------------------------------------------------ history


@job("mail.fetch_history")
def fetch_history(mailbox_id: int, day: str) -> None:
    """Bring in what lies in the mailbox from `day` until we were connected, oldest first, a slice at a time.

    Nobody waits because of it, nothing is marked or answered. A kill costs at most the day that was in hand.
    """
    mailbox = Mailbox.objects.in_use().select_related("place").filter(pk=mailbox_id).exclude(imap_host="").first()
    if mailbox is None or mailbox.connected_at is None:
        return
    reached, began = date.fromisoformat(day), clock.now()
    last = mailbox.connected_at.astimezone(UTC).date()
    with Box(mailbox) as box:
        while reached <= last and clock.now() - began < SLICE and _has_room(mailbox):
            _keep_day(box, mailbox, reached)
            reached += timedelta(days=1)
    if reached <= last:
        later = clock.now() + timedelta(seconds=0 if _has_room(mailbox) else 5)
        fetch_history.enqueue(at=later, mailbox_id=mailbox_id, day=reached.isoformat())


def bring_history(mailbox: Mailbox, since: date, *, at: datetime) -> None:
    """Ask for the letters since that day; the work goes on in the background and outlives a restart."""
    fetch_history.enqueue(at=at, mailbox_id=mailbox.pk, day=since.isoformat())


def _has_room(mailbox: Mailbox) -> bool:
    waiting = IncomingEmail.objects.to_understand().filter(mailbox=mailbox, via=HISTORY)
    return waiting[:MOST_WAITING].count() < MOST_WAITING


def _keep_day(box: Box, mailbox: Mailbox, day: date) -> None:
    """What came and what was sent on one day, in the order of the clock, so that answers find what they answer."""
    for folder in mailbox.folders.filter(kind__in=(Folder.INBOX, Folder.SENT)).order_by("kind"):
        folder.mailbox = mailbox
        standing = box.standing(folder.name)
        if standing.uid_validity != folder.uid_validity:
            continue  # numbered anew; the watcher settles that first
        box.open(folder.name)
        for batch in _batches(box, box.since(day, day + timedelta(days=1))):
            old = [piece for piece in batch if _is_old(folder, piece) and not _is_entered(folder, piece)]
            stored = [_as_history(each) for each in _stored(box, folder, old, folder.uid_validity)]
            with turns.writing(), transaction.atomic(durable=True):
                keeping.enter(stored, at=clock.now())


def _is_old(folder: Folder, piece: Piece) -> bool:
    """Did it lie there before we came? What came since is the watcher's to fetch, and somebody waits for it."""
    if folder.history_from_uid is not None:
        return piece.uid <= folder.history_from_uid
    connected = folder.mailbox.connected_at
    return connected is not None and piece.received < connected


def _is_entered(folder: Folder, piece: Piece) -> bool:
    rows = IncomingEmail.objects.filter(mailbox=folder.mailbox_id, folder=folder.name)
    return rows.filter(uid_validity=folder.uid_validity, uid=piece.uid).exists()


def _as_history(letter: Stored) -> Stored:
    return replace(letter, via=HISTORY)
