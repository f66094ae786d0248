"""One face for every leg (SIP, browser, test fake) and one for every media back end: all that call control sees of the world.

Everything here is called in call control's own asyncio loop and returns at once; whatever crosses to another thread or
process does so behind this face. What comes of an order comes back as a happening, through the `tell` that was given.
"""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Literal, Protocol, TypeAlias

from .happenings import FromLeg
from .orders import Because, Sound
from .rings import Cadence

Tell: TypeAlias = Callable[[FromLeg], None]
Wire: TypeAlias = Literal["rtp", "webrtc"]


class Line(Protocol):
    """The signalling of one leg. Sound is the session's; a line only carries SDP between its device and the session.

    A line that was told to stop ringing or to hang up tidies up by itself: a telephone that picks up in that very moment is
    hung up by its line (which then says Left at most), and nothing it says later reaches call control.
    """

    def attach(self, call: str, session: "Session", tell: Tell) -> None:
        """Called once, before anything else. `call` is the call's key."""

    def ringing(self) -> None:
        """Caller only: say 180, without SDP."""

    def accept(self) -> None:
        """Caller only: say 200 OK with `session.answer(leg)`; Left follows when no ACK comes."""

    def reject(self, because: Because) -> None:
        """Caller only, before anything rang: refuse."""

    def ring(self) -> None:
        """Ring the device, or dial it. Rang, Answered, Declined, Left follow. Called anew after `stop_ringing`."""

    def stop_ringing(self, by: str) -> None:
        """Fall silent at once; `by` is the leg that has the call, "" for none."""

    def connect(self) -> None:
        """Bring up the leg's sound in the session (a browser is offered SDP and answers it). Flowing follows.

        Called again after Back: then everything is negotiated anew.
        """

    def hang_up(self, because: Because) -> None:
        """End the leg. Nothing follows."""


class Session(Protocol):
    """The sound of one call. It tells Flowing, Lost (a browser unheard for two seconds), Played and Digit by itself."""

    def sounds(
        self, *, cadence: Cadence, greeting: Path | None = None, music: Path | None = None, notice: Path | None = None
    ) -> None:
        """What this call's number plays: its ring, the company's own words, music, and that it records (WAV files)."""

    async def offered(self, leg: str, sdp: str, wire: Wire) -> None:
        """The leg's device offered this SDP (the caller's INVITE, a web caller's page). Gather addresses from here on."""

    async def answer(self, leg: str) -> str:
        """The SDP that answers what the leg offered. May need the other party's SDP first (rtpengine): ask when it is needed."""

    async def offer(self, leg: str, wire: Wire) -> str:
        """The SDP to offer the leg's device (a teammate's browser, an INVITE of ours)."""

    async def answered(self, leg: str, sdp: str) -> None:
        """The leg's device answered our offer with this SDP."""

    def bridge(self, leg: str, to: str) -> None:
        """From now on these two hear each other, as soon as both have sound; either leaves whoever it was joined to."""

    def hold(self, leg: str) -> None:
        """The leg hears music and is not heard. What it says goes nowhere."""

    def resume(self, leg: str) -> None:
        """The leg hears and is heard again."""

    def play(self, leg: str, sound: Sound) -> None:
        """Play to the leg, over what it would hear, until `stop_playing` or the sound's end (then Played).

        A notice without sound is not played: Unplayed says so.
        """

    def stop_playing(self, leg: str) -> None:
        """Silence what is played to the leg; harmless when nothing is."""

    def record(self, leg: str, to: Path) -> None:
        """Write what the leg says to a WAV file, readable up to the last second whenever the process dies."""

    def tape(self, leg: str, to: Path) -> None:
        """Write what the leg and whoever it talks with say to each other to a WAV file, as `record` does.

        Only what passes between them: no music, no word among colleagues. Untaped when the disk refuses.
        """

    def untape(self, leg: str, *, forget: bool = False) -> None:
        """Record no more. forget: the file goes as well."""

    def press(self, leg: str, keys: str) -> None:
        """Press keys for the leg's device: digits, `*` and `#`, A to D, one after the other. Nobody else hears them."""

    def remove(self, leg: str) -> None:
        """Free the leg's ports."""

    def close(self) -> None:
        """Free everything. Nothing is told any more."""


class Media(Protocol):
    """A media back end."""

    def session(self, call: str, tell: Tell) -> Session:
        """The sound of a new call."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Arrival:
    """A call at the door, as a trunk or a web page brings it. Numbers as they came; whoever shows them takes care."""

    line: Line
    to_number: str  # the number of ours that was dialled; "" for a web call
    from_number: str = ""  # "" when they hide it
    from_name: str = ""
    trunk: int | None = None  # the trunk's row
    place: int | None = None  # of a web call: the site's place
    customer: int | None = None  # of a web call: whom the company's own page says they are


class Lines(Protocol):
    """Makes the lines of teammates: their browsers through the web process, their telephones through the trunk."""

    def line(self, leg: str, call: str) -> Line | None:
        """A line for a teammate's leg, not attached yet; None when there is no way to them now."""

    def outside(self, number: str, call: str, *, trunk: int | None = None, shown: str = "") -> Line | None:
        """A line to dial a customer, through this trunk and showing this number of ours where they are named; None: no way."""
