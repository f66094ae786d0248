"""What `inspect mail` prints of a letter is what the desk keeps of it: every letter at hand, through the real reader."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import pytest

from journeys.hostile_letters import PHONING_HOME, RUNNING
from secondring import testing as t
from secondring.conversations.models import Message
from secondring.lib import clock
from secondring.mail import arriving, understanding
from secondring.mail.keeping import HISTORY
from secondring.mail.models import IncomingEmail, Mailbox
from secondring.mail.reader import LONGEST, storable
from secondring.mail.reading import PATIENT, Reader
from secondring.mail.tests.letters import FOLDER
from secondring.mail.tests.posting import a_raw, kept

pytestmark = pytest.mark.django_db(transaction=True)
EXAMS = os.environ.get("SECONDRING_EXAMS", "")
FATES = {"bounce": {"bounce"}, "complaint": {"complaint"}, "auto_reply": {"auto_reply"}, "list": {"list"}}
A_PERSONS = {"message", "junk", "aside"}  # aside: nobody wrote it


def inspected(files: list[Path]) -> dict[Path, dict[str, Any]]:
    """What the command prints, in a process of its own."""
    shown: dict[Path, dict[str, Any]] = {}
    for start in range(0, len(files), 200):
        words = [
            sys.executable,
            "-m",
            "secondring.commands.cli",
            "inspect",
            "mail",
            *map(str, files[start : start + 200]),
        ]
        done = subprocess.run(words, capture_output=True, text=True, timeout=250, check=True)
        shown |= {Path(each["file"]): each for each in map(json.loads, done.stdout.splitlines())}
    return shown


def stored(files: list[Path]) -> dict[Path, IncomingEmail]:
    """Every file kept, read by the real reader and arrived; what was filed quietly is brought to the desk as well."""
    mailbox = t.a_mailbox("nobody-writes-here@harbourrow.example")
    rows = {file: _kept(file, mailbox) for file in files}
    reader = Reader(PATIENT)
    try:
        while any(understanding.understand_due(reader, patient=patient) for patient in (False, True)):
            pass
    finally:
        reader.close()
    for row in rows.values():
        row.refresh_from_db()
    return rows


def _kept(file: Path, mailbox: Mailbox) -> IncomingEmail:
    return kept(file.read_bytes(), mailbox, via=HISTORY, at=clock.now())


def on_desk(row: IncomingEmail) -> Message:
    """The message that it became; a person may have any letter on the desk."""
    row = row.duplicate_of or row
    if row.became is None:
        return arriving.bring_to_desk(row, understanding.parse(row), by=t.bea(), at=clock.now())
    return row.became


def disagreements(shown: dict[str, Any], row: IncomingEmail) -> Iterable[str]:
    """The names of the fields in which the two differ."""
    message, said = on_desk(row), storable(shown)
    fates = FATES.get(shown["kind"], A_PERSONS)
    pairs = {
        "kind": (row.duplicate_of is not None or row.fate in fates, True),
        "message_id": (row.message_id or None, said["message_id"] and said["message_id"][:998]),
        "from": (row.sender, next(iter(said["from"]), "")[:320]),
        "subject": (message.subject, said["subject"][:1000]),
        "date": (message.at.isoformat(), _at(said["date"], row) or message.at.isoformat()),
        "html": (message.html, said["html"][:LONGEST]),
        "visible": (message.said, said["visible"][:LONGEST]),
        "text": (message.text, said["text"][:LONGEST] or message.text),
        "attachments": (list(_files(message)), [_file(each) for each in said["attachments"]]),
    }
    return [
        f"{name}: kept {ours!r:.200}, shown {theirs!r:.200}" for name, (ours, theirs) in pairs.items() if ours != theirs
    ]


def _at(date: str | None, row: IncomingEmail) -> str:
    """When history was written, never later than it came; "" for what was filed: who wrote it waits from now on."""
    filed = row.duplicate_of or row
    return min(date or "9999", filed.kept_at.isoformat()) if filed.fate in ("message", "junk") else ""


def _files(message: Message) -> Iterable[tuple[Any, ...]]:
    for each in message.attachments.order_by("pk"):
        if each.name not in ("letter.txt", "letter.html"):  # words too long for a row, whole
            yield each.name, each.type, each.size, each.sha256, each.inline


def _file(each: dict[str, Any]) -> tuple[Any, ...]:
    return (each["name"] or "")[:255], each["type"][:120], each["size"], each["sha256"], each["inline"]


def agree(files: list[Path]) -> None:
    assert files
    shown = inspected(files)
    rows = stored(files)
    wrong = {file.name: found for file in files if (found := list(disagreements(shown[file], rows[file])))}
    assert not wrong, json.dumps(wrong, indent=1, ensure_ascii=False)[:6000]


def test_on_every_letter_of_the_mail_rooms_own() -> None:
    agree(sorted(FOLDER.glob("*.eml")))


def test_on_letters_that_mean_harm(tmp_path: Path) -> None:
    files = []
    for number, html in enumerate([*RUNNING, *PHONING_HOME]):
        files.append(tmp_path / f"hostile-{number}.eml")
        files[-1].write_bytes(a_raw("Look at this", html=html, files=[("../../etc/passwd", b"root\0")]))
    agree(files)


def test_on_letters_that_no_database_likes(tmp_path: Path) -> None:
    letters = {
        "nul": a_raw("before NUL after").replace(b"NUL", b"\0"),
        "half": b"From: a@example.org\r\nSubject: =?utf-16?b?2AA=?=\r\n\r\nhalf \xed\xa0\x80 a character\r\n",
        "empty": b"",
        "long": a_raw("Dear you. " * 300_000, html="<p>Dear you.</p>" * 150_000),
        "subject": a_raw(subject="x" * 5000, message_id=f"<{'y' * 3000}@example.org>"),
        "name": a_raw(files=[("n" * 400 + ".pdf", b"%PDF"), ("", b"nameless")]),
    }
    files = []
    for name, raw in letters.items():
        files.append(tmp_path / f"{name}.eml")
        files[-1].write_bytes(raw)
    agree(files)


@pytest.mark.skipif(not EXAMS, reason="SECONDRING_EXAMS does not name the folder of the exams")
def test_on_every_letter_of_the_exams() -> None:
    agree(sorted(Path(EXAMS).rglob("*.eml")))
