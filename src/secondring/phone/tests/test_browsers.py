"""What tabs say becomes happenings, what call control orders becomes frames; one tab answers, and a reload finds its call."""

import asyncio
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

from secondring.phone import browsers
from secondring.phone.browser_lines import BrowserLine
from secondring.phone.browsers import Browsers, Caller
from secondring.phone.frames import Frame
from secondring.phone.happenings import (
    Answered,
    Asked,
    AskedHold,
    AskedKeys,
    AskedTransfer,
    Back,
    Declined,
    FromLeg,
    Left,
    Lost,
)
from secondring.phone.legs import Arrival, Wire
from secondring.phone.orders import Because, Sound


class Sounds:
    """A session that writes down what it is asked."""

    def __init__(self) -> None:
        self.log: list[str] = []
        self.breaks = False

    def sounds(self, **chosen: object) -> None: ...

    async def offered(self, leg: str, sdp: str, wire: Wire) -> None:
        self.log.append(f"offered {leg} {sdp} {wire}")

    async def answer(self, leg: str) -> str:
        return f"answer for {leg}"

    async def offer(self, leg: str, wire: Wire) -> str:
        return f"offer for {leg} {wire}"

    async def answered(self, leg: str, sdp: str) -> None:
        if self.breaks:
            raise ValueError("that is no SDP")
        self.log.append(f"answered {leg} {sdp}")

    def bridge(self, leg: str, to: str) -> None: ...
    def hold(self, leg: str) -> None: ...
    def resume(self, leg: str) -> None: ...
    def play(self, leg: str, sound: Sound) -> None: ...
    def stop_playing(self, leg: str) -> None: ...
    def record(self, leg: str, to: Path) -> None: ...
    def tape(self, leg: str, to: Path) -> None: ...
    def untape(self, leg: str, *, forget: bool = False) -> None: ...
    def press(self, leg: str, keys: str) -> None: ...
    def remove(self, leg: str) -> None: ...
    def close(self) -> None: ...


class World:
    """Browsers, and a call control that only listens."""

    def __init__(self) -> None:
        self.frames: list[Frame] = []
        self.told: list[FromLeg] = []
        self.wishes: list[Asked] = []
        self.arrivals: list[Arrival] = []
        self.changes = 0
        self.dialled: list[tuple[int, str]] = []
        self.sounds = Sounds()
        self.browsers = Browsers(self.frames.append)
        self.browsers.control = self

    def asked(self, call: str, wish: Asked) -> None:
        self.wishes.append(wish)

    def arrived(self, arrival: Arrival) -> None:
        self.arrivals.append(arrival)

    def desks_changed(self) -> None:
        self.changes += 1

    def dial(self, by: int, key: str) -> None:
        self.dialled.append((by, key))

    def says(self, to: str, what: str, call: str = "c", /, **body: object) -> None:
        self.browsers.hear(Frame(to, what, call, body))

    def rings(self, leg: str = "desk-1") -> BrowserLine:
        line = self.browsers.line(leg, "c")
        assert line is not None
        line.attach("c", self.sounds, self.told.append)
        line.ring()
        return line

    def heard(self, to: str) -> list[str]:
        return [f.what for f in self.frames if f.to == to]

    @property
    def kinds(self) -> list[type]:
        return [type(each) for each in self.told]


def play(scene: Callable[[World], object]) -> World:
    """The scene, and then whatever it began in the background."""

    async def run() -> World:
        world = World()
        scene(world)
        for _ in range(5):
            await asyncio.sleep(0)
        return world

    return asyncio.run(run())


def test_nobody_is_rung_whose_desk_is_closed() -> None:
    def scene(world: World) -> None:
        assert world.browsers.line("desk-1", "c") is None
        world.says("desk-1/a", "here", "")
        assert world.browsers.line("desk-1", "c") is not None
        world.says("desk-1/a", "away", "")
        assert world.browsers.line("desk-1", "c") is None

    assert play(scene).changes == 2


def test_the_tab_that_answers_gets_the_sound_and_no_other() -> None:
    def scene(world: World) -> None:
        for tab in "ab":
            world.says(f"desk-1/{tab}", "here", "")
        line = world.rings()
        world.says("desk-1/b", "answer")
        world.says("desk-1/a", "answer")
        line.connect()
        world.says("desk-1/a", "sdp", sdp="of the wrong tab")
        world.says("desk-1/b", "sdp", sdp="mine")

    world = play(scene)
    assert world.kinds == [Answered]
    assert [f.to for f in world.frames if f.what == "offer"] == ["desk-1/b"]
    assert world.sounds.log == ["answered desk-1 mine"]


def test_others_fall_silent_and_learn_who_has_it() -> None:
    def scene(world: World) -> None:
        world.says("desk-1/a", "here", "")
        world.rings().stop_ringing("desk-2")

    assert play(scene).frames[-1] == Frame("desk-1", "silent", "c", {"by": 2})


