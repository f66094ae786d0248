"""The trunks: who may call in and which number they mean, whom we dial through which, and what a provider says of us.

Requests come in the main thread, where sippy lives; all else here happens in asyncio's.
"""

import asyncio
from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from functools import partial
from typing import Any

from sippy.SipHeader import SipHeader

from ..lib import phone_numbers
from . import sdp
from .legs import Arrival
from .sip_accounts import LOOPBACK, Account, callers, shown_caller
from .sip_dialog import Dialog
from .sip_lines import CallerLine, DialledLine
from .sip_registration import Registration, Told
from .sip_stack import ALLOWED, RETRY_AFTER, Answer, Stack

KEPT_FREE = 1  # of a trunk's channels, for the next caller, when teammates' telephones are dialled


class Trunks:
    """All trunks of this machine, at one door."""

    def __init__(
        self,
        loop: asyncio.AbstractEventLoop,
        accounts: Iterable[Account],
        arrived: Callable[[Arrival], None],
        *,
        resolved: Mapping[str, list[str]],
        address: str,
        port: int = 5060,
        public: str = "",
        told: Told = lambda *_: None,
    ) -> None:
        """In the main thread. `arrived` and `told` are called in asyncio's. Raises OSError when the port is taken.

        resolved: host -> its addresses, as `doors.addresses_of` finds them. Nobody known means listening to this machine alone.
        """
        self._loop, self._arrived, self._told_of = loop, arrived, told
        self._accounts: dict[int, Account] = {}
        self._resolved: Mapping[str, list[str]] = {}
        self._dialogs: dict[int, list[Dialog]] = {}
        self._registrations: dict[int, Registration] = {}
        self.stopping = False
        phone_numbers.normalise(
            "+1 212 555 0100"
        )  # what is known of the world's numbers loads now, not at the first call
        known = callers(accounts, resolved)
        self.stack = Stack(address if known else LOOPBACK, port, self._receive, known=known, public=public)
        self.change(accounts, resolved)

    # in the main thread

    def change(self, accounts: Iterable[Account], resolved: Mapping[str, list[str]]) -> None:
        """These are the trunks from now on. Whoever is new, or other than before, is told where we are."""
        before, self._accounts = self._accounts, {account.id: account for account in accounts}
        self._resolved = resolved
        self.stack.know(callers(self._accounts.values(), resolved))
        for number, registration in list(self._registrations.items()):
            if self._registers(number) is None or _differs(before[number], self._accounts[number]):
                registration.stop()
                del self._registrations[number]
        for account in self._accounts.values():
            address = self._registers(account.id)
            if address and account.id not in self._registrations and not self.stopping:
                self._registrations[account.id] = Registration(self.stack, account, address, self._told)

    def _registers(self, number: int) -> tuple[str, int] | None:
        """Where to say where we are; None for a trunk that does not want to know."""
        account = self._accounts.get(number)
        return self._address_of(account) if account and account.registers else None

    def unregister(self) -> None:
        """Nobody is to be sent here any more; calls in progress are not touched."""
        for registration in self._registrations.values():
            registration.stop()
        self._registrations.clear()

    def _told(self, *words: Any) -> None:
        self._loop.call_soon_threadsafe(self._told_of, *words)

    def _receive(self, req: Any, transaction: Any) -> Any:
        """A request that begins something."""
        account = self._accounts[self.stack.trunk_of(req)]
        refusal = self._refusal(req, account)
        if refusal:
            return _response(req, refusal), None, None
        number = account.ours(req.getRURI().username or "", req.getHFBody("to").getUrl().username or "")
        assert number is not None
        dialog = Dialog(self.stack, self._loop)
        caller, offered = _caller(req), str(req.getBody() or "")
        result = dialog.receive(req, transaction)
        self._loop.call_soon_threadsafe(self._arrive, account, dialog, caller, number, offered)
        return result

    def _refusal(self, req: Any, account: Account) -> Answer | None:
        method = req.getMethod()
        if req.getHFBody("to").getTag() is not None:
            return 481, "Call/Transaction Does Not Exist"
        if self.stopping:
            return 503, "Service Unavailable"
        if method != "INVITE":
            return (200, "OK") if method == "OPTIONS" else (405, "Method Not Allowed")
        return _flaw(req) or self._no_room(req, account)

    def _no_room(self, req: Any, account: Account) -> Answer | None:
        if account.ours(req.getRURI().username or "", req.getHFBody("to").getUrl().username or "") is None:
            return 404, "Not Found"
        return (486, "Busy Here") if self._busy(account) >= account.channels else None

    # in asyncio's thread

    def _arrive(self, account: Account, dialog: Dialog, caller: tuple[str, str], number: str, offered: str) -> None:
        self._keep(account, dialog)
        line = CallerLine(dialog, offered)
        self._arrived(
            Arrival(line=line, to_number=number, from_number=caller[0], from_name=caller[1], trunk=account.id)
        )

    def _busy(self, account: Account) -> int:
        """How many of its channels are in use. From either thread."""
        return sum(not dialog.is_over for dialog in list(self._dialogs.get(account.id, ())))

    def _keep(self, account: Account, dialog: Dialog) -> None:
        live = [each for each in self._dialogs.get(account.id, ()) if not each.is_over]
        self._dialogs[account.id] = [*live, dialog]

    def telephone(self, leg: str, number: str, *, shown: str, trunk: int | None = None) -> DialledLine | None:
        """A line to a teammate's own telephone; None when the trunk has no channel to spare."""
        return self._line(leg, number, shown, trunk, spare=KEPT_FREE)

    def outside(self, number: str, *, shown: str, trunk: int | None = None) -> DialledLine | None:
        """A line to a customer's telephone; None when no trunk can take it."""
        return self._line("caller", number, shown, trunk, spare=0)

    def _line(self, leg: str, number: str, shown: str, trunk: int | None, *, spare: int) -> DialledLine | None:
        wanted = [a for a in self._accounts.values() if trunk in (None, a.id)]
        for account in wanted:
            if self._busy(account) + spare < account.channels and (address := self._address_of(account)):
                return DialledLine(leg, partial(self._dial, account, address, number, shown))
        return None

    def _dial(self, account: Account, to: tuple[str, int], number: str, shown: str, text: str) -> Dialog:
        dialog = Dialog(self.stack, self._loop)
        self._keep(account, dialog)
        dialog.dial(account, number, shown=shown or account.user, sdp=text, address=to)
        return dialog

    @property
    def in_use(self) -> int:
        """Dialogs that have not ended."""
        return sum(self._busy(account) for account in self._accounts.values())

    def _address_of(self, account: Account) -> tuple[str, int] | None:
        found = self._resolved.get(account.host)
        return (found[0], account.port) if found else None


