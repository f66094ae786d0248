"""Sound in the open (RTP over UDP), as the telephone network sends it."""

import asyncio
import time
from collections.abc import Callable
from typing import cast

from .. import sdp
from . import rtp
from .ports import Places

SILENCE = 1.0  # seconds after which a party may have moved to another port

Hears = Callable[[bytes], None]


class Plain(asyncio.DatagramProtocol):
    """One party's UDP port.

    It believes the first who sends, for their NAT may have changed the address that their SDP names. From then on it believes
    only that one and the very place of the SDP, which always wins; and, after a silence, the SDP's address with another port.
    A stranger who guesses our port gains a moment at most.
    """

    def __init__(self, places: Places, hears: Hears) -> None:
        self._places, self._hears = places, hears
        self._transport: asyncio.DatagramTransport | None = None
        self._promised: tuple[str, int] = ("", 0)
        self._remote: tuple[str, int] | None = None
        self._heard_at = 0.0
        self._latched = False
        self._audible = True
        self.received = 0

    async def open(self) -> None:
        loop = asyncio.get_running_loop()
        await loop.create_datagram_endpoint(lambda: self, sock=self._places.open(self._places.addresses[0]))

    @property
    def port(self) -> int:
        assert self._transport is not None
        return int(self._transport.get_extra_info("sockname")[1])

    @property
    def named(self) -> str:
        return self._places.named

    def towards(self, description: sdp.Description) -> None:
        """Send there from now on; whoever was latched before must be heard anew when it is another place."""
        self._audible = description.is_audible
        place = (description.address, description.port)
        if description.port and place[0] not in ("0.0.0.0", "::") and place != self._promised:
            self._promised, self._remote, self._latched = place, place, False

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast(asyncio.DatagramTransport, transport)

    def datagram_received(self, data: bytes, source: tuple[str, int]) -> None:
        if not rtp.is_rtp(data) or not self._believes((source[0], source[1])):
            return
        self.received += 1
        self._hears(data)

    def error_received(self, exc: Exception) -> None:
        """An ICMP word that nobody listens there; the next packet may find somebody."""

    def _believes(self, source: tuple[str, int]) -> bool:
        now = time.monotonic()
        if source != self._remote and self._latched and source != self._promised:
            moved = source[0] == self._promised[0] and now - self._heard_at > SILENCE
            if not moved:
                return False
        self._remote, self._latched, self._heard_at = source, True, now
        return True

    def send(self, packet: bytes) -> None:
        if self._transport and self._remote and self._audible:
            self._transport.sendto(packet, self._remote)

    def close(self) -> None:
        if self._transport:
            self._transport.close()
