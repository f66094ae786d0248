"""The processes of a desk, each living only until its next kill: at a named point where it hurts, or at any moment."""

import os
import random
import signal
import subprocess
import sys
import threading
import time
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

# Where the worker is killed: bytes kept, row written, before the 250, fetched from IMAP, in the reader, before the commit,
# after the claim, in DATA, after the final dot, after the 250, after it was written down; "" is any moment.
POINTS = (
    "bytes-kept", "rows-written", "before-250", "fetched", "reading", "arriving", "claimed", "before-dot", "after-dot",
    "after-250", "written-down", "",
)  # fmt: skip
LONGEST_START = 90.0  # seconds until the first sign of life
LONGEST_LIFE = 6.0  # seconds; a point that is never passed must not make it immortal


@dataclass
class Mortal:
    """A process that is killed, and started again, until it has died often enough."""

    name: str
    words: Sequence[str]
    environment: dict[str, str]
    log: Path
    points: Sequence[str]
    kills: int
    seed: int
    killed: Counter[str] = field(default_factory=Counter)
    lives: int = 0
    ended: list[int] = field(default_factory=list)  # exit codes of lives that ended without being killed
    _stop: threading.Event = field(default_factory=threading.Event)

    def run(self) -> None:
        """Live and die; each point has its turn before any has a second one."""
        chance = random.Random(f"{self.seed}-{self.name}")
        turns: list[str] = []
        while sum(self.killed.values()) < self.kills and not self._stop.is_set():
            if not turns:
                turns = chance.sample(list(self.points), len(self.points))
            self._live(turns.pop(), chance)

    def stop(self) -> None:
        self._stop.set()

    @property
    def progress(self) -> float:
        """How much of its dying is done, the present life included; traffic keeps step, so that every life has some."""
        return min(1.0, self.lives / max(1, self.kills))

    def _is_up(self, since: float) -> bool:
        """Has it given a sign of life? Web gives none in a file; a second is enough to be in the middle of starting."""
        if self.name == "web":
            return time.time() > since + 1.0
        alive = self.log.parent / "run" / f"{self.name}.alive"
        return alive.exists() and alive.stat().st_mtime > since

    def _live(self, point: str, chance: random.Random) -> None:
        self.lives += 1
        fault = f"{point}:{chance.randint(1, 3)}" if point else ""
        process = start(self.name, self.words, {**self.environment, "SECONDRING_FAULT": fault}, self.log)
        life = LONGEST_LIFE if point else chance.uniform(0.3, LONGEST_LIFE)
        died_there = _wait(process, LONGEST_START, self._stop, self._is_up) or _wait(process, life, self._stop)
        if process.poll() is None:
            process.send_signal(signal.SIGKILL)
        process.wait(10)
        if process.returncode == -signal.SIGKILL:
            self.killed[point if died_there else "any moment"] += 1
        else:
            self.ended.append(process.returncode)


def _wait(
    process: "subprocess.Popen[bytes]",
    seconds: float,
    stop: threading.Event,
    enough: Callable[[float], bool] | None = None,
) -> bool:
    """Wait for it to die by itself; False when its time is over first, or `enough` (given when we began) is true."""
    until, began = time.monotonic() + seconds, time.time()
    while time.monotonic() < until and not stop.is_set() and not (enough and enough(began)):
        if process.poll() is not None:
            return True
        time.sleep(0.02)
    return False


def start(name: str, words: Sequence[str], environment: dict[str, str], log: Path) -> "subprocess.Popen[bytes]":
    """One process of the house, as `serve` would start it. It goes when we go: its standard input is our pipe."""
    with log.open("ab") as output:
        return subprocess.Popen(
            [sys.executable, "-m", "secondring.commands.process", name, *words],
            env={**os.environ, **environment},
            stdin=subprocess.PIPE,
            stdout=output,
            stderr=output,
            start_new_session=True,
        )
