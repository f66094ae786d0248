"""Lines, sound, desks and a clock that a test moves by hand; the book is the real one, with its real thread and rows."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from secondring.conversations.models import Event, Place
from secondring.customers.models import Customer
from secondring.phone.book import ThreadBook
from secondring.phone.browsers import Caller
from secondring.phone.call_state import Taping
from secondring.phone.control import Control
from secondring.phone.happenings import CALLER, Answered, Asked, Flowing, FromLeg, teammate_of
from secondring.phone.legs import Arrival, Session, Tell
from secondring.phone.models import PhoneNumber
from secondring.phone.orders import Because
from secondring.phone.rings import NORTH_AMERICA, Cadence
from secondring.phone.standings import Standing
from secondring.team import duty
from secondring.team.models import Teammate
from secondring.testing import MONDAY, bea, cal, mae

from .fake_sound import FakeSession


@dataclass
class HandTimer:
    moment: datetime
    do: Callable[[], None]
    is_cancelled: bool = False

    def cancel(self) -> None:
        self.is_cancelled = True


class HandTimers:
    """Time passes when a test says so."""

    def __init__(self) -> None:
        self.moment, self.timers = MONDAY, list[HandTimer]()

    def now(self) -> datetime:
        return self.moment

    def at(self, moment: datetime, do: Callable[[], None]) -> HandTimer:
        timer = HandTimer(moment, do)
        self.timers.append(timer)
        return timer

    def due(self, until: datetime) -> HandTimer | None:
        """The next one until then."""
        self.timers = [each for each in self.timers if not each.is_cancelled]
        return min((each for each in self.timers if each.moment <= until), key=lambda each: each.moment, default=None)


class FakeLine:
    """A leg that writes down what it is told, and says what a test makes it say."""

    def __init__(self, leg: str, world: "House") -> None:
        self.leg, self.world, self.log = leg, world, list[str]()
        self.call = ""
        self.tell_control: Tell | None = None

    def attach(self, call: str, session: Session, tell: Tell) -> None:
        self.call, self.tell_control = call, tell

    def say(self, kind: Callable[..., FromLeg], *more: Any) -> None:
        assert self.tell_control is not None
        self.tell_control(kind(self.leg, self.world.timers.now(), *more))

    def ringing(self) -> None:
        self.log.append("ringing")

    def accept(self) -> None:
        self.log.append("accept")

    def reject(self, because: Because) -> None:
        self.log.append(f"reject {because}")

    def ring(self) -> None:
        self.log.append("ring")

    def stop_ringing(self, by: str) -> None:
        self.log.append(f"silent {by}".strip())

    def connect(self) -> None:
        self.log.append("connect")

    def hang_up(self, because: Because) -> None:
        self.log.append(f"hang-up {because}")


@dataclass
class House:
    """Call control with everything around it: open desks, telephones, callers at the door."""

    folder: Path
    timers: HandTimers = field(default_factory=HandTimers)
    open: set[int] = field(default_factory=set)
    lines: dict[tuple[str, str], FakeLine] = field(default_factory=dict)
    sessions: dict[str, FakeSession] = field(default_factory=dict)
    known: dict[str, Caller] = field(default_factory=dict)
    ring_at: dict[str, list[int]] = field(default_factory=dict)
    over: list[str] = field(default_factory=list)
    standing: dict[str, Standing] = field(default_factory=dict)
    taping: list[Taping] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.book = ThreadBook(patience=60)  # a busy machine must not decide a test
        self.control = Control(
            lines=self, media=self, desks=self, book=self.book, timers=self.timers, node="here",
            recordings=self.folder / "calls", looks_for=60,
        )  # fmt: skip

    # legs.Lines

    def line(self, leg: str, call: str) -> FakeLine | None:
        if leg.startswith("desk-") and teammate_of(leg) not in self.open:
            return None
        self.lines[leg, call] = FakeLine(leg, self)
        return self.lines[leg, call]

    def outside(self, number: str, call: str, *, trunk: int | None = None, shown: str = "") -> FakeLine | None:
        self.lines[CALLER, call] = FakeLine(CALLER, self)
        return self.lines[CALLER, call]

    # legs.Media

    def session(self, call: str, tell: Tell) -> FakeSession:
        self.sessions[call] = FakeSession()
        return self.sessions[call]

    # desks.Desks

    @property
    def open_desks(self) -> frozenset[int]:
        return frozenset(self.open)

    def knows(
        self, call: str, caller: Caller, *, began: datetime | None = None, cadence: Cadence = NORTH_AMERICA
    ) -> None:
        self.known[call] = caller

    def rings_at(self, call: str, teammates: list[int]) -> None:
        self.ring_at[call] = teammates

    def stands(self, call: str, leg: str, standing: Standing) -> None:
        self.standing[leg] = standing

    def tapes(self, call: str, taping: Taping) -> None:
        self.taping.append(taping)

    def ended(self, call: str) -> None:
        self.over.append(call)

    async def lives(self, story: "Callable[[House], Awaitable[None]]") -> None:
        """Begin, live through the story, and come to rest."""
        await self.control.start()
        await story(self)
        await self.rests()

    async def rests(self) -> None:
        """Until everything that was begun is done."""
        for _ in range(12):
            await self.book.ask(lambda: None)
            await asyncio.sleep(0)

    async def wait(self, seconds: float) -> None:
        """Let time pass, timer by timer."""
        until = self.timers.moment + timedelta(seconds=seconds)
        while (timer := self.timers.due(until)) is not None:
            self.timers.timers.remove(timer)
            self.timers.moment = max(timer.moment, self.timers.moment)
            timer.do()
            await self.rests()
        self.timers.moment = until

    async def call(self, from_number: str = "+351210000000", to: str = "+15550001", **more: Any) -> "Ringing":
        """Somebody calls."""
        before = set(self.control.live)
        line = FakeLine(CALLER, self)
        self.control.arrived(Arrival(line=line, to_number=to, from_number=from_number, **more))
        await self.rests()
        new = set(self.control.live) - before
        return Ringing(self, line, new.pop() if new else line.call)


@dataclass
class Ringing:
    """One call, from the outside."""

    house: House
    caller: FakeLine
    key: str

    @property
    def session(self) -> FakeSession:
        return self.house.sessions[self.key]

    def at(self, leg: str) -> FakeLine:
        return self.house.lines[leg, self.key]

    def heard_at(self, leg: str) -> list[str]:
        line = self.house.lines.get((leg, self.key))
        return line.log if line else []

    async def says(self, leg: str, kind: Callable[..., FromLeg], *more: Any) -> None:
        (self.caller if leg == CALLER else self.at(leg)).say(kind, *more)
        await self.house.rests()

    async def answered_by(self, leg: str, *, flows: bool = True) -> None:
        """A click; then the sound of both comes."""
        await self.says(leg, Answered)
        if flows:
            await self.says(leg, Flowing)
            await self.says(CALLER, Flowing)

    async def asked(self, kind: Callable[..., Asked], by: str, **more: Any) -> None:
        self.house.control.asked(self.key, kind(by, self.house.timers.now(), **more))
        await self.house.rests()


def leg(teammate: Teammate, kind: str = "desk") -> str:
    """The name of a teammate's leg."""
    return f"{kind}-{teammate.pk}"


def verbs(**of: object) -> list[str]:
    """What happened, in order."""
    return list(Event.objects.filter(**of).order_by("pk").values_list("verb", flat=True))


def knows_number(customer: Customer, number: str = "+351210000000") -> None:
    """The number says who it is."""
    customer.contact_points.create(kind="phone", value=number, added_at=MONDAY)


def tell(folder: Path, story: Callable[[House], Awaitable[None]]) -> None:
    """A number of ours, Bea and Cal on duty, Mae at ring two, every desk open; then the story."""
    place = Place.objects.create(channel="phone", name="Our number")
    PhoneNumber.objects.create(place=place, number="+15550001", region="US")
    for teammate in (bea(), cal()):
        duty.go_on(teammate, at=MONDAY)
    mae()
    house = House(folder)
    house.open = set(Teammate.objects.values_list("pk", flat=True))
    try:
        asyncio.run(asyncio.wait_for(house.lives(story), 90))
    finally:
        house.book.close()
