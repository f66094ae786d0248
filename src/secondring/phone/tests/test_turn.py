"""The way through closed networks: what is said in one line, and a password that a TURN server can check."""

import base64
import hashlib
import hmac

import pytest

from secondring import testing as t
from secondring.phone import turn


def test_the_password_is_good_until_the_name_says() -> None:
    found = turn.read(["turn:turn.example:3478", "turns:turn.example:443?transport=tcp", "secret"])
    [server] = turn.servers(found, at=t.MONDAY)
    assert server["urls"] == ["turn:turn.example:3478", "turns:turn.example:443?transport=tcp"]
    assert int(server["username"]) == int((t.MONDAY + turn.LASTS).timestamp())
    signed = hmac.new(b"secret", server["username"].encode(), hashlib.sha1).digest()
    assert base64.b64decode(server["credential"]) == signed


@pytest.mark.parametrize("words", [["secret"], ["stun:x.example", "secret"], ["https://x.example", "turn:x", "secret"]])
def test_what_is_no_turn_server_is_said_to_be_none(words: list[str]) -> None:
    with pytest.raises(ValueError, match="SECONDRING_TURN"):
        turn.read(words)


def test_without_one_browsers_are_told_of_none() -> None:
    assert turn.servers(turn.read([]), at=t.MONDAY) == []
