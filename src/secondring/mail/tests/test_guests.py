"""A letter on the wire: whole, without the road's dots, and never longer than its sender ended it."""

import asyncio
import random
from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from secondring.mail.guests import letter_from

LINES = st.lists(st.binary(max_size=30) | st.sampled_from([b".", b"..", b".\r", b"\n.\n", b"\r.\r", b"\n.\r", b""]))


def on_the_wire(letter: bytes) -> bytes:
    """As a sender writes it, line by line (RFC 5321, section 4.5.2)."""
    lines = letter.split(b"\r\n")
    return b"\r\n".join(b"." + line if line.startswith(b".") else line for line in lines) + b"\r\n.\r\n"


def taken(pieces: Sequence[bytes], *, limit: int = 2**16, largest: int = 2**20) -> tuple[bytes | None, bytes]:
    """What is understood of these pieces, and what is left in the stream."""

    async def talk() -> tuple[bytes | None, bytes]:
        stream = asyncio.StreamReader(limit=limit)
        reading = asyncio.create_task(letter_from(stream, largest=largest))
        for piece in pieces:
            stream.feed_data(piece)
            await asyncio.sleep(0)
        letter = await asyncio.wait_for(reading, 10)
        stream.feed_eof()
        return letter, await stream.read()

    return asyncio.run(talk())


@given(lines=LINES, seed=st.integers(0, 9), limit=st.sampled_from([8, 64, 2**16]))
def test_a_letter_comes_out_as_it_was_however_it_is_cut_and_the_next_command_stays(
    lines: list[bytes], seed: int, limit: int
) -> None:
    letter = b"\r\n".join(lines)
    wire, dice = on_the_wire(letter) + b"NOOP\r\n", random.Random(seed)
    cuts = sorted(dice.randrange(len(wire)) for _each in range(5))
    pieces = [wire[a:b] for a, b in zip([0, *cuts], [*cuts, len(wire)], strict=True)]
    assert taken(pieces, limit=limit) == (letter + b"\r\n", b"NOOP\r\n")


def test_an_empty_letter_is_a_letter() -> None:
    assert taken([b".\r\nQUIT\r\n"]) == (b"", b"QUIT\r\n")


@pytest.mark.parametrize("almost", [b"\n.\n", b"\n.\r\n", b"\r\n.\n", b"\r.\r", b"\r\n.\r", b"\r\n..\r\n"])
def test_nothing_but_a_dot_between_two_whole_line_ends_ends_a_letter(almost: bytes) -> None:
    hidden = b"a" + almost + b"MAIL FROM:<forged@example.org>\r\n"
    letter, rest = taken([hidden + b".\r\n"])
    assert letter is not None
    assert b"forged@example.org" in letter
    assert rest == b""


@pytest.mark.parametrize(("size", "fits"), [(1_000, True), (1_001, False), (50_000, False)])
def test_what_is_too_large_is_read_to_its_end_and_not_held(size: int, fits: bool) -> None:
    letter = b"x" * (size - 2) + b"\r\n"
    found, rest = taken([letter + b".\r\nRSET\r\n"], limit=100, largest=1_000)
    assert found == letter if fits else found is None
    assert rest == b"RSET\r\n"
