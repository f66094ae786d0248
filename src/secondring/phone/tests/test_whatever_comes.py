"""Whatever comes, in whatever order: one owner, one end, no leg left behind, nobody rings for ever.

`PHONE_EXAMPLES=10000 pytest …` runs it long.
"""

import os
from datetime import timedelta
from functools import partial

import hypothesis.strategies as st
from hypothesis import HealthCheck, settings
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from secondring.phone import calls
from secondring.phone.call_state import CallState, Phase, Taping
from secondring.phone.happenings import (
    CALLER,
    Answered,
    Around,
    AskedHangUp,
    AskedHold,
    AskedJoin,
    AskedKeys,
    AskedResume,
    AskedTapeEnd,
    AskedTransfer,
    Back,
    Declined,
    Dialled,
    Digit,
    Flowing,
    Happening,
    Invited,
    Left,
    Lost,
    Passed,
    Played,
    Rang,
    Silenced,
    Unplayed,
    Untaped,
)
from secondring.phone.orders import Ring
from secondring.phone.rings import EUROPE, NORTH_AMERICA
from secondring.testing import MONDAY

from .worlds import World

TEAM = [f"{kind}-{number}" for number in (1, 2, 3) for kind in ("desk", "phone")]
legs = st.sampled_from([CALLER, *TEAM])
team = st.sampled_from(TEAM)
some = st.frozensets(team, max_size=6)
seconds = st.one_of(st.floats(0, 4), st.floats(0, 70), st.just(0.0))
from_legs = st.sampled_from([Rang, Answered, Flowing, Declined, Left, Lost, Back, Played, Unplayed])
asked = st.sampled_from(
    [AskedHold, AskedResume, AskedJoin, AskedHangUp, AskedTapeEnd, partial(AskedTapeEnd, forget=True)]
)


