"""The web process: Django for pages, our own hub for live screens."""

import asyncio
import os
from collections.abc import Awaitable, Callable
from contextlib import suppress
from typing import Any

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "secondring.config.settings")
django.setup(set_prefix=False)

from django.conf import settings  # noqa: E402  (these need the settings)

from secondring.config.pages import Pages  # noqa: E402
from secondring.desk import live  # noqa: E402
from secondring.phone.switchboard import switchboard  # noqa: E402
from secondring.portal import line as call_line  # noqa: E402

pages = Pages()

LARGEST = (
    64 * 2**20
)  # bytes of one request: two letters' worth, so that what is a little too large is refused in a sentence
PATIENCE = 20.0  # seconds in which what is turned away may still run in, unread
Scope = dict[str, Any]
Receive = Callable[[], Awaitable[dict[str, Any]]]
Send = Callable[[dict[str, Any]], Awaitable[None]]


async def application(scope: Scope, receive: Receive, send: Send) -> None:
    """Pages, the live socket, and the life of the process."""
    if scope["type"] == "http":
        await _page(scope, receive, send)
    elif scope["type"] == "websocket" and scope["path"] == "/live/":
        await live.socket(scope, receive, send)
    elif scope["type"] == "websocket" and scope["path"] == "/call/line/":
        await call_line.socket(scope, receive, send)
    elif scope["type"] == "websocket":
        await send({"type": "websocket.close", "code": 4404})
    else:
        await _lifespan(receive, send)


async def _page(scope: Scope, receive: Receive, send: Send) -> None:
    """A page, unless what comes is larger than any letter: Django would lay all of it on the disk before it asks who sends it.

    A body that does not say how long it is (chunked) ends where it grows too long, as if the visitor had gone.
    """
    length = dict(scope["headers"]).get(b"content-length", b"0")
    if length.isdigit() and int(length) > LARGEST:
        await _turn_away(receive, send)
        return
    taken = 0

    async def taking() -> dict[str, Any]:
        nonlocal taken
        message = await receive()
        taken += len(message.get("body", b""))
        return message if taken <= LARGEST else {"type": "http.disconnect"}

    await pages(scope, taking, send)  # a dict is what every server sends


async def _turn_away(receive: Receive, send: Send) -> None:
    """Say so at once, then let the rest run through: a proxy whose line breaks while it sends reports that, not our words."""
    headers = [(b"content-type", b"text/plain"), (b"connection", b"close")]
    await send({"type": "http.response.start", "status": 413, "headers": headers})
    words = b"That is more than 64 MB. Send a link to it instead.\n"
    await send({"type": "http.response.body", "body": words, "more_body": True})
    passed = 0
    with suppress(TimeoutError):
        async with asyncio.timeout(PATIENCE):
            while passed <= LARGEST + LARGEST // 2:
                message = await receive()
                passed += len(message.get("body", b""))
                if message["type"] == "http.disconnect" or not message.get("more_body"):
                    break
    await send({"type": "http.response.body", "body": b""})


async def _lifespan(receive: Receive, send: Send) -> None:
    await receive()
    lives = [asyncio.create_task(live.run()), asyncio.create_task(switchboard.run(settings.SECONDRING_DIR))]
    await send({"type": "lifespan.startup.complete"})
    await receive()
    for life in lives:
        life.cancel()
        with suppress(asyncio.CancelledError):
            await life
    await send({"type": "lifespan.shutdown.complete"})
