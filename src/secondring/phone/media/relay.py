"""The media back end that needs nothing but pip: a process of our own carries the sound (child.py), told from here what to do."""

import asyncio
import contextlib
import json
import logging
import socket
import subprocess
import sys
from collections.abc import Callable
from dataclasses import asdict
from datetime import datetime
from pathlib import Path
from typing import Any

from ..happenings import Digit, Flowing, FromLeg, Lost, Played, Silenced, Unplayed, Untaped
from ..legs import Tell, Wire
from ..orders import Sound
from ..rings import NORTH_AMERICA, Cadence
from .ports import Places

log = logging.getLogger(__name__)

START = 30.0  # seconds
AGAIN = 0.3  # seconds before a child that died is started anew
LAST_WORDS = 3.0  # seconds the child has to leave when told to


KINDS: dict[str, Callable[[str, datetime], FromLeg]] = {
    "flowing": Flowing, "lost": Lost, "played": Played, "unplayed": Unplayed, "untaped": Untaped,
}  # fmt: skip


class NoSound(Exception):
    """The media back end could not do what was asked; the sentence says why."""


class Relay:
    """The child process and our line to it. Used in one asyncio loop."""

    def __init__(self, places: Places, now: Callable[[], datetime]) -> None:
        self._places, self._now = places, now
        self._process: subprocess.Popen[bytes] | None = None
        self._writer: asyncio.StreamWriter | None = None
        self._ready = asyncio.Event()
        self._waiting: dict[int, asyncio.Future[str]] = {}
        self._numbers = iter(range(1, 2**62))
        self.sessions: dict[str, RelaySession] = {}
        self._reading: asyncio.Task[None] | None = None
        self._starting: asyncio.Task[None] | None = None
        self._early: list[dict[str, Any]] = []  # said before the child was there
        self._stopping = False

    async def start(self) -> None:
        """Start the child unless it runs, and wait until it is ready. Raises TimeoutError when it is not within START seconds."""
        if self._starting is None:
            self._starting = asyncio.create_task(self._start())
        await asyncio.shield(self._starting)

    async def _start(self) -> None:
        ours, theirs = socket.socketpair()
        words = [sys.executable, "-m", "secondring.phone.media.child", json.dumps(asdict(self._places))]
        # The child outlives us while people talk, so it is not asyncio's to watch and to end.
        self._process = await asyncio.to_thread(subprocess.Popen, words, stdin=theirs.fileno(), start_new_session=True)
        theirs.close()
        reader, self._writer = await asyncio.open_connection(sock=ours, limit=2**20)
        early, self._early = self._early, []
        for message in early:
            self._send(message)
        self._ready.clear()
        self._reading = asyncio.create_task(self._read(reader))
        await asyncio.wait_for(self._ready.wait(), START)

    @property
    def pid(self) -> int | None:
        return self._process.pid if self._process else None

    async def stop(self) -> None:
        """End the child, and with it all sound."""
        self._stopping = True
        if self._process:
            self._process.terminate()
            with contextlib.suppress(subprocess.TimeoutExpired):
                await asyncio.to_thread(self._process.wait, LAST_WORDS)
            if self._process.poll() is None:
                self._process.kill()
        if self._reading:
            self._reading.cancel()
        if self._writer:
            self._writer.close()

    def session(self, call: str, tell: Tell) -> "RelaySession":
        self.sessions[call] = RelaySession(self, call, tell)
        return self.sessions[call]

    def order(self, what: str, call: str, **words: Any) -> None:
        """What needs no answer. In the order in which it was said."""
        self._send({"do": what, "call": call, **words})

    async def ask(self, what: str, call: str, **words: Any) -> str:
        """What gives something back. Raises NoSound."""
        number = next(self._numbers)
        waiting: asyncio.Future[str] = asyncio.get_running_loop().create_future()
        self._waiting[number] = waiting
        self._send({"do": what, "call": call, "id": number, **words})
        try:
            return await waiting
        finally:
            self._waiting.pop(number, None)

    def _send(self, message: dict[str, Any]) -> None:
        if self._stopping:
            return
        if self._writer is None:
            self._early.append(message)
            self._starting = self._starting or asyncio.create_task(self._start())
        elif not self._writer.is_closing():
            self._writer.write(json.dumps(message).encode() + b"\n")

    async def _read(self, reader: asyncio.StreamReader) -> None:
        with contextlib.suppress(ConnectionError):
            while line := await reader.readline():
                self._received(json.loads(line))
        if not self._stopping:
            await self._died()

    def _received(self, message: dict[str, Any]) -> None:
        if "id" in message:
            waiting = self._waiting.get(message["id"])
            if waiting and not waiting.done():
                if "trouble" in message:
                    waiting.set_exception(NoSound(message["trouble"]))
                else:
                    waiting.set_result(message["sdp"] or "")
        elif message["tell"] == "ready":
            self._ready.set()
        elif session := self.sessions.get(message["call"]):
            session.told(happening(message, self._now()))

    async def _died(self) -> None:
        """The calls it carried have no sound any more: they end, and the next ones get a new child."""
        log.error("The process that carries sound died; starting it again.")
        for waiting in self._waiting.values():
            if not waiting.done():
                waiting.set_exception(NoSound("The process that carries sound died."))
        for session in list(self.sessions.values()):
            session.silenced(self._now())
        await asyncio.sleep(AGAIN)
        self._writer, self._starting = None, None
        await self.start()


