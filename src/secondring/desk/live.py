"""One WebSocket a tab. Names and shared fragments go out, what somebody looks at comes in; calls ride here too."""

import asyncio
import json
from collections.abc import Awaitable, Callable
from contextlib import suppress
from importlib import import_module
from typing import Any
from urllib.parse import urlsplit

from asgiref.sync import sync_to_async
from django.conf import settings
from django.contrib.auth import get_user
from django.contrib.sessions.backends.base import SessionBase
from django.contrib.sessions.models import Session
from django.db import close_old_connections
from django.http import HttpRequest, QueryDict
from django.urls import Resolver404, resolve

from ..conversations.models import Conversation, Place
from ..lib import clock, origins
from ..team import audiences
from ..team.models import Teammate
from . import backplane, telephone
from .hub import Desk, Eyes, Hub, Looking, frame

CHECK = 0.7  # seconds between looks at whether everybody may still be here
NOTED = 60.0  # seconds for which a sign of life counts before the next is kept
LARGEST = 32_768  # bytes of one frame from a tab
SIGNED_OUT, STRANGER = 4401, 4403

ACCESS = "access-"  # names that begin so are for us: what somebody may see is not what it was

hub = Hub()
phone = telephone.over(hub)
Standing = tuple[Eyes, frozenset[str]]
Scope = dict[str, Any]
Receive = Callable[[], Awaitable[dict[str, Any]]]
Send = Callable[[dict[str, Any]], Awaitable[None]]


async def socket(scope: Scope, receive: Receive, send: Send) -> None:
    """The ASGI application at /live/."""
    await receive()
    desk = await sync_to_async(_desk_of)(scope) if origins.is_ours(scope) else None
    if desk is None:
        await send({"type": "websocket.close", "code": STRANGER})
        return
    await send({"type": "websocket.accept"})
    hub.join(desk)
    sender = asyncio.create_task(_send_frames(desk, send))
    try:
        await _listen(desk, receive)
    finally:
        hub.leave(desk)
        phone.gone(desk)
        sender.cancel()


async def _listen(desk: Desk, receive: Receive) -> None:
    while (message := await receive())["type"] != "websocket.disconnect":
        text = message.get("text") or ""
        if len(text) > LARGEST:
            return
        try:
            await _hear(desk, json.loads(text))
        except (ValueError, TypeError, KeyError, AttributeError):
            continue  # not one of our tabs, or an old one; nothing to do about it here


async def _send_frames(desk: Desk, send: Send) -> None:
    while (text := await desk.frames.get()) is not None:
        await send({"type": "websocket.send", "text": text})
    await send({"type": "websocket.close", "code": SIGNED_OUT})


async def _hear(desk: Desk, said: dict[str, Any]) -> None:
    """What a tab may say: ping, watch {address: [names, shared]}, look (conversation or null), types, phone (telephone.py)."""
    if "phone" in said:
        phone.said(desk, said["phone"])
    if "ping" in said:
        desk.push(frame(pong=said["ping"]))
    if "watch" in said:
        watches = {
            str(address)[:500]: (frozenset(map(str, names)), bool(shared))
            for address, (names, shared) in list(said["watch"].items())[:60]
        }
        hub.watch(desk, watches, since=str(said.get("since") or ""))
    if "look" in said or "types" in said:
        await _note_here(desk)
    if "look" in said:
        desk.looks_at = await sync_to_async(_looking)(desk.teammate, said["look"])
        desk.types = False
        hub.presence_changed()
    if "types" in said and desk.types != bool(said["types"]):
        desk.types = bool(said["types"])
        hub.presence_changed()


async def _note_here(desk: Desk) -> None:
    """They are here: kept once a minute, for whoever asks in another process whether to write them a letter."""
    now = asyncio.get_running_loop().time()
    if now < desk.noted_until:
        return
    desk.noted_until = now + NOTED
    rows = Teammate.objects.filter(pk=desk.teammate)
    await sync_to_async(rows.update)(here_at=clock.now())


def _desk_of(scope: Scope) -> Desk | None:
    close_old_connections()
    session = _session(scope)
    request = HttpRequest()
    request.session = session
    user = get_user(request)
    if not isinstance(user, Teammate) or not user.is_active or session.session_key is None:
        return None
    return Desk(
        teammate=user.pk,
        name=user.first_name,
        session=session.session_key,
        eyes=eyes_of(user),
        answers=user.answers,
        audiences=audiences.joined_by(user),
    )


