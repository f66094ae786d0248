"""The telephone process: its main thread is the trunk's (sippy wants it), its second one call control's, its child's the sound's.

Stopping never cuts a call: new ones are refused, so that the provider tries elsewhere; the old ones finish, however long.
"""

import asyncio
import logging
import socket
import threading
import time
from collections.abc import Callable, Coroutine
from pathlib import Path
from typing import TYPE_CHECKING, Any

from django.conf import settings

from ..lib import clock
from . import doors, link, registering
from .alarm import PushAlarm
from .book import ThreadBook
from .browsers import Browsers
from .control import Control
from .happenings import is_phone, teammate_of
from .legs import Arrival, Line
from .media import back_ends
from .sip_accounts import Account
from .timers import LoopTimers

if TYPE_CHECKING:
    from .trunk import Trunks

log = logging.getLogger(__name__)

BEAT = 2.0  # seconds between signs of life
LOOK = 5.0  # seconds between looks at the rows of trunks
LOOK_UP = 300.0  # seconds between looks for the addresses behind providers' names
AGAIN = 5.0  # seconds before a taken port is tried again


def run(stop: threading.Event, hurry: threading.Event) -> None:
    """In the main thread: until `stop`, and then until the last call is over, or until `hurry`."""
    telephone = Telephone(stop, hurry)
    thread = threading.Thread(target=_live, args=(telephone,), name="calls")
    thread.start()
    try:
        _meet_trunks(telephone)
    finally:
        stop.set()
        thread.join()


def _live(telephone: "Telephone") -> None:
    """When call control ends, for whatever reason, so does the process; whoever watches us starts it again."""
    try:
        asyncio.run(telephone.live())
    finally:
        telephone.over.set()
        if telephone.trunks:
            telephone.trunks.stack.soon(telephone.trunks.stack.leave)


def _meet_trunks(telephone: "Telephone") -> None:
    """Wait until there is a trunk, then serve it. Without one, none of this is even imported."""
    while not telephone.over.wait(0.2):
        if not (telephone.ready.is_set() and telephone.knows_somebody) or telephone.stop.is_set():
            continue
        from .trunk import Trunks

        where = doors.towards(telephone.doors, telephone.resolved)
        try:
            telephone.trunks = Trunks(
                telephone.loop,
                telephone.accounts,
                telephone.arrived,
                resolved=telephone.resolved,
                address=where.address,
                port=where.port,
                public=where.places.public,
                told=telephone.told,
            )
        except OSError as trouble:
            log.error("No call can come in: port %s is not free (%s). It is tried again.", where.port, trouble)
            telephone.over.wait(AGAIN)
            continue
        telephone.trunks.stack.run()
        return


