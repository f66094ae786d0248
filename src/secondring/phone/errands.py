"""Calls that a teammate begins: to a customer, as the desk allowed it, or a test that rings at themselves."""

from __future__ import annotations

import logging
from datetime import timedelta
from functools import partial
from typing import TYPE_CHECKING

from ..lib.hours import Hours
from . import booking, calling_out, trying
from .happenings import Dialled, Invited, desk
from .own_voice import OwnVoice
from .ringing import Door, Person, Roster
from .rings import EUROPE

if TYPE_CHECKING:
    from .control import Control

log = logging.getLogger(__name__)
NEVER_GREETS = 100  # rings; a test ends by itself long before
TAPE_IS_WHOLE_AFTER = timedelta(seconds=1)
LOOKS_FOR = timedelta(seconds=5)


async def begin(control: Control, by: int, key: str) -> None:
    """Look up what this key was given for, once, and do it. A key that is used, old or somebody else's begins nothing."""
    at = control.timers.now()
    if control.is_stopping or key in control.live:
        return
    test = await control.book.ask(trying.collect, key, by=by, at=at)
    if test is not None:
        try_out(control, test)
        return
    wanted = await control.book.ask(calling_out.collect, key, by=by, at=at)
    if wanted is not None and not await call_out(control, wanted):
        control.book.write(calling_out.no_way, key, at=at)


async def call_out(control: Control, wanted: calling_out.Wanted) -> bool:
    """A teammate calls a customer, whose card is found first; False when no trunk may dial them now."""
    door = control.roster.door(place=wanted.place)
    line = control.lines.outside(wanted.number, wanted.key, trunk=wanted.trunk, shown=wanted.shown)
    if line is None or door is None:
        return False
    dialled = Dialled(at=control.timers.now(), by=desk(wanted.by), cadence=door.cadence, tapes=bool(door.notice))
    live, orders = control.begin(door, dialled, wanted.key, wanted.number, line)
    opened = booking.Opened(
        **live.facts(control.node), ours=wanted.shown, outgoing=True, by=wanted.by, customer=wanted.customer
    )
    try:
        live.who = await control.book.ask(booking.opened, opened)
        control.desks.knows(live.key, live.caller())
    except Exception:
        log.exception("Call %s goes out before its row is written", live.key)
    if wanted.conversation is not None:
        control.book.write(booking.belongs_to, wanted.key, wanted.conversation)
    control.follow(live, live.state, orders)
    return True


def try_out(control: Control, test: trying.Wanted) -> None:
    """Ring at whoever asked for it, at their desk or at their own telephone, with our own voice as the caller."""
    at, key = control.timers.now(), test.key
    door = Door(test.place, test.words, Hours(), frozenset({test.by}), cadence=EUROPE, trunk=test.trunk)
    tape = control.recordings / f"test-{key}.wav"

    def finished() -> None:
        done = partial(control.book.write, trying.finished, key, tape, at=control.timers.now())
        control.timers.at(control.timers.now() + TAPE_IS_WHOLE_AFTER, done)

    voice = OwnVoice(control.timers, hearer=lambda: control.live[key].state.owner, tape=tape, finished=finished)
    invited = Invited(at=at, cadence=EUROPE, greets_after=NEVER_GREETS)
    live, orders = control.begin(door, invited, key, "", voice)
    me = Person(test.by, on_duty=True, second_in_hours=False, second_always=False, telephone=test.number)
    live.roster = Roster(people=(me,))
    live.spares = frozenset({desk(test.by)} if test.number else ())
    opened = booking.Opened(**live.facts(control.node), name=test.words, is_test=True)
    known = control.book.ask(booking.opened, opened)
    control.follow(live, live.state, orders)
    control.in_background(control.recognise(live, known, test.words))
