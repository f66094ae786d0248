"""Wakes the devices of those at whom it rings and who may not be looking: by web push, beside the sound, never in its way."""

import json
import logging
import time
from collections.abc import Callable, Collection
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import Any, Protocol

from cryptography.hazmat.primitives.asymmetric import ec
from django.utils.translation import gettext as _

from ..lib import clock, phone_numbers, remote
from . import subscribing, web_push
from .book import Book
from .live_call import LiveCall
from .subscribing import Address

log = logging.getLogger(__name__)

LIVES = 45  # seconds for which a push service may keep a ring for a device that is away
HANDS = 4  # messages on their way at once
MOST_WAITING = 200  # messages; who comes after them is not woken, and the call rings all the same
TAKES = 10.0  # seconds for one message, everything included
SIGNED_FOR = 12 * 3600  # seconds
GONE = (404, 410)

Post = Callable[..., int]


class Alarm(Protocol):
    """What call control asks for."""

    def follow(self, live: LiveCall) -> None:
        """Something happened to this call: wake who should hear it now, and let it be where it rings no more."""


class NoAlarm:
    def follow(self, live: LiveCall) -> None:
        """Nobody is woken."""


@dataclass
class PushAlarm:
    """Sends with a few hands of its own. Everything in call control's loop returns at once."""

    book: Book
    subject: str  # whom a push service may ask about us: an address on the web
    post: Post = remote.post
    _woken: dict[str, set[int]] = field(default_factory=dict)
    _hands: ThreadPoolExecutor = field(default_factory=lambda: ThreadPoolExecutor(HANDS, "alarm"))
    _waiting: int = 0

    def follow(self, live: LiveCall) -> None:
        woken = self._woken.get(live.key, set())
        if live.rings:
            fresh = live.would_ring - woken
            if fresh:
                self._woken[live.key] = woken | fresh
                self._wake(fresh, live.key, ringing(live), LIVES)
        elif woken:
            del self._woken[live.key]
            self._wake(woken, live.key, over(live), LIVES)

    def _wake(self, teammates: Collection[int], key: str, words: dict[str, Any], lives: int) -> None:
        self.book.write(self._send, frozenset(teammates), key, words, lives)

    def _send(self, teammates: Collection[int], key: str, words: dict[str, Any], lives: int) -> None:
        """In the book's thread: it knows the rows; the network is the hands'."""
        found = subscribing.addresses(teammates, clock.now())
        if not found:
            return
        ours = subscribing.our_key()
        for address in found[: max(MOST_WAITING - self._waiting, 0)]:
            self._waiting += 1
            self._hands.submit(self._tell, address, ours, key, words, lives).add_done_callback(self._told)

    def _tell(self, to: Address, ours: ec.EllipticCurvePrivateKey, key: str, words: dict[str, Any], lives: int) -> None:
        body = web_push.seal(json.dumps(words).encode(), public=to.public, secret=to.secret)
        expires = int(time.time()) + SIGNED_FOR
        headers = {
            "Authorization": web_push.authorization(ours, origin=to.origin, subject=self.subject, expires=expires),
            "Content-Encoding": "aes128gcm",
            "Content-Type": "application/octet-stream",
            "TTL": str(lives),
            "Topic": key,  # what is not delivered yet is replaced by what came after it (RFC 8030, 5.4)
            "Urgency": "high",
        }
        status = self.post(to.endpoint, body, headers=headers, time_limit=TAKES)
        if status in GONE:
            self.book.write(subscribing.forget, to.pk, at=clock.now())
        elif status >= 300:
            log.warning("The push service at %s answered %s", to.origin, status)

    def _told(self, done: "Future[None]") -> None:
        self._waiting -= 1
        if done.exception() is not None:
            log.warning("A device was not woken: %s", done.exception())


def ringing(live: LiveCall) -> dict[str, Any]:
    """What a device shows while it rings. The number is said as people write it."""
    caller = live.caller()
    name = caller.name or phone_numbers.shown(caller.number) or _("Somebody new")
    says = _("is calling, says the number") if caller.customer and caller.number else _("is calling")
    return {"what": "ring", "key": live.key, "title": name, "says": says, "pick_up": _("Pick up")}


def over(live: LiveCall) -> dict[str, Any]:
    """What it shows for a moment when it rings no more."""
    says = _("Somebody has the call.") if live.state.owner else ""
    return {"what": "over", "key": live.key, "title": _("It rings no more"), "says": says}
