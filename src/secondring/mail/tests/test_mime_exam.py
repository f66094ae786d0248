"""The open part of the exams in reading letters and knowing machines; needs SECONDRING_EXAMS to name its folder."""

import json
import os
import re
from pathlib import Path

import pytest

from secondring.mail import mime

EXAMS = Path(os.environ.get("SECONDRING_EXAMS", ""))
LETTERS, MACHINES = EXAMS / "01_mail_parse", EXAMS / "02_machine_mail"

pytestmark = pytest.mark.skipif(
    not os.environ.get("SECONDRING_EXAMS"), reason="SECONDRING_EXAMS does not name the folder of the exams"
)


def _rows(file):
    return [json.loads(line) for line in file.read_text(encoding="utf-8").splitlines()]


def _read(folder, row):
    return mime.parse((folder / row["file"]).read_bytes())


def _folded(text):
    return re.sub(r"\s+", " ", text.replace("\u00a0", " ").replace("\ufeff", "")).strip()


def _core(read):
    return {
        "subject": _folded(read.subject),
        "from": [one.email for one in read.senders],
        "to": [one.email for one in read.to],
        "text_ws": _folded(read.text)[:20_000],
        "has_html": bool(_folded(read.html)),
        "attachment_count": len(read.attachments),
    }


def test_nineteen_in_twenty_letters_are_read_as_independent_readers_do():
    rows = _rows(LETTERS / "oracle.jsonl")

    wrong = [
        row["file"]
        for row in rows
        if any(row["expect"].get(name, had) != had for name, had in _core(_read(LETTERS, row)).items())
    ]

    assert len(wrong) <= len(rows) // 20, wrong


def test_no_machine_is_answered_and_nineteen_in_twenty_are_named():
    rows = [row for row in _rows(MACHINES / "manifest.jsonl") if row["kind"] != "human"]
    read = [_read(MACHINES, row) for row in rows]

    assert not [row["file"] for row, one in zip(rows, read, strict=True) if one.auto_replied]
    assert sum(row["kind"] == one.kind for row, one in zip(rows, read, strict=True)) >= len(rows) * 19 // 20


def test_people_are_answered():
    rows = _rows(MACHINES / "human_controls.jsonl")

    assert not [row["file"] for row in rows if not _read(MACHINES, row).auto_replied]


def test_the_recipients_that_failed_are_named():
    rows = [
        row
        for row in _rows(MACHINES / "manifest.jsonl")
        if row["expected"].get("permanent") or row["expected"].get("temporary")
    ]

    wrong = [row["file"] for row in rows if _failed(_read(MACHINES, row)) != _expected(row["expected"])]

    assert len(wrong) <= len(rows) // 20, wrong


def _failed(read):
    return {one.email for one in read.bounce.recipients} if read.bounce else set()


def _expected(told):
    return {email.lower() for email in told["permanent"] + told["temporary"]}
