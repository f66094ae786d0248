"""A bad network: a UDP relay between two parties that loses some packets, and hands the others on late."""

from __future__ import annotations

import asyncio
import random
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any


class Lossy(asyncio.DatagramProtocol):
    """One direction: what comes here is sent to `there` from a port of its own, where answers are lost and late just the same.

    lost: share of packets; late: seconds, of which up to half more or less by chance, so that some overtake others.
    """

    def __init__(self, there: tuple[str, int], *, lost: float, late: float, seed: int) -> None:
        self.there, self._lost, self._late, self._chance = there, lost, late, random.Random(seed)
        self.passed = self.dropped = 0
        self._here: Any = None
        self._beyond: Any = None
        self._back: tuple[str, int] | None = None

    async def open(self) -> None:
        loop = asyncio.get_running_loop()
        self._here, _ = await loop.create_datagram_endpoint(lambda: self, local_addr=("127.0.0.1", 0))
        self._beyond, _ = await loop.create_datagram_endpoint(lambda: _Beyond(self), local_addr=("127.0.0.1", 0))

    @property
    def port(self) -> int:
        """Where to send instead of to `there`."""
        return int(self._here.get_extra_info("sockname")[1])

    @property
    def port_beyond(self) -> int:
        """Where `there` sees it come from."""
        return int(self._beyond.get_extra_info("sockname")[1])

    def datagram_received(self, data: bytes, source: tuple[str, int]) -> None:
        self._back = source
        self._pass(lambda: self._beyond.sendto(data, self.there))

    def came_back(self, data: bytes) -> None:
        if self._back is not None:
            back = self._back
            self._pass(lambda: self._here.sendto(data, back))

    def _pass(self, send: Any) -> None:
        if self._chance.random() < self._lost:
            self.dropped += 1
            return
        self.passed += 1
        asyncio.get_running_loop().call_later(self._late * self._chance.uniform(0.5, 1.5), send)

    def close(self) -> None:
        for each in (self._here, self._beyond):
            if each:
                each.close()


class _Beyond(asyncio.DatagramProtocol):
    def __init__(self, network: Lossy) -> None:
        self._network = network

    def datagram_received(self, data: bytes, source: tuple[str, int]) -> None:
        self._network.came_back(data)


@asynccontextmanager
async def lossy_network(
    there: tuple[str, int], *, lost: float = 0.1, late: float = 0.04, seed: int = 1
) -> AsyncIterator[Lossy]:
    """One for as long as the block lasts."""
    network = Lossy(there, lost=lost, late=late, seed=seed)
    await network.open()
    try:
        yield network
    finally:
        network.close()
