"""A web server of our own that answers as badly as it is told to, for tests of whoever must fetch from strangers."""

from __future__ import annotations

import io
import socket
import threading
from collections.abc import Callable

from PIL import Image

_file = io.BytesIO()
Image.new("RGB", (3, 2)).save(_file, "png")
PNG = _file.getvalue()


def answer(body: bytes, status: str = "200 OK", *headers: str) -> bytes:
    lines = [f"HTTP/1.1 {status}", f"Content-Length: {len(body)}", "Connection: close", *headers, "", ""]
    return "\r\n".join(lines).encode() + body


class Stranger:
    """A server on two loopback addresses that answers each path as told and remembers what it was asked."""

    def __init__(self) -> None:
        self.paths: dict[str, Callable[[socket.socket], None] | bytes] = {"/a.png": answer(PNG)}
        self.asked: list[str] = []
        self.stopped = threading.Event()
        self._sockets = [socket.create_server(("127.0.0.1", 0))]
        self.port = self._sockets[0].getsockname()[1]
        self._sockets.append(socket.create_server(("127.0.0.2", self.port)))
        for one in self._sockets:
            one.settimeout(0.2)
            threading.Thread(target=self._listen, args=(one,), daemon=True).start()

    def _listen(self, listening: socket.socket) -> None:
        while not self.stopped.is_set():
            try:
                line, _ = listening.accept()
            except TimeoutError:
                continue
            except OSError:
                return
            threading.Thread(target=self._talk, args=(line,), daemon=True).start()

    def _talk(self, line: socket.socket) -> None:
        line.settimeout(10)
        with line:
            request = b""
            while b"\r\n\r\n" not in request:
                if not (came := line.recv(4096)):
                    return
                request += came
            self.asked.append(f"{line.getsockname()[0]} {request.decode()}")
            path = request.split(b" ")[1].decode()
            told = self.paths.get(path, answer(b"", "404 Not Found"))
            try:
                line.sendall(told) if isinstance(told, bytes) else told(line)
            except OSError:
                return

    def drips(self, piece: bytes) -> Callable[[socket.socket], None]:
        def drip(line: socket.socket) -> None:
            while not self.stopped.wait(0.05):
                line.sendall(piece)

        return drip

    def floods(self, head: bytes) -> Callable[[socket.socket], None]:
        def flood(line: socket.socket) -> None:
            line.sendall(head)
            while not self.stopped.is_set():
                line.sendall(b"x" * 65_536)

        return flood

    def close(self) -> None:
        self.stopped.set()
        for one in self._sockets:
            one.close()
