"""Whose address a request really came from. Proxies that were named are believed about it, and nobody else.

X-Forwarded-For is read from the right: the first address that is not one of our proxies is the client.
"""

from collections.abc import Sequence
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address

Address = IPv4Address | IPv6Address
Networks = Sequence[IPv4Network | IPv6Network]


def of(peer: str, forwarded: str, proxies: Networks) -> str:
    """The client of a request that came from `peer` with this X-Forwarded-For ("" when it had none)."""
    address = _read(peer)
    if address is None or not _is_among(address, proxies):
        return peer
    return str(_spoken_for(address, forwarded, proxies))


def is_proxy(peer: str, proxies: Networks) -> bool:
    """Is this one of the proxies that were named?"""
    address = _read(peer)
    return address is not None and _is_among(address, proxies)


def _spoken_for(proxy: Address, forwarded: str, proxies: Networks) -> Address:
    """Whom the proxy speaks for. What it did not write itself, or what is no address, counts for nothing."""
    for hop in reversed(forwarded.split(",")):
        found = _read(hop)
        if found is None:
            return proxy
        if not _is_among(found, proxies):
            return found
    return proxy


def _is_among(address: Address, proxies: Networks) -> bool:
    return any(address in network for network in proxies)


def _read(text: str) -> Address | None:
    """An address as proxies write it: bare, with a port, in brackets; IPv4 in the clothes of IPv6 is IPv4."""
    text = text.strip()
    bare = text[1:].partition("]")[0] if text.startswith("[") else text
    try:
        found = ip_address(bare if bare.count(":") != 1 else bare.partition(":")[0])
    except ValueError:
        return None
    return getattr(found, "ipv4_mapped", None) or found
