"""The open part of the exam in finding what a writer said; needs SECONDRING_EXAMS to name its folder."""

import json
import os
import re
from pathlib import Path

import pytest

from secondring.mail.quoting import as_dict

FOLDER = Path(os.environ.get("SECONDRING_EXAMS", "")) / "03_reply_extract"

pytestmark = pytest.mark.skipif(
    not os.environ.get("SECONDRING_EXAMS"), reason="SECONDRING_EXAMS does not name the folder of the exams"
)


def test_nine_in_ten_letters_are_parted_as_their_examiners_ask():
    rows = [json.loads(line) for line in (FOLDER / "manifest.jsonl").read_text(encoding="utf-8").splitlines()]

    failed = [row["id"] for row in rows if not _right(row, _visible(row))]

    assert len(failed) <= len(rows) // 10, failed


def _visible(row):
    return as_dict(row["id"], FOLDER / row["input"])["visible"]


def _right(row, visible):
    seen = _folded(visible)
    if "expected_file" in row:
        wanted = _folded((FOLDER / row["expected_file"]).read_text(encoding="utf-8", errors="replace"))
        if row.get("compare") == "ignore_all_whitespace":
            seen, wanted = seen.replace(" ", ""), wanted.replace(" ", "")
        return seen == wanted
    return (
        seen.startswith(_folded(row.get("starts_with", "")))
        and all(_folded(words) in seen for words in row.get("contains", []))
        and not any(_folded(words) in seen for words in row.get("not_contains", []))
    )


def _folded(text):
    return re.sub(r"\s+", " ", text.replace("\u00a0", " ").replace("\ufeff", "")).strip()
