"""What we say to rtpengine and what it says, letter for letter; and that it is said again when nobody answers."""

import asyncio
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from .. import ng
from .ears import free_udp_port

words = st.recursive(
    st.one_of(st.integers(), st.text()),
    lambda inner: st.one_of(st.lists(inner, max_size=4), st.dictionaries(st.text(), inner, max_size=4)),
    max_leaves=12,
)


@given(words)
def test_what_is_written_is_read_as_it_was(word: Any) -> None:
    assert ng.decode(ng.encode(word)) == word


@given(st.one_of(st.binary(max_size=60), st.text("0123456789:deil-", max_size=60).map(str.encode)))
def test_whatever_comes_is_read_or_refused(data: bytes) -> None:
    try:
        ng.decode(data)
    except ValueError:
        return


def test_a_thousand_lists_in_lists_are_refused() -> None:
    with pytest.raises(ValueError, match="deep"):
        ng.decode(b"l" * 1000 + b"e" * 1000)


class DeafAtFirst(asyncio.DatagramProtocol):
    """Answers only what is said to it a second time, first with nonsense."""

    def __init__(self, answer: bytes) -> None:
        self.answer, self.heard = answer, list[bytes]()

    def connection_made(self, transport: Any) -> None:
        self.transport = transport

    def datagram_received(self, data: bytes, address: Any) -> None:
        self.heard.append(data)
        if len(self.heard) > 1:
            mark = data.split()[0]
            for said in (b"nonsense", b"other d6:result2:oke", mark + b" d6:resu", mark + b" " + self.answer):
                self.transport.sendto(said, address)


def ask(play: Any, answer: bytes) -> tuple[Any, list[bytes]]:
    found: list[Any] = []
    deaf = DeafAtFirst(answer)

    async def run() -> None:
        port = free_udp_port()
        await asyncio.get_running_loop().create_datagram_endpoint(lambda: deaf, local_addr=("127.0.0.1", port))
        commander = ng.Commander()
        await commander.open(("127.0.0.1", port))
        try:
            found.append(await commander.ask("offer", from_tag="a", sdp="v=0"))
        except ng.NoAnswer as trouble:
            found.append(str(trouble))
        commander.close()

    play(run)
    return found[0], deaf.heard


def test_what_was_not_heard_is_said_again_under_the_same_mark(play) -> None:
    answer, heard = ask(play, b"d6:result2:oke")
    assert answer == {"result": "ok"}
    assert len(set(heard)) == 1
    assert heard[0].endswith(b" d7:command5:offer8:from-tag1:a3:sdp3:v=0e")


def test_a_refusal_is_told_in_its_words(play) -> None:
    answer, _heard = ask(play, b"d12:error-reason12:Unknown call6:result5:errore")
    assert answer == "rtpengine refused (offer): Unknown call"


def test_nobody_there_is_told_too(play) -> None:
    async def run() -> None:
        commander = ng.Commander()
        await commander.open(("127.0.0.1", free_udp_port()))
        with pytest.raises(ng.NoAnswer, match="does not answer"):
            await commander.ask("ping")
        commander.close()

    play(run)
