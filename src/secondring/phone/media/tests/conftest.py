"""The back ends that carry sound, each with the same face: what holds for one holds for all."""

import asyncio
import contextlib
from collections.abc import AsyncIterator, Callable
from typing import Any

import pytest

from secondring.lib import clock

from ..ports import Places
from ..relay import Relay

Stage = Callable[[], contextlib.AbstractAsyncContextManager[Any]]


@contextlib.asynccontextmanager
async def relay() -> AsyncIterator[Relay]:
    back_end = Relay(Places(), clock.now)
    await back_end.start()
    try:
        yield back_end
    finally:
        await back_end.stop()


@pytest.fixture(params=["relay"])
def media(request: pytest.FixtureRequest) -> Stage:
    """`async with media() as back_end`."""
    return {"relay": relay}[request.param]


@pytest.fixture
def play() -> Callable[[Callable[[], Any]], None]:
    """Runs a scene that takes as long as it takes, but not for ever."""

    def run(scene: Callable[[], Any]) -> None:
        async def bounded() -> None:
            await asyncio.wait_for(scene(), 60)

        asyncio.run(bounded())

    return run
