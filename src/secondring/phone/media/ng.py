"""The language that rtpengine is commanded in (ng): dictionaries written as bencode, one UDP packet each, each answered by one.

A command that was not answered is said again under the same mark: rtpengine then repeats its answer instead of acting twice.
"""

import asyncio
import contextlib
import secrets
from collections.abc import Mapping, Sequence
from typing import Any, TypeAlias, cast

Word: TypeAlias = int | str | bytes | Sequence["Word"] | Mapping[str, "Word"]

WAITS = (0.3, 0.7, 1.5)  # seconds for an answer, before it is said again, and in the end given up
DEEPEST = 20  # dictionaries in dictionaries


class NoAnswer(Exception):
    """rtpengine is not there, or refused; the sentence says which."""


class Refused(NoAnswer):
    """It is there, and does not want to, or knows no such call."""


def encode(word: Word) -> bytes:
    """As bencode.

    >>> encode({"command": "ping", "flags": ["a", 1]})
    b'd7:command4:ping5:flagsl1:ai1eee'
    """
    match word:
        case int():
            return b"i%de" % word
        case str():
            return encode(word.encode())
        case bytes():
            return b"%d:%s" % (len(word), word)
        case Mapping():
            return b"d" + b"".join(encode(key) + encode(word[key]) for key in sorted(word)) + b"e"
        case _:
            return b"l" + b"".join(map(encode, word)) + b"e"


def decode(data: bytes) -> Any:
    """What bencode says; text that is no UTF-8 keeps its place with a sign for each byte. Raises ValueError."""
    word, end = _read(data, 0, 0)
    if end != len(data):
        raise ValueError("more than one word")
    return word


def _read(data: bytes, at: int, depth: int) -> tuple[Any, int]:
    first = data[at : at + 1]
    if first == b"i":
        end = data.index(b"e", at)
        return int(data[at + 1 : end]), end + 1
    if first in (b"l", b"d"):
        return _read_many(data, at + 1, depth, is_list=first == b"l")
    colon = data.index(b":", at)
    begin, size = colon + 1, int(data[at:colon])
    if size < 0 or begin + size > len(data):
        raise ValueError("cut off")
    return data[begin : begin + size].decode("utf-8", "replace"), begin + size


def _read_many(data: bytes, at: int, depth: int, *, is_list: bool) -> tuple[Any, int]:
    if depth > DEEPEST:
        raise ValueError("too deep")
    words = []
    while data[at : at + 1] != b"e":
        word, at = _read(data, at, depth + 1)
        words.append(word)
    if is_list:
        return words, at + 1
    if len(words) % 2 or not all(isinstance(key, str) for key in words[::2]):
        raise ValueError("a dictionary has keys and values")
    return dict(zip(words[::2], words[1::2], strict=True)), at + 1


class Commander(asyncio.DatagramProtocol):
    """Our end of the line to one rtpengine. Used in one asyncio loop."""

    def __init__(self) -> None:
        self._transport: asyncio.DatagramTransport | None = None
        self._waiting: dict[bytes, asyncio.Future[dict[str, Any]]] = {}

    async def open(self, address: tuple[str, int]) -> None:
        """Raises OSError."""
        await asyncio.get_running_loop().create_datagram_endpoint(lambda: self, remote_addr=address)

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast(asyncio.DatagramTransport, transport)

    def datagram_received(self, data: bytes, address: tuple[str, int]) -> None:
        mark, _space, rest = data.partition(b" ")
        waiting = self._waiting.get(mark)
        if waiting is None or waiting.done():
            return
        with contextlib.suppress(ValueError):
            said = decode(rest)
            if isinstance(said, dict):
                waiting.set_result(said)

    def error_received(self, exc: Exception) -> None:
        """Nobody listens there just now; saying it again may find somebody."""

    async def ask(self, command: str, **words: Word) -> dict[str, Any]:
        """Command it, and give what it says. `from_tag="x"` is written `from-tag`. Raises NoAnswer."""
        mark = secrets.token_hex(8).encode()
        said = {name.replace("_", "-"): word for name, word in words.items()}
        answer = await self._say(mark, mark + b" " + encode({"command": command, **said}))
        if answer is None:
            raise NoAnswer(f"rtpengine does not answer ({command}).")
        if answer.get("result") not in ("ok", "pong", "load limit"):
            raise Refused(f"rtpengine refused ({command}): {answer.get('error-reason', answer.get('result'))}")
        if answer["result"] == "load limit":
            raise Refused("rtpengine carries as many calls as it may.")
        return answer

    async def _say(self, mark: bytes, packet: bytes) -> dict[str, Any] | None:
        if self._transport is None:
            return None
        waiting = self._waiting[mark] = asyncio.get_running_loop().create_future()
        try:
            for seconds in WAITS:
                self._transport.sendto(packet)
                with contextlib.suppress(TimeoutError):
                    return await asyncio.wait_for(asyncio.shield(waiting), seconds)
            return None
        finally:
            del self._waiting[mark]

    def close(self) -> None:
        if self._transport:
            self._transport.close()


async def ping(address: tuple[str, int]) -> None:
    """Is it there? Raises NoAnswer, or OSError."""
    commander = Commander()
    await commander.open(address)
    try:
        await commander.ask("ping")
    finally:
        commander.close()
