"""The test's side of the SMTP sink: gives it orders, reads what it kept."""

from __future__ import annotations

import itertools
import json
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from pathlib import Path
from typing import Any

from journeys.engines.certificate import self_signed
from journeys.engines.process import Server, private_folder

ROOT = Path(__file__).parents[2]


@dataclass(frozen=True)
class KeptLetter:
    """One letter the sink accepted, with its envelope. A letter sent twice is here twice."""

    raw: bytes
    sender: str
    recipients: tuple[str, ...]
    tls: bool
    user: str

    @property
    def message(self) -> EmailMessage:
        return message_from_bytes(self.raw, policy=default)


class SMTPSink:
    """`sink.say(550, "No such person", at="rcpt", match="ana@")`; `sink.hang_up(at="dot", keep=True)`; `sink.letters()`."""

    host = "127.0.0.1"

    def __init__(self, folder: Path, *, user: str = "", password: str = "", tls: str = "") -> None:
        self.folder, self.user, self.password, self.tls = folder, user, password, tls
        self.port = 0
        self._orders = itertools.count(1)
        if tls:
            self.cert, _ = self_signed(folder)
        self.start()

    def start(self) -> None:
        """Starts the sink, again after a `stop` if need be: same port, same letters, same orders."""
        said = self.folder / "port"
        said.unlink(missing_ok=True)
        argv: list[str | Path] = [
            sys.executable,
            "-m",
            "journeys.engines.smtp_sink_server",
            self.folder,
            "--port",
            str(self.port),
        ]
        argv += ["--user", self.user, "--password", self.password, "--tls", self.tls]
        # Its own folder is ours alone; it runs as ourselves because it needs our Python, which may live in our home.
        self.server = Server(argv, folder=self.folder, name="sink", env={"PYTHONPATH": str(ROOT)}, as_myself=True)
        self.server.wait_until(said.exists, what="listen")
        self.port = int(said.read_text())

    def stop(self) -> None:
        self.server.stop()

    def say(self, code: int, text: str, *, at: str = "rcpt", match: str = "", times: int = 0) -> None:
        """Answers `code text` at that step, `times` times or until `be_kind`. A letter refused after the dot is not kept."""
        self._order(at=at, do="answer", answer=f"{code} {text}", match=match, times=times)

    def hang(self, *, at: str = "data", match: str = "", times: int = 0, keep: bool = False) -> None:
        """Says nothing more at that step and holds the line. After the dot, `keep` says whether the letter was accepted."""
        self._order(at=at, do="hang", match=match, times=times, keep=keep)

    def hang_up(self, *, at: str = "dot", match: str = "", times: int = 0, keep: bool = False) -> None:
        """Breaks the line at that step without a word. After the dot, `keep` says whether the letter was accepted."""
        self._order(at=at, do="close", match=match, times=times, keep=keep)

    def be_kind(self) -> None:
        """Takes every order back."""
        for order in (self.folder / "orders").glob("*.json"):
            order.unlink(missing_ok=True)

    def _order(
        self, *, at: str, do: str, answer: str = "", match: str = "", times: int = 0, keep: bool = False
    ) -> None:
        if at not in {"connect", "ehlo", "mail", "rcpt", "data", "dot"}:
            raise ValueError(f"The sink takes no order at {at!r}.")
        path = self.folder / "orders" / f"{next(self._orders):06d}.json"
        partial = path.with_suffix(".part")
        partial.write_text(
            json.dumps({"at": at, "do": do, "answer": answer, "match": match, "times": times, "keep": keep})
        )
        partial.rename(path)

    def letters(self) -> list[KeptLetter]:
        """Every letter accepted so far, oldest first."""
        return [_read(path) for path in sorted((self.folder / "letters").glob("*.json"))]

    def wait_for_letters(self, count: int, *, within: float = 30.0) -> list[KeptLetter]:
        """The letters, once there are at least so many."""
        self.server.wait_until(lambda: len(self.letters()) >= count, within=within, what=f"keep {count} letters")
        return self.letters()

    def log(self) -> list[dict[str, Any]]:
        """Every step of every session, in order: `{at, what, …}`."""
        path = self.folder / "log.jsonl"
        return [json.loads(line) for line in path.read_text().splitlines()] if path.exists() else []


def _read(path: Path) -> KeptLetter:
    about = json.loads(path.read_text())
    return KeptLetter(
        raw=path.with_suffix(".eml").read_bytes(),
        sender=about["sender"] or "",
        recipients=tuple(about["recipients"]),
        tls=about["tls"],
        user=about["user"],
    )


@contextmanager
def private_sink(*, user: str = "", password: str = "", tls: str = "") -> Iterator[SMTPSink]:
    """A sink for as long as the block lasts. `tls` is "", "starttls" (required) or "implicit"."""
    with private_folder("sink") as folder:
        sink = SMTPSink(folder, user=user, password=password, tls=tls)
        try:
            yield sink
        finally:
            sink.stop()
