"""The reading process, seen from here: asked for several letters at once, it reads ahead while the first of them arrive."""

import contextlib
import json
import os
import pickle
import select
import subprocess
import sys
import time
from collections import deque
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from django.conf import settings
from django.utils.translation import gettext as _

from .ours import mark_key
from .understood import HEAD, Understood


@dataclass(frozen=True)
class Limits:
    """How long one letter may take to read."""

    cpu: int  # seconds
    wall: float  # seconds; a reader that sleeps uses no CPU


QUICK, PATIENT = Limits(3, 10.0), Limits(20, 60.0)


class ReaderDied(Exception):
    """The letter was too much for its reader. Says how, in words."""


class Reader:
    """One warm reading process, started when it is first asked and again after it ended. Not for two threads at once."""

    def __init__(self, limits: Limits = QUICK) -> None:
        self.limits = limits
        self._process: subprocess.Popen[bytes] | None = None
        self._left: deque[str] = deque()  # asked for, and not answered yet
        self._about: dict[str, Any] = {}
        self._since = 0.0

    def ask(self, letters: Sequence[str], addresses: Iterable[str] = ()) -> None:
        """Begin to read these letters, named by their SHA-256; each `answer` is the next one's."""
        if self._left:  # nobody came for the answers to these; they must not be taken for answers to others
            self.close()
        self._left = deque(letters)
        self._about = {"cpu": self.limits.cpu, "ours": sorted(addresses), "key": mark_key().hex()}
        try:
            self._begin()
        except OSError:  # it had ended since the last letter
            self.close()
            self._begin()

    def has_answered(self, *, within: float) -> bool:
        """Does the next answer begin within so many seconds?"""
        if self._process is None or self._process.stdout is None:
            return False
        return bool(select.select([self._process.stdout], [], [], within)[0])

    def answer(self) -> Understood:
        """What the next letter says. Raises ReaderDied; those after it are then read by a fresh process."""
        if self._process is None:
            self._begin()
        try:
            length, was_last = HEAD.unpack(self._take(HEAD.size))
            answer = self._take(length)
        except ReaderDied:
            self._go_on(afresh=True)
            raise
        self._go_on(afresh=was_last)
        return pickle.loads(answer)  # type: ignore[no-any-return]

    def _go_on(self, *, afresh: bool) -> None:
        self._left.popleft()
        self._since = time.monotonic()
        if afresh:  # it leaves, or left; what is still to read must not be left in its hands
            self.close()

    def close(self) -> None:
        """End the process."""
        process, self._process = self._process, None
        if process is not None:
            process.kill()
            process.wait()
            for pipe in (process.stdin, process.stdout):
                if pipe is not None:
                    _close(pipe)

    def _begin(self) -> None:
        if self._process is None or self._process.poll() is not None:
            self.close()
            self._process = _start()
        assert self._process.stdin is not None
        self._since = time.monotonic()
        self._process.stdin.write(json.dumps({"letters": [*self._left], **self._about}).encode() + b"\n")

    def _take(self, count: int) -> bytes:
        assert self._process is not None
        assert self._process.stdout is not None
        descriptor, taken = self._process.stdout.fileno(), bytearray()
        while len(taken) < count:
            left = self._since + self.limits.wall - time.monotonic()
            if left <= 0 or not select.select([descriptor], [], [], left)[0]:
                raise ReaderDied(_("Reading it took longer than we can wait."))
            part = os.read(descriptor, min(count - len(taken), 2**20))
            if not part:
                raise ReaderDied(self._how_it_ended())
            taken += part
        return bytes(taken)

    def _how_it_ended(self) -> str:
        assert self._process is not None
        code = self._process.wait(5)
        if code == -24:  # SIGXCPU
            return _("Reading it took more work than a letter should.")
        return _("The reader broke down over it (%(code)s).") % {"code": code}


def _close(pipe: Any) -> None:
    with contextlib.suppress(OSError):
        pipe.close()


def _start() -> "subprocess.Popen[bytes]":
    durable = "yes" if settings.SECONDRING_DURABLE else "no"
    source = str(Path(__file__).resolve().parents[2])
    return subprocess.Popen(
        [sys.executable, "-m", "secondring.mail.reader", str(settings.SECONDRING_DIR), durable],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        env={**os.environ, "PYTHONPATH": source},
        bufsize=0,
        start_new_session=True,  # Ctrl-C is for the worker, which finishes its letter first
    )
