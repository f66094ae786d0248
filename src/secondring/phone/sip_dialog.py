"""One telephone at the other end of a trunk: sippy's dialog in the main thread, its happenings told in asyncio's."""

import asyncio
import re
from collections.abc import Callable
from typing import Any, Protocol

from sippy.CCEvents import (
    CCEventConnect,
    CCEventDisconnect,
    CCEventFail,
    CCEventInfo,
    CCEventPreConnect,
    CCEventRedirect,
    CCEventRing,
    CCEventTry,
    CCEventUpdate,
)
from sippy.MsgBody import MsgBody
from sippy.SipCallId import SipCallId
from sippy.SipHeader import SipHeader

from .sip_accounts import Account
from .sip_stack import RETRY_AFTER, Agent, Stack


class Hears(Protocol):
    """Who is told what the other end does; in asyncio's thread."""

    def rang(self) -> None:
        """180 or 183 came."""

    def answered(self, sdp: str) -> None:
        """200 came; or the ACK that brought the SDP which the INVITE lacked."""

    def changed(self, sdp: str) -> None:
        """A re-INVITE: answer it with `Dialog.answer`."""

    def updated(self, sdp: str) -> None:
        """A change that is answered already."""

    def pressed(self, key: str) -> None:
        """A key, told in the signalling."""

    def over(self, code: int) -> None:
        """They hung up, refused (`code` says how), or were never there. Once, and nothing follows."""


class Dialog:
    """Its methods are called in asyncio's thread and return at once."""

    def __init__(self, stack: Stack, loop: asyncio.AbstractEventLoop) -> None:
        self._stack, self._loop = stack, loop
        self._agent: Agent | None = None
        self._hears: Hears | None = None
        self._early: list[tuple[str, tuple[Any, ...]]] = []
        self._over = False

    # in asyncio's thread

    @property
    def is_over(self) -> bool:
        return self._over

    def hears(self, who: Hears | None) -> None:
        """Tell `who`, what came before included."""
        self._hears = who
        early, self._early = self._early, []
        for what, words in early:
            self._deliver(what, words)

    def dial(self, account: Account, number: str, *, shown: str, sdp: str, address: tuple[str, int]) -> None:
        """INVITE a number through a trunk, showing our own."""

        def go() -> None:
            agent = Agent(self._stack.globals, event_cb=self._event, nh_address=address)
            agent.setAuth(account.user or None, account.password or None)
            agent.realm = account.realm
            self._agent = agent
            asked = _Try((SipCallId(), shown, number, MsgBody(sdp), None, None))
            asked.host = account.host
            agent.recvEvent(asked)

        self._stack.soon(go)

    def ringing(self) -> None:
        self._do(lambda: CCEventRing((180, "Ringing", None)))

    def answer(self, sdp: str, *, awaits_sdp: bool = False) -> None:
        """200 OK, to an INVITE or a re-INVITE. `awaits_sdp`: ours is the offer, the ACK will bring the answer."""
        kind = CCEventPreConnect if awaits_sdp else CCEventConnect
        self._do(lambda: kind((200, "OK", MsgBody(sdp))))

    def refuse(self, code: int, reason: str) -> None:
        """Before it was answered; or a re-INVITE, and then the call goes on as it was."""

        def event() -> Any:
            fail = CCEventFail((code, reason))
            if code == 503:
                fail.extra_headers = (SipHeader(f"Retry-After: {RETRY_AFTER}"),)
            return fail

        self._do(event)

    def renew(self, sdp: str) -> None:
        """Re-INVITE: our sound comes from elsewhere now."""
        self._do(lambda: CCEventUpdate(MsgBody(sdp)))

    def hang_up(self) -> None:
        """BYE, or CANCEL while it rings."""
        self._over = True
        self._do(CCEventDisconnect)

    def _do(self, event: Callable[[], Any]) -> None:
        def go() -> None:
            if self._agent is not None and not self._agent.isDead():
                self._agent.recvEvent(event())

        self._stack.soon(go)

    def _deliver(self, what: str, words: tuple[Any, ...]) -> None:
        if self._over:
            return
        if self._hears is None:
            self._early.append((what, words))
            return
        self._over = what == "over"
        getattr(self._hears, what)(*words)

    # in the main thread

    def receive(self, req: Any, transaction: Any) -> Any:
        """The INVITE that begins it. Gives what sippy wants back."""
        agent = self._agent = Agent(self._stack.globals, event_cb=self._event)
        agent.source = (req.getSource(), "udp")
        agent.updated = lambda sdp: self._tell("updated", sdp)
        return agent.recvRequest(req, transaction)

    def _tell(self, what: str, *words: Any) -> None:
        self._loop.call_soon_threadsafe(self._deliver, what, words)

    def _event(self, event: Any, _agent: Agent) -> None:
        data = event.getData()
        if isinstance(event, CCEventRing):
            if data and data[0] > 100:
                self._tell("rang")
        elif isinstance(event, CCEventConnect | CCEventPreConnect):
            if data[2] is not None:
                self._tell("answered", str(data[2]))
        elif isinstance(event, CCEventUpdate):
            self._tell("changed", str(data) if data is not None else "")
        elif isinstance(event, CCEventInfo):
            if key := _key_of(str(data or "")):
                self._tell("pressed", key)
        elif isinstance(event, CCEventDisconnect | CCEventFail | CCEventRedirect):
            self._tell("over", data[0] if isinstance(data, tuple) and isinstance(data[0], int) else 0)


class _Try(CCEventTry):  # type: ignore[misc, unused-ignore]
    """An INVITE of ours, with the words that strict trunks want."""

    host = ""

    def onUacSetupComplete(self, agent: Agent) -> None:
        """The name of the trunk as it calls itself; no ":5060", which its digest would count and the request line omits."""
        if agent.rTarget.port == 5060:
            agent.rTarget.port = None
        agent.rTarget.host = agent.rUri.getUrl().host = self.host
        agent.lUri.getUrl().host, agent.lUri.getUrl().port = self.host, None


def _key_of(body: str) -> str:
    """The key that an INFO tells (application/dtmf-relay: "Signal=5"; application/dtmf: "5")."""
    found = re.search(r"(?im)^\s*(?:signal\s*=\s*)?([0-9*#A-D])\s*$", body)
    return found[1].upper() if found else ""
