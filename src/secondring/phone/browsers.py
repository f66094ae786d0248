"""All browsers, as the phone process knows them: whose desks are open, which call rings where, and who asked for what.

Lives in call control's asyncio loop. It decides nothing: it translates between frames and happenings.
"""

import asyncio
import re
from collections import defaultdict
from collections.abc import Callable
from dataclasses import asdict, dataclass
from datetime import datetime
from functools import partial
from typing import Any, Protocol

from ..lib import clock
from . import happenings
from .browser_lines import BrowserLine, VisitorLine
from .call_state import Taping
from .frames import Frame
from .happenings import (
    Asked,
    AskedHangUp,
    AskedHold,
    AskedJoin,
    AskedKeys,
    AskedResume,
    AskedTapeEnd,
    AskedTransfer,
    teammate_of,
)
from .legs import Arrival
from .rings import NORTH_AMERICA, Cadence
from .standings import Standing

MOST_DIALLING = 100  # tabs that asked for a call and did not get one are forgotten
PATIENCE = 3.0  # seconds in which a web process, or a visitor's page, may come back before its people count as gone
KEYS = r"[0-9*#A-D]{1,32}"
ASKED: dict[str, Callable[[str, datetime], Asked]] = {
    "hold": AskedHold,
    "resume": AskedResume,
    "join": AskedJoin,
    "hang-up": AskedHangUp,
    "stop-recording": AskedTapeEnd,
    "delete-recording": partial(AskedTapeEnd, forget=True),
}


class Control(Protocol):
    """What browsers need of call control."""

    def asked(self, call: str, wish: Asked) -> None:
        """Somebody at a desk wants something of a call they are in."""

    def arrived(self, arrival: Arrival) -> None:
        """A call at the door; the line is attached when it has a key."""

    def desks_changed(self) -> None:
        """Other desks are open than before: somebody else may have to ring."""

    def dial(self, by: int, key: str) -> None:
        """A tab asks for the call that was allowed under this key."""


@dataclass(frozen=True, kw_only=True)
class Caller:
    """Who calls, as far as we know by now."""

    name: str = ""
    number: str = ""
    customer: int | None = None
    conversation: int | None = None
    place: str = ""

    def as_json(self) -> dict[str, Any]:
        return asdict(self)


