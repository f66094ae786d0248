"""A desk that really runs: `secondring demo` or `serve` in processes of their own, on free ports, in a folder of their own."""

from __future__ import annotations

import json
import os
import signal
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from journeys.engines.process import Server, free_port, private_folder

START = 90.0  # seconds; a busy machine builds a world slowly


@dataclass
class RunningDesk:
    """Where people find it (a proxy's address, where one stands in front), how to come in, and how to send it a letter."""

    folder: Path
    url: str
    server: Server
    email: str = ""
    password: str = ""
    smtp: tuple[str, int] = ("", 0)
    letter_to: str = ""

    @property
    def outside(self) -> Path:
        """Maildirs of everybody the demo's desk has written to."""
        return self.folder / "outside"

    def pid_of(self, process: str) -> int:
        """The process id of web, worker, phone or outside, as the operating system lists our children."""
        for entry in Path("/proc").iterdir():
            if entry.name.isdigit():
                words = _words(entry)
                if "secondring.commands.process" in words and process in words and self._is_ours(entry):
                    return int(entry.name)
        raise LookupError(process)

    def _is_ours(self, entry: Path) -> bool:
        return f"\nPPid:\t{self.server.process.pid}\n" in (entry / "status").read_text()


def _words(entry: Path) -> list[str]:
    try:
        return (entry / "cmdline").read_text().split("\0")
    except OSError:
        return []


def answers(url: str) -> bool:
    """Does this address answer with success?"""
    try:
        with urllib.request.urlopen(url, timeout=5) as answer:
            return bool(answer.status == 200)
    except (urllib.error.URLError, OSError):
        return False


def until_ready(server: Server, url: str) -> None:
    """Wait until every process has been heard of. Asked five times a second, for each *no* is a line in the desk's log."""
    said = ["nothing"]

    def is_ready() -> bool:
        try:
            with urllib.request.urlopen(f"{url}/readyz", timeout=5) as answer:
                return bool(answer.status == 200)
        except urllib.error.HTTPError as refused:
            said[0] = refused.read().decode(errors="replace")
        except (urllib.error.URLError, OSError):
            pass
        time.sleep(0.2)
        return False

    try:
        server.wait_until(is_ready, within=START, what="open the demo's desk")
    except RuntimeError as trouble:
        raise RuntimeError(f"/readyz said last: {said[0]}\n{trouble}") from None


@contextmanager
def running(*words: str, folder: Path, env: dict[str, str] | None = None) -> Iterator[Server]:
    """`secondring WORDS` until the end of the block; then SIGTERM, as a service manager would."""
    source = Path(__file__).parents[1] / "src"
    environment = {**os.environ, "PYTHONPATH": str(source), **(env or {})}
    argv: Sequence[str] = [sys.executable, "-m", "secondring.commands.cli", *words]
    server = Server(argv, folder=folder, name="secondring", env=environment, ends_with=signal.SIGTERM, as_myself=True)
    try:
        yield server
    finally:
        server.stop(within=25)


@contextmanager
def demo(world: str = "quiet-morning", **env: str) -> Iterator[RunningDesk]:
    """The demo's desk with that world in it."""
    with private_folder("demo") as folder:
        port = free_port()
        with running(
            "demo", "--dir", str(folder), "--port", str(port), "--world", world, folder=folder, env=env
        ) as server:
            url = f"http://127.0.0.1:{port}"
            until_ready(server, url)
            told = json.loads((folder / "demo.json").read_text())
            yield RunningDesk(
                folder, url, server, told["email"], told["password"], tuple(told["smtp"]), told["letter_to"]
            )


@contextmanager
def serve(folder: Path, *words: str, port: int = 0, **env: str) -> Iterator[RunningDesk]:
    """`serve` on `folder`; readiness is the caller's to wait for (`/readyz`)."""
    port = port or free_port()
    with running("serve", "--dir", str(folder), "--port", str(port), *words, folder=folder, env=env) as server:
        url = f"http://127.0.0.1:{port}"
        server.wait_until(lambda: answers(f"{url}/healthz"), within=START, what="open the desk")
        yield RunningDesk(folder, url, server)


def sign_in(page: Any, desk: RunningDesk, *, email: str = "", password: str = "") -> None:
    """Come in by the door, as a person would, and wait for the inbox and its live line."""
    page.goto(f"{desk.url}/account/login/")
    page.fill("[name=login]", email or desk.email)
    page.fill("[name=password]", password or desk.password)
    page.locator("button[type=submit].is-key").click()
    page.locator("#main").wait_for()
    page.locator("html[data-line=on]").wait_for(state="attached")


def come_in(firefox: Any, desk: RunningDesk, *, email: str = "", password: str = "") -> None:
    """The same in Firefox."""
    firefox.resize(1440, 900)
    firefox.open(f"{desk.url}/account/login/")
    firefox.type("[name=login]", email or desk.email)
    firefox.type("[name=password]", password or desk.password)
    firefox.click("button[type=submit].is-key")
    firefox.wait_for("document.documentElement?.dataset.line === 'on'", within=30)
