"""How the web process answers for pages: each request runs whole in one of a few threads, which keep their database connections.

Django's own ASGI handler opens a thread for each request, and with it a database connection, and goes back and forth
between thread and loop at every middleware; for pages that are all plain functions that was a fifth of the work.
"""

import asyncio
from collections.abc import AsyncIterator, Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextvars import copy_context
from typing import IO, Any, TypeVar, cast

from django.core import signals
from django.core.exceptions import RequestAborted
from django.core.handlers.asgi import ASGIHandler, get_script_prefix
from django.core.handlers.base import BaseHandler
from django.http import FileResponse
from django.http.response import HttpResponseBase
from django.urls import set_script_prefix

THREADS = 8  # on SQLite one writes at a time; these mostly read, or wait for their turn
PIECE = 2**16  # bytes of a file sent at once

Result = TypeVar("Result")


class Pages(ASGIHandler):
    """The ASGI application for HTTP. Bodies are received, and answers sent, without holding a thread."""

    def __init__(self) -> None:
        BaseHandler.__init__(self)
        self.load_middleware(is_async=False)
        self._threads = ThreadPoolExecutor(THREADS, thread_name_prefix="page")

    async def __call__(self, scope: dict[str, Any], receive: Any, send: Any) -> None:
        """Answer one request."""
        try:
            body = await self.read_body(receive)
        except RequestAborted:
            return
        response = await self._in_thread(self._answer, scope, body)
        try:
            await self.send_response(response, send)
        finally:
            if response.streaming:
                await self._in_thread(response.close)

    async def _in_thread(self, work: Callable[..., Result], *arguments: Any) -> Result:
        """In a context of its own, so that nothing of one request (its language, say) is left to the next."""
        loop = asyncio.get_running_loop()
        return await loop.run_in_executor(self._threads, copy_context().run, work, *arguments)

    def _answer(self, scope: dict[str, Any], body: IO[bytes]) -> HttpResponseBase:
        set_script_prefix(get_script_prefix(scope))
        signals.request_started.send(sender=self.__class__, scope=scope)
        request, refused = self.create_request(scope, body)
        response: Any = self.get_response(request) if request is not None else refused
        response._handler_class = self.__class__
        if isinstance(response, FileResponse):
            response.block_size = PIECE
        if not response.streaming:
            response.close()  # what is to be sent is in memory; the connection may rest
            body.close()
        return cast(HttpResponseBase, response)

    async def send_response(self, response: Any, send: Any) -> None:
        """A file is read piece by piece in a thread; the rest is sent as Django sends it."""
        if response.streaming and not response.is_async:
            response.streaming_content = self._pieces(iter(response))
        await super().send_response(response, send)

    async def _pieces(self, parts: Iterator[bytes]) -> AsyncIterator[bytes]:
        while (part := await self._in_thread(next, parts, None)) is not None:
            yield part