class WhateverComes(RuleBasedStateMachine):
    """Ana's call, and everything that may become of it."""

    call: CallState

    @initialize(
        out=st.booleans(),
        is_open=st.integers(0, 9),
        cadence=st.sampled_from([EUROPE, NORTH_AMERICA]),
        first=some,
        second=some,
        tapes=st.booleans(),
    )
    def begins(self, out, is_open, cadence, first, second, tapes) -> None:
        self.at, self.world = MONDAY, World()
        began: Dialled | Invited
        if out:
            began = Dialled(at=MONDAY, by="desk-1", cadence=cadence, tapes=tapes)
        else:
            began = Invited(at=MONDAY, cadence=cadence, is_open=is_open > 0, tapes=tapes)
            self.world.up.add(CALLER)
        self.call, orders = calls.begin(began)
        self._obeyed(orders)
        self._happens(Around(at=MONDAY, first=first, second=second, somebody=bool(first)))

    def _happens(self, happened: Happening) -> None:
        before = self.call
        self.world.told(happened)
        if before.phase is Phase.ENDED:
            assert calls.step(before, happened) == (before, [])
            return
        self.call, orders = calls.step(before, happened)
        self._obeyed(orders)

    def _obeyed(self, orders) -> None:
        for order in orders:
            if self.call.outgoing and isinstance(order, Ring) and order.leg == CALLER:
                self.world.up.add(CALLER)  # dialled: it can be let go from here on
                continue
            self.world.obey(order)

    @rule(wait=seconds)
    def time_passes(self, wait) -> None:
        """Time passes, and call control looks whenever it must."""
        until = self.at + timedelta(seconds=wait)
        self._look_until(until)
        self.at = until

    def _look_until(self, until) -> None:
        for _ in range(500):
            due = self.call.next_look
            if due is None or due > until:
                return
            assert due >= self.call.looked_at or due <= until
            self._happens(Passed(max(due, self.call.looked_at)))
            assert self.call.next_look is None or self.call.next_look > due, "it would look again and again"
        raise AssertionError("nothing comes to rest")

    @precondition(lambda self: self.at > MONDAY + timedelta(seconds=40))
    @rule(leg=legs)
    def what_carries_the_sound_dies(self, leg) -> None:
        self._happens(Silenced(leg, self.at))

    @rule(by=legs)
    def somebody_presses_keys(self, by) -> None:
        self._happens(AskedKeys(by, self.at, "1#"))

    @rule(kind=from_legs, leg=legs)
    def a_leg_says_something(self, kind, leg) -> None:
        self._happens(kind(leg, self.at))

    @rule(leg=team, digit=st.sampled_from("1159"))
    def a_key_is_pressed(self, leg, digit) -> None:
        self._happens(Digit(leg, self.at, digit))

    @rule(first=some, second=some, somebody=st.booleans())
    def other_people_are_around(self, first, second, somebody) -> None:
        self._happens(Around(at=self.at, first=first, second=second, somebody=somebody))

    @rule(kind=asked, by=legs)
    def somebody_asks(self, kind, by) -> None:
        self._happens(kind(by, self.at))

    @precondition(lambda self: self.call.ringing)
    @rule(data=st.data(), kind=st.sampled_from([Answered, Answered, Declined, Left]))
    def a_ringing_leg_moves(self, data, kind) -> None:
        self._happens(kind(data.draw(st.sampled_from(sorted(self.call.ringing))), self.at))

    @precondition(lambda self: self.call.picked)
    @rule(data=st.data())
    def one_is_pressed(self, data) -> None:
        self._happens(Digit(data.draw(st.sampled_from(sorted(self.call.picked_legs))), self.at, "1"))

    @precondition(lambda self: self.call.untold)
    @rule(data=st.data())
    def somebody_has_heard_that_it_is_recorded(self, data) -> None:
        self._happens(Played(data.draw(st.sampled_from(sorted(self.call.untold))), self.at))

    @precondition(lambda self: self.call.taping is Taping.ON)
    @rule()
    def the_disk_is_full(self) -> None:
        self._happens(Untaped(CALLER, self.at))

    @precondition(lambda self: self.call.owner)
    @rule()
    def the_owners_sound_comes(self) -> None:
        self._happens(Flowing(self.call.owner, self.at))

    @precondition(lambda self: self.call.owner)
    @rule(kind=st.sampled_from([Lost, Back, Left]))
    def the_owners_line_breaks(self, kind) -> None:
        self._happens(kind(self.call.owner, self.at))

    @precondition(lambda self: self.call.owner)
    @rule(to=some, first=st.booleans())
    def the_owner_gives_it_away(self, to, first) -> None:
        self._happens(AskedTransfer(self.call.owner, self.at, to=to, first=first))

    @precondition(lambda self: self.call.owner)
    @rule(kind=asked)
    def the_owner_asks(self, kind) -> None:
        self._happens(kind(self.call.owner, self.at))

    @precondition(lambda self: self.call.sought is not None and self.call.sought.leg)
    @rule(kind=st.sampled_from([Flowing, Flowing, Left, Lost]))
    def the_colleague_moves(self, kind) -> None:
        self._happens(kind(self.call.sought.leg, self.at))

    @precondition(lambda self: self.call.outgoing and self.call.dialled_at)
    @rule(kind=st.sampled_from([Rang, Answered, Answered, Declined]))
    def the_customer_moves(self, kind) -> None:
        self._happens(kind(CALLER, self.at))

    @invariant()
    def the_world_agrees(self) -> None:
        if hasattr(self, "call"):
            self.world.agrees_with(self.call)

    def teardown(self) -> None:
        """When only time passes from here on, nothing rings or waits for ever."""
        if not hasattr(self, "call"):
            return
        self._look_until(self.at + timedelta(hours=2))
        self.world.agrees_with(self.call)
        assert not self.call.ringing
        assert self.call.phase in (Phase.TALKING, Phase.ENDED)


TestWhateverComes = WhateverComes.TestCase
TestWhateverComes.settings = settings(
    max_examples=int(os.environ.get("PHONE_EXAMPLES", "60")),
    stateful_step_count=40,
    deadline=None,
    suppress_health_check=list(HealthCheck),
)
