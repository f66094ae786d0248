"""The process that carries sound. It knows no database and waits for nobody, so that no query is ever a gap in an ear.

Commands come as JSON lines over its standard input, a socket whose other end the telephone process holds (relay.py); what
happened goes back the same way. When that process dies, people who talk go on talking: this one ends when all are silent.
"""

import asyncio
import gc
import json
import os
import signal
import socket
import sys
import time
from functools import lru_cache
from pathlib import Path
from typing import Any

from ..rings import Cadence
from . import voice
from .board import Board
from .ports import Places
from .sealing import Certificate

BEAT = 0.02  # seconds between frames
LOOK = 0.5  # seconds between looks for the lost
ORPHANED = 30.0  # seconds of silence after which calls whose telephone process died are over
AWAITED = ("offered", "answer", "offer", "answered")  # what takes time, or gives something back
ORDERED = ("bridge", "hold", "resume", "play", "stop_playing", "record", "tape", "untape", "press", "hush", "remove")


class Child:
    """All switchboards of this machine."""

    def __init__(self, places: Places, writer: asyncio.StreamWriter) -> None:
        self._places, self._writer = places, writer
        self._certificate = Certificate()
        self.boards: dict[str, Board] = {}
        self._tasks: set[asyncio.Task[None]] = set()
        self._plays = asyncio.Event()

    def board(self, call: str) -> Board:
        if call not in self.boards:
            self.boards[call] = Board(self._places, self._certificate, lambda *told: self._tell(call, *told))
            self.boards[call].sounds.press_one = _press_one()
            self.boards[call].sounds.music = voice.tune()
            self.boards[call].sounds.greeting = voice.beep()
        return self.boards[call]

    def carry_out(self, order: dict[str, Any]) -> None:
        """One command."""
        what, call = order.pop("do"), order.pop("call", "")
        if what in AWAITED:
            task = asyncio.create_task(self._reply(order.pop("id"), what, self.board(call), order))
            self._tasks.add(task)
            task.add_done_callback(self._tasks.discard)
        elif what in ORDERED:
            getattr(self.board(call), what)(**order)
            self._plays.set()
        elif what == "sounds":
            self._choose_sounds(self.board(call), **order)
        elif what == "close" and (board := self.boards.pop(call, None)):
            board.close()

    async def _reply(self, number: int, what: str, board: Board, order: dict[str, Any]) -> None:
        try:
            answer = {"id": number, "sdp": await getattr(board, what)(**order)}
        except Exception as trouble:  # one call's trouble is not the others'
            answer = {"id": number, "trouble": str(trouble)}
        self._write(answer)

    def _choose_sounds(self, board: Board, greeting: str, music: str, notice: str, on: float, off: float) -> None:
        board.sounds.ringing = voice.ringing(Cadence(on, off))
        board.sounds.notice = _words(notice) if notice else []
        if greeting:
            board.sounds.greeting = [*_words(greeting), *voice.beep()] or voice.beep()
        if music:
            board.sounds.music = _words(music) or voice.tune()

    def _tell(self, call: str, leg: str, what: str, key: str) -> None:
        self._write({"call": call, "leg": leg, "tell": what, "key": key})

    def _write(self, message: dict[str, Any]) -> None:
        if not self._writer.is_closing():
            self._writer.write(json.dumps(message).encode() + b"\n")

    async def play(self) -> None:
        """Give everybody who hears us their frames, on time; sleep while nobody does."""
        loop = asyncio.get_running_loop()
        due = loop.time()
        while True:
            playing = [board for board in self.boards.values() if board.is_playing]
            if not playing:
                self._plays.clear()
                await self._plays.wait()
                due = loop.time()
                continue
            for board in playing:
                board.tick()
            due = max(due + BEAT, loop.time() - 5 * BEAT)
            await asyncio.sleep(due - loop.time())

    async def look(self) -> None:
        while True:
            await asyncio.sleep(LOOK)
            for board in list(self.boards.values()):
                board.look()

    async def outlive(self) -> None:
        """The telephone process is gone: stay while somebody talks. Nothing is recorded that nobody can stop any more."""
        for board in self.boards.values():
            for name in list(board.legs):
                board.untape(name)
        while any(time.monotonic() - board.last_heard() < ORPHANED for board in self.boards.values()):  # noqa: ASYNC110
            await asyncio.sleep(1)


def _words(file: str) -> list[bytes]:
    try:
        return _read(file, Path(file).stat().st_mtime_ns)
    except (OSError, ValueError):
        return []


@lru_cache(maxsize=32)
def _read(file: str, _written: int) -> list[bytes]:
    """Read once, and not in the middle of everybody's talk for each call anew."""
    return voice.words(Path(file))


def _press_one() -> list[bytes]:
    try:
        return voice.press_one() + voice.frames(bytes([255]) * 8000)
    except ValueError:  # the file is not there: three beeps say it less well
        return 3 * (voice.beep() + voice.frames(bytes([255]) * 4000))


async def run(places: Places, line: socket.socket) -> None:
    """Serve until the other end closes and everybody is silent, or until SIGTERM."""
    reader, writer = await asyncio.open_connection(sock=line, limit=2**20)
    child = Child(places, writer)
    loop, stop = asyncio.get_running_loop(), asyncio.Event()
    loop.add_signal_handler(signal.SIGTERM, stop.set)
    loop.add_signal_handler(signal.SIGINT, lambda: None)  # Ctrl-C is for whoever started us all
    beats = [asyncio.create_task(child.play()), asyncio.create_task(child.look())]
    serving = asyncio.create_task(_serve(child, reader))
    await asyncio.wait([serving, asyncio.create_task(stop.wait())], return_when=asyncio.FIRST_COMPLETED)
    if not stop.is_set():
        staying = asyncio.create_task(child.outlive())
        await asyncio.wait([staying, asyncio.create_task(stop.wait())], return_when=asyncio.FIRST_COMPLETED)
    for board in child.boards.values():
        board.close()
    for beat in beats:
        beat.cancel()
    await asyncio.sleep(0.05)  # what we say last (goodbye to browsers) leaves


async def _serve(child: Child, reader: asyncio.StreamReader) -> None:
    child._write({"tell": "ready"})
    while line := await reader.readline():
        child.carry_out(json.loads(line))


def main() -> None:
    """Started by relay.py with a socket as standard input and the places as the one argument."""
    options = json.loads(sys.argv[1])
    options["addresses"] = tuple(options["addresses"])
    voice.tune()
    _press_one()
    gc.collect()
    gc.freeze()
    asyncio.run(run(Places(**options), socket.socket(fileno=os.dup(0))))


if __name__ == "__main__":
    main()
