"""The world as the legs see it: it obeys orders, and objects to an order that no real leg could follow."""

from dataclasses import dataclass, field

from secondring.phone.call_state import CallState, Phase, Taping
from secondring.phone.happenings import CALLER, Declined, Happening, Left, Played, Unplayed, Untaped, is_phone
from secondring.phone.orders import (
    Accept,
    Connect,
    EndTape,
    HangUp,
    Hold,
    Join,
    Note,
    Order,
    Play,
    Record,
    Resume,
    Ring,
    Ringing,
    Sound,
    StopPlaying,
    StopRinging,
    Tape,
)

LAST_WORDS = {"call_ended", "they_did_not_answer"}


@dataclass
class World:
    """Which legs are there, what they do, and what the caller hears."""

    ringing: set[str] = field(default_factory=set)
    ready: set[str] = field(default_factory=set)  # browsers that fell silent
    up: set[str] = field(default_factory=set)
    joined: dict[str, str] = field(default_factory=dict)
    playing: dict[str, Sound] = field(default_factory=dict)
    held: bool = False
    accepted: int = 0
    recording: bool = False
    knowing: set[str] = field(default_factory=set)  # legs that have heard that the talk is recorded
    taped: bool = False
    notes: list[str] = field(default_factory=list)

    def told(self, happened: Happening) -> None:
        """What happens out there by itself."""
        match happened:
            case Left(leg) | Declined(leg):
                self._forget(leg)
            case Played(leg) | Unplayed(leg) if self.playing.get(leg) is Sound.NOTICE:
                del self.playing[leg]
                self.knowing |= {leg} if isinstance(happened, Played) else set()
            case Untaped():
                self.taped = False

    def _forget(self, leg: str) -> None:
        for legs in (self.ringing, self.ready, self.up):
            legs.discard(leg)
        self.playing.pop(leg, None)
        self._part(leg)

    def _part(self, leg: str) -> None:
        other = self.joined.pop(leg, "")
        if other and self.joined.get(other) == leg:
            del self.joined[other]

    def obey(self, order: Order) -> None:
        match order:
            case Note(verb):
                self.notes.append(verb)
            case Ring(leg):
                assert leg not in self.ringing | self.up, f"{leg} rings or talks already"
                self.ready.discard(leg)
                self.ringing.add(leg)
            case StopRinging(leg):
                assert leg in self.ringing, f"{leg} does not ring"
                self._forget(leg)
                if not is_phone(leg):
                    self.ready.add(leg)
            case HangUp(leg):
                assert leg in self.ringing | self.ready | self.up, f"{leg} is gone"
                was_ready = leg in self.ready
                self._forget(leg)
                if was_ready:
                    self.ready.add(leg)
            case Connect(leg, to):
                self._connect(leg, to)
            case Join(leg, to):
                assert {leg, to} <= self.up, f"{leg} or {to} has no sound to join"
                self._join(leg, to)
            case Accept(leg) | Ringing(leg):
                assert leg == CALLER
                assert leg in self.up
                self.accepted += isinstance(order, Accept)
            case _:
                self._sound(order)

    def _connect(self, leg: str, to: str) -> None:
        assert leg in self.ringing | self.up or not (self.up | self.ringing), f"{leg} is gone"
        self.ringing.discard(leg)
        self.up.add(leg)
        assert to in self.up or to == CALLER
        if to == CALLER:
            self.held = False  # whoever is joined hears again
        self._join(leg, to)

    def _join(self, leg: str, to: str) -> None:
        self._part(leg)
        self._part(to)
        self.joined |= {leg: to, to: leg}

    def _sound(self, order: Order) -> None:
        leg = getattr(order, "leg", "")
        assert leg in self.up | self.ringing, f"{leg} is gone"
        match order:
            case Hold():
                assert not self.held
                self.held = True
            case Resume():
                assert self.held
                self.held = False
            case Play(_, sound):
                self.playing[leg] = sound
            case StopPlaying():
                self.playing.pop(leg, None)
            case Record():
                self.recording = True
            case Tape():
                assert not self.taped
                assert {CALLER, self.joined[CALLER]} <= self.knowing, "somebody was not told"
                self.taped = True
            case EndTape():
                self.taped = False

    def agrees_with(self, call: CallState) -> None:
        """Whatever came: one owner, one end, no leg left behind, and the caller hears what they should."""
        assert self.accepted <= 1
        assert sum(verb in LAST_WORDS for verb in self.notes) <= 1
        assert self.ringing - call.picked_legs == call.ringing - ({CALLER} if call.outgoing else set())
        if call.phase is Phase.ENDED:
            assert not self.ringing | self.up, "a leg was left behind"
            return
        owners = self.joined.get(CALLER, "")
        assert call.owner in ("", owners) or call.sought is not None or call.phase is Phase.DIALLING
        assert not call.ringing & call.reserve
        assert call.owner not in call.ringing | call.reserve | call.picked_legs
        assert (call.owner == "") == (call.phase in (Phase.RINGING, Phase.GREETING, Phase.MESSAGE))
        self._caller_hears_right(call)

    def _caller_hears_right(self, call: CallState) -> None:
        assert self.held == call.held
        sound = self.playing.get(CALLER)
        assert {leg for leg, what in self.playing.items() if what is Sound.NOTICE} == call.untold
        assert self.taped == (call.taping is Taping.ON)
        if call.phase is Phase.TALKING and CALLER not in call.untold:
            assert sound is None or call.lost_at is not None, f"{sound} in the middle of a talk"
        if call.phase in (Phase.RINGING, Phase.CLAIMED):
            assert sound == (Sound.RINGING if call.accepted_at else None)
