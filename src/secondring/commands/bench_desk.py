"""A desk that really runs, for measuring: `secondring serve` on a folder that `load` filled, in processes of its own."""

import os
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

START, END = 120.0, 25.0  # seconds; a busy machine starts slowly


@dataclass
class Desk:
    """Where it runs."""

    folder: Path
    port: int
    inlet: int
    pid: int

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"


@contextmanager
def filled(messages: int = 600, *, company: Sequence[str] = (), durable: bool = True) -> Iterator[Desk]:
    """A desk with a small company in it; its mailboxes take letters by SMTP."""
    with TemporaryDirectory(prefix="secondring-bench-") as made:
        folder = Path(made)
        numbers = [
            "--messages",
            str(messages),
            "--conversations",
            str(messages // 6),
            "--customers",
            str(messages // 15),
        ]
        environment = {**os.environ, "SECONDRING_DURABLE": "yes" if durable else "no"}
        words = [sys.executable, "-m", f"{__package__}.cli", "load", "--dir", made, *numbers, *company]
        subprocess.run(words, env=environment, check=True, stderr=subprocess.DEVNULL)
        with serving(folder, environment) as desk:
            yield desk


@contextmanager
def serving(folder: Path, environment: dict[str, str], *more: str) -> Iterator[Desk]:
    """`serve` on this folder until the end of the block; ready when the block begins."""
    port, inlet = free_port(), free_port()
    words = ["serve", "--dir", str(folder), "--port", str(port), "--inlet", f"127.0.0.1:{inlet}", *more]
    log = (folder / "serve.log").open("ab")
    process = subprocess.Popen(
        [sys.executable, "-m", f"{__package__}.cli", *words],
        env={**environment, "PYTHONPATH": str(Path(__file__).parents[2])},
        stdout=log,
        stderr=log,
        start_new_session=True,
    )
    desk = Desk(folder, port, inlet, process.pid)
    try:
        wait_for(f"{desk.url}/readyz", process)
        yield desk
    finally:
        process.send_signal(signal.SIGTERM)
        try:
            process.wait(END)
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, signal.SIGKILL)
            process.wait(5)
        log.close()


def wait_for(url: str, process: "subprocess.Popen[bytes]", within: float = START) -> float:
    """Seconds until this address answers with success."""
    began = time.perf_counter()
    while time.perf_counter() - began < within:
        if process.poll() is not None:
            raise RuntimeError(f"The desk ended with {process.returncode} before {url} answered.")
        try:
            with urllib.request.urlopen(url, timeout=5) as answer:
                if answer.status == 200:
                    return time.perf_counter() - began
        except (urllib.error.URLError, OSError):
            time.sleep(0.01)
    raise RuntimeError(f"{url} did not answer within {within:g} s.")


def free_port() -> int:
    """A loopback port that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def family(pid: int) -> dict[int, str]:
    """This process and everything it started, by process id: what each is called."""
    parents: dict[int, int] = {}
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            try:
                parents[int(entry.name)] = int((entry / "stat").read_text().rpartition(")")[2].split()[1])
            except OSError:
                continue
    found, new = {pid}, {pid}
    while new:
        new = {child for child, parent in parents.items() if parent in new} - found
        found |= new
    return {each: name_of(each) for each in sorted(found)}


def name_of(pid: int) -> str:
    """web, worker, phone, reader, or serve itself."""
    try:
        words: Sequence[str] = Path(f"/proc/{pid}/cmdline").read_text().split("\0")
    except OSError:
        return "gone"
    if "secondring.commands.process" in words:
        return words[words.index("secondring.commands.process") + 1]
    return next((word.rpartition(".")[2] for word in words if word.startswith("secondring.mail.")), "serve")


def cpu_seconds(pid: int) -> float:
    """User and system time of a process, its ended children included."""
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return sum(int(each) for each in fields[11:15]) / os.sysconf("SC_CLK_TCK")
