"""All open desks of this process: who watches what, who is where, and who may be told. Asyncio only, no database."""

import asyncio
import json
import secrets
import time
from collections import defaultdict, deque
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

QUEUE = 100  # frames a desk may lag behind; then it is let go, comes back and fetches everything anew
LATELY = 2000  # names kept for pages that were drawn a moment before their desk came
GATHER = 0.01  # seconds in which several names to one desk become one frame


@dataclass(frozen=True)
class Eyes:
    """What somebody may see. Desks with equal eyes see the same lists."""

    places: frozenset[int] = frozenset()
    all_places: bool = False

    def may_see(self, place: int) -> bool:
        """May these eyes see what is in this place?"""
        return self.all_places or place in self.places

    def have_lost(self, before: "Eyes") -> bool:
        """Was there something they could see before and can no more?"""
        return not self.all_places and (before.all_places or not before.places <= self.places)


@dataclass(eq=False)
class Desk:
    """One tab. `watches` maps a fragment's address to the names that make it stale, and whether it is a shared one."""

    teammate: int
    name: str
    session: str
    eyes: Eyes
    answers: bool = True  # do they talk with customers at all?
    tab: str = ""  # what this tab calls itself to the telephone; "" while it has no ears for it
    audiences: frozenset[str] = frozenset()  # besides those of places, which `eyes` knows
    frames: asyncio.Queue[str | None] = field(default_factory=lambda: asyncio.Queue(QUEUE))
    watches: dict[str, tuple[frozenset[str], bool]] = field(default_factory=dict)
    looks_at: "Looking | None" = None
    types: bool = False
    noted_until: float = 0.0
    stale: set[str] = field(default_factory=set)
    told_here: str = ""

    def may_hear(self, audience: str) -> bool:
        """May this desk be told of what goes to that audience? An empty one is everybody; one unknown here is nobody."""
        kind, _dash, number = audience.partition("-")
        if kind == "place" and number.isdecimal():
            return self.eyes.may_see(int(number))
        return not audience or audience in self.audiences

    def push(self, frame: str) -> None:
        """Queue a frame; a desk too slow to take it is let go, never waited for."""
        try:
            self.frames.put_nowait(frame)
        except asyncio.QueueFull:
            self.let_go()

    def let_go(self) -> None:
        """Close this desk's line, after nothing more."""
        while not self.frames.empty():
            self.frames.get_nowait()
        self.frames.put_nowait(None)


@dataclass(frozen=True)
class Looking:
    """The conversation somebody has open."""

    conversation: int
    customer: str
    scope: int


def frame(**said: Any) -> str:
    return json.dumps(said, separators=(",", ":"), ensure_ascii=False)


class Hub:
    """The desks of this process. Encodes once for all with equal eyes."""

    def __init__(self) -> None:
        self.desks: set[Desk] = set()
        self._lately: deque[tuple[int, str, str]] = deque(maxlen=LATELY)
        self.forget()
        self._gathering: asyncio.TimerHandle | None = None
        self._presence_due: asyncio.TimerHandle | None = None
        self.render: Any = None  # async (address, teammate id) -> html or None, set by live

    def join(self, desk: Desk) -> None:
        self.desks.add(desk)
        self.presence_changed()

    def leave(self, desk: Desk) -> None:
        self.desks.discard(desk)
        self.presence_changed()

    @property
    def mark(self) -> str:
        """This moment, for a page to carry from before it is drawn until its desk says what it watches.

        A moment and not a count: how much there was to hear is nobody's business.
        """
        return f"{self._memory}.{time.monotonic_ns() - self._began}"

    def forget(self) -> None:
        """We may have missed something: no mark given before is worth anything now."""
        self._memory, self._began = secrets.token_hex(4), time.monotonic_ns()
        self._lately.clear()

    def watch(self, desk: Desk, watches: dict[str, tuple[frozenset[str], bool]], *, since: str = "") -> None:
        """The desk shows these fragments now; what changed in the new ones `since` the mark of their page is told."""
        new = watches.keys() - desk.watches.keys() if since else set()
        desk.watches = watches
        missed = self._missed(desk, since) if new else set()
        stale = [address for address in new if missed is None or watches[address][0] & missed]
        if stale:
            desk.push(frame(stale=stale))

    def _missed(self, desk: Desk, since: str) -> set[str] | None:
        """The names this desk would have heard since that mark; None when nobody can tell any more."""
        memory, _dot, moment = since.partition(".")
        if memory != self._memory or not moment.isdecimal():
            return None
        if len(self._lately) == LATELY and int(moment) < self._lately[0][0]:
            return None
        return {name for at, name, audience in self._lately if at >= int(moment) and desk.may_hear(audience)}

    def changed(self, names: Iterable[tuple[str, str]]) -> None:
        """These names changed: tell each desk that watches one of them and belongs to its audience."""
        for name, audience in names:
            self._lately.append((time.monotonic_ns() - self._began, name, audience))
            for desk in self.desks:
                if desk.may_hear(audience) and any(name in names_ for names_, _ in desk.watches.values()):
                    desk.stale.add(name)
        if self._gathering is None:
            self._gathering = asyncio.get_running_loop().call_later(GATHER, self._send_gathered)

    def _send_gathered(self) -> None:
        self._gathering = None
        together: dict[tuple[Eyes, str], list[Desk]] = defaultdict(list)
        for desk in self.desks:
            if not desk.stale:
                continue
            own = [a for a, (names, shared) in desk.watches.items() if names & desk.stale and not shared]
            for address, (names, shared) in desk.watches.items():
                if shared and names & desk.stale:
                    together[desk.eyes, address].append(desk)
            if own:
                desk.push(frame(stale=own))
            desk.stale.clear()
        for (_eyes, address), desks in together.items():
            asyncio.get_running_loop().create_task(self._send_shared(address, desks))

    async def _send_shared(self, address: str, desks: list[Desk]) -> None:
        """Draw a shared fragment once, as one of those who see the same, and give it to them all."""
        html = await self.render(address, desks[0].teammate) if self.render else None
        text = frame(stale=[address]) if html is None else frame(html={address: html})
        for desk in desks:
            desk.push(text)

    def presence_changed(self) -> None:
        """Who is here, looks or types is told in one frame soon, not a frame a keystroke."""
        if self._presence_due is None:
            self._presence_due = asyncio.get_running_loop().call_later(0.05, self._send_presence)

    def _send_presence(self) -> None:
        self._presence_due = None
        drawn: dict[Eyes, str] = {}
        for desk in self.desks:
            if desk.eyes not in drawn:
                drawn[desk.eyes] = frame(here=self.here(desk.eyes))
            if (
                desk.told_here != drawn[desk.eyes]
            ):  # else the frame itself would tell that somebody stirred out of sight
                desk.told_here = drawn[desk.eyes]
                desk.push(desk.told_here)

    def here(self, eyes: Eyes) -> list[dict[str, Any]]:
        """Everybody with an open desk; what they look at only where these eyes may see it too."""
        people: dict[int, dict[str, Any]] = {}
        for desk in self.desks:
            person = people.setdefault(desk.teammate, {"who": desk.teammate, "name": desk.name, "at": []})
            if desk.looks_at and eyes.may_see(desk.looks_at.scope):
                looking = desk.looks_at
                person["at"].append(
                    {"conversation": looking.conversation, "customer": looking.customer, "types": desk.types}
                )
        return sorted(people.values(), key=lambda person: str(person["name"]))
