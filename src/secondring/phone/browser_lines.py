"""Legs that are browsers: a teammate's open tabs, of which one answers, and a customer on the 'Call us' page."""

import asyncio
import logging
from collections.abc import Awaitable, Callable
from datetime import datetime
from typing import Any

from django.conf import settings

from ..lib import clock
from . import turn
from .frames import Frame
from .happenings import Answered, Back, Declined, FromLeg, Left, Lost, Rang, teammate_of
from .legs import Session, Tell
from .orders import Because
from .standings import Standing

log = logging.getLogger(__name__)
Send = Callable[[Frame], None]


class _Line:
    """What both have in common: a party at the browsers' end, a call, and sound that is brought up in the background."""

    def __init__(self, leg: str, party: str, send: Send, ended: Callable[[str], None]) -> None:
        self.leg, self.party = leg, party
        self.call = ""
        self._send, self._ended = send, ended
        self._session: Session | None = None
        self._tell: Tell | None = None
        self._tasks: set[asyncio.Task[None]] = set()

    def attach(self, call: str, session: Session, tell: Tell) -> None:
        self.call, self._session, self._tell = call, session, tell

    @property
    def is_over(self) -> bool:
        return self._tell is None

    def say(self, what: str, *, only: str = "", **body: Any) -> None:
        """To every tab, or to one only."""
        self._send(Frame(f"{self.party}/{only}" if only else self.party, what, self.call, body))

    def tell(self, kind: Callable[[str, datetime], FromLeg]) -> None:
        """Tell call control, unless this leg is over."""
        if self._tell is not None:
            self._tell(kind(self.leg, clock.now()))

    def let_go(self) -> None:
        """Nothing it says reaches call control any more."""
        self._tell = self._session = None
        for task in self._tasks:
            task.cancel()
        self._ended(self.call)

    def _in_background(self, work: Callable[[Session], Awaitable[None]]) -> None:
        """Bring sound up; what a browser sends may be anything, and a leg whose sound fails is a leg that has gone."""
        if self._session is None:
            return
        task = asyncio.ensure_future(self._careful(work(self._session)))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _careful(self, work: Awaitable[None]) -> None:
        try:
            await work
        except Exception:
            log.exception("The sound of %s in call %s did not come up.", self.leg, self.call)
            self.tell(Lost)


class BrowserLine(_Line):
    """A teammate's tabs. All ring; the one that answers carries the sound, and may come back after a reload."""

    def __init__(
        self, leg: str, send: Send, ended: Callable[[str], None], connected: Callable[["BrowserLine"], None]
    ) -> None:
        """connected: called when this line is joined to somebody."""
        super().__init__(leg, leg, send, ended)
        self._connected = connected
        self.tab = ""  # the one that answered
        self.rings = False
        self.standing = Standing()
        self.since: datetime | None = None
        self.is_known = False  # its tabs were told of the call
        self.told: dict[str, Any] = {}  # what `ring` says of the call

    # what call control orders

    def ring(self) -> None:
        self.rings, self.tab, self.since, self.standing = True, "", None, Standing()
        self.is_known = True
        self.say("ring", **self.told)

    def stop_ringing(self, by: str) -> None:
        self.rings = False
        self.say("silent", by=teammate_of(by) if by else None)

    def connect(self) -> None:
        if self.since is None and self.tab and not self.is_known:  # it never rang here: we call
            self.say("dialled", **self.told)
        self.rings, self.since = False, self.since or clock.now()
        self.say("picked", tab=self.tab, since=self._since())
        self._in_background(self._offer)
        self._connected(self)

    def hang_up(self, because: Because) -> None:
        self.say("gone", because=because.value)
        if because in (Because.TAKEN, Because.LAPSED):  # too late, or without sound: it stays ready
            self.rings, self.tab, self.since = False, "", None
        else:
            self.let_go()

    def ringing(self) -> None:
        """Only callers are told that it rings."""

    def accept(self) -> None:
        """Only callers are answered. Of a call we make, the customer's line is another."""

    def reject(self, because: Because) -> None:
        self.hang_up(because)

    async def _offer(self, session: Session) -> None:
        ways = turn.servers(settings.SECONDRING_TURN, at=clock.now())
        self.say("offer", only=self.tab, servers=ways, sdp=await session.offer(self.leg, "webrtc"))

    # what its tabs say

    def hear(self, frame: Frame) -> None:
        """One of: rang, answer, decline, sdp, back."""
        match frame.what:
            case "rang":
                self.tell(Rang)
            case "answer" if self.tab in ("", frame.tab):
                self.tab = frame.tab
                self.tell(Answered)
            case "decline":
                self.tell(Declined)
            case "sdp" if frame.tab == self.tab:
                sdp = str(frame.body.get("sdp", ""))
                self._in_background(lambda session: session.answered(self.leg, sdp))
            case "back" if frame.tab == self.tab:
                self.tell(Back)

    def tab_gone(self, tab: str) -> None:
        """The tab with the sound is gone. Its media may flow on for a moment; call control decides what that means."""
        if tab == self.tab and self.since is not None:
            self.tell(Lost)

    def desk_gone(self) -> None:
        """No tab is left: it cannot ring here. A talk may come back within seconds, so that is not said of one."""
        if self.rings or self.since is None:
            self.rings = False
            self.tell(Left)

    def _since(self) -> int | None:
        return int(self.since.timestamp() * 1000) if self.since else None

    def state(self) -> dict[str, Any]:
        """What a tab must know that has just come."""
        return {"call": self.call, "rings": self.rings, "tab": self.tab, "since": self._since(),
                **self.standing.as_json(), **self.told}  # fmt: skip


class VisitorLine(_Line):
    """A customer's browser. It offered its sound when it called; the answer goes out when a person has picked up."""

    def __init__(
        self, visitor: str, sdp: str, send: Send, ended: Callable[[str], None], facts: Callable[[str], dict[str, Any]]
    ) -> None:
        """facts: what `ring` says of a call."""
        super().__init__("caller", visitor, send, ended)
        self._sdp, self._facts = sdp, facts
        self._is_offered = asyncio.Event()

    def attach(self, call: str, session: Session, tell: Tell) -> None:
        super().attach(call, session, tell)
        self._in_background(self._offer)

    def ringing(self) -> None:
        told = self._facts(self.call)
        self.say("ringing", **{name: told[name] for name in ("began", "cadence") if name in told})

    def accept(self) -> None:
        self._in_background(self._answer)

    def reject(self, because: Because) -> None:
        self.say("refused", because=because.value)
        self.let_go()

    def hang_up(self, because: Because) -> None:
        self.say("gone", because=because.value)
        self.let_go()

    def ring(self) -> None:
        """A visitor's page is never rung: they called us."""

    def stop_ringing(self, by: str) -> None:
        """It never rang."""

    def connect(self) -> None:
        """Its sound stands since it called."""

    def hear(self, frame: Frame) -> None:
        """Only hang-up: everything else a visitor may do happens in their own browser."""
        if frame.what == "hang-up":
            self.leave()

    def leave(self) -> None:
        """The customer hung up, or closed the page."""
        self.tell(Left)

    async def _offer(self, session: Session) -> None:
        await session.offered(self.leg, self._sdp, "webrtc")
        self._is_offered.set()

    async def _answer(self, session: Session) -> None:
        """At a closed door both come in one moment."""
        await self._is_offered.wait()
        self.say("answer", sdp=await session.answer(self.leg))
