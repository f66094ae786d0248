"""SIP (RFC 3261) by sippy: its transactions, its dialogs, and the gaps in it that we fill. Lives in the main thread.

sippy remembers the thread that imports it; so only the phone process's main thread imports this file, and asyncio runs in a
second. From there `soon` is the one way in. Strangers are dropped before anything is read: no answer, no memory, no log.
"""

import builtins
import contextlib
import socket
from collections.abc import Callable, Mapping
from typing import Any

import sippy.Core.EventDispatcher as dispatching
import sippy.Core.Exceptions as complaints
import sippy.Network_server as network
import sippy.SipTransactionManager as transactions
import sippy.Udp_server as udp
from sippy.Core.EventDispatcher import ED2
from sippy.SipConf import SipConf
from sippy.SipHeader import SipHeader
from sippy.UA import UA
from sippy.UaStateConnected import UaStateConnected

ALLOWED = "INVITE, ACK, BYE, CANCEL, OPTIONS, INFO, UPDATE, NOTIFY"
RETRY_AFTER = 30  # seconds after which a provider may try us again while we stop
LARGEST = 65_535

Answer = tuple[int, str]


def _silently(*_words: Any, **_more: Any) -> None:
    """What sippy would print are whole messages: numbers and names of people, which belong in no log."""


for _module in (transactions, udp, network, dispatching, complaints):
    for _name in ("dump_exception", "print"):
        if hasattr(_module, _name) or _name in vars(builtins):
            setattr(_module, _name, _silently)


class _Quiet:
    """The place of sippy's logger."""

    write = staticmethod(_silently)


class _Door:
    """A UDP socket at which only those we know are heard; everybody else's packets end here, in the receiving thread."""

    def __init__(self, opened: socket.socket, server: "_Server") -> None:
        self._socket, self._server = opened, server

    def recvfrom(self, size: int) -> tuple[bytes, Any]:
        while True:
            data, source = self._socket.recvfrom(size)
            if source is None or source[0] in self._server.known:
                return data, source
            _Server.strangers += 1

    def __getattr__(self, name: str) -> Any:
        return getattr(self._socket, name)


class _Options(udp.Udp_server_opts):
    nworkers = 1  # with more, a 200 can overtake its own 180


class _Server(udp.Udp_server):
    known: frozenset[str] = frozenset()  # addresses; replaced as a whole, for two threads read it
    public: str = ""  # our address as the world sees it, behind NAT
    strangers = 0  # packets that were dropped

    def __setattr__(self, name: str, value: Any) -> None:
        if name == "skt" and isinstance(value, socket.socket):
            value = _Door(value, self)
        super().__setattr__(name, value)

    def getSIPaddr(self) -> Any:
        (address, port), transport = super().getSIPaddr()
        return (self.public or address, port), transport

    def send_to(self, data: bytes | str, address: Any, delayed: bool = False) -> None:
        """At once where the address is one; names are looked up in sippy's sending thread, where they hold up nobody."""
        with contextlib.suppress(OSError):
            socket.inet_aton(address[0])
            message = data.encode() if isinstance(data, str) else data
            self.skt.sendto(message, socket.MSG_DONTWAIT, (address[0], int(address[1] or 5060)))
            return
        super().send_to(data, address, delayed)


class _Transactions(transactions.SipTransactionManager):
    model_udp_server = (_Server, _Options)
    provisional_retr = 60  # a ringing that lasts says so every minute (RFC 3261 13.3.1.1)
    unreadable = 0

    def handleIncoming(self, data_in: bytes | str, ra: Any, server: Any, rtime: Any) -> None:
        """Whatever comes from a trunk is read or dropped; it never stops the others."""
        if isinstance(data_in, bytes):
            data_in = data_in.decode("utf-8", errors="replace")
        try:
            super().handleIncoming(data_in, ra, server, rtime)
        except Exception:  # one catch for all that broken messages do to a parser
            _Transactions.unreadable += 1


