"""The back ends that carry sound, each with the same face: what holds for one holds for all."""

import asyncio
import contextlib
from collections.abc import AsyncIterator, Callable
from typing import Any

import pytest

from secondring.lib import clock

from ..ports import Places
from ..relay import Relay
from ..rtpengine import Rtpengine

Stage = Callable[[], contextlib.AbstractAsyncContextManager[Any]]


@contextlib.asynccontextmanager
async def relay() -> AsyncIterator[Relay]:
    back_end = Relay(Places(), clock.now)
    await back_end.start()
    try:
        yield back_end
    finally:
        await back_end.stop()


@contextlib.asynccontextmanager
async def rtpengine(port: int, keys_port: int) -> AsyncIterator[Rtpengine]:
    back_end = Rtpengine(Places(), clock.now, address=("127.0.0.1", port), keys_port=keys_port)
    await back_end.start()
    try:
        yield back_end
    finally:
        await back_end.stop()


@pytest.fixture(params=["relay", pytest.param("rtpengine", marks=pytest.mark.needs("rtpengine"))])
def media(request: pytest.FixtureRequest) -> Stage:
    """`async with media() as back_end`."""
    if request.param == "relay":
        return relay
    server = request.getfixturevalue("rtpengine")
    return lambda: rtpengine(server.port, server.keys_port)


@pytest.fixture
def play() -> Callable[[Callable[[], Any]], None]:
    """Runs a scene that takes as long as it takes, but not for ever."""

    def run(scene: Callable[[], Any]) -> None:
        async def bounded() -> None:
            await asyncio.wait_for(scene(), 60)

        asyncio.run(bounded())

    return run
