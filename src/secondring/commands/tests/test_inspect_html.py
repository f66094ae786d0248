"""`inspect html` answers one object a line for what it was given."""

import json
from pathlib import Path

from secondring.commands import inspect


def test_one_answer_for_each_line_whatever_the_lines_hold(tmp_path: Path) -> None:
    cases = [{"id": "a", "html": "<p>one\u2028two\x85three</p>"}, {"id": "b", "html": "<img src=//a.example/x>"}]
    lines = "\n".join(json.dumps(case, ensure_ascii=False) for case in cases)
    answers = list(inspect.KINDS["html"](tmp_path / "cases.jsonl", lines.encode()))
    assert [answer["id"] for answer in answers] == ["a", "b"]
    assert answers[1]["remote"] == ["https://a.example/x"]


def test_a_page_is_one_answer_under_its_file_name(tmp_path: Path) -> None:
    (answer,) = inspect.KINDS["html"](tmp_path / "letter.html", b"<script>x</script><p>Dear Mae</p>")
    assert (answer["file"], answer["text"]) == (str(tmp_path / "letter.html"), "Dear Mae")
