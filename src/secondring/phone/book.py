"""The way from call control to the book: one thread that writes in order, so that no sound ever waits for a row."""

import asyncio
import logging
from collections.abc import Awaitable, Callable
from concurrent.futures import Future, ThreadPoolExecutor
from typing import Any, Protocol, TypeVar

from django.db import close_old_connections, connection

log = logging.getLogger(__name__)
T = TypeVar("T")
PATIENCE = 1.0  # seconds that a click may wait for its row; the call belongs to this process anyway


class Book(Protocol):
    """Does the deeds of `booking` beside the loop, in the order in which they were asked for."""

    def write(self, deed: Callable[..., Any], *words: Any, **values: Any) -> None:
        """Do it soon; nobody waits. What fails is logged."""

    def ask(self, deed: Callable[..., T], *words: Any, **values: Any) -> Awaitable[T]:
        """Do it soon, and say what came of it. Raises TimeoutError after PATIENCE; then it is done later all the same."""


class ThreadBook:
    """One thread with one connection."""

    def __init__(self, patience: float = PATIENCE) -> None:
        """patience: seconds before `ask` gives up waiting."""
        self.patience = patience
        self._thread = ThreadPoolExecutor(max_workers=1, thread_name_prefix="book")

    def write(self, deed: Callable[..., Any], *words: Any, **values: Any) -> None:
        self._submit(deed, words, values).add_done_callback(lambda done: _complain(deed, done))

    def ask(self, deed: Callable[..., T], *words: Any, **values: Any) -> Awaitable[T]:
        future = asyncio.wrap_future(self._submit(deed, words, values))
        return asyncio.wait_for(asyncio.shield(future), self.patience)

    def close(self) -> None:
        """Write what is left, and let the connection go."""
        self._thread.submit(_close)
        self._thread.shutdown(wait=True)

    def _submit(self, deed: Callable[..., T], words: tuple[Any, ...], values: dict[str, Any]) -> "Future[T]":
        return self._thread.submit(_once, deed, words, values)


def _close() -> None:
    """The thread's own connection: the name means another in every thread."""
    connection.close()


def _once(deed: Callable[..., T], words: tuple[Any, ...], values: dict[str, Any]) -> T:
    close_old_connections()
    return deed(*words, **values)


def _complain(deed: Callable[..., Any], done: "Future[Any]") -> None:
    if done.exception() is not None:
        log.error("The book of calls could not keep '%s'", getattr(deed, "__name__", deed), exc_info=done.exception())
