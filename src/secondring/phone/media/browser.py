"""Sound from and to a browser: the way is found by ICE (RFC 8445), keys are agreed by DTLS, packets are sealed.

Follows the pair that aioice found, to send without a task a packet; aioice's version is pinned for that.
"""

import asyncio
import contextlib
from collections.abc import Callable

from aioice import Candidate, Connection
from aioice.candidate import candidate_foundation, candidate_priority
from aioice.ice import CandidatePair, StunProtocol

from .. import sdp
from . import rtp
from .ports import Places
from .sealing import Certificate, Seal

Hears = Callable[[bytes], None]
PATIENCE = 20.0  # seconds for a way to be found
KEPT_EARLY = 8  # packets that come before we know the way
_STRONGEST = 2**64 - 1


class _Way(Connection):
    """aioice's connection, with ports of our choice, and with its packets handed on at once."""

    def __init__(self, browser: "Browser", places: Places, *, leads: bool) -> None:
        super().__init__(ice_controlling=leads, components=1)
        self._browser, self._places = browser, places
        if leads:
            self._tie_breaker = _STRONGEST  # aioice gives up after a role conflict; so it never loses one

    async def get_component_candidates(
        self,
        component: int,
        addresses: list[str],
        timeout: int = 5,  # noqa: ASYNC109 (aioice's signature)
    ) -> list[Candidate]:
        loop = asyncio.get_running_loop()
        candidates = []
        for address in self._places.addresses:
            with contextlib.suppress(OSError):
                opened = self._places.open(address)
                _transport, protocol = await loop.create_datagram_endpoint(lambda: StunProtocol(self), sock=opened)
                protocol.local_candidate = Candidate(
                    candidate_foundation("host", "udp", address),
                    component,
                    "udp",
                    candidate_priority(component, "host"),
                    address,
                    opened.getsockname()[1],
                    "host",
                )
                self._protocols.append(protocol)
                candidates.append(protocol.local_candidate)
        return candidates

    def data_received(self, data: bytes, component: int) -> None:
        self._browser.received_data(data)

    def check_complete(self, pair: CandidatePair) -> None:
        super().check_complete(pair)
        if self._nominated:
            self._browser.way_found()

    def send_now(self, data: bytes) -> None:
        if pair := self._nominated.get(1):
            pair.protocol.transport.sendto(data, pair.remote_addr)

    def named(self) -> tuple[str, ...]:
        """Our candidates as SDP writes them; behind NAT the public address stands beside each."""
        lines = []
        for candidate in self.local_candidates:
            lines.append(candidate.to_sdp())
            if self._places.public and self._places.public != candidate.host:
                outside = Candidate.from_sdp(candidate.to_sdp())
                outside.host, outside.foundation = self._places.public, candidate.foundation + "9"
                lines.append(outside.to_sdp())
        return tuple(lines)


class Browser:
    """One browser's sound. `leads`: did we make the offer?"""

    def __init__(self, places: Places, certificate: Certificate, hears: Hears, *, leads: bool) -> None:
        self._certificate, self._hears, self._leads = certificate, hears, leads
        self._way = _Way(self, places, leads=leads)
        self._seal: Seal | None = None
        self._early: list[bytes] = []
        self._found = self._closed = False
        self._finding: asyncio.Task[None] | None = None
        self.received = 0
        self.trouble = ""

    async def open(self) -> None:
        """Open our ports; at once, for we ask nobody."""
        await self._way.gather_candidates()

    @property
    def stands(self) -> bool:
        """Is the way found, and are the keys agreed?"""
        return bool(self._seal and self._seal.is_open)

    def ice(self, setup: str) -> sdp.Ice:
        """What our SDP says of us."""
        way = self._way
        return sdp.Ice(way.local_username, way.local_password, (self._certificate.fingerprint,), setup, way.named())

    def start(self, theirs: sdp.Ice, *, first: bool) -> None:
        """Look for the way to them, then agree on keys. `first`: do we begin (a=setup:active)?"""
        self._seal = Seal(
            self._certificate,
            first=first,
            prints=theirs.fingerprints,
            send=self._way.send_now,
            opened=lambda: None,
            failed=self._fail,
        )
        self._way.remote_username, self._way.remote_password = theirs.ufrag, theirs.pwd
        self._finding = asyncio.create_task(self._find(theirs.candidates))

    async def _find(self, candidates: tuple[str, ...]) -> None:
        for line in candidates:
            # A page without permission hides its address behind a .local name; its first packet then shows where it is.
            with contextlib.suppress(ValueError, IndexError):
                if " udp " in line.lower() and ".local" not in line:
                    await self._way.add_remote_candidate(Candidate.from_sdp(line))
        try:
            await asyncio.wait_for(self._way.connect(), PATIENCE)
        except (ConnectionError, TimeoutError) as trouble:
            if not self._found:
                self._fail(str(trouble) or "no way was found")

    def way_found(self) -> None:
        if self._found or self._seal is None:
            return
        self._found = True
        self._seal.begin()
        early, self._early = self._early, []
        for data in early:
            self._seal.receive(data)

    def received_data(self, data: bytes) -> None:
        """Keys and sound come through one door; the first byte tells them apart (RFC 7983)."""
        if not data or self._closed:
            return
        if 20 <= data[0] <= 63:
            if self._found and self._seal:
                self._seal.receive(data)
            elif len(self._early) < KEPT_EARLY:
                self._early.append(data)
        elif rtp.is_rtp(data) and self._seal and (packet := self._seal.unseal(data)):
            self.received += 1
            self._hears(packet)

    def send(self, packet: bytes) -> None:
        if self._seal and (sealed := self._seal.seal(packet)):
            self._way.send_now(sealed)

    def _fail(self, trouble: str) -> None:
        self.trouble = trouble

    def close(self) -> None:
        if self._closed:
            return
        self._closed = True
        if self._seal:
            self._seal.close()
        asyncio.get_running_loop().create_task(self._close())

    async def _close(self) -> None:
        await self._way.close()
        if self._finding:
            self._finding.cancel()
