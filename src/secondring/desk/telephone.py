"""The telephone on the live line: what a tab says goes to the phone process, what that says goes to the tabs it is for."""

import re
from typing import Any

from ..phone import happenings
from ..phone.frames import Frame
from ..phone.switchboard import Switchboard, switchboard
from .hub import Desk, Hub, frame

TAB = re.compile(r"[a-z0-9]{4,24}")
SAYS = frozenset(
    "dial here rang answer decline hang-up hold resume join back sdp transfer keys stop-recording delete-recording".split()
)


class Telephone:
    """Between the hub's desks and the switchboard."""

    def __init__(self, hub: Hub, board: Switchboard) -> None:
        self._hub, self._board = hub, board
        board.listen(happenings.DESK, self.hear, stands=self.stands)

    def said(self, desk: Desk, said: dict[str, Any]) -> None:
        """A tab says {what, call, body}; with `here` also {tab}. What it may not say is not heard."""
        what, call, body = said.get("what"), said.get("call", ""), said.get("body", {})
        if what not in SAYS or not desk.answers or not isinstance(call, str) or not isinstance(body, dict):
            return
        if what == "here":
            self._arrive(desk, str(said.get("tab", "")))
        elif desk.tab:
            self._board.say(Frame(_party(desk), str(what), call, body))

    def gone(self, desk: Desk) -> None:
        """The tab is gone."""
        if desk.tab:
            self._board.say(Frame(_party(desk), "away"))

    def hear(self, said: Frame) -> None:
        """The phone process says something to a teammate's tabs, or to one of them."""
        who = happenings.teammate_of(said.party)
        text = frame(phone={"what": said.what, "call": said.call, "body": said.body})
        for desk in self._hub.desks:
            if desk.teammate == who and desk.tab and said.tab in ("", desk.tab):
                desk.push(text)

    def stands(self, up: bool) -> None:
        """The line to the phone process stands, or is lost: every tab hears of it, and is announced anew."""
        for desk in self._hub.desks:
            if desk.tab:
                self._tell_link(desk, up)

    def _arrive(self, desk: Desk, tab: str) -> None:
        if TAB.fullmatch(tab):
            desk.tab = tab
            self._tell_link(desk, self._board.is_up)

    def _tell_link(self, desk: Desk, up: bool) -> None:
        desk.push(frame(phone={"what": "link", "call": "", "body": {"up": up}}))
        if up:
            self._board.say(Frame(_party(desk), "here"))


def _party(desk: Desk) -> str:
    return f"{happenings.desk(desk.teammate)}/{desk.tab}"


def over(hub: Hub) -> Telephone:
    """The telephone of this process's desks."""
    return Telephone(hub, switchboard)
