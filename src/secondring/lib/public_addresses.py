"""Which addresses belong to the open internet: everything that could be a house's own network, or the machine's, is not."""

from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address

IPAddress = IPv4Address | IPv6Address

# IANA special-purpose registries (RFC 6890 and its updates), plus the one public address under which a cloud (Azure) keeps
# its machines' secrets. Written out: Python's `is_global` changed its mind between 3.11 and 3.13.
_CLOSED_4 = [
    IPv4Network(net)
    for net in (
        "0.0.0.0/8 10.0.0.0/8 100.64.0.0/10 127.0.0.0/8 169.254.0.0/16 172.16.0.0/12 192.0.0.0/24 192.0.2.0/24 192.31.196.0/24"
        " 192.52.193.0/24 192.88.99.0/24 192.168.0.0/16 192.175.48.0/24 198.18.0.0/15 198.51.100.0/24 203.0.113.0/24 224.0.0.0/4"
        " 240.0.0.0/4 168.63.129.16/32"
    ).split()
]
_OPEN_6 = IPv6Network("2000::/3")
_CLOSED_6 = [IPv6Network(net) for net in "2001::/23 2001:db8::/32 2002::/16 2620:4f:8000::/48 3fff::/20".split()]
_TRANSLATED = IPv6Network("64:ff9b::/96")


def is_public(address: IPAddress) -> bool:
    """Tell whether `address` is one of the open internet's.

    An IPv4 address inside an IPv6 one counts as itself where a network really translates (NAT64, RFC 6052; mapped, RFC 4291);
    tunnels (6to4, Teredo) are never public, since what they lead to is up to whoever wrote them.
    """
    if isinstance(address, IPv6Address):
        if inside := _carried(address):
            return is_public(inside)
        return address in _OPEN_6 and not any(address in net for net in _CLOSED_6)
    return not any(address in net for net in _CLOSED_4)


def _carried(address: IPv6Address) -> IPv4Address | None:
    if address.ipv4_mapped:
        return address.ipv4_mapped
    return IPv4Address(int(address) & 0xFFFFFFFF) if address in _TRANSLATED else None


def literal(host: str) -> IPAddress | None:
    """Return the address that `host` is, written out in full, or None when it is a name (or '0x7f.1' and its like)."""
    try:
        return ip_address(host.strip("[]"))
    except ValueError:
        return None
