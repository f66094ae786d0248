"""Who is told what, and how often. Desks here are values; nothing is mocked."""

import asyncio
import json
from collections.abc import Callable, Coroutine
from typing import Any

from secondring.desk.hub import LATELY, QUEUE, Desk, Eyes, Hub, Looking

EVERYTHING = Eyes(all_places=True)


def desk(teammate: int = 1, eyes: Eyes = EVERYTHING, **watches: tuple[str, bool]) -> Desk:
    made = Desk(teammate=teammate, name=f"T{teammate}", session="s", eyes=eyes)
    made.watches = {f"/{address}/": (frozenset(names.split()), shared) for address, (names, shared) in watches.items()}
    return made


def told(which: Desk) -> list[dict[str, Any]]:
    frames = []
    while not which.frames.empty():
        frame = which.frames.get_nowait()
        said = json.loads(frame) if frame else {"gone": True}
        if "here" not in said:
            frames.append(said)
    return frames


def played(play: Callable[[Hub], Coroutine[Any, Any, None]]) -> None:
    """Run `play` with a hub, and give its timers a moment to go off."""

    async def whole() -> None:
        hub = Hub()
        await play(hub)
        await asyncio.sleep(0.1)

    asyncio.run(whole())


def test_a_name_reaches_whoever_watches_it_and_nobody_else() -> None:
    inbox, other = desk(inbox=("inbox", False)), desk(people=("people", False))

    async def play(hub: Hub) -> None:
        hub.join(inbox)
        hub.join(other)
        hub.changed([("inbox", "")])

    played(play)
    assert told(inbox) == [{"stale": ["/inbox/"]}]
    assert told(other) == []


def test_many_names_in_one_moment_are_one_frame() -> None:
    inbox = desk(inbox=("inbox board", False))

    async def play(hub: Hub) -> None:
        hub.join(inbox)
        for _ in range(50):
            hub.changed([("inbox", ""), ("board", "")])

    played(play)
    assert told(inbox) == [{"stale": ["/inbox/"]}]


def test_a_place_is_told_only_to_eyes_that_may_see_it() -> None:
    seeing = desk(1, Eyes(frozenset({7})), inbox=("inbox", False))
    blind = desk(2, Eyes(frozenset({8})), inbox=("inbox", False))

    async def play(hub: Hub) -> None:
        hub.join(seeing)
        hub.join(blind)
        hub.changed([("inbox", "place-7")])

    played(play)
    assert told(seeing) == [{"stale": ["/inbox/"]}]
    assert told(blind) == []


def test_what_concerns_one_person_is_told_to_nobody_else_however_they_ask() -> None:
    """A tab may watch any name it likes; only the audience decides whether it hears."""
    hers = desk(1, nudges=("nudges-1", False))
    hers.audiences = frozenset({"person-1", "answering"})
    curious = desk(2, EVERYTHING, nudges=("nudges-1 access-1 mailbox-3 customer-5", False))
    curious.audiences = frozenset({"person-2"})

    async def play(hub: Hub) -> None:
        hub.join(hers)
        hub.join(curious)
        hub.changed([("nudges-1", "person-1"), ("mailbox-3", "leading"), ("customer-5", "answering")])

    played(play)
    assert told(hers) == [{"stale": ["/nudges/"]}]
    assert told(curious) == []


def test_somebody_who_stirs_out_of_sight_makes_no_frame_elsewhere() -> None:
    writer, blind = desk(1), desk(2, Eyes(frozenset({8})))
    frames: list[int] = []

    async def play(hub: Hub) -> None:
        hub.join(writer)
        hub.join(blind)
        await asyncio.sleep(0.1)
        writer.looks_at = Looking(42, "Ana Lima", scope=7)
        for types in (True, False, True):
            writer.types = types
            hub.presence_changed()
            await asyncio.sleep(0.1)
            frames.append(blind.frames.qsize())

    played(play)
    assert frames == [1, 1, 1], "only the one that said who is here"
    assert writer.frames.qsize() == 4


def test_what_changed_between_the_drawing_of_a_page_and_its_desk_is_told() -> None:
    late, knowing, blind = desk(1), desk(2), desk(3, Eyes(frozenset({8})))
    shown = {"/steps/": (frozenset({"mailbox-3"}), False), "/inbox/": (frozenset({"inbox"}), False)}

    async def play(hub: Hub) -> None:
        drawn = hub.mark
        hub.changed([("mailbox-3", "place-7"), ("team", "")])
        for each in (late, blind):
            hub.watch(each, dict(shown), since=drawn)
        hub.watch(knowing, dict(shown), since=hub.mark)
        hub.watch(late, {**shown, "/card/": (frozenset({"mailbox-3"}), False)}, since=hub.mark)

    played(play)
    assert told(late) == [{"stale": ["/steps/"]}]
    assert told(knowing) == []
    assert told(blind) == []


def test_a_mark_that_nobody_remembers_makes_all_of_the_page_fresh() -> None:
    after_a_restart, too_late = desk(1), desk(2)
    shown = {"/inbox/": (frozenset({"inbox"}), False)}

    async def play(hub: Hub) -> None:
        old = hub.mark
        hub.changed([("team", "")] * (LATELY + 1))
        hub.watch(too_late, dict(shown), since=old)
        hub.forget()
        hub.watch(after_a_restart, dict(shown), since=old)

    played(play)
    assert told(after_a_restart) == told(too_late) == [{"stale": ["/inbox/"]}]


def test_eyes_that_lost_a_place_are_told_from_eyes_that_gained_one() -> None:
    one, two = Eyes(frozenset({7})), Eyes(frozenset({7, 8}))
    assert one.have_lost(two)
    assert not two.have_lost(one)
    assert two.have_lost(EVERYTHING)
    assert not EVERYTHING.have_lost(two)


def test_a_shared_fragment_is_drawn_once_for_all_who_see_the_same() -> None:
    drawn: list[tuple[str, int]] = []
    group = [desk(n, Eyes(frozenset({7})), inbox=("inbox", True)) for n in range(1, 101)]
    owner = desk(200, inbox=("inbox", True))

    async def draw(address: str, teammate: int) -> str:
        drawn.append((address, teammate))
        return f"as {teammate}"

    async def play(hub: Hub) -> None:
        hub.render = draw
        for each in [*group, owner]:
            hub.join(each)
        hub.changed([("inbox", "place-7")])

    played(play)
    assert len(drawn) == 2
    texts = {json.dumps(told(each)) for each in group}
    assert len(texts) == 1
    assert told(owner) == [{"html": {"/inbox/": "as 200"}}]


def test_a_desk_that_does_not_listen_is_let_go_and_the_others_are_not_kept_waiting() -> None:
    deaf, quick = desk(1), desk(2)

    async def play(hub: Hub) -> None:
        hub.join(deaf)
        hub.join(quick)
        for _ in range(QUEUE + 5):
            deaf.push("{}")

    played(play)
    assert told(deaf)[0] == {"gone": True}
    assert {"gone": True} not in told(quick)


def test_who_looks_and_types_is_shown_only_where_one_may_see_the_conversation() -> None:
    writer = desk(1)
    writer.looks_at, writer.types = Looking(42, "Ana Lima", scope=7), True

    async def play(hub: Hub) -> None:
        hub.join(writer)
        seen = hub.here(Eyes(frozenset({7})))
        unseen = hub.here(Eyes(frozenset({8})))
        assert seen[0]["at"] == [{"conversation": 42, "customer": "Ana Lima", "types": True}]
        assert unseen == [{"who": 1, "name": "T1", "at": []}]

    played(play)
