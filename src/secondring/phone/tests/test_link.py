"""The line between web and phone: frames arrive whole and in order, strangers can't listen, and a lost line is noticed."""

import asyncio
import stat
from collections.abc import Awaitable, Callable
from pathlib import Path

import pytest

from secondring.phone import frames, link
from secondring.phone.frames import Frame

WITHIN = 5.0  # seconds for anything to happen on a busy machine


async def until(happened: Callable[[], bool]) -> None:
    async with asyncio.timeout(WITHIN):
        while not happened():  # noqa: ASYNC110  (the ends tell nobody when a frame has come)
            await asyncio.sleep(0.005)


def play(scene: Callable[[Path], Awaitable[None]], folder: Path) -> None:
    asyncio.run(asyncio.wait_for(scene(folder / "s.sock"), 4 * WITHIN))


def test_a_frame_survives_the_way() -> None:
    frame = Frame("desk-12/a", "offer", "c1", {"sdp": "v=0\r\n", "name": "Inês"})
    assert frames.load(frames.dump(frame)) == frame


@pytest.mark.parametrize(
    "line", [b"[]", b"{}", b"x", b'{"to":1,"what":"x"}', b'{"to":"","what":"x","body":[]}', b"\xff"]
)
def test_what_is_no_frame_is_refused(line: bytes) -> None:
    with pytest.raises(ValueError, match=r"."):
        frames.load(line)


def test_both_ends_hear_each_other_in_order(tmp_path: Path) -> None:
    async def scene(path: Path) -> None:
        at_phone: list[Frame] = []
        at_web: list[Frame] = []
        server = link.Server(path, at_phone.append)
        await server.start()
        client = link.Client(at_web.append)
        running = asyncio.create_task(client.run(path))
        await until(lambda: bool(at_web))
        assert at_web[0].what == "hello"
        for n in range(50):
            client.send(Frame("desk-1", "rang", str(n)))
            server.send(Frame("desk-1", "ring", str(n)))
        await until(lambda: len(at_phone) == 50 and len(at_web) == 51)
        assert [f.call for f in at_phone] == [str(n) for n in range(50)] == [f.call for f in at_web[1:]]
        running.cancel()
        await server.stop()

    play(scene, tmp_path)


def test_nobody_else_on_the_machine_may_listen(tmp_path: Path) -> None:
    async def scene(path: Path) -> None:
        server = link.Server(path, lambda _frame: None)
        await server.start()
        assert stat.S_IMODE(path.stat().st_mode) == 0o600  # noqa: ASYNC240
        await server.stop()

    play(scene, tmp_path)


def test_a_lost_line_is_said_and_found_again(tmp_path: Path) -> None:
    async def scene(path: Path) -> None:
        said: list[bool] = []
        lost: list[bool] = []
        client = link.Client(lambda _frame: None, stands=said.append)
        running = asyncio.create_task(client.run(path))
        first = link.Server(path, lambda _frame: None, lost=lambda: lost.append(True))
        await first.start()
        await until(lambda: said == [True])
        await first.stop()
        await until(lambda: said == [True, False])
        assert not client.is_up
        second = link.Server(path, lambda _frame: None)
        await second.start()
        await until(lambda: client.is_up)
        running.cancel()
        await second.stop()
        assert lost == [True]

    play(scene, tmp_path)


def test_a_phone_process_that_hangs_counts_as_lost(tmp_path: Path) -> None:
    async def scene(path: Path) -> None:
        said: list[bool] = []
        silent = await asyncio.start_unix_server(lambda _reader, _writer: asyncio.sleep(60), path=str(path))
        running = asyncio.create_task(link.Client(lambda _frame: None, stands=said.append).run(path))
        await until(lambda: said[:2] == [True, False])
        running.cancel()
        silent.close()

    play(scene, tmp_path)


def test_who_talks_nonsense_is_let_go(tmp_path: Path) -> None:
    async def scene(path: Path) -> None:
        server = link.Server(path, lambda _frame: None)
        await server.start()
        reader, writer = await asyncio.open_unix_connection(str(path))
        await reader.readline()
        writer.write(b"GET / HTTP/1.1\r\n\r\n")
        while await asyncio.wait_for(reader.readline(), WITHIN):
            pass
        writer.close()
        await server.stop()

    play(scene, tmp_path)
