"""Who is at a switchboard: one party's way in and out, what they hear of us, and what is kept of them."""

import time
from dataclasses import dataclass, field

from .. import sdp
from . import rtp, voice
from .browser import Browser
from .plain import Plain
from .tape import Tape

LISTENS_AFTER = (
    1.5  # seconds; who is not heard by then may have a telephone that sends nothing while its owner is silent
)


@dataclass(slots=True)
class Player:
    """Our own sound, frame by frame."""

    frames: list[bytes]
    forever: bool = False
    at: int = 0

    def next(self) -> bytes | None:
        """The next twenty milliseconds, or None at the end."""
        if self.at >= len(self.frames):
            if not (self.forever and self.frames):
                return None
            self.at = 0
        self.at += 1
        return self.frames[self.at - 1]


@dataclass(slots=True)
class Sounds:
    """What a call's own number plays."""

    ringing: list[bytes] = field(default_factory=list)
    music: list[bytes] = field(default_factory=list)
    greeting: list[bytes] = field(default_factory=list)
    press_one: list[bytes] = field(default_factory=list)
    notice: list[bytes] = field(default_factory=list)

    def player(self, sound: str) -> Player:
        """For a legs.Sound by its word."""
        frames = {
            "ringing": self.ringing,
            "music": self.music,
            "greeting": self.greeting,
            "press-one": self.press_one,
            "notice": self.notice,
        }[sound]
        return Player(frames, forever=sound not in ("greeting", "notice"))


class Leg:
    """One party at the board."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.end: Plain | Browser | None = None
        self.theirs: sdp.Description | None = None
        self.out = rtp.Outgoing()
        self.keys = rtp.Keys()
        self.payload = 0  # how we write to them
        self.is_alaw = False
        self.events: int | None = None
        self.reads: dict[int, bool] = {0: False, 8: True}  # payload type -> is it A-law?
        self.partner: Leg | None = None
        self.held: Player | None = None
        self.playing: Player | None = None
        self.waits_until = 0.0
        self.pressing = rtp.Presses()
        self.keeping: voice.Keeping | None = None
        self.kept_from: int | None = None
        self.tape: Tape | None = None
        self.heard_at = 0.0
        self.sent_at = 0.0
        self.flows = False
        self.hushed = False  # somebody else carries their sound just now, and not a packet of ours may come between
        self.version = 0

    def agree(self, theirs: sdp.Description) -> None:
        """Take their way of writing. Raises BadSdp when we know none of theirs."""
        codec = theirs.codec()
        self.theirs, self.payload, self.is_alaw = theirs, codec.payload, codec.name == sdp.PCMA
        self.events = theirs.events()
        self.reads = {c.payload: c.name == sdp.PCMA for c in theirs.codecs if c.name != sdp.EVENTS}

    def play(self, player: Player) -> None:
        self.playing, self.waits_until = player, time.monotonic() + LISTENS_AFTER

    @property
    def listens(self) -> bool:
        """May our words begin? Before their own sound has come, the first of them would be lost on a way that does not stand."""
        return self.flows or self.playing is None or self.playing.forever or time.monotonic() > self.waits_until

    @property
    def is_free(self) -> bool:
        """Do they hear others, and not just us?"""
        return self.held is None and self.playing is None and not self.pressing

    def say(self, packet: bytes) -> None:
        if self.end:
            self.sent_at = time.monotonic()
            self.end.send(packet)

    def say_ours(self, frame: bytes) -> None:
        """Twenty milliseconds of µ-law of our own."""
        sound = frame.translate(voice.ALAW_OF_ULAW) if self.is_alaw else frame
        self.say(self.out.frame(self.payload, sound))

    def press(self) -> None:
        """Twenty milliseconds of the keys that we press for them."""
        for event, begins in self.pressing.next():
            if self.events is not None:
                self.say(self.out.key(self.events, event, begins=begins))

    def part(self) -> None:
        if self.partner and self.partner.partner is self:
            self.partner.partner = None
        self.partner = None
