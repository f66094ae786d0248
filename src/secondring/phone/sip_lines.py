"""Legs that are telephones: the caller at the trunk's door, and whomever we dial through it. The face is legs.Line."""

import asyncio
import logging
from collections.abc import Awaitable, Callable
from datetime import datetime

from ..lib import clock
from . import sdp
from .happenings import Answered, Declined, Digit, FromLeg, Left, Rang
from .legs import Session, Tell
from .orders import Because
from .sip_dialog import Dialog

log = logging.getLogger(__name__)

Refusal = tuple[int, str]
TEMPORARILY: Refusal = (480, "Temporarily Unavailable")
REFUSALS: dict[Because, Refusal] = {
    Because.BUSY: (486, "Busy Here"),
    Because.STOPPING: (503, "Service Unavailable"),
    Because.UNKNOWN_NUMBER: (404, "Not Found"),
}


class _Telephone:
    """What both have in common: a dialog, and work that takes its time beside it."""

    def __init__(self, leg: str) -> None:
        self.leg = leg
        self._session: Session | None = None
        self._tell: Tell | None = None
        self._dialog: Dialog | None = None
        self._tasks: set[asyncio.Task[None]] = set()

    def attach(self, call: str, session: Session, tell: Tell) -> None:
        self._session, self._tell = session, tell

    def tell(self, kind: Callable[[str, datetime], FromLeg]) -> None:
        if self._tell is not None:
            self._tell(kind(self.leg, clock.now()))

    def let_go(self) -> None:
        """Nothing it says reaches call control any more."""
        self._tell = self._session = None
        for task in self._tasks:
            task.cancel()

    def in_background(self, work: Awaitable[None]) -> None:
        task = asyncio.ensure_future(self._careful(work))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _careful(self, work: Awaitable[None]) -> None:
        try:
            await work
        except Exception as trouble:  # their SDP, or a media back end that is away: this line has no sound
            log.warning("The sound of %s did not come up: %s", self.leg, trouble)
            self.without_sound()

    def without_sound(self) -> None:
        """Ends the dialog, and says that the leg has left."""
        if self._dialog:
            self._dialog.hang_up()
        self.tell(Left)
        self.let_go()

    # what the dialog tells of both

    def pressed(self, key: str) -> None:
        self.tell(lambda leg, at: Digit(leg, at, key))

    def updated(self, text: str) -> None:
        """They send from elsewhere now, and have their answer already."""
        if self._session:
            self.in_background(self._session.offered(self.leg, text, "rtp"))

    def changed(self, text: str) -> None:
        if self._session and self._dialog:
            self.in_background(self._change(self._session, self._dialog, text))

    async def _change(self, session: Session, dialog: Dialog, text: str) -> None:
        try:
            await session.offered(self.leg, text, "rtp")
            dialog.answer(sdp.clean(await session.answer(self.leg)))
        except Exception as trouble:  # the call goes on as it was (RFC 3261 14.2)
            log.warning("A change of %s was refused: %s", self.leg, trouble)
            dialog.refuse(488, "Not Acceptable Here")


class CallerLine(_Telephone):
    """A customer who dialled a number of ours."""

    def __init__(self, dialog: Dialog, offered: str) -> None:
        """`offered`: the SDP of their INVITE, "" when it had none."""
        super().__init__("caller")
        self._dialog, self._offered = dialog, offered
        self._accepted = self._rang_out = False
        self._ready: asyncio.Task[None] | None = None

    def attach(self, call: str, session: Session, tell: Tell) -> None:
        super().attach(call, session, tell)
        if self._offered:
            self._ready = asyncio.ensure_future(session.offered(self.leg, self._offered, "rtp"))
        assert self._dialog is not None
        self._dialog.hears(self)

    def ringing(self) -> None:
        assert self._dialog is not None
        self._dialog.ringing()

    def accept(self) -> None:
        if self._session and not self._accepted:
            self._accepted = True
            self.in_background(self._accept(self._session))

    async def _accept(self, session: Session) -> None:
        assert self._dialog is not None
        if self._ready:
            await self._ready
            self._dialog.answer(sdp.clean(await session.answer(self.leg)))
        else:
            self._dialog.answer(sdp.clean(await session.offer(self.leg, "rtp")), awaits_sdp=True)

    def reject(self, because: Because) -> None:
        assert self._dialog is not None
        self._dialog.refuse(*REFUSALS.get(because, TEMPORARILY))
        self.let_go()

    def hang_up(self, because: Because) -> None:
        assert self._dialog is not None
        if self._accepted:
            self._dialog.hang_up()
        else:
            self._dialog.refuse(*REFUSALS.get(because, TEMPORARILY))
        self.let_go()

    def without_sound(self) -> None:
        if not self._accepted or self._dialog is None:
            super().without_sound()
            return
        self._dialog.refuse(488, "Not Acceptable Here")  # harmless once it is answered
        super().without_sound()

    def ring(self) -> None:
        """They called us."""

    def stop_ringing(self, by: str) -> None:
        """It is their own network that rings."""

    def connect(self) -> None:
        """Their sound stands since they called."""

    # what the dialog tells

    def rang(self) -> None:
        """Only those we dial ring."""

    def answered(self, text: str) -> None:
        """The ACK brought what the INVITE lacked."""
        if self._session and not self._offered:
            self.in_background(self._session.answered(self.leg, text))

    def over(self, code: int) -> None:
        self.tell(Left)
        self.let_go()


Dial = Callable[[str], Dialog]  # SDP -> the dialog that carries it to the number


class DialledLine(_Telephone):
    """A telephone that we dial through the trunk: a teammate's own, or a customer whom we call back."""

    def __init__(self, leg: str, dial: Dial) -> None:
        super().__init__(leg)
        self._dial = dial
        self._picked_up = False

    def ring(self) -> None:
        if self._session:
            self._picked_up = False
            self.in_background(self._ring(self._session))

    async def _ring(self, session: Session) -> None:
        offer = sdp.clean(await session.offer(self.leg, "rtp"))
        if self._tell is not None:
            self._dialog = self._dial(offer)
            self._dialog.hears(self)

    def stop_ringing(self, by: str) -> None:
        for task in self._tasks:
            task.cancel()
        if self._dialog:
            self._dialog.hang_up()
            self._dialog = None

    def connect(self) -> None:
        """Its sound stands since it was picked up."""

    def hang_up(self, because: Because) -> None:
        self.stop_ringing("")
        if because not in (Because.LAPSED, Because.NOT_PRESSED, Because.TAKEN):  # these may be dialled anew
            self.let_go()

    def ringing(self) -> None:
        """Only callers are told that it rings."""

    def accept(self) -> None:
        """Only callers are answered."""

    def reject(self, because: Because) -> None:
        self.hang_up(because)

    # what the dialog tells

    def rang(self) -> None:
        self.tell(Rang)

    def answered(self, text: str) -> None:
        if self._session and not self._picked_up:
            self._picked_up = True
            self.in_background(self._answer(self._session, text))

    async def _answer(self, session: Session, text: str) -> None:
        await session.answered(self.leg, text)
        self.tell(Answered)

    def over(self, code: int) -> None:
        self._dialog = None
        self.tell(Left if self._picked_up else Declined)
        if self._picked_up:
            self.let_go()