class Agent(UA):
    """One dialog. Fills what sippy leaves without an answer (which would end a call after some minutes), and pins the realm."""

    rCSeq: Any
    rAddr: Any
    realm = ""  # whom we give our password to
    source: Any = None  # where the call came from
    updated: Callable[[str], None] = staticmethod(_silently)

    def recvRequest(self, req: Any, sip_t: Any) -> Any:
        method = req.getMethod()
        answer = self._answer_in_dialog(method, req) if self.state is not None else None
        if answer is None:
            return super().recvRequest(req, sip_t)
        self.rCSeq = max(self.rCSeq or 0, req.getHFBody("cseq").getCSeqNum())
        response = req.genResponse(*answer, server=self.local_ua)
        if method == "UPDATE" and answer[0] == 200:
            response.appendHeader(SipHeader(name="contact", body=self.lContact))
            if (body := req.getBody()) is not None and self.lSDP is not None:
                self.updated(str(body))
                response.setBody(self.lSDP.getCopy())
        if answer[0] == 405:
            response.appendHeader(SipHeader(f"Allow: {ALLOWED}"))
        return response, None, None

    def _answer_in_dialog(self, method: str, req: Any) -> Answer | None:
        """What we answer ourselves; None where sippy knows what to do."""
        if method in ("UPDATE", "NOTIFY", "OPTIONS"):
            return 200, "OK"
        if method == "REFER":
            return 603, "Decline"  # nobody outside moves our calls
        if method == "INFO" and not isinstance(self.state, UaStateConnected):
            return 200, "OK"
        if method == "INVITE" and isinstance(self.state, UaStateConnected) and req.getBody() is None and self.lSDP:
            if self.rSDP is not None:
                req.setBody(
                    self.rSDP.getCopy()
                )  # it asks for ours anew (RFC 3261 14.2); sippy would take it for a hold
            return None
        known = {"INVITE", "BYE", "ACK", "CANCEL", "INFO"}
        return None if method in known else (405, "Method Not Allowed")

    def recvEvent(self, event: Any) -> None:
        super().recvEvent(event)
        if self.source is not None and self.rAddr is not None and self.rAddr[0][0] not in _Server.known:
            self.rAddr = self.source  # a Contact that is no trunk of ours: answer where the call came from

    def processChallenge(self, resp: Any, cseq: Any, ch_hfname: str, *rest: Any) -> Any:
        if self.realm and any(each.realm != self.realm for each in resp.getHFBodys(ch_hfname)):
            return False
        return super().processChallenge(resp, cseq, ch_hfname, *rest)


class Stack:
    """Our door to the telephone network."""

    def __init__(
        self, address: str, port: int, receive: Callable[[Any, Any], Any], *, known: Mapping[str, int], public: str = ""
    ) -> None:
        """receive: (request, transaction) -> what sippy wants back, for a request that begins something. Raises OSError."""
        SipConf.my_uaname = "Second Ring"
        self._receive = receive
        _Server.public = public
        self.know(known)
        self.globals: dict[str, Any] = {"_sip_address": address, "_sip_port": port, "_sip_logger": _Quiet()}
        self.globals["_sip_tm"] = _Transactions(self.globals, self._careful)

    def know(self, known: Mapping[str, int]) -> None:
        """Who may speak to us from now on."""
        self.known = dict(known)
        _Server.known = frozenset(known)

    @property
    def strangers(self) -> int:
        return _Server.strangers

    @property
    def port(self) -> int:
        [server] = self.globals["_sip_tm"].l4r.cache_l2s.values()
        return int(server.uopts.laddress[1])

    def trunk_of(self, req: Any) -> int:
        """Whose request it is."""
        return self.known[req.getSource()[0]]

    def _careful(self, req: Any, transaction: Any) -> Any:
        try:
            return self._receive(req, transaction)
        except Exception:  # what is missing in it, is missing for it alone
            return req.genResponse(400, "Bad Request"), None, None

    @staticmethod
    def soon(work: Callable[..., Any], *words: Any) -> None:
        """Do it in the main thread. The only way in from any other."""
        ED2.callFromThread(work, *words)

    @staticmethod
    def run() -> None:
        """Until `leave`."""
        ED2.loop()

    @staticmethod
    def leave() -> None:
        ED2.breakLoop()

    def close(self) -> None:
        self.globals["_sip_tm"].shutdown()
