"""Who is told what, and how often. Desks here are values; nothing is mocked."""

import asyncio
import json
from collections.abc import Callable, Coroutine
from typing import Any

from secondring.desk.hub import QUEUE, Desk, Eyes, Hub, Looking

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
        hub.changed([("inbox", None)])

    played(play)
    assert told(inbox) == [{"stale": ["/inbox/"]}]
    assert told(other) == []


def test_many_names_in_one_moment_are_one_frame() -> None:
    inbox = desk(inbox=("inbox board", False))

    async def play(hub: Hub) -> None:
        hub.join(inbox)
        for _ in range(50):
            hub.changed([("inbox", None), ("board", None)])

    played(play)
    assert told(inbox) == [{"stale": ["/inbox/"]}]


def test_a_place_is_told_only_to_eyes_that_may_see_it() -> None:
    seeing = desk(1, Eyes(frozenset({7})), inbox=("inbox", False))
    blind = desk(2, Eyes(frozenset({8})), inbox=("inbox", False))

    async def play(hub: Hub) -> None:
        hub.join(seeing)
        hub.join(blind)
        hub.changed([("inbox", 7)])

    played(play)
    assert told(seeing) == [{"stale": ["/inbox/"]}]
    assert told(blind) == []


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
        hub.changed([("inbox", 7)])

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
