"""What call control orders: legs to ring, connect and fall silent, the media to play; and what is worth writing down."""

from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any, TypeAlias


class Sound(StrEnum):
    """What our own media can play."""

    RINGING = "ringing"  # the tone of the customer's network, by the number's cadence
    MUSIC = "music"  # while they are held
    GREETING = "greeting"  # the company's own recorded words, then a beep
    NOTICE = "notice"  # the company's own words that this call is recorded
    PRESS_ONE = "press-one"  # to a teammate's telephone: "a call for you; press 1 to take it"


class Because(StrEnum):
    """Why a leg is let go, for it to say in its own way (a SIP code, a sentence on the desk)."""

    CALLER_LEFT = "caller-left"
    TAKEN = "taken"  # somebody else has it
    HUNG_UP = "hung-up"  # a person ended the call
    LAPSED = "lapsed"  # this leg had the call, but its sound did not come
    NOT_PRESSED = "not-pressed"  # a telephone was picked up, but nobody pressed 1
    TRANSFERRED = "transferred"
    NO_ANSWER = "no-answer"
    MESSAGE_FULL = "message-full"
    BUSY = "busy"  # refused: no room for another call
    SILENCED = "silenced"  # what carried the sound died
    STOPPING = "stopping"  # refused: this machine is being upgraded; the provider may try another
    UNKNOWN_NUMBER = "unknown-number"  # refused: not a number of ours


@dataclass(frozen=True, slots=True)
class Ringing:
    """Tell the caller's network that it rings (180)."""

    leg: str


@dataclass(frozen=True, slots=True)
class Ring:
    """Begin to ring: a browser sounds, a telephone is dialled. Of an outgoing call: dial the customer."""

    leg: str


@dataclass(frozen=True, slots=True)
class StopRinging:
    """Fall silent at once. `by` is the leg that has the call now, "" when it simply does not ring here any more.

    A browser stays ready and may be rung again; a telephone is cancelled, and dialled anew if it must.
    """

    leg: str
    by: str = ""


@dataclass(frozen=True, slots=True)
class Connect:
    """Bring up the leg's sound and join it to leg `to`, instead of whatever it was joined to. Flowing follows."""

    leg: str
    to: str


@dataclass(frozen=True, slots=True)
class Join:
    """Two legs that both have sound hear each other from now on, instead of whomever they heard."""

    leg: str
    to: str


@dataclass(frozen=True, slots=True)
class Accept:
    """Answer the caller (200 OK). At most once a call."""

    leg: str


@dataclass(frozen=True, slots=True)
class Hold:
    """The leg hears music and is not heard."""

    leg: str


@dataclass(frozen=True, slots=True)
class Resume:
    """The leg hears and is heard again."""

    leg: str


@dataclass(frozen=True, slots=True)
class Play:
    """Our media plays to the leg, over whatever it hears; Played follows what ends by itself."""

    leg: str
    sound: Sound


@dataclass(frozen=True, slots=True)
class StopPlaying:
    """Silence what our media plays to the leg."""

    leg: str


@dataclass(frozen=True, slots=True)
class Record:
    """Keep what the leg says (a message); ends with the leg."""

    leg: str


@dataclass(frozen=True, slots=True)
class Tape:
    """Record what this leg and whoever has them say to each other, from now on."""

    leg: str


@dataclass(frozen=True, slots=True)
class EndTape:
    """Record no more; forget: what was recorded is deleted."""

    leg: str
    forget: bool = False


@dataclass(frozen=True, slots=True)
class Press:
    """Press these keys, one after the other, for the leg to hear."""

    leg: str
    keys: str


@dataclass(frozen=True, slots=True)
class HangUp:
    """Let the leg go."""

    leg: str
    because: Because


@dataclass(frozen=True, slots=True)
class Reject:
    """Refuse a call before anything rang; only for a machine that cannot take it, never for a person's sake."""

    leg: str
    because: Because


@dataclass(frozen=True, slots=True)
class Note:
    """Write down what happened; no leg hears of it. `leg` is whose doing it was, "" for nobody's."""

    verb: str
    leg: str = ""
    data: dict[str, Any] = field(default_factory=dict)


ForLine: TypeAlias = Ringing | Ring | StopRinging | Connect | Accept | HangUp | Reject
ForMedia: TypeAlias = Join | Hold | Resume | Play | StopPlaying | Record | Tape | EndTape | Press
Order: TypeAlias = ForLine | ForMedia | Note