class Browsers:
    """Desks and visitors. `send` says a frame to the web process; `control` must be set before the first frame comes."""

    def __init__(self, send: Callable[[Frame], None]) -> None:
        self.send = send
        self.control: Control | None = None
        self._tabs: dict[int, set[str]] = defaultdict(set)
        self._lines: dict[tuple[str, str], BrowserLine] = {}  # by leg and call
        self._visitors: dict[str, VisitorLine] = {}
        self._told: dict[str, dict[str, Any]] = defaultdict(dict)  # of each call, what `ring` says
        self._dialling: dict[tuple[str, str], str] = {}  # leg and call: the tab that is to have the sound
        self._unsure: set[tuple[int, str]] = set()  # tabs of a web process that is gone

    @property
    def open_desks(self) -> frozenset[int]:
        """The teammates who would see it ring."""
        return frozenset(who for who, tabs in self._tabs.items() if tabs)

    def line(self, leg: str, call: str) -> BrowserLine | None:
        """A line to a teammate's browsers; None when none is open."""
        if teammate_of(leg) not in self.open_desks:
            return None
        line = BrowserLine(leg, self.send, lambda _call: self._forget(leg, call), self._joined)
        line.told = self._told[call]
        line.tab = self._dialling.pop((leg, call), "")
        self._lines[leg, call] = line
        return line

    def knows(
        self, call: str, caller: Caller, *, began: datetime | None = None, cadence: Cadence = NORTH_AMERICA
    ) -> None:
        """Tell desks who calls: when it begins to ring with what the network says, and again when we have looked."""
        told = self._told[call]
        told["caller"] = caller.as_json()
        if began is not None:
            told["began"] = int(began.timestamp() * 1000)
            told["cadence"] = [cadence.on, cadence.off]
        for line in self._of(call):
            line.say("who", caller=told["caller"])

    def rings_at(self, call: str, teammates: list[int]) -> None:
        """Tell everybody in a call, and the visitor, at whose desks and telephones it rings now."""
        self._told[call]["who"] = teammates
        for line in [*self._of(call), *(v for v in self._visitors.values() if v.call == call)]:
            line.say("rings", who=teammates)

    def stands(self, call: str, leg: str, standing: Standing) -> None:
        """Tell a desk how its talk stands: who hears music, who is asked first."""
        line = self._lines.get((leg, call))
        if line is not None:
            line.standing = standing
            line.say("stands", **standing.as_json())

    def tapes(self, call: str, taping: Taping) -> None:
        """Tell the customer's page whether the talk is recorded."""
        for line in [each for each in self._visitors.values() if each.call == call]:
            line.say("recorded", tape=taping)

    def ended(self, call: str) -> None:
        """The call is over: nothing of it is kept."""
        self._told.pop(call, None)
        for key in [key for key in self._lines if key[1] == call]:
            del self._lines[key]

    def hear(self, frame: Frame) -> None:
        """A frame from the web process."""
        if frame.party.startswith("visitor-"):
            self._hear_visitor(frame)
        elif frame.what in ("here", "away"):
            self._tab(frame)
        elif frame.what == "dial":
            self._dial(frame)
        elif (line := self._lines.get((frame.party, frame.call))) is not None:
            self._hear_desk(line, frame)
        elif frame.call:  # a tab that shows a call which is over
            self.send(Frame(frame.to, "gone", frame.call, {"because": "over"}))

    def web_lost(self) -> None:
        """The web process is gone. It will come back and say who is there; who is not by then has left."""
        self._unsure = {(who, tab) for who, tabs in self._tabs.items() for tab in tabs}
        asyncio.get_running_loop().call_later(PATIENCE, self._give_up)

    def _give_up(self) -> None:
        unsure, self._unsure = self._unsure, set()
        for who, tab in unsure:
            self._gone(who, tab)

    # desks

    def _tab(self, frame: Frame) -> None:
        who = teammate_of(frame.party)
        if who is None:
            return
        if frame.what == "away":
            self._gone(who, frame.tab)
            return
        self._unsure.discard((who, frame.tab))
        before = self.open_desks
        self._tabs[who].add(frame.tab)
        calls = [line.state() for (leg, _call), line in self._lines.items() if leg == frame.party]
        self.send(Frame(frame.to, "mine", "", {"calls": calls}))
        if before != self.open_desks and self.control:
            self.control.desks_changed()

    def _gone(self, who: int, tab: str) -> None:
        before = self.open_desks
        self._tabs[who].discard(tab)
        for line in [line for (leg, _call), line in self._lines.items() if leg == happenings.desk(who)]:
            line.tab_gone(tab)
            if not self._tabs[who]:
                line.desk_gone()
        if before != self.open_desks and self.control:
            self.control.desks_changed()

    def _hear_desk(self, line: BrowserLine, frame: Frame) -> None:
        assert self.control is not None
        if frame.what == "transfer":
            self._transfer(line, frame)
        elif frame.what == "keys":
            self._press(line, frame)
        elif frame.what in ASKED:
            self.control.asked(frame.call, ASKED[frame.what](line.leg, clock.now()))
        else:
            line.hear(frame)

    def _transfer(self, line: BrowserLine, frame: Frame) -> None:
        assert self.control is not None
        to = frame.body.get("to")
        if not isinstance(to, int):
            return
        self._told[frame.call]["by"] = teammate_of(line.leg)
        legs = frozenset({happenings.desk(to), happenings.phone(to)})
        wish = AskedTransfer(line.leg, clock.now(), legs, first=bool(frame.body.get("first")))
        self.control.asked(frame.call, wish)

    def _press(self, line: BrowserLine, frame: Frame) -> None:
        assert self.control is not None
        keys = str(frame.body.get("keys", "")).upper()
        if re.fullmatch(KEYS, keys):
            self.control.asked(frame.call, AskedKeys(line.leg, clock.now(), keys))

    def _dial(self, frame: Frame) -> None:
        assert self.control is not None
        who = teammate_of(frame.party)
        if who is not None and frame.tab:
            self._dialling = {
                (frame.party, frame.call): frame.tab,
                **dict(list(self._dialling.items())[:MOST_DIALLING]),
            }
            self.control.dial(who, frame.call)

    def _of(self, call: str) -> list[BrowserLine]:
        return [line for (_leg, its), line in self._lines.items() if its == call]

    def _joined(self, line: BrowserLine) -> None:
        """The visitor sees whom they will talk with."""
        for visitor in [each for each in self._visitors.values() if each.call == line.call]:
            visitor.say("with", who=teammate_of(line.leg))

    def _forget(self, leg: str, call: str) -> None:
        self._lines.pop((leg, call), None)

    # visitors

    def _hear_visitor(self, frame: Frame) -> None:
        line = self._visitors.get(frame.to)
        if frame.what == "invite" and line is None:
            self._invite(frame)
        elif line is not None and frame.what == "away":
            line.leave()
        elif line is not None:
            line.hear(frame)

    def _invite(self, frame: Frame) -> None:
        assert self.control is not None
        said = frame.body
        line = VisitorLine(frame.to, str(said.get("sdp", "")), self.send, lambda _call: self._forget_visitor(frame.to),
                           lambda call: self._told[call])  # fmt: skip
        self._visitors[frame.to] = line
        place = said.get("place")
        self.control.arrived(
            Arrival(
                line=line,
                to_number="",
                from_number=str(said.get("number", ""))[:40],
                from_name=str(said.get("name", ""))[:120],
                place=place if isinstance(place, int) else None,
                customer=who if isinstance(who := said.get("customer"), int) else None,
            )
        )

    def _forget_visitor(self, visitor: str) -> None:
        self._visitors.pop(visitor, None)