def test_a_late_hand_is_told_and_stays_ready() -> None:
    def scene(world: World) -> None:
        world.says("desk-1/a", "here", "")
        line = world.rings()
        line.stop_ringing("desk-2")
        world.says("desk-1/a", "answer")
        line.hang_up(Because.TAKEN)
        line.ring()
        world.says("desk-1/a", "answer")

    assert play(scene).kinds == [Answered, Answered]


def test_after_a_reload_the_tab_finds_its_call_and_asks_for_its_sound() -> None:
    def scene(world: World) -> None:
        world.says("desk-1/a", "here", "")
        world.browsers.knows("c", Caller(name="Ana"), began=datetime(2026, 11, 23, tzinfo=UTC))
        line = world.rings()
        world.says("desk-1/a", "answer")
        line.connect()
        world.says("desk-1/a", "away", "")
        world.says("desk-1/a", "here", "")
        world.says("desk-1/a", "back")

    world = play(scene)
    assert world.kinds == [Answered, Lost, Back]
    mine = world.frames[[f.what for f in world.frames].index("mine", 1)].body["calls"]
    assert [(call["tab"], call["caller"]["name"], call["since"] > 0) for call in mine] == [("a", "Ana", True)]


def test_who_closes_the_last_tab_while_it_rings_has_left() -> None:
    def scene(world: World) -> None:
        for tab in "ab":
            world.says(f"desk-1/{tab}", "here", "")
        world.rings()
        world.says("desk-1/a", "away", "")
        assert world.told == []
        world.says("desk-1/b", "away", "")

    assert play(scene).kinds == [Left]


def test_sound_that_cannot_be_brought_up_is_a_lost_line() -> None:
    def scene(world: World) -> None:
        world.says("desk-1/a", "here", "")
        world.sounds.breaks = True
        line = world.rings()
        world.says("desk-1/a", "answer")
        line.connect()
        world.says("desk-1/a", "sdp", sdp="nonsense")

    assert play(scene).kinds == [Answered, Lost]


def test_what_is_over_says_nothing_more() -> None:
    def scene(world: World) -> None:
        world.says("desk-1/a", "here", "")
        world.rings().hang_up(Because.CALLER_LEFT)
        world.says("desk-1/a", "answer")

    world = play(scene)
    assert world.told == []
    assert [f.body["because"] for f in world.frames if f.what == "gone"] == ["caller-left", "over"]


def test_wishes_go_to_call_control() -> None:
    def scene(world: World) -> None:
        world.says("desk-1/a", "here", "")
        world.rings()
        world.says("desk-1/a", "hold")
        world.says("desk-1/a", "transfer", to=2, first=True)
        world.says("desk-1/a", "transfer", to="everybody")
        world.says("desk-1/a", "decline")

    world = play(scene)
    assert [type(wish) for wish in world.wishes] == [AskedHold, AskedTransfer]
    transfer = world.wishes[1]
    assert isinstance(transfer, AskedTransfer)
    assert (transfer.to, transfer.first) == (frozenset({"desk-2", "phone-2"}), True)
    assert world.kinds == [Declined]


def test_keys_that_no_telephone_has_are_not_pressed() -> None:
    def scene(world: World) -> None:
        world.says("desk-1/a", "here", "")
        world.rings()
        for keys in ("5", "12#a", "", "5; drop", "1" * 33, None):
            world.says("desk-1/a", "keys", keys=keys)

    assert [wish.keys for wish in play(scene).wishes if isinstance(wish, AskedKeys)] == ["5", "12#A"]


def test_a_visitor_calls_hears_it_ring_and_gets_an_answer() -> None:
    def scene(world: World) -> None:
        world.says("visitor-x", "invite", "", sdp="v=0", name="Ana", place=3)
        line = world.arrivals[0].line
        line.attach("c", world.sounds, world.told.append)
        line.ringing()
        world.browsers.rings_at("c", [1, 2])
        line.accept()

    world = play(scene)
    assert (world.arrivals[0].from_name, world.arrivals[0].place) == ("Ana", 3)
    assert world.sounds.log == ["offered caller v=0 webrtc"]
    assert [(f.what, f.body) for f in world.frames] == [
        ("ringing", {}),
        ("rings", {"who": [1, 2]}),
        ("answer", {"sdp": "answer for caller"}),
    ]


def test_a_visitor_who_closes_the_page_has_left() -> None:
    def scene(world: World) -> None:
        world.says("visitor-x", "invite", "", sdp="v=0")
        world.arrivals[0].line.attach("c", world.sounds, world.told.append)
        world.says("visitor-x", "away", "c")

    assert play(scene).kinds == [Left]


def test_a_web_process_that_comes_back_soon_has_lost_nobody() -> None:
    async def scene() -> None:
        world = World()
        world.says("desk-1/a", "here", "")
        world.says("desk-2/a", "here", "")
        world.browsers.web_lost()
        world.says("desk-1/a", "here", "")
        assert world.browsers.open_desks == {1, 2}
        world.browsers._give_up()
        assert world.browsers.open_desks == {1}

    asyncio.run(scene())


def test_patience_is_shorter_than_a_ring() -> None:
    assert 0 < browsers.PATIENCE < 6