def _differs(before: Account, after: Account) -> bool:
    """Does the provider have to be told anew? What is only ours does not matter to it, nor the realm it told us itself."""
    return replace(before, numbers=(), region="", channels=0, realm="") != replace(
        after, numbers=(), region="", channels=0, realm=""
    )


def _flaw(req: Any) -> Answer | None:
    """What is wrong with this INVITE, in SIP's words."""
    if req.countHFs("contact") == 0:
        return 400, "Missing Contact"
    if req.countHFs("require"):
        return 420, "Bad Extension"
    if req.countHFs("max-forwards") and req.getHFBody("max-forwards").getNum() <= 0:
        return 483, "Too Many Hops"
    body = req.getBody()
    if body is None:
        return None
    if body.getType() != "application/sdp":
        return 415, "Unsupported Media Type"
    try:
        sdp.read(str(body)).codec()
    except sdp.BadSdp:
        return 488, "Not Acceptable Here"
    return None


def _response(req: Any, answer: Answer) -> Any:
    response = req.genResponse(*answer)
    if answer[0] in (200, 405):
        response.appendHeader(SipHeader(f"Allow: {ALLOWED}"))
    if answer[0] == 503:
        response.appendHeader(SipHeader(f"Retry-After: {RETRY_AFTER}"))
    if answer[0] == 415:
        response.appendHeader(SipHeader("Accept: application/sdp"))
    if answer[0] == 420:
        unknown = ", ".join(str(each) for each in req.getHFBodys("require"))
        response.appendHeader(SipHeader(f"Unsupported: {unknown}"))
    return response


def _caller(req: Any) -> tuple[str, str]:
    """Number and name of who calls; what their own network asserts goes before what their telephone says."""
    hides = any("id" in str(each).lower() for each in req.getHFBodys("privacy")) if req.countHFs("privacy") else False
    sender = req.getHFBody("from").getUri()
    user, name = sender.url.username or "", sender.name or ""
    if req.countHFs("p-asserted-identity") and not hides:
        asserted = req.getHFBody("p-asserted-identity").getUri()
        user, name = asserted.url.username or user, asserted.name or name
    return shown_caller(user, name, hides=hides)
