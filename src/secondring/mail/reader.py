"""The reader: a process of its own that opens letters one after another, so that a monstrous one hurts nobody else.

It is started once and stays warm. Each letter has its own share of CPU; memory has one limit for all. It knows no database.
Asked: one JSON object a line, {"letters": [sha256], "cpu", "ours", "key"}.
Answered, for each letter: a `HEAD` (length, and whether it was this reader's last), then a pickled `Understood`.
"""

from __future__ import annotations

import json
import os
import pickle
import resource
import sys
from dataclasses import fields, is_dataclass, replace
from pathlib import Path
from typing import Any, BinaryIO, TypeVar

from secondring.lib import blobs, faults
from secondring.mail import mime, quoting, threads, two_forms
from secondring.mail.parsed import Attachment
from secondring.mail.understood import HEAD, File, Understood

MEMORY = 2**30  # bytes of address space
LONGEST = 2_000_000  # characters of text or HTML kept in the row; the whole of it becomes a file
TIRED = 300 * 2**20  # bytes; a reader that grew larger says so with its answer and makes room for a fresh one

Value = TypeVar("Value")


def main() -> None:
    """Read letters until nobody asks any more, or until one has made us too big."""
    from django.conf import settings

    folder, durable = sys.argv[1:3]
    settings.configure(SECONDRING_DIR=folder, SECONDRING_DURABLE=durable == "yes")
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    answers = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)  # whatever a library prints must not stand between two answers
    for line in sys.stdin.buffer:
        asked = json.loads(line)
        for sha256 in asked["letters"]:
            _allow(asked["cpu"])
            answer = pickle.dumps(read(sha256, ours=asked["ours"], key=bytes.fromhex(asked["key"])))
            tired = _size() > TIRED
            _say(answers, HEAD.pack(len(answer), tired) + answer)
            if tired:
                return


def _say(answers: BinaryIO, answer: bytes) -> None:
    try:
        answers.write(answer)
        answers.flush()
        faults.point("answered")
    except BrokenPipeError:  # the worker is gone; the letter is kept, and its next reader begins anew
        os._exit(0)


def _size() -> int:
    """Bytes we take up now. Not ru_maxrss, which on Linux begins with the size of the process that started us."""
    try:
        return int(Path("/proc/self/statm").read_text().split()[1]) * resource.getpagesize()
    except OSError:
        return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024


def _allow(seconds: int) -> None:
    """So much CPU from here on; the kernel ends us at the limit."""
    used = resource.getrusage(resource.RUSAGE_SELF)
    limit = int(used.ru_utime + used.ru_stime) + 1 + seconds
    resource.setrlimit(resource.RLIMIT_CPU, (limit, resource.getrlimit(resource.RLIMIT_CPU)[1]))


def read(sha256: str, *, ours: list[str], key: bytes) -> Understood:
    """Open the letter kept under `sha256` and keep its files. ours: our addresses. key: of our own marks."""
    raw = blobs.read(sha256)
    faults.point("reading")
    letter = mime.parse(
        raw, own=lambda _message_id, mark: bool(mark) and threads.is_own_mark(mark, key=key), our_addresses=ours
    )
    split = quoting.visible_of_letter(letter.readable_text, letter.html)
    text = letter.readable_text or "".join(segment.text for segment in split.segments)
    files = [_file(each) for each in letter.attachments]
    for name, type_, words in (("letter.txt", "text/plain", text), ("letter.html", "text/html", letter.html)):
        if len(words) > LONGEST:
            files.append(_kept(words.encode("utf-8", "replace"), name=name, type_=type_))
    faults.point("files-kept")
    return storable(
        Understood(
            letter=replace(letter, attachments=(), text="", html="", salvaged=""),
            text=text[:LONGEST],
            said=split.visible[:LONGEST],
            html=letter.html[:LONGEST],
            shows_both=letter.apart or two_forms.is_stub(letter.text, letter.html),
            files=tuple(files),
        )
    )


def _file(each: Attachment) -> File:
    kept = _kept(each.content, name=each.name, type_=each.type)
    return replace(kept, inline=each.inline, content_id=each.content_id)


def _kept(content: bytes, *, name: str, type_: str) -> File:
    return File(sha256=blobs.keep(content), name=name, type=type_, size=len(content))


def storable(value: Value) -> Value:
    """The same value, every text in it fit for any database: no NUL, which PostgreSQL refuses, and no half characters."""
    result: Any = value
    if isinstance(value, str):
        if not value.isascii() or "\0" in value:
            result = value.replace("\0", "").encode("utf-8", "replace").decode("utf-8")
    elif isinstance(value, tuple):
        result = tuple(storable(each) for each in value)
    elif isinstance(value, dict):
        result = {storable(name): storable(each) for name, each in value.items()}
    elif is_dataclass(value) and not isinstance(value, type):
        now = {each.name: getattr(value, each.name) for each in fields(value)}
        mended = {name: storable(each) for name, each in now.items()}
        result = replace(value, **mended) if mended != now else value
    return result  # type: ignore[no-any-return]


if __name__ == "__main__":
    main()
