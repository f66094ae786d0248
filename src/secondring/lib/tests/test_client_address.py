"""Only a named proxy is believed about who asks, for pages and live lines alike."""

from ipaddress import ip_network

import pytest

from secondring.lib import client_address

PROXIES = [ip_network("10.0.0.0/8"), ip_network("fd00::/8")]


@pytest.mark.parametrize(
    ("peer", "said", "client"),
    [
        ("10.1.2.3", "203.0.113.9", "203.0.113.9"),
        ("10.1.2.3", "198.51.100.1, 203.0.113.9, 10.0.0.2", "203.0.113.9"),
        ("fd00::7", "[2001:db8::9]:51234", "2001:db8::9"),
        ("10.1.2.3", "198.51.100.1, <script>", "10.1.2.3"),
        ("10.1.2.3", "", "10.1.2.3"),
        ("203.0.113.9", "198.51.100.1", "203.0.113.9"),
        ("no address", "198.51.100.1", "no address"),
    ],
)
def test_the_client_is_the_first_from_the_right_whom_we_do_not_know(peer: str, said: str, client: str) -> None:
    assert client_address.of(peer, said, PROXIES) == client


def test_without_proxies_nobody_is_believed() -> None:
    assert client_address.of("10.1.2.3", "198.51.100.1", []) == "10.1.2.3"
    assert not client_address.is_proxy("10.1.2.3", [])
