"""Telephones that only send and listen, as many as are wanted, in a process of their own: fifty packets a second each.

Every packet bears the moment at which it was sent; whoever hears it knows how long it took and which are missing. Started by
bench_calls_sound.py: `python -m secondring.commands.bench_calls_tones 200` says its ports, then takes orders as JSON lines.
"""

import json
import queue
import select
import socket
import struct
import sys
import threading
import time
from typing import Any

from .bench_here import spread

FRAME, EVERY = 160, 0.02  # bytes, seconds
ROOM = 1 << 20  # bytes that wait in a socket
HEAD = struct.Struct("!BBHIIQ")


class Ear:
    """What one of them heard."""

    def __init__(self) -> None:
        self.heard, self.missing, self.last, self.sender = 0, 0, -1, -1

    def hear(self, number: int, sender: int) -> None:
        self.heard += 1
        if sender == self.sender:
            self.missing += ((number - self.last) & 0xFFFF) - 1 if (number - self.last) & 0xFFFF < 0x8000 else -1
        self.last, self.sender = number, sender


class Tones:
    """All of them."""

    def __init__(self, count: int) -> None:
        self.sockets = [socket.socket(socket.AF_INET, socket.SOCK_DGRAM) for _ in range(count)]
        self.poll = select.epoll()
        self.of = {each.fileno(): index for index, each in enumerate(self.sockets)}
        for each in self.sockets:
            each.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, ROOM)
            each.bind(("127.0.0.1", 0))
            each.setblocking(False)
            self.poll.register(each.fileno(), select.EPOLLIN)
        self.there: dict[int, tuple[str, int]] = {}
        self.ears = [Ear() for _ in self.sockets]
        self.took: list[float] = []
        self.number = self.late = 0

    def run(self, orders: "queue.Queue[dict[str, Any]]") -> None:
        """Send and listen, until told to say what was heard and go."""
        due, until = time.monotonic(), None
        while until is None or time.monotonic() < until:
            while not orders.empty():
                order = orders.get()
                if "measure" in order:
                    until = time.monotonic() + order["measure"]
                    self.ears, self.took, self.late = [Ear() for _ in self.sockets], [], 0
                else:
                    self.there[order["who"]] = ("127.0.0.1", order["port"])
            self._send()
            due += EVERY
            self.late += time.monotonic() > due
            self._listen(due)

    def _send(self) -> None:
        self.number += 1
        for index, there in self.there.items():
            head = HEAD.pack(128, 0, self.number & 0xFFFF, self.number * FRAME & 0xFFFFFFFF, index, time.monotonic_ns())
            self.sockets[index].sendto(head.ljust(12 + FRAME, b"\x55"), there)

    def _listen(self, until: float) -> None:
        while (left := until - time.monotonic()) > 0:
            for handle, _event in self.poll.poll(left):
                index = self.of[handle]
                data = self.sockets[index].recv(2000)
                if data[HEAD.size : HEAD.size + 8] == 8 * b"\x55":  # ours, and no silence of somebody else's
                    _flags, _kind, number, _stamp, sender, sent = HEAD.unpack_from(data)
                    self.ears[index].hear(number, sender)
                    if self.ears[index].heard % 10 == 0:
                        self.took.append((time.monotonic_ns() - sent) / 1e9)

    def found(self) -> dict[str, Any]:
        heard, missing = sum(ear.heard for ear in self.ears), sum(ear.missing for ear in self.ears)
        return {
            "packets": heard,
            "lost": missing,
            "deaf": sum(not ear.heard for ear in self.ears),
            "frames sent late": self.late,
            "delay_ms": spread(self.took or [0]),
        }


def _read(orders: "queue.Queue[dict[str, Any]]") -> None:
    for line in sys.stdin:
        orders.put(json.loads(line))


def main() -> None:
    tones, orders = Tones(int(sys.argv[1])), queue.Queue[dict[str, Any]]()
    print(json.dumps([each.getsockname()[1] for each in tones.sockets]), flush=True)
    threading.Thread(target=_read, args=(orders,), daemon=True).start()
    tones.run(orders)
    print(json.dumps(tones.found()), flush=True)


if __name__ == "__main__":
    main()
