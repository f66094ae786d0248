"""The switchboard of one call: who hears whom, who hears music, whose words are kept. G.711 passes without being decoded."""

import contextlib
import time
from collections.abc import Callable
from pathlib import Path

from .. import sdp
from . import rtp, voice
from .browser import Browser
from .party import Leg, Player, Sounds
from .plain import Plain
from .ports import Places
from .sealing import Certificate
from .tape import Tape

QUIET = 1.0  # seconds without a packet of ours after which the telephone network is sent one, so that it keeps the line

Tell = Callable[[str, str, str], None]  # (leg, what became of it, the key that was pressed)


class Board:
    """The legs of one call, and what passes between them."""

    def __init__(self, places: Places, certificate: Certificate, tell: Tell) -> None:
        self._places, self._certificate, self._tell = places, certificate, tell
        self.legs: dict[str, Leg] = {}
        self.sounds = Sounds()

    def leg(self, name: str) -> Leg:
        return self.legs.setdefault(name, Leg(name))

    async def offered(self, name: str, text: str, wire: str) -> None:
        """Their device offered this; an offer after the first keeps a plain port and renews a browser's way."""
        leg, theirs = self.leg(name), sdp.read(text)
        leg.agree(theirs)
        if isinstance(leg.end, Plain):
            leg.end.towards(theirs)
        elif wire == "rtp":
            await self._open_plain(leg)
        else:
            if theirs.ice is None:
                raise sdp.BadSdp("A browser's sound has to be sealed.")
            await self._open_browser(leg, leads=False)

    async def answer(self, name: str) -> str:
        """What answers their offer."""
        leg = self.leg(name)
        if leg.theirs is None or leg.end is None:
            raise sdp.BadSdp("Nothing was offered.")
        theirs, leg.version = leg.theirs, leg.version + 1
        codecs = _common(theirs)
        if isinstance(leg.end, Plain):
            return sdp.plain(leg.end.named, leg.end.port, codecs, answer_to=theirs, version=leg.version)
        assert theirs.ice is not None
        first = theirs.ice.setup != "active"
        leg.end.start(theirs.ice, first=first)
        return sdp.web(leg.end.ice("active" if first else "passive"), codecs, answer_to=theirs, version=leg.version)

    async def offer(self, name: str, wire: str) -> str:
        """What we offer their device."""
        leg = self.leg(name)
        leg.version += 1
        if wire == "rtp":
            if not isinstance(leg.end, Plain):
                await self._open_plain(leg)
            assert isinstance(leg.end, Plain)
            return sdp.plain(leg.end.named, leg.end.port, sdp.OURS, version=leg.version)
        end = await self._open_browser(leg, leads=True)
        return sdp.web(end.ice("actpass"), sdp.OURS, version=leg.version)

    async def answered(self, name: str, text: str) -> None:
        """Their device answered what we offered."""
        leg, theirs = self.leg(name), sdp.read(text)
        leg.agree(theirs)
        if isinstance(leg.end, Plain):
            leg.end.towards(theirs)
        elif leg.end and theirs.ice:
            leg.end.start(theirs.ice, first=theirs.ice.setup == "passive")
        else:
            raise sdp.BadSdp("A browser's sound has to be sealed.")

    async def _open_plain(self, leg: Leg) -> None:
        end = Plain(self._places, lambda data: self._heard(leg, data))
        await end.open()
        if leg.theirs:
            end.towards(leg.theirs)
        self._renew(leg, end)

    async def _open_browser(self, leg: Leg, *, leads: bool) -> Browser:
        end = Browser(self._places, self._certificate, lambda data: self._heard(leg, data), leads=leads)
        await end.open()
        self._renew(leg, end)
        return end

    def _renew(self, leg: Leg, end: Plain | Browser) -> None:
        if leg.end:
            leg.end.close()
        leg.end, leg.flows, leg.heard_at = end, False, 0.0

    def _heard(self, leg: Leg, data: bytes) -> None:
        """A packet came from this leg."""
        now = time.monotonic()
        leg.heard_at = now
        if not leg.flows:
            leg.flows = True
            self._tell(leg.name, "flowing", "")
        kind = rtp.payload_type(data)
        if kind == leg.events:
            self._heard_key(leg, data)
        elif kind in leg.reads:
            self._heard_sound(leg, data, is_alaw=leg.reads[kind])

    def _heard_key(self, leg: Leg, data: bytes) -> None:
        if key := leg.keys.pressed(data):
            self._tell(leg.name, "digit", key)
        ear = self._ear_of(leg)
        if ear and ear.events is not None:
            ear.say(ear.out.forward(data, ear.events, rtp.payload(data)))

    def _heard_sound(self, leg: Leg, data: bytes, *, is_alaw: bool) -> None:
        ear = self._ear_of(leg)
        if ear is None and leg.keeping is None:
            return
        sound = rtp.payload(data)
        if leg.keeping:
            self._keep(leg, data, sound.translate(voice.ULAW_OF_ALAW) if is_alaw else sound)
        if ear:
            if leg.tape or ear.tape:
                self._put_on_tape(leg, ear, data, sound.translate(voice.ULAW_OF_ALAW) if is_alaw else sound)
            if ear.is_alaw != is_alaw:
                sound = sound.translate(voice.ALAW_OF_ULAW if ear.is_alaw else voice.ULAW_OF_ALAW)
            ear.say(ear.out.forward(data, ear.payload, sound))

    def _ear_of(self, leg: Leg) -> Leg | None:
        """Who hears this leg now."""
        ear = leg.partner
        return ear if ear and leg.held is None and ear.is_free else None

    def _keep(self, leg: Leg, data: bytes, sound: bytes) -> None:
        assert leg.keeping is not None
        _number, stamp, _sender = rtp.stamps(data)
        if leg.kept_from is None:
            leg.kept_from = stamp
        since = (stamp - leg.kept_from) & 0xFFFFFFFF
        if since < 60 * rtp.RATE + leg.keeping.samples:
            leg.keeping.catch_up(since)
        leg.keeping.add(sound)

    def _put_on_tape(self, leg: Leg, ear: Leg, data: bytes, sound: bytes) -> None:
        """What one of two who talk says to the other. A disk that refuses ends the tape, never the talk."""
        taped = leg if leg.tape else ear
        _number, stamp, _sender = rtp.stamps(data)
        try:
            assert taped.tape is not None
            taped.tape.hear(leg.name, stamp, sound, time.monotonic())
        except OSError:
            self.untape(taped.name)
            self._tell(taped.name, "untaped", "")

    def bridge(self, name: str, to: str) -> None:
        one, other = self.leg(name), self.leg(to)
        for leg in (one, other):
            leg.part()
            leg.held = None
        one.partner, other.partner = other, one

    def hold(self, name: str) -> None:
        leg = self.leg(name)
        leg.held = leg.held or self.sounds.player("music")

    def resume(self, name: str) -> None:
        self.leg(name).held = None

    def play(self, name: str, sound: str) -> None:
        player = self.sounds.player(sound)
        if sound == "notice" and not player.frames:
            self._tell(name, "unplayed", "")
            return
        self.leg(name).play(player)

    def stop_playing(self, name: str) -> None:
        self.leg(name).playing = None

    def record(self, name: str, to: str) -> None:
        leg = self.leg(name)
        if leg.keeping is None:
            with contextlib.suppress(OSError):  # no room for a message; the call is missed, and says so
                leg.keeping, leg.kept_from = voice.Keeping(Path(to)), None

    def tape(self, name: str, to: str) -> None:
        leg = self.leg(name)
        if leg.tape is None:
            try:
                leg.tape = Tape(Path(to), time.monotonic())
            except OSError:
                self._tell(name, "untaped", "")

    def untape(self, name: str, *, forget: bool = False) -> None:
        leg = self.leg(name)
        tape, leg.tape = leg.tape, None
        if tape is None:
            return
        with contextlib.suppress(OSError):  # what is on disk is whole up to the second before
            tape.close()
        if forget:
            tape.file.unlink(missing_ok=True)

    def press(self, name: str, keys: str) -> None:
        """As events where their telephone knows them (RFC 4733), else as the tones that they stand for."""
        leg = self.leg(name)
        if leg.events is not None:
            leg.pressing.press(keys)
        elif leg.playing is None:
            leg.play(Player(voice.keys(keys)))

    def hush(self, name: str, *, on: bool) -> None:
        self.leg(name).hushed = on

    def remove(self, name: str) -> None:
        if name not in self.legs:
            return
        self.untape(name)
        leg = self.legs.pop(name)
        leg.part()
        if leg.keeping:
            leg.keeping.close()
        if leg.end:
            leg.end.close()

    def close(self) -> None:
        for name in list(self.legs):
            self.remove(name)

    @property
    def is_playing(self) -> bool:
        return any(leg.playing or leg.held or leg.pressing for leg in self.legs.values())

    def tick(self) -> None:
        """Twenty milliseconds have passed: everybody who hears us gets the next frame."""
        for leg in list(self.legs.values()):
            player = leg.playing or leg.held
            if leg.pressing:
                leg.press()
                continue
            if player is None or not leg.listens:
                continue
            frame = player.next()
            if frame is not None:
                leg.say_ours(frame)
            elif player is leg.playing:
                leg.playing = None
                self._tell(leg.name, "played", "")

    def look(self) -> None:
        """From time to time: who is lost, and which telephone line has heard nothing for long."""
        now = time.monotonic()
        for leg in self.legs.values():
            if isinstance(leg.end, Browser) and leg.flows and now - leg.heard_at > rtp.UNHEARD:
                leg.flows = False  # the next packet says Flowing anew
                self._tell(leg.name, "lost", "")
            if isinstance(leg.end, Plain) and leg.theirs and not leg.hushed and now - leg.sent_at > QUIET:
                leg.say_ours(voice.SILENCE)

    def last_heard(self) -> float:
        return max((leg.heard_at for leg in self.legs.values()), default=0.0)


def _common(theirs: sdp.Description) -> list[sdp.Codec]:
    """Of what they offered: the way of writing we chose, and keys."""
    chosen = theirs.codec()
    return [chosen, *(codec for codec in theirs.codecs if codec.name == sdp.EVENTS)]
