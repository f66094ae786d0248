"""Where sound enters and leaves this machine: which addresses we name, and which UDP ports we open."""

import random
import socket
from collections.abc import Iterator
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Places:
    """The addresses we bind, those we name to others where they differ (behind NAT), and the ports to choose from.

    addresses: the first is named to the telephone network, all of them to browsers.
    first, last: UDP ports, both included; 0 and 0 leave the choice to the system.
    """

    addresses: tuple[str, ...] = ("127.0.0.1",)
    public: str = ""
    first: int = 0
    last: int = 0

    @property
    def named(self) -> str:
        """The address that the telephone network is told."""
        return self.public or self.addresses[0]

    def open(self, address: str) -> socket.socket:
        """A UDP socket bound to `address` on a free port of ours. Raises OSError when all are taken."""
        family = socket.AF_INET6 if ":" in address else socket.AF_INET
        for port in self._ports():
            opened = socket.socket(family, socket.SOCK_DGRAM)
            try:
                opened.bind((address, port))
            except OSError:
                opened.close()
                if port == 0:
                    raise
                continue
            opened.setblocking(False)
            return opened
        raise OSError(f"All ports from {self.first} to {self.last} are in use.")

    def _ports(self) -> Iterator[int]:
        if not self.last:
            yield 0
            return
        begin = random.randint(self.first, self.last)
        yield from range(begin, self.last + 1)
        yield from range(self.first, begin)
