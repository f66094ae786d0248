"""Where the telephone listens: this machine alone, unless somebody said more."""

import pytest

from .. import doors


def test_nothing_listens_elsewhere_unless_it_was_said() -> None:
    where = doors.read([], [])
    assert (where.address, where.port, where.places.addresses) == ("127.0.0.1", 5060, ("127.0.0.1",))


def test_behind_a_router_the_public_address_is_named_and_the_own_one_bound() -> None:
    where = doors.read(["192.168.1.5/203.0.113.9", "10.0.0.5"], ["5070", "30000-30999"])
    assert where.address == "192.168.1.5"
    assert where.places.named == "203.0.113.9"
    assert where.places.addresses == ("192.168.1.5", "10.0.0.5")
    assert (where.port, where.places.first, where.places.last) == (5070, 30000, 30999)


def test_a_trunk_on_this_machine_opens_no_other_door() -> None:
    where = doors.read([], [])
    assert doors.towards(where, {"localhost": ["127.0.0.1"]}) == where


def test_what_was_said_stands_wherever_the_trunk_is() -> None:
    where = doors.read(["10.0.0.5"], [])
    assert doors.towards(where, {"sip.example": ["198.51.100.7"]}) == where


@pytest.mark.parametrize(
    ("addresses", "ports"),
    [(["desk.example"], []), (["::1"], []), ([], ["five"]), ([], ["70000"]), ([], ["30000-20000"])],
)
def test_a_setting_that_cannot_be_meant_is_refused_in_a_sentence(addresses: list[str], ports: list[str]) -> None:
    with pytest.raises(ValueError, match=r"SECONDRING_PHONE_(ADDRESS|PORTS)"):
        doors.read(addresses, ports)
