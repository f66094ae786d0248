"""Where the telephone process listens, as the machine's settings say; on this machine alone unless they say more."""

import socket
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from ipaddress import ip_address

from .media.ports import Places

SIP_PORT = 5060
LOOPBACK = "127.0.0.1"


@dataclass(frozen=True, slots=True)
class Doors:
    """The address and port for the trunk's signalling, and the places for sound."""

    address: str
    port: int
    places: Places


def read(addresses: Sequence[str], ports: Sequence[str]) -> Doors:
    """From SECONDRING_PHONE_ADDRESS and SECONDRING_PHONE_PORTS. Raises ValueError with a sentence.

    >>> read(["192.0.2.5/203.0.113.9"], ["5070", "30000-30999"]).places
    Places(addresses=('192.0.2.5',), public='203.0.113.9', first=30000, last=30999)
    """
    ours, public = [], ""
    for word in addresses:
        inside, _slash, outside = word.partition("/")
        ours.append(_address(inside))
        public = public or (_address(outside) if outside else "")
    port, first, last = _ports(ports)
    return Doors(ours[0] if ours else LOOPBACK, port, Places(tuple(ours) or (LOOPBACK,), public, first, last))


def towards(doors: Doors, resolved: Mapping[str, Sequence[str]]) -> Doors:
    """With no address named, a trunk that is elsewhere is met at the address from which this machine reaches it."""
    if doors.places.addresses != (LOOPBACK,) or doors.places.public:
        return doors
    for found in resolved.values():
        for there in found:
            if not ip_address(there).is_loopback and (here := _address_towards(there)):
                return Doors(here, doors.port, Places((here, LOOPBACK), "", doors.places.first, doors.places.last))
    return doors


def addresses_of(host: str) -> list[str]:
    """A host's IPv4 addresses; none when its name leads nowhere just now. Waits for the network."""
    with suppress(OSError):
        return sorted({str(found[4][0]) for found in socket.getaddrinfo(host, None, socket.AF_INET, socket.SOCK_DGRAM)})
    return []


def _address(word: str) -> str:
    try:
        found = ip_address(word)
    except ValueError:
        raise ValueError(f"SECONDRING_PHONE_ADDRESS should hold addresses such as 192.0.2.5, not '{word}'.") from None
    if found.version != 4:
        raise ValueError("The telephone speaks IPv4 as yet; name such an address in SECONDRING_PHONE_ADDRESS.")
    return str(found)


def _ports(words: Sequence[str]) -> tuple[int, int, int]:
    port, first, last = SIP_PORT, 0, 0
    for word in words:
        begin, dash, end = word.partition("-")
        if not begin.isdigit() or (dash and not end.isdigit()):
            raise ValueError(f"SECONDRING_PHONE_PORTS should look like '5060 30000-30999', not '{word}'.")
        if dash:
            first, last = int(begin), int(end)
        else:
            port = int(begin)
    if not (0 < port < 65536 and 0 <= first <= last < 65536):
        raise ValueError("SECONDRING_PHONE_PORTS names ports that do not exist.")
    return port, first, last


def _address_towards(there: str) -> str:
    with suppress(OSError), socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        probe.connect((there, SIP_PORT))  # sends nothing; it asks the routing table
        return str(probe.getsockname()[0])
    return ""
