"""A telephone process on a folder of its own, with one number, one trunk, and people on duty; and desks that listen to it.

Run as a program, with SECONDRING_DIR set, it makes the rows (`… rows '{"people": 2}'`), changes the opening hours
(`… hours '{}'`), or prints the rows of calls (`… calls`).
"""

from __future__ import annotations

import asyncio
import contextlib
import json
import os
import signal
import subprocess
import sys
from collections.abc import AsyncIterator, Iterator, Sequence
from pathlib import Path
from typing import Any

from journeys.engines.process import Server
from secondring.phone.tests.telephones import Caller, free_port

NUMBER = "+15550100"
SOURCE = Path(__file__).parents[2]


class House:
    """The running process: its folder, its SIP port, and who is on duty."""

    def __init__(self, folder: Path, port: int, server: Server, given: dict[str, str]) -> None:
        self.folder, self.port, self.server, self._given = folder, port, server, given

    def calls(self) -> list[dict[str, Any]]:
        """The rows of calls, in order, each with whether they wait for a call back."""
        words = [sys.executable, "-m", __name__, "calls"]
        return list(
            json.loads(subprocess.run(words, env=self._given, check=True, timeout=60, stdout=subprocess.PIPE).stdout)
        )

    @contextlib.contextmanager
    def closed(self) -> Iterator[None]:
        """Meanwhile the number's hours say that nobody is here."""
        self._keeps({"week": {}})
        try:
            yield
        finally:
            self._keeps({})

    def _keeps(self, hours: dict[str, Any]) -> None:
        words = [sys.executable, "-m", __name__, "hours", json.dumps(hours)]
        subprocess.run(words, env=self._given, check=True, timeout=60)

    def process(self, module: str) -> int:
        """The process of this house that runs `python -m module …`: its number, once it is there."""
        self.server.wait_until(lambda: _running(module, self.folder), what=f"run {module}")
        return _running(module, self.folder)[0]

    def wait_until_it_answers(self) -> None:
        self.server.wait_until(lambda: answers_at(self.port), within=120, what="answer the trunk")

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

    async def hears(self, *what: str, call: str = "", within: float = 10.0) -> dict[str, Any]:
        """The next frame of one of these kinds, of this call."""
        async with asyncio.timeout(within):
            while True:
                for frame in self.told:
                    if frame["what"] in what and call in ("", frame["call"]):
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
def telephone_house(folder: Path, *, rows: dict[str, Any] | None = None, **env: str) -> Iterator[House]:
    """The phone process, ready for calls from 127.0.0.1, on SQLite unless `env` says otherwise. rows: see make_rows."""
    port = free_port()
    given = {
        **os.environ,
        "PYTHONPATH": f"{SOURCE / 'src'}:{SOURCE}",
        "SECONDRING_DIR": str(folder),
        "SECONDRING_DATABASE_URL": "",
        "SECONDRING_DURABLE": "no",
        "SECONDRING_PHONE_PORTS": str(port),
        "DJANGO_SETTINGS_MODULE": "secondring.config.settings",
        **env,
    }
    for words in (["secondring.commands.preparing"], [__name__, "rows", json.dumps(rows or {})]):
        subprocess.run([sys.executable, "-m", *words], env=given, check=True, timeout=120, stdout=subprocess.DEVNULL)
    argv = [sys.executable, "-m", "secondring.commands.cli", "serve", "--dir", str(folder), "--processes", "phone"]
    server = Server(argv, folder=folder, name="phone", env=given, ends_with=signal.SIGTERM, as_myself=True)
    try:
        house = House(folder, port, server, given)
        house.wait_until_it_answers()
        yield house
    finally:
        server.stop(within=20)


def answers_at(port: int) -> bool:
    """Does the telephone process take calls there?"""
    with Caller(port) as caller:
        caller.ask("OPTIONS")
        return caller.next(0.5) is not None


def _running(module: str, folder: Path) -> list[int]:
    """What runs this module for this folder, or was started by who does."""
    found = []
    for process in Path("/proc").glob("[0-9]*"):
        with contextlib.suppress(OSError):
            words = (process / "cmdline").read_bytes().split(b"\0")
            if module.encode() in words and str(folder).encode() in (process / "environ").read_bytes():
                found.append(int(process.name))
    return found


def make_rows(
    people: int = 2,
    trunk_port: int = 5060,
    greeting: str = "",
    notice: str = "",
    telephones: Sequence[str] = (),
    at_ring_two: int = 0,
    everybody: bool = False,
    **number: Any,
) -> None:
    """One number, one trunk that calls from this machine, and people on duty, numbered from 1; the last `at_ring_two` are not.

    greeting, notice: WAV files; with a notice, talks are recorded.
    telephones: of the first, the second ... of them, confirmed. number: fields of the number.
    everybody: those who are there already are on duty, too.
    """
    from secondring.conversations.models import Place
    from secondring.lib import blobs, clock
    from secondring.phone.models import PhoneNumber, PlaceWords, Trunk
    from secondring.team import duty
    from secondring.team.models import Teammate

    place = Place.objects.create(channel="phone", name="Front desk", everyone=True)
    trunk = Trunk.objects.create(name="Carrier", host="127.0.0.1", port=trunk_port, registers=False, channels=300)
    PhoneNumber.objects.create(place=place, number=NUMBER, trunk=trunk, **number)
    if greeting:
        PlaceWords.objects.create(place=place, greeting=blobs.keep(Path(greeting).read_bytes()), greeting_seconds=1)
    if notice:
        said = {"records": True, "notice": blobs.keep(Path(notice).read_bytes())}
        PlaceWords.objects.update_or_create(place=place, defaults=said)
    for colleague in Teammate.objects.who_answer() if everybody else ():
        duty.go_on(colleague, at=clock.now())
    for each in range(1, people + 1):
        who = Teammate.objects.create_user(email=f"p{each}@desk.example", name=f"Person {each}", password=None)
        if each > people - at_ring_two:
            duty.wish_second_ring(who, duty.ALWAYS, at=clock.now())
        else:
            duty.go_on(who, at=clock.now())
        if each <= len(telephones):
            duty.own_telephone(who, telephones[each - 1], rings=True, at=clock.now())
            duty.confirm_telephone(who, telephones[each - 1], at=clock.now())


def keep_hours(hours: dict[str, Any]) -> None:
    from secondring.conversations.models import Place

    Place.objects.update(hours=hours)


def tell_calls() -> None:
    from secondring.phone.models import Call

    rows = Call.objects.select_related("conversation", "recording").order_by("began_at")
    print(json.dumps([_told(call) for call in rows]))


def _told(call: Any) -> dict[str, Any]:
    home = call.conversation
    return {
        "key": call.key,
        "number": call.from_number,
        "because": call.because,
        "over": call.ended_at is not None,
        "answered_by": call.answered_by_id,
        "claims": call.claim_no,
        "waits": home is not None and home.waiting_since is not None,
        "recorded": call.recording.seconds if hasattr(call, "recording") else None,  # seconds; 0 while it is being
        "messages": list(home.messages.values_list("attachments__sha256", flat=True)) if home else [],
    }


if __name__ == "__main__":
    import django

    django.setup()
    if sys.argv[1] == "rows":
        make_rows(**json.loads(sys.argv[2]))
    elif sys.argv[1] == "hours":
        keep_hours(json.loads(sys.argv[2]))
    else:
        tell_calls()
