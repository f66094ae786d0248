"""Real errors of a real disk and a real database are known for what they are."""

import errno
import sqlite3
from pathlib import Path

import pytest
from django.db import DatabaseError, IntegrityError, InterfaceError, OperationalError
from django.db.backends.sqlite3.base import DatabaseWrapper

from secondring.lib.machine_trouble import Trouble, trouble_of


def of_django(problem: Exception) -> OperationalError:
    """As Django hands it on."""
    try:
        raise OperationalError(str(problem)) from problem
    except OperationalError as handed_on:
        return handed_on


def a_full_database() -> Exception:
    line = sqlite3.connect(":memory:")
    line.execute("CREATE TABLE t (x)")
    line.execute("PRAGMA max_page_count = 2")
    with pytest.raises(sqlite3.OperationalError) as caught:
        line.execute("INSERT INTO t VALUES (?)", ["x" * 100_000])
    return caught.value


def a_held_database(folder: Path) -> Exception:
    holder, other = (sqlite3.connect(folder / "x.sqlite3", timeout=0, isolation_level=None) for _ in range(2))
    holder.execute("BEGIN IMMEDIATE")
    with pytest.raises(sqlite3.OperationalError) as caught:
        other.execute("BEGIN IMMEDIATE")
    return caught.value


def test_a_full_disk_is_known(tmp_path: Path) -> None:
    assert trouble_of(of_django(a_full_database())) is Trouble.FULL
    assert trouble_of(OSError(errno.ENOSPC, "no space")) is Trouble.FULL
    assert trouble_of(OSError(errno.EACCES, "not yours")) is Trouble.NONE


def test_a_held_database_is_known(tmp_path: Path) -> None:
    assert trouble_of(of_django(a_held_database(tmp_path))) is Trouble.BUSY


@pytest.mark.django_db
def test_a_database_that_is_away_is_known(tmp_path: Path) -> None:
    away = DatabaseWrapper({**_settings(), "NAME": str(tmp_path / "no" / "where.sqlite3")}, "away")
    with pytest.raises(OperationalError) as caught:
        away.ensure_connection()
    assert trouble_of(caught.value) is Trouble.AWAY
    assert trouble_of(InterfaceError("connection already closed")) is Trouble.AWAY


def _settings() -> dict[str, object]:
    return {"OPTIONS": {}, "AUTOCOMMIT": True, "CONN_HEALTH_CHECKS": False, "CONN_MAX_AGE": 0, "TIME_ZONE": None}


@pytest.mark.parametrize("problem", [ValueError("ours"), IntegrityError("ours"), DatabaseError("ours"), None])
def test_what_is_our_own_fault_is_not_the_machines(problem: Exception | None) -> None:
    assert trouble_of(problem) is Trouble.NONE
