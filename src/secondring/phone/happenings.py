"""What call control is told: by lines and media (what became of a leg), by people (what they asked for), by the clock.

A leg is one party's connection, named by a word: `caller` is the customer's line (also when we called them), `desk-12` the
browsers of teammate 12, `phone-12` that teammate's own telephone, dialled through the trunk.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import TypeAlias

from .rings import Cadence

CALLER = "caller"
DESK, PHONE = "desk", "phone"


def desk(teammate: int) -> str:
    """The leg of a teammate's browsers; whoever carries it knows which tab answered."""
    return f"{DESK}-{teammate}"


def phone(teammate: int) -> str:
    """The leg of a teammate's own telephone."""
    return f"{PHONE}-{teammate}"


def teammate_of(leg: str) -> int | None:
    """Whose leg it is; None for the customer's.

    >>> teammate_of("phone-12")
    12
    """
    _kind, _dash, number = leg.partition("-")
    return int(number) if number else None


def is_phone(leg: str) -> bool:
    """Is it somebody's own telephone? It wins a call only by pressing 1."""
    return leg.startswith(f"{PHONE}-")


@dataclass(frozen=True, slots=True, kw_only=True)
class Invited:
    """A customer calls. `at` is the moment we say that it rings (web calls: the click)."""

    at: datetime
    cadence: Cadence
    is_open: bool = True
    greets_after: int = 10  # rings
    tapes: bool = False  # talks are recorded here


@dataclass(frozen=True, slots=True, kw_only=True)
class Dialled:
    """A teammate calls a customer from leg `by`."""

    at: datetime
    by: str
    cadence: Cadence
    tapes: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Around:
    """Who would ring now: legs of ring one, legs that join at ring two. Told at the start and whenever it changes.

    Telephones that are to be dialled at once, since a mobile needs seconds to ring, stand in `first` whoever owns them.
    somebody: is anybody on duty, even if busy?
    """

    at: datetime
    first: frozenset[str] = frozenset()
    second: frozenset[str] = frozenset()
    somebody: bool = True


@dataclass(frozen=True, slots=True)
class Rang:
    """The leg's device rings, as it says itself."""

    leg: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Answered:
    """A hand took the call: a click; a telephone picked up (it must still press 1); the customer, whom we dialled."""

    leg: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Flowing:
    """The leg's media stands (ICE and DTLS, where it has them) and its first packet of sound has come."""

    leg: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Declined:
    """Not this one, or not now: a click, a busy tone, a number that does not exist."""

    leg: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Left:
    """The leg is gone for good: hung up, cancelled, or failed."""

    leg: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Lost:
    """The leg's connection broke (a reload, a tunnel); it may come back within seconds."""

    leg: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Back:
    """A lost leg is there again and wants its sound."""

    leg: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Digit:
    """A key was pressed on the leg's telephone."""

    leg: str
    at: datetime
    digit: str


@dataclass(frozen=True, slots=True)
class Played:
    """What was played to the leg has ended by itself."""

    leg: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Unplayed:
    """What was to be played to the leg cannot be: its file is not there, or no sound is in it."""

    leg: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Untaped:
    """The talk of this leg is recorded no more: the disk is full, or refuses. The talk goes on."""

    leg: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Silenced:
    """What carried the leg's sound died; nothing brings it back. The call is over, and its devices do not know it yet."""

    leg: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Passed:
    """Time has passed. Due at `CallState.next_look`; harmless at any other moment."""

    at: datetime


@dataclass(frozen=True, slots=True)
class AskedHold:
    """The person talking wants the customer to hear music for a while."""

    by: str
    at: datetime


@dataclass(frozen=True, slots=True)
class AskedResume:
    """Back to the customer; a colleague who was being asked is let go."""

    by: str
    at: datetime


@dataclass(frozen=True, slots=True)
class AskedTransfer:
    """Give the call to a colleague (their legs); first: talk with them before the customer does."""

    by: str
    at: datetime
    to: frozenset[str]
    first: bool = False


@dataclass(frozen=True, slots=True)
class AskedJoin:
    """The colleague was told; now the customer and they talk, and `by` leaves."""

    by: str
    at: datetime


@dataclass(frozen=True, slots=True)
class AskedKeys:
    """The person talking presses keys, for the machine at the other end: digits, `*` and `#`, A to D."""

    by: str
    at: datetime
    keys: str


@dataclass(frozen=True, slots=True)
class AskedHangUp:
    """The person on the call hangs up."""

    by: str
    at: datetime


@dataclass(frozen=True, slots=True)
class AskedTapeEnd:
    """Record no more; forget: what was recorded of this call goes as well. What is stopped does not begin again."""

    by: str
    at: datetime
    forget: bool = False


Told: TypeAlias = Rang | Answered | Flowing | Declined | Left | Lost | Back | Digit
FromLeg: TypeAlias = Told | Played | Unplayed | Untaped | Silenced
Asked: TypeAlias = AskedHold | AskedResume | AskedTransfer | AskedJoin | AskedKeys | AskedHangUp | AskedTapeEnd
Happening: TypeAlias = Around | FromLeg | Asked | Passed
