"""The processes of a desk, each living only until its next kill: at a named point where it hurts, or at any moment."""

import os
import random
import signal
import socket
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from ..lib import faults

ANY = "any moment"
# Where each is killed. Worker: bytes kept, rows written, before the 250, fetched from IMAP, before the commit of a letter's
# place, after the claim, in DATA, after the final dot, after the 250, after it was written down. Reader: the letter opened,
# its files kept, its answer given. Web: a reply written and not committed, committed and not yet said.
POINTS: dict[str, tuple[str, ...]] = {
    "worker": (
        "bytes-kept", "rows-written", "before-250", "fetched", "arriving", "claimed", "before-dot", "after-dot", "after-250",
        "written-down",
    ),
    "reader": ("reading", "files-kept", "answered"),
    "web": ("reply-written", "reply-kept"),
    "phone": (),
}  # fmt: skip
LONGEST_START = 90.0  # seconds until the first sign of life
LONGEST_LIFE = 6.0  # seconds, where any moment will do
LONGEST_WAIT = 25.0  # seconds until a point is passed; one that never is must not make it immortal
AHEAD = 3  # lives that one process may be ahead of another, so that both die for as long as there is work
READS = (4, 40)  # letters that a reader opens before it dies


@dataclass
class Mortal:
    """A process that is killed, and started again, until it has died often enough, and often enough at each point."""

    name: str
    words: Sequence[str]
    environment: dict[str, str]
    log: Path
    kills: int
    seed: int
    killed: Counter[str] = field(default_factory=Counter)
    lives: int = 0
    ended: list[int] = field(default_factory=list)  # exit codes of lives that ended without being killed
    beside: "Mortal | None" = None  # whom it keeps step with
    process: "subprocess.Popen[bytes] | None" = None

    def run(self) -> None:
        """Live and die."""
        chance = random.Random(f"{self.seed}-{self.name}")
        while not self.is_done:
            while self.beside and self.lives > self.beside.lives + AHEAD and not self.beside.is_done:
                time.sleep(0.05)
            self._live(self._turn(chance), chance)

    @property
    def points(self) -> Sequence[str]:
        return POINTS[self.name]

    @property
    def is_done(self) -> bool:
        """It died as often as planned, at each point its share of times; or lived twice as often without getting there."""
        return self._done() >= 1.0 or self.lives >= 2 * self.kills

    @property
    def progress(self) -> float:
        """How much of its dying is done, the present life included; traffic keeps step, so that every life has some."""
        return 1.0 if self.is_done else min(1.0, max(self._done() + 1 / self.kills, self.lives / (1.5 * self.kills)))

    def _done(self) -> float:
        share = max(1, self.kills // (len(self.points) + 1))
        at_points = sum(min(self.killed[point], share) for point in self.points)
        return min(self.killed.total() / self.kills, at_points / (share * len(self.points)) if self.points else 1.0)

    def _turn(self, chance: random.Random) -> str:
        """Where it dies next: where it died least often so far, "" being any moment."""
        turns = [*self.points, ""]
        least = min(self.killed[turn or ANY] for turn in turns)
        return chance.choice([turn for turn in turns if self.killed[turn or ANY] == least])

    def _live(self, point: str, chance: random.Random) -> None:
        self.lives += 1
        orders = [f"{point}:{chance.randint(1, 3)}"] if point else []
        if self.name == "worker":  # its readers inherit this
            orders.append(f"{chance.choice(POINTS['reader'])}:{chance.randint(*READS)}")
        process = start(self.name, self.words, {**self.environment, "SECONDRING_FAULT": " ".join(orders)}, self.log)
        self.process = process
        life = LONGEST_WAIT if point else chance.uniform(0.3, LONGEST_LIFE)
        died_there = _ends(process, LONGEST_START, self._is_up) or _ends(process, life)
        if process.poll() is None:
            process.send_signal(signal.SIGKILL)
        process.wait(10)
        if process.returncode == -signal.SIGKILL:
            self.killed[point if died_there else ANY] += 1
        else:
            self.ended.append(process.returncode)

    def _is_up(self, since: float) -> bool:
        """Has it given a sign of life? Web answers at its port; the others write into a file."""
        if self.name == "web":
            return answers(int(self.words[self.words.index("--port") + 1]))
        alive = self.log.parent / "run" / f"{self.name}.alive"
        return alive.exists() and alive.stat().st_mtime > since


@dataclass
class Hunter:
    """Kills readers of the worker at any moment; at their points they die by themselves. The worker's log tells of those.

    Half of the deaths are the hunter's. Where a small run has too few letters for the points, it does the rest as well.
    """

    worker: Mortal
    kills: int  # of readers, wherever they die
    seed: int
    hunted: int = 0

    def run(self) -> None:
        """Hunt for as long as the worker dies, in step with it."""
        chance = random.Random(f"{self.seed}-reader")
        while not self.worker.is_done:
            lags = self.killed.total() < self.worker.progress * self.kills
            time.sleep(chance.uniform(0.2, 1.0 if lags else 3.0))
            wants = lags or self.hunted < self.kills // 2
            prey = readers_of(self.worker.process.pid) if self.worker.process and wants else []
            if prey:
                self.hunted += _killed(chance.choice(prey))

    @property
    def killed(self) -> Counter[str]:
        """Where readers died."""
        said = (
            Counter(self.worker.log.read_text(errors="replace").splitlines()) if self.worker.log.exists() else Counter()
        )
        at = {point: said[f"{faults.SAYS} {point}"] for point in POINTS["reader"]}
        return Counter({**at, ANY: self.hunted})


def readers_of(pid: int) -> list[int]:
    """The reading processes that this worker started."""
    found = []
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            try:
                parent = int((entry / "stat").read_text().rpartition(")")[2].split()[1])
                if parent == pid and b"secondring.mail.reader" in (entry / "cmdline").read_bytes():
                    found.append(int(entry.name))
            except (OSError, ValueError, IndexError):
                continue  # it ended while we looked
    return found


def _killed(pid: int) -> bool:
    try:
        os.kill(pid, signal.SIGKILL)
    except ProcessLookupError:
        return False
    return True


def answers(port: int) -> bool:
    """Does somebody listen there?"""
    try:
        socket.create_connection(("127.0.0.1", port), timeout=1).close()
    except OSError:
        return False
    return True


def _ends(process: "subprocess.Popen[bytes]", seconds: float, enough: Callable[[float], bool] | None = None) -> bool:
    """Wait for it to die by itself; False when its time is over first, or `enough` (given when we began) is true."""
    until, began = time.monotonic() + seconds, time.time()
    while time.monotonic() < until and not (enough and enough(began)):
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
