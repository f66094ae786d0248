"""The live line of a customer's page: one call, or none. What comes from there is a stranger's."""

import asyncio
import json
import secrets
from collections.abc import Awaitable, Callable
from typing import Any

from asgiref.sync import sync_to_async
from django.conf import settings
from django.db import close_old_connections

from ..conversations.models import Place
from ..lib import client_address, clock, origins
from ..phone import identity, sites
from ..phone.frames import Frame
from ..phone.switchboard import Switchboard, switchboard
from . import guarding

LARGEST = 32_768  # bytes; an offer with many addresses has 10,000
FIRST_WORD = 20.0  # seconds to say something
STRANGER, TOO_MANY, NO_TELEPHONE = 4403, 4429, 4503
HEARS = frozenset({"ringing", "rings", "with", "answer", "recorded", "gone", "refused"})

Scope = dict[str, Any]
Receive = Callable[[], Awaitable[dict[str, Any]]]
Send = Callable[[dict[str, Any]], Awaitable[None]]


class Visitors:
    """Everybody who calls from a page just now."""

    def __init__(self, board: Switchboard) -> None:
        self.board = board
        self.queues: dict[str, asyncio.Queue[Frame | None]] = {}
        self.waiting: set[str] = set()
        board.listen("visitor", self.hear, stands=self.stands)

    def join(self, visitor: str) -> asyncio.Queue[Frame | None]:
        """What the phone process says to this visitor; None when there is nothing more."""
        self.queues[visitor] = asyncio.Queue(100)
        self.waiting.add(visitor)
        return self.queues[visitor]

    def leave(self, visitor: str, call: str) -> None:
        """The page is closed."""
        self.queues.pop(visitor, None)
        self.waiting.discard(visitor)
        self.board.say(Frame(visitor, "away", call))

    def hear(self, frame: Frame) -> None:
        queue = self.queues.get(frame.to)
        if queue is None or frame.what not in HEARS:
            return
        if frame.what == "answer":
            self.waiting.discard(frame.to)
        if not queue.full():
            queue.put_nowait(frame)

    def stands(self, up: bool) -> None:
        """Without the phone process nobody is called; whoever talks goes on talking."""
        if not up:
            for visitor in self.waiting:
                self.queues[visitor].put_nowait(None)


visitors = Visitors(switchboard)


async def socket(scope: Scope, receive: Receive, send: Send) -> None:
    """The ASGI application at /call/line/."""
    await receive()
    refusal = None if origins.is_ours(scope) else STRANGER
    refusal = refusal or (None if visitors.board.is_up else NO_TELEPHONE)
    if refusal:
        await send({"type": "websocket.close", "code": refusal})
        return
    await send({"type": "websocket.accept"})
    said = await _first_word(receive)
    code, word = await sync_to_async(_may)(said, _address(scope))
    if word is None:
        await send({"type": "websocket.close", "code": code})
        return
    await _carry(word, receive, send)


async def _carry(word: dict[str, Any], receive: Receive, send: Send) -> None:
    visitor = f"visitor-{secrets.token_hex(8)}"
    queue = visitors.join(visitor)
    visitors.board.say(Frame(visitor, "invite", "", word))
    ears = asyncio.create_task(_listen(visitor, receive))
    try:
        while (frame := await _next(queue, ears)) is not None:
            text = json.dumps({"what": frame.what, "body": frame.body})
            await send({"type": "websocket.send", "text": text})
        if not ears.done():
            await send({"type": "websocket.close", "code": NO_TELEPHONE})
    finally:
        ears.cancel()
        visitors.leave(visitor, "")


async def _next(queue: asyncio.Queue[Frame | None], ears: asyncio.Task[None]) -> Frame | None:
    """What is to be said next, None when the page is gone."""
    word = asyncio.ensure_future(queue.get())
    await asyncio.wait({word, ears}, return_when=asyncio.FIRST_COMPLETED)
    if word.done():
        return word.result()
    word.cancel()
    return None


async def _listen(visitor: str, receive: Receive) -> None:
    """A visitor may hang up; that is all."""
    while (message := await receive())["type"] != "websocket.disconnect":
        if message.get("text") == '{"what":"hang-up"}':
            visitors.board.say(Frame(visitor, "hang-up"))


async def _first_word(receive: Receive) -> dict[str, Any] | None:
    try:
        message = await asyncio.wait_for(receive(), FIRST_WORD)
        said = json.loads((message.get("text") or "")[:LARGEST])
    except (TimeoutError, ValueError):
        return None
    return said if isinstance(said, dict) and isinstance(said.get("sdp"), str) else None


def _may(said: dict[str, Any] | None, address: str) -> tuple[int, dict[str, Any] | None]:
    """What the phone process is told of this call, or why it comes to nobody."""
    close_old_connections()
    if said is None or not guarding.is_ours(said.get("token")):
        return STRANGER, None
    if len(visitors.waiting) >= guarding.MOST_WAITING or not guarding.may_call(address):
        return TOO_MANY, None
    place = sites.the_site()
    return NO_TELEPHONE, _word(said, place) if place else None


def _word(said: dict[str, Any], place: Place) -> dict[str, Any]:
    """Who they are is what the company's own page signed; else what they say themselves."""
    at = clock.now()
    who = identity.read(said.get("who"), at=at)
    name = who.name if who else str(said.get("name", ""))[:120]
    customer = identity.customer(who, at=at).pk if who else None
    return {"sdp": str(said["sdp"]), "name": name, "place": place.pk, "customer": customer}


def _address(scope: Scope) -> str:
    """Whose call it is, as far as the network says."""
    peer = str((scope.get("client") or ("", 0))[0])
    forwarded = b",".join(value for name, value in scope["headers"] if name == b"x-forwarded-for").decode("latin-1")
    return client_address.of(peer, forwarded, settings.SECONDRING_PROXIES)
