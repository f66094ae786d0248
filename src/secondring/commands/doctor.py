"""Says in sentences whether letters come and go and calls come in, and what to do when they don't.

Example: ./secondring doctor --dir /var/lib/secondring
"""

import argparse
import os
import shutil
import time
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

from . import doctor_telephone
from .cli import set_up_django

if TYPE_CHECKING:
    from ..mail.models import Mailbox

SCARCE = 2 * 2**30  # bytes of disk left that are worth a word
LATE = timedelta(minutes=5)
SILENT = timedelta(minutes=10)

Finding = tuple[bool, str]  # (is it well?, the sentence)


def arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--dir", type=Path, default=Path("data"), help="the folder that serve was started with")


def run(options: argparse.Namespace) -> int:
    """Print what is well and what is not; 1 when something is not."""
    folder = options.dir.resolve()
    if not folder.is_dir():
        print(f"There is no folder {folder}. Name the one that serve was started with: --dir DIR")
        return 2
    os.environ["SECONDRING_DIR"] = str(folder)
    set_up_django()
    findings = [*_machine(folder), *_letters(), *doctor_telephone.look()]
    for well, sentence in findings:
        print(f"{'well   ' if well else 'LOOK   '}{sentence}")
    return 0 if all(well for well, _sentence in findings) else 1


def _machine(folder: Path) -> Iterator[Finding]:
    from django.conf import settings

    for name in ("worker", "phone"):
        sign = folder / "run" / f"{name}.alive"
        silent = time.time() - sign.stat().st_mtime if sign.exists() else None
        if silent is None or silent > 15:
            yield False, f"The {name} process has not been heard from. Is 'secondring serve' running on this folder?"
        else:
            yield True, f"The {name} process was heard from {silent:.0f} s ago."
    free = shutil.disk_usage(folder).free
    sentence = f"{free / 2**30:.1f} GB are free where letters are kept."
    yield (
        free > SCARCE,
        sentence if free > SCARCE else sentence + " Make room soon: without room no letter is taken in.",
    )
    secure = settings.SECONDRING_URL.startswith("https://") or "127.0.0.1" in settings.SECONDRING_URL
    if not secure:
        yield (
            False,
            f"{settings.SECONDRING_URL} is not HTTPS: browsers will refuse the microphone, notices and passkeys.",
        )


def _letters() -> Iterator[Finding]:
    from ..conversations.models import Delivery
    from ..lib import clock
    from ..mail.models import IncomingEmail, Mailbox

    now = clock.now()
    mailboxes = list(Mailbox.objects.in_use().order_by("address"))
    if not mailboxes:
        yield False, "There is no mailbox yet. Add one under Settings, Mailboxes."
    for mailbox in mailboxes:
        yield _mailbox(mailbox, now)
    late = Delivery.objects.due(now - LATE)[:1000].count()
    yield (
        not late,
        f"{late} letters should have left more than five minutes ago." if late else "No letter of ours is late.",
    )
    waiting = IncomingEmail.objects.to_understand().filter(kept_at__lt=now - LATE)[:1000].count()
    yield (
        not waiting,
        f"{waiting} letters wait to be understood." if waiting else "Every letter that came is understood.",
    )
    aside = IncomingEmail.objects.put_aside()[:1000].count()
    if aside:
        yield False, f"{aside} letters are put aside because they could not be read; they stand under Letters."


def _mailbox(mailbox: "Mailbox", now: datetime) -> Finding:
    if mailbox.trouble_since:
        return False, f"{mailbox.address}: {mailbox.trouble}"
    if not mailbox.imap_host:
        return True, f"{mailbox.address} is fed by other servers; it does not fetch."
    if mailbox.looked_at is None:
        return False, f"{mailbox.address} has never been heard from."
    silent = now - mailbox.looked_at
    words = f"{mailbox.address} was last heard from {int(silent.total_seconds())} s ago."
    return silent < SILENT, words
