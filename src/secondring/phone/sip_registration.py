"""Telling a provider where we are (REGISTER, RFC 3261 10), well before it forgets. In the main thread."""

import time
from collections.abc import Callable
from typing import Any

from sippy.SipAddress import SipAddress
from sippy.SipContact import SipContact
from sippy.SipFrom import SipFrom
from sippy.SipHeader import SipHeader
from sippy.SipRequest import SipRequest
from sippy.SipTo import SipTo
from sippy.SipURL import SipURL
from sippy.Time.Timeout import Timeout

from .sip_accounts import Account
from .sip_stack import Stack

ASKED_FOR = 600  # seconds
EARLY = 0.6  # of the time granted, after which we say it again
AGAIN = (10, 30, 60, 120)  # seconds after the first, second ... failure
CHALLENGES = {401: ("www-authenticate", "authorization"), 407: ("proxy-authenticate", "proxy-authorization")}

# (the trunk, until when by time.time() or None, the realm that asked for the password, trouble in a sentence)
Told = Callable[[int, float | None, str, str], None]


class Registration:
    """One account's. Starts at once and goes on until `stop`."""

    def __init__(self, stack: Stack, account: Account, address: tuple[str, int], told: Told) -> None:
        self._stack, self._account, self._address, self._told = stack, account, address, told
        self._timer: Any = None
        self._failures = 0
        self._challenged = False
        self._stopped = False
        self._request = self._make()
        self._say()

    def stop(self) -> None:
        """Say goodbye, so that the provider sends nobody here any more."""
        if self._timer:
            self._timer.cancel()
        self._stopped, self._challenged = True, False
        self._request.getHFBody("contact").address.params["expires"] = "0"
        self._say()

    def _make(self) -> Any:
        account = self._account
        server = SipURL(host=account.host, port=None if account.port == 5060 else account.port)
        ours = SipAddress(url=SipURL(username=account.user, host=account.host))
        sender = SipFrom(address=ours.getCopy())
        sender.genTag()
        contact = SipContact(address=SipAddress(url=SipURL(username=account.user)))
        contact.address.params["expires"] = str(ASKED_FOR)
        target = (self._address, "udp")
        to = SipTo(address=ours)
        return SipRequest(method="REGISTER", ruri=server, fr0m=sender, to=to, contact=contact, target=target)

    def _say(self) -> None:
        transactions = self._stack.globals["_sip_tm"]
        transactions.newTransaction(self._request, self._heard)
        self._request.getHFBody("via").genBranch()
        self._request.getHFBody("cseq").incCSeqNum()

    def _heard(self, response: Any) -> None:
        code = response.getSCode()[0]
        if code < 200:
            return
        if code in CHALLENGES and not self._challenged:
            self._prove(response, *CHALLENGES[code])
        elif self._stopped:
            return
        elif code < 300:
            self._granted(response)
        else:
            self._failed(_sentence(code, self._account))

    def _prove(self, response: Any, asked: str, given: str) -> None:
        challenge = next((each for each in response.getHFBodys(asked) if each.supportedAlgorithm()[0]), None)
        if challenge is None or (self._account.realm and challenge.realm != self._account.realm):
            self._failed("The provider asks for the password in a way, or under a name, that we do not trust.")
            return
        supported = challenge.supportedAlgorithm()
        proof = challenge.genAuthHF(
            self._account.user, self._account.password, "REGISTER", str(self._request.ruri), qop=supported[1]
        )
        for old in self._request.getHFs(given):
            self._request.removeHeader(old)
        self._request.appendHeader(SipHeader(name=given, body=proof))
        self._challenged = True
        self._told(self._account.id, None, str(challenge.realm), "")
        self._say()

    def _granted(self, response: Any) -> None:
        seconds = _granted_for(response)
        self._failures, self._challenged = 0, False
        self._told(self._account.id, time.time() + seconds, "", "")
        self._later(max(5.0, EARLY * seconds))

    def _failed(self, trouble: str) -> None:
        if self._stopped:
            return
        pause = AGAIN[min(self._failures, len(AGAIN) - 1)]
        self._failures, self._challenged = self._failures + 1, False
        self._told(self._account.id, None, "", trouble)
        self._later(pause)

    def _later(self, seconds: float) -> None:
        self._timer = Timeout(self._say, seconds)


def _granted_for(response: Any) -> int:
    """Seconds, as the contact or the message says; what we asked for when neither does."""
    for contact in response.getHFBodys("contact") if response.countHFs("contact") else []:
        if str(contact.address.params.get("expires") or "").isdigit():
            return int(contact.address.params["expires"])
    return int(response.getHFBody("expires").getNum()) if response.countHFs("expires") else ASKED_FOR


def _sentence(code: int, account: Account) -> str:
    if code in (401, 403, 407):
        return f"{account.host} does not accept this user name and password."
    if code == 404:
        return f"{account.host} does not know the user {account.user}."
    if code == 408:
        return f"{account.host} does not answer. Is the server's name right, and does the firewall let UDP out?"
    return f"{account.host} refuses us (SIP {code}). It will be tried again."
