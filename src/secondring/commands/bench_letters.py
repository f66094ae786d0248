"""A steady flow of letters through the real inlet into a running worker: 70 % text of 3 kB, 25 % HTML of 40 kB, 5 % of 300 kB.

The clock runs from the first letter to the moment when the last one stands on the desk: kept durably, threaded, and
found by the search. CPU is that of every process of the desk, readers included, and not of the sender.
"""

import argparse
import asyncio
import sqlite3
import time
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

from . import bench_desk, bench_here
from .bench_live import cpu

AIMS = {"letters_a_second": 150, "cpu_ms_a_letter": 6}
TO = "hello@harbourrow.example"
PATIENCE = 240.0


def arguments(parser: Any) -> None:
    parser.add_argument("--letters", type=int, default=3_000, help="how many (default: 3,000)")
    parser.add_argument("--senders", type=int, default=16, help="SMTP connections at once (default: 16)")


def measure(options: argparse.Namespace) -> dict[str, Any]:
    """Letters a second and CPU a letter, once the readers are warm."""
    from ..demo import letters

    def several(count: int, seed: int) -> list[tuple[str, bytes]]:
        mix = letters.mix(count, to=TO, since=datetime.now(UTC), seed=seed)
        return [(each.sender[1], _stuffed(each.content)) for each in mix]

    with bench_desk.filled(company=["--open", "20", "--waiting", "4"]) as desk:
        warm, flow = several(200, 1), several(options.letters, 2)
        _through(desk, warm, options.senders)
        before, began = cpu(desk), time.perf_counter()
        taken_in = asyncio.run(_send(desk, flow, options.senders))
        accepted = time.perf_counter() - began
        until_understood(desk)
        whole, after = time.perf_counter() - began, cpu(desk)
        fates = dict(_ask(desk, "SELECT fate, count(*) FROM mail_incomingemail GROUP BY fate"))
        found = _ask(
            desk, "SELECT count(*) FROM conversations_message_search WHERE conversations_message_search MATCH 'guest'"
        )
    return {
        "aims": AIMS,
        "letters": len(flow),
        "bytes": sum(len(content) for _sender, content in flow),
        "letters_a_second": round(len(flow) / whole, 1),
        "accepted_a_second": round(len(flow) / accepted, 1),
        "till_the_250": bench_here.spread(taken_in),
        "cpu_ms_a_letter": round(sum(1000 * (after[name] - before.get(name, 0)) for name in after) / len(flow), 2),
        "cpu_ms_a_letter_by_process": {
            name: round(1000 * (after[name] - before.get(name, 0)) / len(flow), 2) for name in after
        },
        "fates": fates,
        "found_by_search": found[0][0],
    }


def _stuffed(raw: bytes) -> bytes:
    """As it goes over the wire: a dot before a dot that begins a line, and one alone at the end (RFC 5321, 4.5.2)."""
    return raw.replace(b"\r\n.", b"\r\n..") + (b"" if raw.endswith(b"\r\n") else b"\r\n") + b".\r\n"


def _through(desk: bench_desk.Desk, flow: Sequence[tuple[str, bytes]], senders: int) -> None:
    asyncio.run(_send(desk, flow, senders))
    until_understood(desk)


async def _send(desk: bench_desk.Desk, flow: Sequence[tuple[str, bytes]], senders: int) -> list[float]:
    """Seconds from MAIL to the 250 of each letter."""
    coming, took = iter(flow), list[float]()

    async def sender() -> None:
        reader, writer = await asyncio.open_connection("127.0.0.1", desk.inlet)

        async def say(words: bytes, wanted: bytes) -> None:
            writer.write(words)
            answer = await reader.readline()
            while answer[3:4] == b"-":
                answer = await reader.readline()
            if not answer.startswith(wanted):
                raise RuntimeError(f"The inlet said {answer!r}.")

        await say(b"", b"220")
        await say(b"EHLO bench.example\r\n", b"250")
        for address, content in coming:
            began = time.perf_counter()
            await say(b"MAIL FROM:<%s>\r\n" % address.encode(), b"250")
            await say(b"RCPT TO:<%s>\r\n" % TO.encode(), b"250")
            await say(b"DATA\r\n", b"354")
            await say(content, b"250")
            took.append(time.perf_counter() - began)
        writer.close()

    await asyncio.gather(*(sender() for _ in range(senders)))
    return took


def until_understood(desk: bench_desk.Desk) -> None:
    """Wait until the worker has made something of every letter that came. Raises RuntimeError when that takes too long."""
    until = time.monotonic() + PATIENCE
    while _ask(desk, "SELECT count(*) FROM mail_incomingemail WHERE understood_at IS NULL")[0][0]:
        if time.monotonic() > until:
            raise RuntimeError(f"Letters were still not understood after {PATIENCE:g} s.")
        time.sleep(0.1)


def _ask(desk: bench_desk.Desk, question: str) -> list[tuple[Any, ...]]:
    line = sqlite3.connect(desk.folder / "secondring.sqlite3", timeout=20)
    try:
        return line.execute(question).fetchall()
    finally:
        line.close()
