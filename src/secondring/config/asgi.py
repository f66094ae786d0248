"""The web process: Django for pages, our own hub for live screens."""

import asyncio
import os
from contextlib import suppress
from typing import Any

from django.core.asgi import get_asgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "secondring.config.settings")
pages = get_asgi_application()

from secondring.desk import live  # noqa: E402  (it needs the settings)


async def application(scope: dict[str, Any], receive: Any, send: Any) -> None:
    """Pages, the live socket, and the life of the process."""
    if scope["type"] == "http":
        await pages(scope, receive, send)
    elif scope["type"] == "websocket" and scope["path"] == "/live/":
        await live.socket(scope, receive, send)
    elif scope["type"] == "websocket":
        await send({"type": "websocket.close", "code": 4404})
    else:
        await _lifespan(receive, send)


async def _lifespan(receive: Any, send: Any) -> None:
    await receive()
    hub = asyncio.create_task(live.run())
    await send({"type": "lifespan.startup.complete"})
    await receive()
    hub.cancel()
    with suppress(asyncio.CancelledError):
        await hub
    await send({"type": "lifespan.shutdown.complete"})
