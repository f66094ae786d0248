"""Whatever a trunk sends, a call in progress goes on; whatever a stranger sends, nothing at all comes back.

The messages of RFC 4475 and RFC 5118 are read from SECONDRING_EXAMS where that is set; our own broken ones are below.
"""

import os
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from .telephones import NUMBER, Caller, Running, exchange_running
from .test_trunk import talk

GOOD = Caller(1, address="127.0.0.1").message("INVITE", body="v=0\r\n").decode()


def broken() -> Iterator[bytes]:
    """Our own: each wrong in a way that has stopped some parser somewhere."""
    yield b"\x00" * 64
    yield b"\xff\xfe" * 4000
    yield b"INVITE " + b"A" * 60000
    yield b"SIP/2.0 200 OK\r\n\r\n"
    yield b"SIP/2.0 99999 What\r\nVia: x\r\n\r\n"
    yield b"INVITE sip:x SIP/2.0\r\n\r\n"
    for header in ("Via", "From", "To", "Call-ID", "CSeq", "Contact", "Max-Forwards", "Content-Length"):
        lines = [line for line in GOOD.split("\r\n") if not line.startswith(f"{header}:")]
        yield "\r\n".join(lines).encode()
        for value in ("", "\x00", "-1", "9" * 400, "<" * 900, ";;;;", "[::", "a" * 5000, '"', "sip:%", "é" * 300):
            yield "\r\n".join([*lines[:1], f"{header}: {value}", *lines[1:]]).encode()
    yield GOOD.replace("Content-Length: 5", "Content-Length: 99999").encode()
    yield GOOD.replace("INVITE sip:", "INVITE tel:").encode()
    yield GOOD.replace("SIP/2.0/UDP 127.0.0.1", "SIP/2.0/UDP 192.0.2.250").encode()
    yield GOOD.replace("Content-Type: application/sdp", "Content-Type: multipart/mixed").encode()
    for sdp in (
        "v=0\r\nm=audio",
        "v=0\r\n" * 3000,
        "m=\r\nc=\r\n",
        "\x00",
        "v=0\r\nc=IN IP4 1\r\nm=audio 1 RTP/AVP 0\r\n",
    ):
        yield Caller(1).message("INVITE", body=sdp)


def exam() -> list[bytes]:
    folder = os.environ.get("SECONDRING_EXAMS")
    found = (
        sorted(each for each in Path(folder, "06_sip").rglob("*") if each.is_file() and each.suffix != ".jsonl")
        if folder
        else []
    )
    return [each.read_bytes() for each in found]


def storm(running: Running, port: int, messages: list[bytes], address: str = "127.0.0.1") -> Caller:
    """Send them all, and whatever else may follow them."""
    sender = Caller(port, address=address)
    for message in messages:
        sender.send(message[:65000])
        time.sleep(0.01)
    return sender


def still_talks(running: Running, port: int, talking: Caller, call: str) -> None:
    """The call in progress is there, and a new one can be made."""
    talking.ask("OPTIONS")
    talking.gets(200, "OPTIONS", within=10)
    while running.has_said("arrived"):
        running.hears("arrived")
    with Caller(port) as after:
        after.invite(number=NUMBER)
        after.gets(180, within=10)
        after.cancel()
    running.tell("hang_up", call=call)
    talking.asked("BYE")


def test_broken_messages_of_a_trunk_end_no_call() -> None:
    with exchange_running() as (running, port), Caller(port) as caller:
        call = talk(running, caller)
        storm(running, port, list(broken())).socket.close()
        still_talks(running, port, caller, call)


def test_the_torture_messages_end_no_call() -> None:
    if not (messages := exam()):
        pytest.skip("the messages of RFC 4475 and RFC 5118 are elsewhere: set SECONDRING_EXAMS")
    with exchange_running() as (running, port), Caller(port) as caller:
        call = talk(running, caller)
        storm(running, port, messages).socket.close()
        still_talks(running, port, caller, call)


def test_a_stranger_hears_no_byte_whatever_they_send() -> None:
    with exchange_running() as (running, port):
        with storm(running, port, [*broken(), *exam()], address="127.0.0.7") as stranger:
            assert stranger.next(1.5) is None
        assert running.has_said("arrived") == []


def test_a_flood_from_a_stranger_harms_nobody_and_fills_no_memory() -> None:
    with exchange_running() as (running, port), Caller(port) as caller, Caller(port, address="127.0.0.7") as stranger:
        call = talk(running, caller)
        running.tell("count")
        before = running.hears("counted")
        until = time.monotonic() + 5
        sent = 0
        while time.monotonic() < until:
            stranger.call = f"flood-{sent}"
            stranger.branch = f"z9hG4bK{sent}"
            stranger.invite()
            sent += 1
            if sent % 200 == 0:
                time.sleep(0.02)
        running.tell("count")
        after = running.hears("counted", within=20)
        assert after["strangers"] - before["strangers"] > 500
        assert after["rss"] - before["rss"] < 8_000, "kB"
        assert stranger.next(0.5) is None
        still_talks(running, port, caller, call)
