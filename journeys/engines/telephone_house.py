"""A telephone process on a folder of its own, with one number, one trunk, and people on duty; and desks that listen to it.

Run as a program it makes the rows: `python -m journeys.engines.telephone_house PEOPLE TRUNK_PORT`, with SECONDRING_DIR set.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
import os
import signal
import subprocess
import sys
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from typing import Any

from journeys.engines.process import Server
from secondring.phone.tests.telephones import Caller, free_port

NUMBER = "+15550100"
SOURCE = Path(__file__).parents[2]


class House:
    """The running process: its folder, its SIP port, and who is on duty."""

    def __init__(self, folder: Path, port: int, server: Server) -> None:
        self.folder, self.port, self.server = folder, port, server

    @contextlib.asynccontextmanager
    async def desk(self, teammate: int) -> AsyncIterator[Desk]:
        """A teammate's open tab, as the web process would speak for it."""
        reader, writer = await asyncio.open_unix_connection(str(self.folder / "run" / "phone.sock"), limit=2**20)
        desk = Desk(teammate, writer)
        listening = asyncio.create_task(desk.listen(reader))
        desk.say("here")
        await desk.hears("mine")
        try:
            yield desk
        finally:
            listening.cancel()
            writer.close()


class Desk:
    """What one tab was told, and what it says."""

    def __init__(self, teammate: int, writer: asyncio.StreamWriter) -> None:
        self.party, self._writer = f"desk-{teammate}", writer
        self.told: list[dict[str, Any]] = []
        self._news = asyncio.Event()

    def say(self, what: str, call: str = "", **body: Any) -> None:
        frame = {"to": f"{self.party}/tab", "what": what, "call": call, "body": body}
        self._writer.write(json.dumps(frame).encode() + b"\n")

    async def listen(self, reader: asyncio.StreamReader) -> None:
        while line := await reader.readline():
            frame = json.loads(line)
            if frame["to"].partition("/")[0] == self.party:
                frame["at"] = asyncio.get_running_loop().time()
                self.told.append(frame)
                self._news.set()

    async def hears(self, what: str, *, within: float = 10.0) -> dict[str, Any]:
        """The next frame of this kind."""
        async with asyncio.timeout(within):
            while True:
                for frame in self.told:
                    if frame["what"] == what:
                        self.told.remove(frame)
                        return frame
                self._news.clear()
                await self._news.wait()

    async def answers(self, person: Any) -> str:
        """Picks up the next call with a browser's sound. The call's key."""
        call = (await self.hears("ring"))["call"]
        self.say("rang", call)
        self.say("answer", call)
        offer = await self.hears("offer")
        self.say("sdp", call, sdp=await person.answer(offer["body"]["sdp"]))
        return str(call)


@contextlib.contextmanager
def telephone_house(folder: Path, *, people: int = 2, trunk_port: int = 5060, **env: str) -> Iterator[House]:
    """The phone process, ready for calls from 127.0.0.1. `people` are on duty, numbered from 1."""
    port = free_port()
    given = {
        **os.environ,
        "PYTHONPATH": f"{SOURCE / 'src'}:{SOURCE}",
        "SECONDRING_DIR": str(folder),
        "SECONDRING_DURABLE": "no",
        "SECONDRING_PHONE_PORTS": str(port),
        "DJANGO_SETTINGS_MODULE": "secondring.config.settings",
        **env,
    }
    for words in (["secondring.commands.preparing"], [__name__, str(people), str(trunk_port)]):
        subprocess.run([sys.executable, "-m", *words], env=given, check=True, timeout=120, stdout=subprocess.DEVNULL)
    argv = [sys.executable, "-m", "secondring.commands.cli", "serve", "--dir", str(folder), "--processes", "phone"]
    server = Server(argv, folder=folder, name="phone", env=given, ends_with=signal.SIGTERM, as_myself=True)
    try:
        server.wait_until(lambda: _answers(port), within=120, what="answer the trunk")
        yield House(folder, port, server)
    finally:
        server.stop(within=20)


def _answers(port: int) -> bool:
    with Caller(port) as caller:
        caller.ask("OPTIONS")
        return caller.next(0.5) is not None


def make_rows(people: int, trunk_port: int) -> None:
    """One number, one trunk that calls from this machine, and people on duty."""
    import django

    django.setup()
    from secondring.conversations.models import Place
    from secondring.lib import clock
    from secondring.phone.models import PhoneNumber, Trunk
    from secondring.team import duty
    from secondring.team.models import Teammate

    place = Place.objects.create(channel="phone", name="Front desk", everyone=True)
    trunk = Trunk.objects.create(name="Carrier", host="127.0.0.1", port=trunk_port, registers=False, channels=300)
    PhoneNumber.objects.create(place=place, number=NUMBER, trunk=trunk)
    for number in range(1, people + 1):
        who = Teammate.objects.create_user(email=f"p{number}@desk.example", name=f"Person {number}", password=None)
        duty.go_on(who, at=clock.now())


if __name__ == "__main__":
    make_rows(*map(int, sys.argv[1:]))