class Telephone:
    """Call control, and everything it stands on."""

    def __init__(self, stop: threading.Event, hurry: threading.Event) -> None:
        self.stop, self.hurry = stop, hurry
        self.ready, self.over = threading.Event(), threading.Event()
        self.folder = Path(settings.SECONDRING_DIR)
        self.doors = doors.read(settings.SECONDRING_PHONE_ADDRESS, settings.SECONDRING_PHONE_PORTS)
        self.sound = back_ends.read(settings.SECONDRING_PHONE_MEDIA)
        self.accounts: list[Account] = []
        self.resolved: dict[str, list[str]] = {}
        self.trunks: Trunks | None = None
        self._looked_up = 0.0
        self._tasks: list[asyncio.Task[None]] = []

    async def live(self) -> None:
        """In asyncio's thread, from the first to the last."""
        self.loop = asyncio.get_running_loop()
        self.book, self.browsers = ThreadBook(), Browsers(lambda frame: server.send(frame))  # noqa: PLW0108 (it is made below)
        server = link.Server(link.path_in(self.folder), self.browsers.hear, lost=self.browsers.web_lost)
        await self._look_at_trunks()
        self.media = self.sound(doors.towards(self.doors, self.resolved).places, clock.now)
        self.control = Control(
            lines=self,
            media=self.media,
            desks=self.browsers,
            book=self.book,
            timers=LoopTimers(),
            node=socket.gethostname()[:80],
            recordings=self.folder / "recordings",
            alarm=PushAlarm(self.book, settings.SECONDRING_URL),
        )
        self.browsers.control = self.control
        try:
            await self._wake_control()
            await server.start()
            self.ready.set()
            self._tasks = [asyncio.create_task(self._for_ever(*each)) for each in self._loops()]
            await self._until_over()
        finally:
            await self._close(server)

    async def _wake_control(self) -> None:
        """A busy machine, or a database that is held just now, is no reason to give up."""
        while not self.stop.is_set():
            try:
                await self.control.start()
                return
            except TimeoutError:
                log.warning("The book of calls is slow to open; waiting for it.")

    def _loops(self) -> list[tuple[Callable[[], Coroutine[Any, Any, None]], float]]:
        return [(self._beat, BEAT), (self._look_at_trunks, LOOK), (self._look_at_the_house, LOOK), (self._warm, 1.0)]

    async def _for_ever(self, work: Callable[[], Coroutine[Any, Any, None]], seconds: float) -> None:
        while True:
            try:
                await work()
            except Exception:  # a loop's one catch: a full disk or a closed book is no reason to fall silent
                log.exception("A loop of the telephone stumbled")
            await asyncio.sleep(seconds)

    async def _until_over(self) -> None:
        await asyncio.to_thread(self.stop.wait)
        self.control.stop_taking()
        if self.trunks:
            self.trunks.stopping = True
            self.trunks.stack.soon(self.trunks.unregister)
        while (self.control.live or (self.trunks and self.trunks.in_use)) and not self.hurry.is_set():  # noqa: ASYNC110
            await asyncio.sleep(0.1)

    async def _close(self, server: link.Server) -> None:
        for task in self._tasks:
            task.cancel()
        await server.stop()
        await self.media.stop()
        (self.folder / "run" / "phone.talking").unlink(missing_ok=True)
        await asyncio.to_thread(self.book.close)
        if self.trunks:
            await asyncio.sleep(0.1)  # our last words to providers leave

    async def _beat(self) -> None:
        """A sign of life for /readyz, and how many talk for whoever waits for our end."""
        run = self.folder / "run"
        run.mkdir(parents=True, exist_ok=True)
        (run / "phone.talking").write_text(str(len(self.control.live)))
        (run / "phone.alive").write_text(str(time.time()))

    async def _warm(self) -> None:
        """The sound's process starts when somebody could talk: the first call finds it ready, and an idle desk is light."""
        if self.accounts or self.browsers.open_desks:
            await self.media.start()

    async def _look_at_the_house(self) -> None:
        """Numbers, hours, greetings and people change on a screen: the next call is to find them as they are."""
        self.control.desks_changed()

    async def _look_at_trunks(self) -> None:
        found = await asyncio.to_thread(registering.accounts)
        hosts = {account.host for account in found}
        late = time.monotonic() - self._looked_up > LOOK_UP
        wanted = hosts if late else hosts - set(self.resolved)
        fresh = {host: await asyncio.to_thread(doors.addresses_of, host) for host in sorted(wanted)}
        resolved = {host: fresh.get(host) or self.resolved.get(host, []) for host in hosts}
        for account in (each for each in found if each.host in fresh):
            self.book.write(registering.found, account.id, bool(resolved[account.host]), at=clock.now())
        if late:
            self._looked_up = time.monotonic()
        if (found, resolved) != (self.accounts, self.resolved):
            self.accounts, self.resolved = found, resolved
            if self.trunks:
                self.trunks.stack.soon(self.trunks.change, found, resolved)

    @property
    def knows_somebody(self) -> bool:
        """Is there a provider, and does its name lead anywhere? Until then there is nobody to listen to."""
        return any(self.resolved.get(each.host) or each.addresses for each in self.accounts)

    # what the trunk tells, in asyncio's thread

    def arrived(self, arrival: Arrival) -> None:
        """A call at the door. Whatever goes wrong with it is its own."""
        try:
            self.control.arrived(arrival)
        except Exception:
            log.exception("A call could not be taken")

    def told(self, trunk: int, until: float | None, realm: str, trouble: str) -> None:
        """What a provider answered, kept for doctor and the settings page."""
        self.book.write(registering.answered, trunk, until, realm, trouble, at=clock.now())

    # legs.Lines

    def line(self, leg: str, call: str) -> Line | None:
        """A line to a teammate: their browsers, or their own telephone when the trunk has room."""
        if not is_phone(leg):
            return self.browsers.line(leg, call)
        live = self.control.live.get(call)
        roster = live.roster if live and live.roster else self.control.roster
        number = roster.telephone(teammate_of(leg))
        if not number or self.trunks is None:
            return None
        trunk = live.door.trunk if live else None
        return self.trunks.telephone(leg, number, shown=self._ours(trunk), trunk=trunk)

    def outside(self, number: str, call: str, *, trunk: int | None = None, shown: str = "") -> Line | None:
        """A line to a customer's telephone, through this trunk where one is named."""
        if self.trunks is None:
            return None
        return self.trunks.outside(number, shown=shown or self._ours(trunk), trunk=trunk)

    def _ours(self, trunk: int | None) -> str:
        """The number we show: one of the trunk's own, for providers refuse any other."""
        return next((n for account in self.accounts if trunk in (None, account.id) for n in account.numbers), "")
