"""The media back end for many calls: rtpengine, a program of its own, carries the sound between two who talk (docs/settings.md).

It is commanded over UDP (ng.py). What it does not do, our own process does (relay.py): see ng_session.py.
"""

import asyncio
import contextlib
import json
import logging
from collections.abc import Callable, Coroutine
from datetime import datetime
from typing import Any

from ..legs import Session, Tell
from .ng import Commander, NoAnswer
from .ng_parties import leg_of
from .ng_session import NgSession
from .ports import Places
from .relay import Relay
from .rtp import Keys

log = logging.getLogger(__name__)
LOOK = 1.0  # seconds between looks for lost browsers
GIVEN_UP = 3  # looks without an answer, of two to three seconds each, after which its calls are over
LOCAL = "127.0.0.1"


class Rtpengine:
    """One rtpengine, and our own voice beside it. Used in one asyncio loop."""

    def __init__(
        self, places: Places, now: Callable[[], datetime], *, address: tuple[str, int], keys_port: int = 0
    ) -> None:
        """address: where it listens for commands. keys_port: where it tells us of pressed keys (dtmf-log-dest); 0: nowhere."""
        self.now, self.voice, self.commander = now, Relay(places, now), Commander()
        self._address, self._keys_port = address, keys_port
        self._sessions: dict[str, NgSession] = {}
        self._tasks: set[asyncio.Task[None]] = set()
        self._keys: asyncio.DatagramTransport | None = None
        self._away = 0  # how often in a row it did not answer
        self._looking: asyncio.Task[None] | None = None
        self._starting: asyncio.Task[None] | None = None

    @property
    def pid(self) -> int | None:
        """Of our own voice."""
        return self.voice.pid

    async def start(self) -> None:
        """Open our line to it, unless it is open, and see who is there. Raises TimeoutError when our own voice is not."""
        if self._starting is None:
            self._starting = asyncio.create_task(self._start())
        await asyncio.shield(self._starting)

    async def _start(self) -> None:
        loop = asyncio.get_running_loop()
        await self.commander.open(self._address)
        if self._keys_port:
            where = (LOCAL, self._keys_port)
            self._keys, _ = await loop.create_datagram_endpoint(lambda: _KeysHeard(self._pressed), local_addr=where)
        await self.voice.start()
        await self._is_there()
        self._looking = asyncio.create_task(self._look())

    async def stop(self) -> None:
        """Leave. What was said of calls that are over still reaches rtpengine."""
        if self._looking:
            self._looking.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        if self._keys:
            self._keys.close()
        await self.voice.stop()
        self.commander.close()

    def session(self, call: str, tell: Tell) -> Session:
        """While rtpengine is away, our own voice carries new calls alone."""
        self._starting = self._starting or asyncio.create_task(self._start())
        if self._away:
            return self.voice.session(call, tell)
        self._sessions[call] = NgSession(self, call, tell)
        return self._sessions[call]

    def forget(self, call: str) -> None:
        """The call is over: rtpengine frees its ports."""
        self._sessions.pop(call, None)
        self._in_background(self._delete(call))

    async def _delete(self, call: str) -> None:
        with contextlib.suppress(NoAnswer):  # it knows the call no more, or is away itself
            await self.commander.ask("delete", call_id=call)

    async def _look(self) -> None:
        while True:
            await asyncio.sleep(LOOK)
            there = await self._is_there()
            for session in list(self._sessions.values()):
                if there:
                    await session.look()
                elif self._away == GIVEN_UP:
                    session.silenced()

    async def _is_there(self) -> bool:
        try:
            await self.commander.ask("ping")
        except NoAnswer as trouble:
            if not self._away:
                log.error("%s Our own relay carries new calls until it is back.", trouble)
            self._away += 1
        else:
            self._away = 0
        return not self._away

    def _pressed(self, call: str, tag: str, key: str) -> None:
        if session := self._sessions.get(call):
            session.pressed(leg_of(tag), key)

    def _in_background(self, work: Coroutine[Any, Any, None]) -> None:
        task = asyncio.ensure_future(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)


class _KeysHeard(asyncio.DatagramProtocol):
    """Where rtpengine says which key was pressed: a JSON object a packet, at the end of each press."""

    def __init__(self, pressed: Callable[[str, str, str], None]) -> None:
        self._pressed = pressed

    def datagram_received(self, data: bytes, address: object) -> None:
        with contextlib.suppress(ValueError, KeyError, TypeError, IndexError):
            said = json.loads(data)
            self._pressed(str(said["callid"]), str(said["source_tag"]), Keys.SIGNS[int(said["event"])])
