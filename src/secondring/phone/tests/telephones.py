"""The telephone network for tests: a caller who writes SIP by hand, and the exchange process they call."""

import contextlib
import itertools
import json
import queue
import re
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from typing import Any

from secondring.phone import sdp

NUMBER = "+15550100"
_calls = itertools.count(1)


class Running:
    """The exchange process: what it said, and what to tell it."""

    def __init__(self, process: subprocess.Popen[str]) -> None:
        self.process = process
        self.said: list[dict[str, Any]] = []
        self._new: queue.Queue[dict[str, Any]] = queue.Queue()
        threading.Thread(target=self._read, daemon=True).start()

    def _read(self) -> None:
        assert self.process.stdout is not None
        for line in self.process.stdout:
            self._new.put(json.loads(line))

    def tell(self, what: str, **words: Any) -> None:
        assert self.process.stdin is not None
        self.process.stdin.write(json.dumps({"what": what, **words}) + "\n")
        self.process.stdin.flush()

    def hears(self, what: str, *, within: float = 8.0, **words: Any) -> dict[str, Any]:
        """The next thing of this kind that it says."""
        until = time.monotonic() + within
        while True:
            for said in self.said:
                if said["what"] == what and all(said.get(k) == v for k, v in words.items()):
                    self.said.remove(said)
                    return said
            try:
                self.said.append(self._new.get(timeout=max(0.01, until - time.monotonic())))
            except queue.Empty:
                raise AssertionError(f"it did not say {what} {words}; it said {self.said}") from None

    def has_said(self, what: str) -> list[dict[str, Any]]:
        while not self._new.empty():
            self.said.append(self._new.get())
        return [said for said in self.said if said["what"] == what]


