"""What it means when the machine under us cannot go on: its disk is full, its database is held by somebody, or away."""

import errno
import shutil
from enum import StrEnum
from pathlib import Path

from django.conf import settings
from django.db import InterfaceError, OperationalError

ROOM = 64 * 2**20  # bytes; with less than this on the disk people should know
FULL_CODES = {"SQLITE_FULL", "53100"}
BUSY_CODES = {
    "SQLITE_BUSY",
    "SQLITE_LOCKED",
    "55P03",
    "57014",
    "40P01",
}  # held, too long, or two waiting for each other


class Trouble(StrEnum):
    """What is the matter."""

    NONE = ""
    FULL = "full"
    BUSY = "busy"
    AWAY = "away"


def trouble_of(problem: BaseException | None) -> Trouble:
    """What this exception says about the machine; NONE when it says nothing about it."""
    if isinstance(problem, OSError):
        return Trouble.FULL if problem.errno in (errno.ENOSPC, errno.EDQUOT) else Trouble.NONE
    if not isinstance(problem, OperationalError | InterfaceError):
        return Trouble.NONE
    code = _code(problem.__cause__)
    if code in FULL_CODES:
        return Trouble.FULL
    return Trouble.BUSY if code.startswith("SQLITE_BUSY") or code in BUSY_CODES else Trouble.AWAY


def _code(cause: BaseException | None) -> str:
    """SQLite's name for it, or PostgreSQL's five characters."""
    return str(getattr(cause, "sqlite_errorname", "") or getattr(cause, "sqlstate", "") or "")


def room() -> int:
    """Bytes that are free where letters are kept."""
    try:
        return shutil.disk_usage(Path(settings.SECONDRING_DIR)).free
    except OSError:  # the folder comes with the first letter
        return ROOM
