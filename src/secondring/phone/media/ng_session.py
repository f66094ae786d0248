"""The sound of one call at rtpengine. Two who talk hear each other through rtpengine alone; for everything else (music, words,
keys that are pressed, messages, the moment before both have sound) our own process is the voice in between, as with `relay`.

So a talk goes on when the telephone process dies, and costs next to nothing; and whatever rtpengine cannot join, still sounds.
"""

import asyncio
import logging
import time
from collections.abc import Coroutine, Mapping
from itertools import count
from pathlib import Path
from typing import TYPE_CHECKING, Any

from .. import sdp
from ..happenings import Digit, Flowing, FromLeg, Lost, Played, Silenced, Unplayed, Untaped
from ..legs import Tell, Wire
from ..orders import Sound
from .ng import NoAnswer, Refused
from .ng_parties import PLAIN, Party, narrowed, packets_of, ports_of

if TYPE_CHECKING:
    from .rtpengine import Rtpengine

log = logging.getLogger(__name__)
PRESSES_FOR = 20.0  # seconds for which our voice stays between two who talk, after a key: more keys will follow


class NgSession:
    """As legs.Session describes it."""

    def __init__(self, engine: "Rtpengine", call: str, tell: Tell) -> None:
        self._engine, self._call, self._tell = engine, call, tell
        self._voice = engine.voice.session(call, self._told)
        self._chosen: dict[str, Any] = {}
        self._parties: dict[str, Party] = {}
        self._numbers = count(1)
        self._lock = asyncio.Lock()  # one conversation with rtpengine at a time, in the order in which it was wished
        self._tasks: set[asyncio.Task[None]] = set()
        self._closed = False

    def sounds(self, **chosen: Any) -> None:
        self._chosen = chosen
        self._voice.sounds(**chosen)

    async def offered(self, leg: str, sdp: str, wire: Wire) -> None:
        party = self._parties.get(leg)
        fresh = party is None or party.wire != wire or (wire == "webrtc" and party.theirs != sdp)
        new = Party(leg, self._tag(leg), wire, offered_first=True) if party is None or fresh else party
        new.hears(sdp)
        async with self._lock:
            if fresh:
                await self._replace(party, new)
            await self._to_voice(new)
        self._settle()

    async def answer(self, leg: str) -> str:
        async with self._lock:
            party = self._parties.get(leg)
            if party is None or not party.facing:
                raise sdp.BadSdp("Nothing was offered.")
            return party.facing

    async def offer(self, leg: str, wire: Wire) -> str:
        old, party = self._parties.get(leg), Party(leg, self._tag(leg), wire, offered_first=False)
        async with self._lock:
            await self._replace(old, party)
            party.voice = narrowed(await self._voice.offer(leg, "rtp"), self._parties.get(party.partner or "caller"))
            said = await self._ask("offer", from_tag=party.voice_tag, sdp=party.voice, **party.offer_words)
            return party.told(str(said["sdp"]))

    async def answered(self, leg: str, sdp: str) -> None:
        party = self._parties[leg]
        party.hears(sdp)
        async with self._lock:
            await self._device_answers(party)
        self._settle()

    def _tag(self, leg: str) -> str:
        return f"{leg}~{next(self._numbers)}"

    async def _replace(self, old: Party | None, new: Party) -> None:
        """The leg's device is another now (a reload): what it was to others, it remains."""
        if old is not None:
            new.partner = old.partner
            self._voice.remove(old.name)
            await self._forget(old)
        self._parties[new.name] = new
        if new.partner:
            self._voice.bridge(new.name, new.partner)

    async def _to_voice(self, party: Party) -> None:
        """The device and our voice hear each other; and so it is with the one that it heard until now."""
        other, party.peer = self._parties.get(party.peer), ""
        await self._to_its_voice(party)
        if other is not None and other.peer == party.name:
            await self._to_voice(other)

    async def _to_its_voice(self, party: Party) -> None:
        """Offered and answered in the order in which they first found each other."""
        self._voice.hush(party.name, on=False)
        if not party.offered_first:
            tags = {"from_tag": party.voice_tag, "to_tag": party.tag}
            await self._ask("offer", sdp=party.voice, **tags, **party.offer_words)
            await self._device_answers(party)
            return
        tags = {"from_tag": party.tag} | ({"to_tag": party.voice_tag} if party.facing else {})
        said = await self._ask("offer", sdp=party.theirs, **tags, **PLAIN)
        await self._voice.offered(party.name, str(said["sdp"]), "rtp")
        party.voice = await self._voice.answer(party.name)
        tags["to_tag"] = party.voice_tag
        party.told(str((await self._ask("answer", sdp=party.voice, **tags, **party.answer_words))["sdp"]))

    async def _device_answers(self, party: Party) -> None:
        tags = {"from_tag": party.voice_tag, "to_tag": party.tag}
        said = await self._ask("answer", sdp=party.theirs, **tags, **PLAIN)
        await self._voice.answered(party.name, str(said["sdp"]))

    async def _ask(self, command: str, **words: Any) -> dict[str, Any]:
        return await self._engine.commander.ask(command, call_id=self._call, **words)

    # who hears whom

    def bridge(self, leg: str, to: str) -> None:
        for party in self._parties.values():
            if party.name in (leg, to) or party.partner in (leg, to):
                party.partner = {leg: to, to: leg}.get(party.name, "")
        for name in (leg, to):
            if name in self._parties:
                self._parties[name].doings.discard("held")
        self._voice.bridge(leg, to)
        self._settle()

    def hold(self, leg: str) -> None:
        self._does(leg, "held")
        self._voice.hold(leg)

    def resume(self, leg: str) -> None:
        self._does(leg, "held", ends=True)
        self._voice.resume(leg)

    def play(self, leg: str, sound: Sound) -> None:
        self._does(leg, "playing")
        self._voice.play(leg, sound)

    def stop_playing(self, leg: str) -> None:
        self._does(leg, "playing", ends=True)
        self._voice.stop_playing(leg)

    def record(self, leg: str, to: Path) -> None:
        self._does(leg, "keeping")
        self._voice.record(leg, to)

    def tape(self, leg: str, to: Path) -> None:
        self._does(leg, "taped")
        self._voice.tape(leg, to)

    def untape(self, leg: str, *, forget: bool = False) -> None:
        self._does(leg, "taped", ends=True)
        self._voice.untape(leg, forget=forget)

    def press(self, leg: str, keys: str) -> None:
        self._does(leg, "pressing")
        self._in_background(self._press(leg, keys))
        asyncio.get_running_loop().call_later(PRESSES_FOR, lambda: self._does(leg, "pressing", ends=True))

    async def _press(self, leg: str, keys: str) -> None:
        async with self._lock:
            self._voice.press(leg, keys)

    def remove(self, leg: str) -> None:
        party = self._parties.pop(leg, None)
        for other in self._parties.values():
            other.partner = "" if other.partner == leg else other.partner
        self._voice.remove(leg)
        self._settle()
        if party is not None:
            self._in_background(self._forget_in_turn(party))

    def close(self) -> None:
        if not self._closed:
            self._closed = True
            self._voice.close()
            self._engine.forget(self._call)

    def _does(self, leg: str, doing: str, *, ends: bool = False) -> None:
        party = self._parties.get(leg)
        if party is not None:
            (party.doings.discard if ends else party.doings.add)(doing)
            self._settle()

    def _settle(self) -> None:
        self._in_background(self._settle_in_turn())

    async def _settle_in_turn(self) -> None:
        """Bring together who may hear each other without us, and apart who may not any more."""
        async with self._lock:
            if self._closed:
                return
            for party in list(self._parties.values()):
                if party.peer and party.peer != self._wanted(party):
                    await self._to_voice(party)
            for party in list(self._parties.values()):
                other = self._parties.get(self._wanted(party))
                if other is not None and not party.peer and not other.peer:
                    await self._join(party, other)

    def _wanted(self, party: Party) -> str:
        """Whom the party should hear without us; "" for our voice."""
        other = self._parties.get(party.partner)
        if other is None or other.partner != party.name or not party.writes_like(other):
            return ""
        free = all(each.flows and not each.doings for each in (party, other))
        return other.name if free else ""

    async def _join(self, one: Party, other: Party) -> None:
        first, second = (other, one) if other.offered_first else (one, other)
        first.peer, second.peer = second.name, first.name
        for party in (one, other):
            self._voice.hush(party.name, on=True)
        tags = {"from_tag": first.tag, "to_tag": second.tag}
        try:
            to_second = await self._ask("offer", sdp=first.theirs, **tags, **second.offer_words)
            to_first = await self._ask("answer", sdp=second.theirs, **tags, **first.answer_words)
        except NoAnswer as trouble:
            log.warning("Two of call %s go on through our own voice: %s", self._call, trouble)
            to_first = to_second = {"sdp": ""}
        same = all(ports_of(p.facing) == ports_of(str(t["sdp"])) for p, t in ((first, to_first), (second, to_second)))
        if not same:
            first.doings.add("not to be joined")
            await self._to_voice(first)
            await self._to_voice(second)

    def _told(self, happening: FromLeg) -> None:
        """Our own voice says what it heard of a leg."""
        party = self._parties.get(happening.leg)
        if party is None:
            return
        if isinstance(happening, Silenced) and party.peer:
            self._voice.sounds(**self._chosen)  # it died; they do not need it just now, and another begins
            return
        if isinstance(happening, Flowing):
            party.flows, party.heard_at = True, time.monotonic()
        ends = {Played: "playing", Unplayed: "playing", Untaped: "taped"}.get(type(happening), "")
        party.doings.discard(ends)
        self._settle()
        self._tell(happening)

    def pressed(self, leg: str, key: str) -> None:
        """rtpengine heard a key. Our own voice hears it too, unless the leg's sound passes without it."""
        party = self._parties.get(leg)
        if party is not None and party.peer:
            self._tell(Digit(leg, self._engine.now(), key))

    async def look(self) -> None:
        """From time to time: which browser is lost, which is found again; and does rtpengine still know the call?"""
        if any(party.heard_at for party in self._parties.values()):
            try:
                self._count(await self._ask("query"))
            except Refused:
                self.silenced()
            except NoAnswer:
                return

    def silenced(self) -> None:
        """rtpengine died, and came back without this call or not at all."""
        for leg in list(self._parties):
            self._tell(Silenced(leg, self._engine.now()))

    def _count(self, known: Mapping[str, Any]) -> None:
        now = time.monotonic()
        for party in list(self._parties.values()):
            flows = party.counted(packets_of(known, party.tag), now)
            if flows != party.flows:
                party.flows = flows
                self._settle()
                self._tell((Flowing if flows else Lost)(party.name, self._engine.now()))

    async def _forget_in_turn(self, party: Party) -> None:
        async with self._lock:
            await self._forget(party)

    async def _forget(self, party: Party) -> None:
        """rtpengine frees the ports of the device and of its voice."""
        party.peer = ""
        for other in self._parties.values():
            if other.peer == party.name and other is not party:
                await self._to_voice(other)
        await self._ask("delete", from_tag=party.tag)

    def _in_background(self, work: Coroutine[Any, Any, None]) -> None:
        task = asyncio.ensure_future(self._careful(work))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _careful(self, work: Coroutine[Any, Any, None]) -> None:
        try:
            await work
        except Exception as trouble:  # the call goes on as it sounds now
            log.warning("rtpengine could not do its part for call %s: %s", self._call, trouble)