@contextlib.contextmanager
def exchange_running(*accounts: dict[str, Any], port: int = 0) -> Iterator[tuple[Running, int]]:
    """The exchange, and its port. Knows callers from 127.0.0.1 unless the accounts say otherwise."""
    own = {"id": 1, "host": "127.0.0.1", "registers": False, "numbers": [NUMBER]}
    port = port or free_port()
    options = {"accounts": list(accounts) or [own], "port": port}
    words = [sys.executable, "-m", "secondring.phone.tests.exchange", json.dumps(options)]
    process = subprocess.Popen(words, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    ends = threading.Timer(90, process.kill)
    ends.start()
    try:
        running = Running(process)
        running.hears("ready", within=30)
        yield running, port
    finally:
        assert process.stdin is not None
        with contextlib.suppress(OSError):
            process.stdin.close()
        with contextlib.suppress(subprocess.TimeoutExpired):
            process.wait(8)
        process.kill()
        process.wait()
        ends.cancel()


def free_port() -> int:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


class Answer:
    """A message as the caller got it."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.first, _, rest = text.partition("\r\n")
        self.head, _, self.body = rest.partition("\r\n\r\n")

    def header(self, name: str) -> str:
        found = re.search(rf"(?im)^{name}\s*:\s*(.*?)\s*$", self.head)
        return found[1] if found else ""

    @property
    def code(self) -> int:
        return int(self.first.split()[1]) if self.first.startswith("SIP/2.0") else 0

    @property
    def method(self) -> str:
        return self.header("cseq").split()[-1]


class Caller:
    """A telephone at the other end: every message by hand."""

    def __init__(self, port: int, *, address: str = "127.0.0.1", user: str = "+15551234", name: str = "Ana") -> None:
        self.socket = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self.socket.bind((address, 0))
        self.there, self.address, self.user, self.name = ("127.0.0.1", port), address, user, name
        self.port = self.socket.getsockname()[1]
        self.call = f"call-{next(_calls)}-{time.monotonic_ns()}"
        self.branch, self.to_tag, self.cseq = f"z9hG4bK{self.call}", "", 1
        self.sdp = sdp.plain(address, 20000, sdp.G711)
        self.got: list[Answer] = []

    def __enter__(self) -> "Caller":
        return self

    def __exit__(self, *exc: object) -> None:
        self.socket.close()

    def message(
        self, method: str, *, number: str = NUMBER, body: str = "", cseq: int = 0, branch: str = "", more: str = ""
    ) -> bytes:
        to = f"<sip:{number}@127.0.0.1>" + (f";tag={self.to_tag}" if self.to_tag else "")
        kind = "Content-Type: application/sdp\r\n" if body and "Content-Type" not in more else ""
        return (
            f"{method} sip:{number}@127.0.0.1:{self.there[1]} SIP/2.0\r\n"
            f"Via: SIP/2.0/UDP {self.address}:{self.port};branch={branch or self.branch};rport\r\n"
            f'Max-Forwards: 70\r\nFrom: "{self.name}" <sip:{self.user}@{self.address}>;tag=t{self.call}\r\nTo: {to}\r\n'
            f"Call-ID: {self.call}\r\nCSeq: {cseq or self.cseq} {method}\r\n"
            f"Contact: <sip:{self.user}@{self.address}:{self.port}>\r\n{more}{kind}Content-Length: {len(body)}\r\n\r\n{body}"
        ).encode()

    def send(self, data: bytes) -> None:
        self.socket.sendto(data, self.there)

    def invite(self, **words: Any) -> bytes:
        message = self.message("INVITE", **{"body": self.sdp, **words})
        self.send(message)
        return message

    def gets(self, code: int, method: str = "INVITE", *, within: float = 6.0) -> Answer:
        """Reads until this answer comes. Remembers the tag that makes it a dialog."""
        until = time.monotonic() + within
        while True:
            answer = self.next(max(0.01, until - time.monotonic()))
            assert answer is not None, f"no {code} to {method}; got {[each.first for each in self.got]}"
            if (answer.code, answer.method) == (code, method):
                if tag := re.search(r";tag=([^;\s>]+)", answer.header("to")):
                    self.to_tag = tag[1] if code > 100 else self.to_tag
                return answer

    def asked(self, method: str, *, within: float = 6.0) -> Answer:
        """Reads until a request of theirs comes, and says 200 to it."""
        until = time.monotonic() + within
        while True:
            answer = self.next(max(0.01, until - time.monotonic()))
            assert answer is not None, f"no {method}; got {[each.first for each in self.got]}"
            if answer.first.startswith(f"{method} "):
                self.reply(answer, 200, "OK")
                return answer

    def reply(self, request: Answer, code: int, reason: str, *, body: str = "", tag: str = "") -> None:
        lines = [line for line in request.head.split("\r\n") if re.match(r"(?i)(via|from|to|call-id|cseq):", line)]
        if tag:
            lines = [
                line + f";tag={tag}" if line.lower().startswith("to:") and "tag=" not in line else line
                for line in lines
            ]
        kind = "Content-Type: application/sdp\r\n" if body else ""
        self.send(
            (
                f"SIP/2.0 {code} {reason}\r\n" + "\r\n".join(lines) + "\r\n"
                f"Contact: <sip:{self.user}@{self.address}:{self.port}>\r\n{kind}Content-Length: {len(body)}\r\n\r\n{body}"
            ).encode()
        )

    def next(self, within: float) -> Answer | None:
        self.socket.settimeout(within)
        try:
            data = self.socket.recv(65535)
        except TimeoutError:
            return None
        if data[:1] >= b"\x80":  # sound for whoever had this port before us
            return self.next(within)
        self.got.append(Answer(data.decode()))
        return self.got[-1]

    def ack(self, **words: Any) -> None:
        self.send(self.message("ACK", branch=f"{self.branch}-ack", **words))

    def cancel(self) -> None:
        tag, self.to_tag = self.to_tag, ""
        self.send(self.message("CANCEL"))
        self.to_tag = tag

    def ask(self, method: str, **words: Any) -> None:
        """A request within the call."""
        self.cseq += 1
        self.send(self.message(method, branch=f"{self.branch}-{self.cseq}", **words))
