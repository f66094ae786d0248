"""Which addresses are the open internet's."""

from ipaddress import ip_address

import pytest

from secondring.lib.public_addresses import is_public

CLOSED = """
    127.0.0.1 127.8.8.8 0.0.0.0 10.1.2.3 172.16.0.1 172.31.255.255 192.168.1.1 169.254.169.254 100.64.0.1 100.100.100.200
    192.0.0.192 198.18.0.1 224.0.0.1 255.255.255.255 168.63.129.16
    :: ::1 ::7f00:1 ::ffff:127.0.0.1 ::ffff:10.0.0.1 fe80::1 fc00::1 fd00:ec2::254 ff02::1 fec0::1 100::1 2001:db8::1
    64:ff9b::7f00:1 64:ff9b::a9fe:a9fe 64:ff9b:1::1 2002:7f00:1:: 2002:808:808:: 2001:0:1::1
"""
OPEN = "8.8.8.8 1.1.1.1 172.32.0.1 2606:4700::1 2a00:1450::1 ::ffff:8.8.8.8 64:ff9b::808:808 2001:4860::8888"


@pytest.mark.parametrize("address", CLOSED.split())
def test_addresses_of_houses_machines_and_clouds_are_not_public(address: str) -> None:
    assert not is_public(ip_address(address))


@pytest.mark.parametrize("address", OPEN.split())
def test_addresses_of_the_open_internet_are(address: str) -> None:
    assert is_public(ip_address(address))
