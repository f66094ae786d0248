"""A loop learns of other people's commits without asking what they were."""

import sqlite3
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.db import connection
from django.db.backends.sqlite3.base import DatabaseWrapper

from secondring.lib import commits
from secondring.lib.commits import Commits

pytestmark = pytest.mark.django_db


@pytest.fixture
def file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A database in a file, as a process of its own would have it."""
    path = tmp_path / "house.sqlite3"
    settings: dict[str, Any] = {**connection.settings_dict, "NAME": str(path), "ENGINE": "django.db.backends.sqlite3"}
    settings["OPTIONS"] = {}
    line = DatabaseWrapper(settings, alias="other")
    monkeypatch.setattr(commits, "connection", line)
    yield path
    line.close()


def _commit(path: Path, sql: str) -> None:
    other = sqlite3.connect(path)
    other.execute(sql)
    other.commit()
    other.close()


def test_the_commit_of_another_is_noticed_once(file: Path) -> None:
    _commit(file, "CREATE TABLE letter (words text)")
    known = Commits()
    assert known.happened()
    assert not known.happened()
    _commit(file, "INSERT INTO letter VALUES ('Hello')")
    assert known.happened()
    assert not known.happened()


def test_where_it_cannot_be_told_cheaply_there_may_always_be_something_new() -> None:
    known = Commits()
    known.happened()
    assert known.happened() is (connection.vendor == "postgresql")
