"""Programs that a test starts: each ends with the test, with the test's process, or when its life is over."""

from __future__ import annotations

import contextlib
import ctypes
import os
import pwd
import random
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

PORTS = (18000, 32000)
LIFE = 15 * 60.0  # seconds; longer than any journey, shorter than anyone's patience. A long run sets its own
_PR_SET_PDEATHSIG = 1
_libc = ctypes.CDLL(None, use_errno=True) if sys.platform == "linux" else None


def ordinary_user() -> dict[str, Any]:
    """What makes `subprocess` start a program as nobody when we are root: PostgreSQL insists, and nothing here needs more."""
    if os.geteuid() != 0:
        return {}
    nobody = pwd.getpwnam("nobody")
    return {"user": nobody.pw_uid, "group": nobody.pw_gid, "extra_groups": []}


def user_name() -> str:
    """The name of the user that the engines run as."""
    return pwd.getpwuid(ordinary_user().get("user", os.geteuid())).pw_name


def free_port() -> int:
    """A loopback TCP port that nobody has at this moment, and that no outgoing call takes while its server is away.

    Those begin where the kernel hands out ports by itself (32768 on Linux): a server that came back found its port taken.
    """
    for _try in range(500):
        port = random.SystemRandom().randrange(*PORTS)
        with socket.socket() as probe, contextlib.suppress(OSError):
            probe.bind(("127.0.0.1", port))
            return port
    raise RuntimeError(f"No port between {PORTS[0]} and {PORTS[1]} is free")


@contextlib.contextmanager
def private_folder(name: str) -> Iterator[Path]:
    """A folder of the engines' user, outside pytest's own (which only its owner may enter); gone afterwards."""
    folder = Path(tempfile.mkdtemp(prefix=f"secondring-{name}-"))
    if user := ordinary_user():
        os.chown(folder, user["user"], user["group"])
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


class Server:
    """One program, started in `folder` with its output in `folder/<name>.log`.

    `ends_with` is the signal that makes this program leave at once; the kernel sends it, too, when the test process dies.
    """

    def __init__(
        self,
        argv: Sequence[str | Path],
        *,
        folder: Path,
        name: str = "",
        env: Mapping[str, str] | None = None,
        ends_with: signal.Signals = signal.SIGTERM,
        life: float | None = None,
        as_myself: bool = False,
    ) -> None:
        self.name = name or Path(argv[0]).name
        self.log = folder / f"{self.name}.log"
        self.ends_with = ends_with
        with self.log.open("ab") as output:
            self.process = subprocess.Popen(
                [os.fspath(word) for word in argv],
                cwd=folder,
                env={**os.environ, "HOME": str(folder), **(env or {})},
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                start_new_session=True,
                preexec_fn=self._die_with_parent,  # noqa: PLW1509 (one system call, looked up beforehand)
                **({} if as_myself else ordinary_user()),
            )
        self._end_of_life = threading.Timer(life or LIFE, self.kill)
        self._end_of_life.daemon = True
        self._end_of_life.start()

    def _die_with_parent(self) -> None:
        if _libc:
            _libc.prctl(_PR_SET_PDEATHSIG, int(self.ends_with))

    @property
    def pid(self) -> int:
        return self.process.pid

    @property
    def is_running(self) -> bool:
        return self.process.poll() is None

    def wait_until(self, ready: Callable[[], object], *, within: float = 30.0, what: str = "be ready") -> None:
        """Waits until `ready()` is true. Raises with the end of the log when the program ends first or takes too long."""
        deadline = time.monotonic() + within
        while not ready():
            if not self.is_running:
                raise RuntimeError(
                    f"{self.name} ended with {self.process.returncode} before it could {what}:\n{self.tail()}"
                )
            if time.monotonic() > deadline:
                raise RuntimeError(f"{self.name} did not {what} within {within:g} s:\n{self.tail()}")
            time.sleep(0.02)

    def wait_for_port(self, port: int, *, within: float = 30.0) -> None:
        self.wait_until(lambda: answers(port), within=within, what=f"listen on port {port}")

    def tail(self, lines: int = 30) -> str:
        """The end of what the program printed."""
        return "\n".join(self.log.read_text(errors="replace").splitlines()[-lines:])

    def stop(self, *, within: float = 10.0) -> None:
        """Asks the program to leave, and insists after `within` seconds."""
        self._end_of_life.cancel()
        if self.is_running:
            self.process.send_signal(self.ends_with)
            with contextlib.suppress(subprocess.TimeoutExpired):
                self.process.wait(within)
        self.kill()

    def kill(self) -> None:
        """Ends the program and everything it started, as a power cut would."""
        self._end_of_life.cancel()
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.killpg(self.pid, signal.SIGKILL)
        with contextlib.suppress(subprocess.TimeoutExpired):
            self.process.wait(10)

    def freeze(self) -> None:
        """Stops the program in mid-step, as a machine that hangs; `thaw` lets it go on."""
        os.killpg(self.pid, signal.SIGSTOP)

    def thaw(self) -> None:
        os.killpg(self.pid, signal.SIGCONT)

    def __enter__(self) -> Server:
        return self

    def __exit__(self, *exc: object) -> None:
        self.stop()


def answers(port: int, host: str = "127.0.0.1") -> bool:
    """Whether somebody listens there."""
    with contextlib.suppress(OSError), socket.create_connection((host, port), timeout=1):
        return True
    return False
