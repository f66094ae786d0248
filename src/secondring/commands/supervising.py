"""Three processes under one roof: started, watched, started again when one dies, and stopped finishing what is in hand.

Knows nothing of Django, so that watching costs next to no memory.
"""

import fcntl
import os
import signal
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from types import FrameType
from typing import IO

GRACE = 15.0  # seconds a process has to finish what it has in hand
STEADY = 20.0  # seconds alive after which an end counts as a first one
SLOWEST = 10.0  # longest pause before starting one again


class AlreadyRunning(Exception):
    """Another `serve` holds this folder."""


def hold(folder: Path) -> IO[str]:
    """Hold the folder for this process; the operating system lets go of it even after a kill. Raises AlreadyRunning."""
    (folder / "run").mkdir(parents=True, exist_ok=True)
    handle = (folder / "run" / "lock").open("a+")
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        handle.seek(0)
        raise AlreadyRunning(
            f"Second Ring already runs on {folder} (process {handle.read().strip() or 'unknown'}). "
            "Stop that one first, or name another folder with --dir."
        ) from None
    handle.truncate(0)
    handle.write(str(os.getpid()))
    handle.flush()
    return handle


@dataclass
class Child:
    """One process of the house, and how it has been doing."""

    name: str
    words: Sequence[str]
    process: subprocess.Popen[bytes] | None = None
    started_at: float = 0.0
    ends: int = 0
    start_after: float = 0.0
    line: IO[bytes] | None = field(default=None, repr=False)


class Supervisor:
    """Keeps the children alive until told to stop."""

    def __init__(self, commands: Mapping[str, Sequence[str]], environment: Mapping[str, str]) -> None:
        self.children = [Child(name, words) for name, words in commands.items()]
        self.environment = dict(environment)
        self.stopping = self.hurried = False

    def run(self) -> int:
        """Start all, watch all, until SIGTERM or SIGINT; then stop all. Returns the exit code."""
        signal.signal(signal.SIGTERM, self._stop)
        signal.signal(signal.SIGINT, self._stop)
        while not self.stopping:
            for child in self.children:
                self._watch(child)
            time.sleep(0.1)
        return self._finish()

    def _stop(self, _signal: int, _frame: FrameType | None) -> None:
        self.hurried = self.stopping
        self.stopping = True

    def _watch(self, child: Child) -> None:
        now = time.monotonic()
        if child.process is None:
            if now >= child.start_after:
                self._start(child)
            return
        code = child.process.poll()
        if code is None:
            return
        child.ends = 1 if now - child.started_at > STEADY else child.ends + 1
        pause = min(SLOWEST, 0.2 * 2.0**child.ends)
        say(f"{child.name} ended ({code}); starting it again in {pause:.1f} s.")
        child.process, child.start_after = None, now + pause

    def _start(self, child: Child) -> None:
        # The child reads our end of a pipe: when we are killed, it sees the end of it and goes too.
        child.process = subprocess.Popen(
            [sys.executable, "-m", "secondring.commands.process", child.name, *child.words],
            env=self.environment,
            stdin=subprocess.PIPE,
            start_new_session=True,  # Ctrl-C is for us; we pass it on once
        )
        child.line = child.process.stdin
        child.started_at = time.monotonic()

    def _let_calls_end(self) -> None:
        """An upgrade cuts no call: the others stay until the last is over, or until we are told a second time."""
        phone = next((child.process for child in self.children if child.name == "phone" and child.process), None)
        if phone is None:
            return
        phone.terminate()
        until, told = time.monotonic() + GRACE, False
        while phone.poll() is None and not self.hurried:
            talking = calls_in(Path(self.environment.get("SECONDRING_DIR", "data")))
            if not talking and time.monotonic() > until:
                return
            if talking and not told:
                told = True
                say(
                    "Somebody is on the telephone. New calls go elsewhere; we stop when they have finished (again: at once)."
                )
            time.sleep(0.1)

    def _finish(self) -> int:
        """Tell all, wait for all; who has not finished after GRACE is ended."""
        self._let_calls_end()
        running = [child.process for child in self.children if child.process]
        for process in running:
            process.terminate()
        until = time.monotonic() + GRACE
        late = 0
        for process in running:
            try:
                process.wait(max(0.1, until - time.monotonic()))
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()
                late += 1
        return 1 if late else 0


def calls_in(folder: Path) -> int:
    """How many calls the telephone process of this folder has, as it said last; 0 when nobody says."""
    try:
        return int((folder / "run" / "phone.talking").read_text())
    except (OSError, ValueError):
        return 0


def say(sentence: str) -> None:
    """A line for whoever looks at the terminal."""
    print(sentence, file=sys.stderr, flush=True)
