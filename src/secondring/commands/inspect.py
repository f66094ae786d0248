"""Shows what the desk understands, by the product's own path, and changes nothing. One JSON object a line.

Examples:
  ./secondring inspect mail letter.eml
  ./secondring inspect reply answer.txt answer.html answer.eml
  ./secondring inspect html page.html cases.jsonl
"""

import argparse
import json
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

Shown = Iterator[dict[str, Any]]


def arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("kind", choices=sorted(KINDS), help="what the files are")
    parser.add_argument("files", nargs="+", type=Path, metavar="FILE")


def run(options: argparse.Namespace) -> int:
    """Print one object for each letter, reply or piece of HTML; a file that cannot be opened is said and passed over."""
    failed = 0
    for file in options.files:
        try:
            raw = file.read_bytes()
        except OSError as problem:
            print(f"{file} cannot be read: {problem.strerror or problem}.", file=sys.stderr)
            failed += 1
            continue
        for shown in KINDS[options.kind](file, raw):
            print(json.dumps(shown, ensure_ascii=False))
    return 1 if failed else 0


def _mail(file: Path, raw: bytes) -> Shown:
    from ..mail import mime, quoting
    from ..mail.parsed import ParsedEmail

    def visible(letter: ParsedEmail) -> str:
        return quoting.visible_of_letter(letter.readable_text, letter.html).visible

    letter = mime.parse(raw)
    yield mime.as_dict(letter, str(file), safe_html=lambda each: _safe(each.html), visible=visible)


def _safe(html: str) -> str:
    from ..lib import safe_html

    return str(safe_html.as_dict(html)["html"]) if html else ""


def _reply(file: Path, raw: bytes) -> Shown:
    from ..mail import quoting

    yield quoting.as_dict(str(file), file)


def _html(file: Path, raw: bytes) -> Shown:
    from ..lib import safe_html

    text = raw.decode("utf-8", "replace")
    if file.suffix != ".jsonl":
        yield safe_html.as_dict(text, file=str(file))
        return
    for number, line in enumerate(text.split("\n"), 1):
        if not line.strip():
            continue
        try:
            case = json.loads(line)
            html, name = str(case["html"]), str(case.get("id", number))
        except (ValueError, KeyError, TypeError):
            print(f"{file}, line {number}: not an object with an id and html.", file=sys.stderr)
            continue
        yield safe_html.as_dict(html, id=name)


KINDS: dict[str, Callable[[Path, bytes], Shown]] = {"mail": _mail, "reply": _reply, "html": _html}
