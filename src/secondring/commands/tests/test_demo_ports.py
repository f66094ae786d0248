"""Two demos may begin in one moment; each has doors of its own, and finds them again."""

import socket
from contextlib import ExitStack

from secondring.commands.demo import _ports


def test_of_two_demos_that_begin_together_no_port_is_in_both() -> None:
    with ExitStack() as of_one, ExitStack() as of_other:
        one, other = _ports({}, of_one), _ports({}, of_other)
        assert len({*one.values(), *other.values()}) == 4


def test_a_demo_finds_its_ports_again_unless_somebody_else_has_them() -> None:
    with ExitStack() as claims:
        before = _ports({}, claims)
    known = {"smtp": ["127.0.0.1", before["inlet"]], "outside_port": before["outside"]}
    with ExitStack() as claims:
        assert _ports(known, claims) == before
    with socket.create_server(("127.0.0.1", before["inlet"])), ExitStack() as claims:
        again = _ports(known, claims)
        assert again["inlet"] != before["inlet"]
        assert again["outside"] == before["outside"]
