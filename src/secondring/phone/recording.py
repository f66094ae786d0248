"""Recorded talks: written to a file of their own while they last, kept for as many days as the place says, then deleted.

The row says first that a recording is gone, and then its file goes; what a crash leaves behind is found within the hour.
"""

import contextlib
import logging
import os
from datetime import datetime, timedelta
from pathlib import Path

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext as _

from ..lib.errors import NotPossible
from ..team.models import Teammate
from . import booking, missing
from .models import RECORDINGS_STAY, Call, PlaceWords, Recording

log = logging.getLogger(__name__)
STRAY_AFTER = timedelta(hours=1)  # a file that no row knows: its row may be a moment late, but not longer


def folder() -> Path:
    """Where recorded talks lie."""
    return Path(settings.SECONDRING_DIR) / "tapes"


def file_of(key: str) -> Path:
    """The sound of this call."""
    return folder() / f"{key}.wav"


def keep(key: str, *, at: datetime) -> Recording | None:
    """The call is over: its recording is an entry now. None when it is gone already, or nothing was said."""
    row = Recording.objects.select_related("call").filter(call__key=key).first()
    file = file_of(key)
    seconds = missing.length(file)
    if row is None or row.gone_at is not None or row.ended_at is not None or seconds < missing.SHORTEST:
        _settle_empty(row, file, at)
        return None
    _make_durable(file)
    booking.write_down(key, "call_recorded", by=None, at=at, seconds=round(seconds))
    return Recording.objects.get(pk=row.pk)


@transaction.atomic
def delete(row: Recording, *, by: Teammate, at: datetime) -> Recording:
    """It is gone for good, and its entry says so."""
    return _let_go(row, by=by, at=at, because="deleted")


def forget_due(at: datetime) -> int:
    """Delete what has stayed as long as its place says, and files that no row knows. How many were deleted."""
    due = [each for days in _spans() for each in _older_than(days, at)]
    for row in due:
        with transaction.atomic():
            _let_go(row, by=None, at=at, because="time")
    _sweep(at)
    return len(due)


def heal(node: str, *, at: datetime) -> None:
    """A process of this node died before it had made entries of these."""
    left = Recording.objects.filter(ended_at__isnull=True, call__node=node, call__ended_at__isnull=False)
    for key in list(left.values_list("call__key", flat=True)):
        keep(key, at=at)


def _let_go(row: Recording, *, by: Teammate | None, at: datetime, because: str) -> Recording:
    call = Call.objects.select_for_update(of=("self",)).get(pk=row.call_id)
    row = Recording.objects.select_for_update(of=("self",)).get(pk=row.pk)
    if row.gone_at is not None:
        raise NotPossible(_("This recording is gone already."))
    row.gone_at, row.gone_by, row.gone_because = at, by, because
    row.save(update_fields=["gone_at", "gone_by", "gone_because"])
    booking.add(call, "recording_deleted", by=by.pk if by else None, at=at, recording=row.pk, because=because)
    transaction.on_commit(lambda: _unlink(file_of(call.key)))
    return row


def _settle_empty(row: Recording | None, file: Path, at: datetime) -> None:
    """Nothing to hear, or not ours any more: no file stays. One that became an entry does."""
    if row is not None and row.gone_at is None and row.ended_at is not None:
        return
    if row is not None and row.gone_at is None:
        Recording.objects.filter(pk=row.pk).update(ended_at=at, gone_at=at, gone_because="empty")
    _unlink(file)


def _spans() -> set[int]:
    return {RECORDINGS_STAY, *PlaceWords.objects.values_list("keeps_days", flat=True)}


def _older_than(days: int, at: datetime) -> list[Recording]:
    """Of the places that keep for so many days; who never said keeps for RECORDINGS_STAY."""
    rows = Recording.objects.here().filter(began_at__lte=at - timedelta(days=days))
    said = rows.filter(call__place__words__keeps_days=days)
    unsaid = rows.filter(call__place__words__isnull=True) if days == RECORDINGS_STAY else rows.none()
    return [*said, *unsaid]


def _sweep(at: datetime) -> None:
    for file in folder().glob("*.wav"):
        with contextlib.suppress(FileNotFoundError):
            is_old = file.stat().st_mtime < (at - STRAY_AFTER).timestamp()
            if is_old and not Recording.objects.filter(call__key=file.stem, gone_at__isnull=True).exists():
                _unlink(file)


def _unlink(file: Path) -> None:
    try:
        file.unlink(missing_ok=True)
    except OSError:
        log.exception("A recording that is to be gone could not be deleted yet: %s", file.name)


def _make_durable(file: Path) -> None:
    if settings.SECONDRING_DURABLE:
        with file.open("rb") as written:
            os.fsync(written.fileno())
