"""Call control: what happens comes in, the state machine says what follows, lines and media do it, the book is kept beside.

Everything here runs in one asyncio loop. The only thing that waits for the database is a hand's claim, and not for long.
"""

import asyncio
import logging
from collections.abc import Coroutine
from dataclasses import replace
from datetime import timedelta
from functools import partial
from pathlib import Path
from typing import Any
from uuid import uuid4

from ..lib import blobs
from . import booking, callers, calls, chronicle, errands, missing, recording, ringing
from .alarm import Alarm, NoAlarm
from .book import Book
from .carrying import NoWay, carry_out
from .desks import Desks
from .happenings import (
    CALLER,
    Asked,
    Declined,
    Dialled,
    Happening,
    Invited,
    Left,
    Passed,
    teammate_of,
)
from .legs import Arrival, Line, Lines, Media
from .live_call import LiveCall
from .orders import Because, Note, Order
from .ringing import Door, Roster
from .sound_files import SoundFiles
from .standings import changed
from .timers import Timer, Timers

log = logging.getLogger(__name__)
LOOKS_FOR = 0.25  # seconds for which ringing waits to know whose customer calls
FRESH_FOR = timedelta(seconds=2)  # how old a roster may be while it rings
MOST_TRIES = 3


class Control:
    """All calls of this process."""

    def __init__(
        self,
        *,
        lines: Lines,
        media: Media,
        desks: Desks,
        book: Book,
        timers: Timers,
        node: str,
        recordings: Path,
        looks_for: float = LOOKS_FOR,
        alarm: Alarm | None = None,
    ) -> None:
        self.lines, self.media, self.desks, self.book, self.timers = lines, media, desks, book, timers
        self.node, self.looks_for, self.alarm = node, looks_for, alarm or NoAlarm()
        self.recordings, self.files = recordings, SoundFiles(recordings)
        self.roster = Roster()
        self.live: dict[str, LiveCall] = {}
        self.is_stopping = False
        self._freshener: Timer | None = None
        self._tasks: set[asyncio.Task[None]] = set()

    async def start(self) -> None:
        """Heal what a dead process left behind, and learn who is there. Then calls may come."""
        self.files.make_room()
        await self.book.ask(missing.heal, self.node, self.recordings, at=self.timers.now())
        await self.book.ask(recording.heal, self.node, at=self.timers.now())
        self.roster = await self.book.ask(ringing.roster, self.timers.now())

    def stop_taking(self) -> None:
        """An upgrade: new calls are refused, so that the provider tries elsewhere; the others finish, however long."""
        self.is_stopping = True

    def arrived(self, arrival: Arrival) -> None:
        """A call at the door. The caller hears it ring at once; here it rings when we know who it is, LOOKS_FOR later at most."""
        door = self.roster.door(number=arrival.to_number, place=arrival.place)
        if door is None or self.is_stopping:
            arrival.line.reject(Because.STOPPING if self.is_stopping else Because.UNKNOWN_NUMBER)
            return
        at = self.timers.now()
        is_open = door.is_open(at)
        invited = Invited(
            at=at, cadence=door.cadence, is_open=is_open, greets_after=door.greets_after, tapes=bool(door.notice)
        )
        number = callers.e164(arrival.from_number, door.region)
        live, orders = self.begin(door, invited, uuid4().hex, number, arrival.line)
        live.is_open = is_open
        opened = booking.Opened(
            **live.facts(self.node),
            name=arrival.from_name,
            ours=arrival.to_number,
            was_open=is_open,
            customer=arrival.customer,
        )
        known = self.book.ask(booking.opened, opened)
        self.follow(live, live.state, orders)
        self.in_background(self.recognise(live, known, arrival.from_name))

    def dial(self, by: int, key: str) -> None:
        """A teammate's page asks for the call that was allowed under this key: to a customer, or a test to themselves."""
        self.in_background(errands.begin(self, by, key))

    def asked(self, call: str, wish: Asked) -> None:
        """Somebody at a desk wants something of a call they are in."""
        if call in self.live:
            self._step(self.live[call], wish)

    def desks_changed(self) -> None:
        """Other desks are open than before, or other people on duty: somebody else may have to ring."""
        self.in_background(self._refresh())

    def begin(
        self, door: Door, first: Invited | Dialled, key: str, number: str, line: Line
    ) -> tuple[LiveCall, list[Order]]:
        state, orders = calls.begin(first)
        session = self.media.session(key, partial(self._told, key))
        words = {name: blobs.path(sha) for name, sha in (("greeting", door.greeting), ("notice", door.notice)) if sha}
        session.sounds(cadence=door.cadence, **words)
        live = LiveCall(key=key, door=door, state=state, session=session, number=number, lines={CALLER: line})
        self.live[key] = live
        line.attach(key, session, partial(self._told, key))
        self.desks.knows(key, live.caller(), began=first.at, cadence=door.cadence)
        return live, orders

    async def recognise(self, live: LiveCall, known: Any, name: str) -> None:
        """Find out who it is, and who is there, and let it ring; without an answer in time, at everybody we knew of."""
        try:
            async with asyncio.timeout(self.looks_for):
                live.who = await known
                self.roster = await self.book.ask(ringing.roster, self.timers.now())
        except Exception:
            log.exception("Call %s rings without knowing who calls", live.key)
        if live.is_over:
            return
        live.is_known = True
        self.desks.knows(live.key, live.caller(name))
        self._look_around(live)

    def _told(self, key: str, happened: Happening) -> None:
        """A line or the sound says what became of a leg."""
        live = self.live.get(key)
        if live is None:
            return
        leg = calls.hand(live.state, happened)
        if leg:
            self.in_background(self._claim(live, leg, happened))
        else:
            self._step(live, happened)

    async def _claim(self, live: LiveCall, leg: str, happened: Happening, tries: int = 1) -> None:
        """The first hand gets the call, by one conditional UPDATE; whoever talks already has no hand free."""
        teammate = teammate_of(leg)
        if teammate in self._busy(but=live):
            self._step(live, Declined(leg, happened.at))
            return
        live.claims.add(leg)
        try:
            won = await self.book.ask(booking.claim, live.key, leg, teammate, happened.at)
        except Exception:  # the book is closed; the call belongs to this process, so its own order decides
            log.exception("The claim of call %s is not written yet", live.key)
            won = not live.claimed_leg
        live.claims.discard(leg)
        if won:
            live.claimed_leg = leg
        elif calls.hand(live.state, happened) and tries < MOST_TRIES:  # whoever was quicker has left again
            await self._claim(live, leg, happened, tries + 1)
            return
        self._step(live, happened)

    def _step(self, live: LiveCall, happened: Happening) -> None:
        """One after the other, also when a line answers while it is being told something."""
        live.waiting.append(happened)
        if live.is_stepping:
            return
        live.is_stepping = True
        try:
            while live.waiting and not live.is_over:
                self._step_once(live, live.waiting.popleft())
        finally:
            live.is_stepping = False

    def _step_once(self, live: LiveCall, happened: Happening) -> None:
        before, hands = live.state, live.hands
        live.note_happening(happened)
        live.state, orders = calls.step(before, happened)
        if isinstance(happened, Left | Declined):
            live.end_leg(happened.leg, live.state.looked_at, type(happened).__name__.lower())
        self.follow(live, before, orders)
        if live.hands != hands or live.is_over:
            self._look_around_everywhere(but=live)

    def follow(self, live: LiveCall, before: calls.CallState, orders: list[Order]) -> None:
        """Carry out what was ordered, and keep the book and the timers up with the call."""
        for order in orders:
            self._carry_out(live, order)
        for leg, standing in changed(before, live.state).items():
            self.desks.stands(live.key, leg, standing)
        if live.state.taping != before.taping:
            self.desks.tapes(live.key, live.state.taping)
        if live.state.ringing != before.ringing:
            self.desks.rings_at(live.key, sorted({who for leg in live.state.ringing if (who := teammate_of(leg))}))
        self.alarm.follow(live)
        chronicle.keep_owner(self.book, live)
        if live.state.heard_at is not None and before.heard_at is None:
            self.book.write(booking.heard, live.key, live.state.heard_at)
        if live.is_over:
            self._bury(live)
            return
        self._wind(live)
        if live.rings and before.phase is not live.state.phase:
            live.around = None
            self._look_around(live)

    def _carry_out(self, live: LiveCall, order: Order) -> None:
        live.note_order(order)
        try:
            carry_out(live, order, partial(self._reach, live), self.files.of(live.key))
        except NoWay as leg:
            live.waiting.append(Left(str(leg), live.state.looked_at))
            self.in_background(self._go_on(live))
        except Exception:
            log.exception("%s of call %s failed", order, live.key)
        if isinstance(order, Note):
            chronicle.write_down(self.book, live, order)

    async def _go_on(self, live: LiveCall) -> None:
        if live.waiting:
            self._step(live, live.waiting.popleft())

    def _reach(self, live: LiveCall, leg: str) -> Line | None:
        line = self.lines.line(leg, live.key)
        if line is not None:
            line.attach(live.key, live.session, partial(self._told, live.key))
        return line

    def _bury(self, live: LiveCall) -> None:
        state = live.state
        at = state.ended_at or state.looked_at
        if live.timer:
            live.timer.cancel()
        live.end_legs(at)
        live.session.close()
        self.desks.ended(live.key)
        del self.live[live.key]
        self.book.write(booking.ended, live.key, str(state.because), at, live.legs)
        self.files.pick_up(live, at, self.book, self.timers)

    def _wind(self, live: LiveCall) -> None:
        if live.timer:
            live.timer.cancel()
        due = live.state.next_look
        live.timer = self.timers.at(due, lambda: self._step(live, Passed(max(due, self.timers.now())))) if due else None

    def _look_around(self, live: LiveCall) -> None:
        """Tell a ringing call who is around, if that is news."""
        if not (live.rings and live.is_known):
            return
        at, busy = self.timers.now(), self._busy(but=live)
        seen = live.sees(live.roster or self.roster, busy=busy, desks=self.desks.open_desks, at=at)
        if live.around is None or seen != replace(live.around, at=seen.at):
            live.around = seen
            self._step(live, seen)
        if self._freshener is None:
            self._freshener = self.timers.at(seen.at + FRESH_FOR, self._fresh)

    def _look_around_everywhere(self, but: LiveCall | None = None) -> None:
        for live in list(self.live.values()):
            if live is not but:
                self._look_around(live)

    def _fresh(self) -> None:
        self._freshener = None
        if any(live.rings for live in self.live.values()):
            self.in_background(self._refresh())

    async def _refresh(self) -> None:
        try:
            self.roster = await self.book.ask(ringing.roster, self.timers.now())
        except Exception:
            log.exception("Who is on duty is not known anew")
        self._look_around_everywhere()

    def _busy(self, *, but: LiveCall) -> set[int]:
        """Those who talk, or are about to, in other calls."""
        return {who for live in self.live.values() if live is not but for who in live.hands}

    def in_background(self, work: Coroutine[Any, Any, None]) -> None:
        task = asyncio.ensure_future(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
