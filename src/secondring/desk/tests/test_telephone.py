"""Frames reach the tabs they are for and no other; a tab can say only what a desk may say."""

import json
from typing import Any

from secondring.desk.hub import Desk, Eyes, Hub
from secondring.desk.telephone import Telephone
from secondring.phone.frames import Frame
from secondring.phone.switchboard import Switchboard


class Board(Switchboard):
    """A line that writes down what is said."""

    def __init__(self, *, up: bool = True) -> None:
        super().__init__()
        self.up, self.said = up, list[Frame]()

    @property
    def is_up(self) -> bool:
        return self.up

    def say(self, frame: Frame) -> None:
        self.said.append(frame)


def open_desk(hub: Hub, teammate: int, **more: Any) -> Desk:
    desk = Desk(teammate=teammate, name="Bea", session="s", eyes=Eyes(), **more)
    hub.desks.add(desk)
    return desk


def heard(desk: Desk) -> list[dict[str, Any]]:
    said = []
    while not desk.frames.empty():
        said.append(json.loads(desk.frames.get_nowait() or "{}")["phone"])
    return said


def test_a_ring_reaches_all_tabs_of_that_teammate_and_nobody_else() -> None:
    hub, board = Hub(), Board()
    phone = Telephone(hub, board)
    first, second, other = open_desk(hub, 1, tab="aaaa"), open_desk(hub, 1, tab="bbbb"), open_desk(hub, 2, tab="cccc")
    phone.hear(Frame("desk-1", "ring", "c", {"by": None}))
    assert heard(first) == heard(second) == [{"what": "ring", "call": "c", "body": {"by": None}}]
    assert heard(other) == []


def test_an_offer_reaches_only_the_tab_that_answered() -> None:
    hub = Hub()
    phone = Telephone(hub, Board())
    first, second = open_desk(hub, 1, tab="aaaa"), open_desk(hub, 1, tab="bbbb")
    phone.hear(Frame("desk-1/bbbb", "offer", "c", {"sdp": "v=0"}))
    assert (heard(first), len(heard(second))) == ([], 1)


def test_a_tab_speaks_only_for_its_own_teammate() -> None:
    hub, board = Hub(), Board()
    phone, desk = Telephone(hub, board), open_desk(hub, 1)
    phone.said(desk, {"what": "answer", "call": "c"})
    assert board.said == []
    phone.said(desk, {"what": "here", "tab": "aaaa"})
    phone.said(desk, {"what": "answer", "call": "c", "to": "desk-2/aaaa"})
    assert board.said == [Frame("desk-1/aaaa", "here"), Frame("desk-1/aaaa", "answer", "c")]


def test_what_no_desk_may_say_is_not_heard() -> None:
    hub, board = Hub(), Board()
    phone, desk = Telephone(hub, board), open_desk(hub, 1, tab="aaaa")
    for said in ({"what": "invite"}, {"what": "mine"}, {}, {"what": "answer", "call": 3}, {"what": "sdp", "body": []}):
        phone.said(desk, said)
    phone.said(open_desk(hub, 1), {"what": "here", "tab": "../x"})
    assert board.said == []


def test_it_does_not_ring_at_who_never_talks_with_customers() -> None:
    hub, board = Hub(), Board()
    Telephone(hub, board).said(open_desk(hub, 3, answers=False), {"what": "here", "tab": "aaaa"})
    assert board.said == []


def test_a_lost_line_is_said_to_every_tab_and_found_again() -> None:
    hub, board = Hub(), Board(up=False)
    phone, desk = Telephone(hub, board), open_desk(hub, 1, tab="aaaa")
    board.up = True
    phone.stands(True)
    phone.stands(False)
    assert [said["body"]["up"] for said in heard(desk)] == [True, False]
    assert board.said == [Frame("desk-1/aaaa", "here")]


def test_a_closed_tab_is_told() -> None:
    hub, board = Hub(), Board()
    Telephone(hub, board).gone(open_desk(hub, 1, tab="aaaa"))
    assert board.said == [Frame("desk-1/aaaa", "away")]
