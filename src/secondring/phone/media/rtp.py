"""Packets of sound (RTP, RFC 3550): read with distrust, and written anew, so that one voice can follow another in an ear."""

import secrets
import struct
import time
from collections import deque
from collections.abc import Callable

RATE = 8000  # samples a second of G.711
UNHEARD = 2.0  # seconds after which a browser that sent sound counts as lost
FRAME = 160  # samples, or bytes, in twenty milliseconds
_HEADER = struct.Struct("!BBHII")
_JUMP = 3 * RATE  # a timestamp further away than this begins a new stretch of speech


def is_rtp(data: bytes) -> bool:
    """Could this be a packet of sound (and not RTCP, which shares the door: RFC 5761)?"""
    return len(data) >= 12 and data[0] >> 6 == 2 and not 64 <= data[1] & 127 <= 95


def payload_type(data: bytes) -> int:
    return data[1] & 127


def stamps(data: bytes) -> tuple[int, int, int]:
    """Sequence number, timestamp and sender (SSRC)."""
    _flags, _type, number, timestamp, sender = _HEADER.unpack_from(data)
    return number, timestamp, sender


def payload(data: bytes) -> bytes:
    """The sound itself; empty when the packet contradicts itself."""
    start = 12 + 4 * (data[0] & 15)
    if data[0] & 16:  # an extension header follows
        if len(data) < start + 4:
            return b""
        start += 4 + 4 * int.from_bytes(data[start + 2 : start + 4])
    end = len(data) - (data[-1] if data[0] & 32 else 0)
    return data[start:end] if start < end else b""


class Outgoing:
    """One stream of packets to one ear, whoever is heard: a sender of its own, numbers and times without a seam."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self.sender = secrets.randbits(32)
        self._number = secrets.randbits(15)
        self._stamp = secrets.randbits(31)
        self._sent_at = clock()
        self._source: object = None
        self._number_shift = self._stamp_shift = 0
        self.packets = 0

    def forward(self, data: bytes, payload_type: int, sound: bytes) -> bytes:
        """A packet that somebody sent, in our numbers. Gaps stay gaps, so that the ear knows what was lost."""
        number, stamp, sender = stamps(data)
        fresh = sender != self._source or self._is_far(stamp)
        if fresh:
            self._begin(sender, number, stamp)
        number, stamp = (number + self._number_shift) & 0xFFFF, (stamp + self._stamp_shift) & 0xFFFFFFFF
        marker = 128 if fresh or data[1] & 128 else 0
        return self._packet(marker | payload_type, number, stamp, sound)

    def frame(self, payload_type: int, sound: bytes) -> bytes:
        """Twenty milliseconds of our own sound."""
        fresh = self._source is not None
        if fresh:
            self._source = None
            self._stamp = (self._stamp + self._passed()) & 0xFFFFFFFF
        else:
            self._stamp = (self._stamp + FRAME) & 0xFFFFFFFF
        return self._packet((128 if fresh else 0) | payload_type, (self._number + 1) & 0xFFFF, self._stamp, sound)

    def key(self, payload_type: int, event: bytes, *, begins: bool) -> bytes:
        """A packet of a key that is pressed: all of one press bear the time at which it began."""
        began = self._sent_at
        if begins:
            self._stamp = (self._stamp + self._passed()) & 0xFFFFFFFF
        packet = self._packet((128 if begins else 0) | payload_type, (self._number + 1) & 0xFFFF, self._stamp, event)
        if not begins:
            self._sent_at = began
        self.rest()
        return packet

    def rest(self) -> None:
        """What is sent next begins anew, at the time that it is then."""
        self._source = self

    def _begin(self, sender: int, number: int, stamp: int) -> None:
        self._source = sender
        self._number_shift = self._number + 1 - number
        self._stamp_shift = self._stamp + self._passed() - stamp

    def _is_far(self, stamp: int) -> bool:
        ahead = (stamp + self._stamp_shift - self._stamp) & 0xFFFFFFFF
        return _JUMP < ahead < (1 << 32) - _JUMP and abs(ahead - self._passed()) > _JUMP

    def _passed(self) -> int:
        return max(FRAME, round((self._clock() - self._sent_at) * RATE))

    def _packet(self, second: int, number: int, stamp: int, sound: bytes) -> bytes:
        if (number - self._number) & 0xFFFF < 0x8000:  # one that comes late does not set the clock back
            self._number, self._stamp = number, stamp
            self._sent_at = self._clock()
        self.packets += 1
        return _HEADER.pack(128, second, number, stamp, self.sender) + sound


class Presses:
    """Keys that we press (RFC 4733): a tenth of a second each, the end of it three times, then a moment's rest."""

    STEPS, REST = 5, 4  # twenty milliseconds each

    def __init__(self) -> None:
        self._ticks: deque[list[tuple[bytes, bool]]] = deque()

    def __bool__(self) -> bool:
        return bool(self._ticks)

    def press(self, keys: str) -> None:
        """After those that still wait. Signs that no telephone has are left out."""
        for event in (Keys.SIGNS.index(key) for key in keys if key in Keys.SIGNS):
            for step in range(1, self.STEPS):
                self._ticks.append([(self._event(event, step), step == 1)])
            self._ticks.append(3 * [(self._event(event, self.STEPS | 0x8000), False)])
            self._ticks.extend([] for _ in range(self.REST))

    def next(self) -> list[tuple[bytes, bool]]:
        """What goes out in these twenty milliseconds: events, and does a press begin with it?"""
        return self._ticks.popleft()

    @staticmethod
    def _event(event: int, steps: int) -> bytes:
        return struct.pack("!BBH", event, steps >> 8 & 128 | 10, (steps & 0xFF) * FRAME)


class Keys:
    """Presses of keys (RFC 4733): each comes in several packets, the end of it up to three times."""

    SIGNS = "0123456789*#ABCD"

    def __init__(self) -> None:
        self._last: tuple[int, int] | None = None

    def pressed(self, data: bytes) -> str:
        """The key whose press begins with this packet, or ""."""
        event = payload(data)
        _number, stamp, sender = stamps(data)
        if len(event) < 4 or event[0] >= len(self.SIGNS) or self._last == (sender, stamp):
            return ""
        self._last = (sender, stamp)
        return self.SIGNS[event[0]]