def happening(message: dict[str, str], at: datetime) -> FromLeg:
    """What the child told, in call control's words."""
    leg = message["leg"]
    if message["tell"] == "digit":
        return Digit(leg, at, message["key"])
    return KINDS[message["tell"]](leg, at)


class RelaySession:
    """The sound of one call, as legs.Session describes it."""

    def __init__(self, relay: Relay, call: str, tell: Tell) -> None:
        self._relay, self._call, self._tell = relay, call, tell
        self._legs: set[str] = set()
        self.sounds()

    def sounds(
        self,
        *,
        greeting: Path | None = None,
        music: Path | None = None,
        notice: Path | None = None,
        cadence: Cadence = NORTH_AMERICA,
    ) -> None:
        files = {"greeting": str(greeting or ""), "music": str(music or ""), "notice": str(notice or "")}
        self._relay.order("sounds", self._call, **files, on=cadence.on, off=cadence.off)

    async def offered(self, leg: str, sdp: str, wire: Wire) -> None:
        self._legs.add(leg)
        await self._relay.ask("offered", self._call, name=leg, text=sdp, wire=wire)

    async def answer(self, leg: str) -> str:
        return await self._relay.ask("answer", self._call, name=leg)

    async def offer(self, leg: str, wire: Wire) -> str:
        self._legs.add(leg)
        return await self._relay.ask("offer", self._call, name=leg, wire=wire)

    async def answered(self, leg: str, sdp: str) -> None:
        await self._relay.ask("answered", self._call, name=leg, text=sdp)

    def bridge(self, leg: str, to: str) -> None:
        self._relay.order("bridge", self._call, name=leg, to=to)

    def hold(self, leg: str) -> None:
        self._relay.order("hold", self._call, name=leg)

    def resume(self, leg: str) -> None:
        self._relay.order("resume", self._call, name=leg)

    def play(self, leg: str, sound: Sound) -> None:
        self._relay.order("play", self._call, name=leg, sound=sound.value)

    def stop_playing(self, leg: str) -> None:
        self._relay.order("stop_playing", self._call, name=leg)

    def record(self, leg: str, to: Path) -> None:
        self._relay.order("record", self._call, name=leg, to=str(to))

    def tape(self, leg: str, to: Path) -> None:
        self._relay.order("tape", self._call, name=leg, to=str(to))

    def untape(self, leg: str, *, forget: bool = False) -> None:
        self._relay.order("untape", self._call, name=leg, forget=forget)

    def press(self, leg: str, keys: str) -> None:
        self._relay.order("press", self._call, name=leg, keys=keys)

    def hush(self, leg: str, *, on: bool) -> None:
        """Another carries the leg's sound (rtpengine): say nothing to it, not even the silence that keeps a line open."""
        self._relay.order("hush", self._call, name=leg, on=on)

    def remove(self, leg: str) -> None:
        self._legs.discard(leg)
        self._relay.order("remove", self._call, name=leg)

    def close(self) -> None:
        if self._relay.sessions.pop(self._call, None):
            self._relay.order("close", self._call)

    def told(self, happening: FromLeg) -> None:
        self._tell(happening)

    def silenced(self, at: datetime) -> None:
        """All sound of this call is gone for good."""
        for leg in list(self._legs):
            self._tell(Silenced(leg, at))