def _session(scope: Scope) -> SessionBase:
    engine = import_module(settings.SESSION_ENGINE)
    cookies = dict(scope["headers"]).get(b"cookie", b"").decode("latin-1")
    pairs = (part.strip().partition("=") for part in cookies.split(";"))
    key = next((value for name, _, value in pairs if name == settings.SESSION_COOKIE_NAME), None)
    store: SessionBase = engine.SessionStore(key)
    return store


def eyes_of(teammate: Teammate) -> Eyes:
    """What this teammate may see, as the hub compares it."""
    if teammate.is_active and teammate.sees_everything:
        return Eyes(all_places=True)
    return Eyes(frozenset(Place.objects.visible_to(teammate).values_list("pk", flat=True)))


def _looking(teammate_id: int, conversation_id: object) -> Looking | None:
    close_old_connections()
    if not isinstance(conversation_id, int):
        return None
    teammate = Teammate.objects.get(pk=teammate_id)
    found = Conversation.objects.visible_to(teammate).select_related("customer").filter(pk=conversation_id).first()
    return Looking(found.pk, str(found.customer), found.place_id) if found else None


async def run() -> None:
    """The life of the hub beside the server: tell desks what changed, and let go whoever may not be here any more."""
    hub.render = sync_to_async(render_shared, thread_sensitive=False)
    look_again = asyncio.Event()
    await asyncio.gather(_tell(look_again), _watch_over(look_again))


async def _tell(look_again: asyncio.Event) -> None:
    async for names in backplane.changes():
        if names:
            if any(name.startswith(ACCESS) for name, _audience in names):
                look_again.set()
            hub.changed(names)
        else:  # the line to the database stands (again): whatever is on screen may be old
            hub.forget()
            for desk in hub.desks:
                desk.push(frame(again=True))


async def _watch_over(look_again: asyncio.Event) -> None:
    """Look at once when somebody's access is said to have changed, and now and then for what nobody says (a session's end)."""
    while True:
        with suppress(TimeoutError):
            await asyncio.wait_for(look_again.wait(), CHECK)
        look_again.clear()
        if not hub.desks:
            continue
        standing = await sync_to_async(_standing, thread_sensitive=False)([(d.session, d.teammate) for d in hub.desks])
        for desk in list(hub.desks):
            _hold(desk, standing.get((desk.session, desk.teammate), (desk.eyes, desk.audiences)))


def _hold(desk: Desk, now: Standing | None) -> None:
    """A desk that lost something is let go, so that nothing of it stays on the screen; one that gained fetches anew."""
    if now is None or now[0].have_lost(desk.eyes) or not desk.audiences <= now[1]:
        desk.let_go()
    elif now != (desk.eyes, desk.audiences):
        desk.eyes, desk.audiences = now
        desk.answers = audiences.ANSWERING in desk.audiences
        desk.push(frame(again=True))


def _standing(desks: list[tuple[str, int]]) -> dict[tuple[str, int], Standing | None]:
    """For each (session, teammate): what they may see and hear of now, None when they may not be here any more."""
    close_old_connections()
    alive = Session.objects.filter(session_key__in={s for s, _ in desks}, expire_date__gt=clock.now())
    sessions = {row.session_key: row.get_decoded().get("_auth_user_hash") for row in alive}
    people = {
        t.pk: (t, (eyes_of(t), audiences.joined_by(t)))
        for t in Teammate.objects.here().filter(pk__in={t for _, t in desks})
    }
    return {
        (session, who): people[who][1]
        if who in people and sessions.get(session) == people[who][0].get_session_auth_hash()
        else None
        for session, who in desks
    }


def render_shared(address: str, teammate_id: int) -> str | None:
    """Draw the fragment at `address` as this teammate, through its own view and permission check; None when it refuses."""
    close_old_connections()
    parts = urlsplit(address)
    try:
        match = resolve(parts.path)
    except Resolver404:
        return None
    if not getattr(match.func, "is_shared_fragment", False):
        return None
    request = HttpRequest()
    request.method, request.path = "GET", parts.path
    request.META = {"SERVER_NAME": "localhost", "SERVER_PORT": "80", "HTTP_HX_REQUEST": "true"}
    request.GET = QueryDict(parts.query)
    request.user = Teammate.objects.get(pk=teammate_id)
    response = match.func(request, *match.args, **match.kwargs)
    return response.content.decode() if response.status_code == 200 else None


def shared_fragment(view: Callable[..., Any]) -> Callable[..., Any]:
    """Mark a view whose fragment is the same for everybody with the same eyes: no 'you', no token, no preference in it."""
    view.is_shared_fragment = True  # type: ignore[attr-defined]
    return view
