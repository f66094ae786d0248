"""The line between the web process and the phone process: a Unix socket, a frame a line, no answer awaited, nothing stored.

Frames that cannot be said now are dropped: on reconnect the phone process says everything anew.
"""

import asyncio
import contextlib
import os
from collections.abc import Callable
from pathlib import Path

from .frames import BEAT, LARGEST, SILENCE, Frame, dump, load

SOCKET = "run/phone.sock"
AGAIN = 0.3  # seconds before the next try
BACKLOG = 4 * 2**20  # bytes a stuck web process may lag behind; then it is let go and comes back
Hear = Callable[[Frame], None]


def path_in(folder: Path) -> Path:
    """Where the phone process listens."""
    return folder / SOCKET


class Server:
    """The phone process's end. Every frame goes to every web process; each knows its own tabs."""

    def __init__(self, path: Path, hear: Hear, *, lost: Callable[[], None] = lambda: None) -> None:
        """hear: called with each frame. lost: a web process is gone, and we do not know which tabs were its."""
        self.path, self._hear, self._lost = path, hear, lost
        self._ends: set[asyncio.StreamWriter] = set()
        self._server: asyncio.Server | None = None
        self._beats: asyncio.Task[None] | None = None

    async def start(self) -> None:
        """Listen. A socket that a killed process left behind is replaced."""
        self.path.parent.mkdir(parents=True, exist_ok=True)
        self.path.unlink(missing_ok=True)
        old = os.umask(0o177)  # never readable by others, not even for a moment
        try:
            self._server = await asyncio.start_unix_server(self._serve, path=str(self.path), limit=LARGEST)
        finally:
            os.umask(old)
        self._beats = asyncio.create_task(self._beat())

    async def stop(self) -> None:
        """Say nothing more."""
        if self._beats:
            self._beats.cancel()
        if self._server:
            self._server.close()
        for end in list(self._ends):
            end.close()
        self.path.unlink(missing_ok=True)

    def send(self, frame: Frame) -> None:
        """Say it to every web process that listens."""
        line = dump(frame)
        for end in list(self._ends):
            if end.transport.get_write_buffer_size() > BACKLOG:
                end.transport.abort()
            else:
                end.write(line)

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._ends.add(writer)
        writer.write(dump(Frame("", "hello")))
        try:
            await _listen(reader, self._hear)
        finally:
            self._ends.discard(writer)
            writer.close()
            self._lost()

    async def _beat(self) -> None:
        while True:
            await asyncio.sleep(BEAT)
            self.send(Frame("", "beat"))


class Client:
    """The web process's end: comes back by itself, and says when it stands and when it is lost."""

    def __init__(self, hear: Hear, *, stands: Callable[[bool], None] = lambda _up: None) -> None:
        self._hear, self._stands = hear, stands
        self._end: asyncio.StreamWriter | None = None

    @property
    def is_up(self) -> bool:
        """Would a call reach us now?"""
        return self._end is not None

    def send(self, frame: Frame) -> None:
        """Say it, if somebody listens."""
        if self._end is not None:
            self._end.write(dump(frame))

    async def run(self, path: Path) -> None:
        """Hold the line until cancelled."""
        try:
            while True:
                with contextlib.suppress(OSError):
                    await self._hold(path)
                await asyncio.sleep(AGAIN)
        finally:
            self._drop()

    async def _hold(self, path: Path) -> None:
        reader, self._end = await asyncio.open_unix_connection(str(path), limit=LARGEST)
        self._stands(True)
        try:
            await _listen(reader, self._hear, silence=SILENCE)
        finally:
            self._drop()

    def _drop(self) -> None:
        end, self._end = self._end, None
        if end is not None:
            end.close()
            self._stands(False)


async def _listen(reader: asyncio.StreamReader, hear: Hear, *, silence: float | None = None) -> None:
    """Hear frames until the other end is gone, says nothing for `silence` seconds, or talks nonsense."""
    with contextlib.suppress(ValueError, TimeoutError, ConnectionError):
        while line := await asyncio.wait_for(reader.readline(), silence):
            frame = load(line)
            if frame.what != "beat":
                hear(frame)
