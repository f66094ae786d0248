"""A small HTTP server on loopback for what a test plays to the desk: a provider of log-ins, of tokens."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs


class Answering(BaseHTTPRequestHandler):
    """What a site of ours needs to read and to say."""

    def form(self) -> dict[str, str]:
        """The fields that were posted."""
        return first_of_each(self.rfile.read(int(self.headers.get("Content-Length", 0))).decode())

    def say(self, status: int, answer: dict[str, Any]) -> None:
        """Answer with JSON."""
        self.send(status, "application/json", json.dumps(answer).encode())

    def send(self, status: int, kind: str, body: bytes) -> None:
        """Answer with anything."""
        self.send_response(status)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:
        """Quiet: the test says what went wrong."""


def first_of_each(query: str) -> dict[str, str]:
    """A query or a form as one value a name."""
    return {name: values[0] for name, values in parse_qs(query).items()}


@contextmanager
def listening() -> Iterator[ThreadingHTTPServer]:
    """A server for as long as the block lasts; its `RequestHandlerClass` is whoever made it to set."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), Answering)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield server
    finally:
        server.shutdown()
        server.server_close()
