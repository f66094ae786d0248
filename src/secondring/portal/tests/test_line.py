"""A stranger's line: only from our own page, only with its token, and it says nothing but hang up."""

import asyncio
import json
from collections.abc import Callable
from typing import Any

import pytest
from django.core.cache import cache

from secondring import testing as t
from secondring.phone import sites
from secondring.phone.frames import Frame
from secondring.phone.switchboard import Switchboard
from secondring.portal import guarding, line

pytestmark = pytest.mark.django_db(transaction=True)
OFFER = "v=0\r\na=candidate:1"


class Board(Switchboard):
    """A phone process that writes down what it hears."""

    def __init__(self) -> None:
        super().__init__()
        self.said: list[Frame] = []

    is_up = True

    def say(self, frame: Frame) -> None:
        self.said.append(frame)


@pytest.fixture(autouse=True)
def board(monkeypatch: pytest.MonkeyPatch) -> Board:
    cache.clear()
    found = Board()
    monkeypatch.setattr(line, "visitors", line.Visitors(found))
    return found


def visit(
    words: list[str], board: Board, *, then: Callable[[str], None] = lambda _v: None, origin: str = "here"
) -> list[Any]:
    """Open the line, say these words, let `then` happen, close the page. Returns what came."""
    came: list[Any] = []
    scope = {"headers": [(b"host", b"here"), (b"origin", f"https://{origin}".encode())], "client": ("192.0.2.7", 9)}

    async def run() -> None:
        told: asyncio.Queue[dict[str, Any]] = asyncio.Queue()
        for message in (
            {"type": "websocket.connect"},
            *({"type": "websocket.receive", "text": word} for word in words),
        ):
            told.put_nowait(message)

        async def send(message: dict[str, Any]) -> None:
            came.append(message)

        task = asyncio.create_task(line.socket(scope, told.get, send))
        for _ in range(400):
            await asyncio.sleep(0.005)
            if task.done() or (board.said and told.empty()):
                break
        if board.said:
            then(board.said[0].to)
            await asyncio.sleep(0.02)
        told.put_nowait({"type": "websocket.disconnect"})
        await asyncio.wait_for(task, 5)

    asyncio.run(run())
    return came


def word(**said: Any) -> str:
    return json.dumps({"sdp": OFFER, "token": guarding.token(), **said})


def test_a_call_goes_to_the_place_and_comes_back_with_ringing(board: Board) -> None:
    place = sites.open_site(by=t.mae(), at=t.MONDAY)

    def answer(visitor: str) -> None:
        line.visitors.hear(Frame(visitor, "ringing", "c", {"cadence": [2, 4]}))
        line.visitors.hear(Frame(visitor, "mine", "c", {"calls": ["not for strangers"]}))

    came = visit([word(name="Ana")], board, then=answer)
    assert [frame.what for frame in board.said] == ["invite", "away"]
    assert board.said[0].body == {"sdp": OFFER, "name": "Ana", "place": place.pk, "customer": None}
    said = [json.loads(each["text"]) for each in came if each["type"] == "websocket.send"]
    assert said == [{"what": "ringing", "body": {"cadence": [2, 4]}}]


def test_hang_up_is_all_a_stranger_can_say(board: Board) -> None:
    sites.open_site(by=t.mae(), at=t.MONDAY)
    visit([word(), '{"what":"transfer"}', '{"what":"hang-up"}'], board)
    assert [frame.what for frame in board.said if frame.what != "away"] == ["invite", "hang-up"]


@pytest.mark.parametrize("said", ["", "[]", "{}", '{"sdp": 1}', json.dumps({"sdp": OFFER, "token": "made:up"})])
def test_without_our_token_and_an_offer_nobody_is_called(board: Board, said: str) -> None:
    sites.open_site(by=t.mae(), at=t.MONDAY)
    came = visit([said], board)
    assert board.said == []
    assert came[-1] == {"type": "websocket.close", "code": line.STRANGER}


def test_another_site_cannot_open_the_line(board: Board) -> None:
    sites.open_site(by=t.mae(), at=t.MONDAY)
    assert visit([word()], board, origin="evil.example") == [{"type": "websocket.close", "code": line.STRANGER}]


def test_who_calls_all_the_time_is_told_so(board: Board) -> None:
    sites.open_site(by=t.mae(), at=t.MONDAY)
    for _ in range(guarding.CALLS):
        guarding.may_call("192.0.2.7")
    assert visit([word()], board)[-1]["code"] == line.TOO_MANY


def test_without_a_place_to_call_there_is_no_call(board: Board) -> None:
    assert visit([word()], board)[-1]["code"] == line.NO_TELEPHONE
