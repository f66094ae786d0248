"""Fetching from strangers' addresses, tried against a real server that misbehaves."""

from __future__ import annotations

import contextlib
import gzip
import socket
import ssl
import threading
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

import pytest

from journeys.engines.certificate import self_signed
from secondring.lib.public_addresses import IPAddress
from secondring.lib.remote import Fetched, NotFetched, fetch
from secondring.lib.tests.stranger import PNG, Stranger, answer


@pytest.fixture
def stranger() -> Iterator[Stranger]:
    server = Stranger()
    yield server
    server.close()


def names(table: dict[str, list[str]]) -> Callable[[str, float], Sequence[str]]:
    return lambda host, _: table.get(host, [])


PHONE_BOOK = names(
    {"pictures.example": ["127.0.0.1"], "inside.example": ["127.0.0.2"], "both.example": ["127.0.0.1", "10.0.0.1"]}
)


def first_loopback_is_public(address: IPAddress, port: int) -> bool:
    """For these tests 127.0.0.1 plays the open internet and 127.0.0.2 the house's own network."""
    return str(address) == "127.0.0.1"


def get(
    stranger: Stranger, path: str = "/a.png", *, host: str = "pictures.example", limit: int = 50_000, seconds: float = 5
) -> Fetched:
    return fetch(
        f"http://{host}:{stranger.port}{path}",
        limit_bytes=limit,
        time_limit=seconds,
        resolve=PHONE_BOOK,
        allow=first_loopback_is_public,
    )


def test_a_picture_arrives_and_nothing_of_ours_goes_along(stranger: Stranger) -> None:
    fetched = get(stranger)
    assert (fetched.content, fetched.type) == (PNG, "image/png")
    asked = stranger.asked[0].lower()
    assert "host: pictures.example" in asked
    for ours in ("cookie", "referer", "authorization", "python", "httpcore"):
        assert ours not in asked


def test_a_name_of_the_house_is_refused_before_anyone_is_asked(stranger: Stranger) -> None:
    with pytest.raises(NotFetched, match="private network"):
        get(stranger, host="inside.example")
    assert stranger.asked == []


def test_one_private_answer_condemns_the_public_ones_beside_it(stranger: Stranger) -> None:
    with pytest.raises(NotFetched, match="private network"):
        get(stranger, host="both.example")
    assert stranger.asked == []


def test_a_name_that_changes_its_meaning_is_looked_up_once_and_held_to_it(stranger: Stranger) -> None:
    answers = iter([["127.0.0.1"], ["127.0.0.2"], ["127.0.0.2"]])
    fetch(
        f"http://turncoat.example:{stranger.port}/a.png",
        limit_bytes=50_000,
        time_limit=5,
        resolve=lambda *_: next(answers),
        allow=first_loopback_is_public,
    )
    assert [one.split()[0] for one in stranger.asked] == ["127.0.0.1"]
    assert next(answers) == ["127.0.0.2"]


@pytest.mark.parametrize(
    "where",
    [
        "http://127.0.0.2:{port}/a.png",
        "http://inside.example:{port}/a.png",
        "//inside.example:{port}/a.png",
        "http://[::1]:{port}/a",
    ],
)
def test_a_redirect_into_the_house_is_not_followed(stranger: Stranger, where: str) -> None:
    stranger.paths["/away"] = answer(b"", "302 Found", "Location: " + where.format(port=stranger.port))
    with pytest.raises(NotFetched, match="private network"):
        get(stranger, "/away")
    assert len(stranger.asked) == 1


@pytest.mark.parametrize(
    "where", ["file:///etc/passwd", "gopher://127.0.0.1/", "javascript:1", "http://user:word@pictures.example/"]
)
def test_a_redirect_to_another_kind_of_address_is_not_followed(stranger: Stranger, where: str) -> None:
    stranger.paths["/away"] = answer(b"", "302 Found", f"Location: {where}")
    with pytest.raises(NotFetched, match="no address on the web"):
        get(stranger, "/away")


def test_an_honest_redirect_is_followed(stranger: Stranger) -> None:
    stranger.paths["/away"] = answer(b"", "301 Moved", "Location: /a.png")
    assert get(stranger, "/away").url.endswith("/a.png")


def test_a_circle_ends(stranger: Stranger) -> None:
    stranger.paths["/round"] = answer(b"", "301 Moved", "Location: /round")
    with pytest.raises(NotFetched, match="circles"):
        get(stranger, "/round")
    assert len(stranger.asked) == 6


@pytest.mark.parametrize(
    "piece", [b"H", b"HTTP/1.1 200 OK\r\nX: ", b"HTTP/1.1 200 OK\r\n\r\n"], ids=["status", "headers", "body"]
)
def test_bytes_dripping_in_buy_no_more_time(stranger: Stranger, piece: bytes) -> None:
    stranger.paths["/slow"] = stranger.drips(piece)
    with pytest.raises(NotFetched):
        get(stranger, "/slow", seconds=0.6)


@pytest.mark.parametrize(
    "head",
    [
        b"HTTP/1.1 200 OK\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nContent-Length: 10\r\nX: ",
        b"",
        b"HTTP/1.1 200 OK\r\nContent-Length: 9999999999\r\n\r\n",
    ],
    ids=["body", "headers", "noise", "announced"],
)
def test_a_flood_is_cut_off(stranger: Stranger, head: bytes) -> None:
    stranger.paths["/flood"] = stranger.floods(head)
    with pytest.raises(NotFetched):
        get(stranger, "/flood", limit=100_000)


def test_a_small_parcel_that_unpacks_into_a_mountain_is_stopped(stranger: Stranger) -> None:
    stranger.paths["/bomb"] = answer(gzip.compress(PNG + b"\0" * 50_000_000), "200 OK", "Content-Encoding: gzip")
    with pytest.raises(NotFetched, match="larger"):
        get(stranger, "/bomb", limit=200_000)


def test_a_packed_picture_is_unpacked(stranger: Stranger) -> None:
    stranger.paths["/packed"] = answer(gzip.compress(PNG), "200 OK", "Content-Encoding: gzip")
    assert get(stranger, "/packed").content == PNG


@pytest.mark.parametrize(
    ("body", "type_said"),
    [(b"<svg onload='x'/>", "image/png"), (b"<script>", "image/gif"), (b"MZ", "image/png"), (b"", "image/png")],
)
def test_what_is_no_picture_by_its_bytes_is_not_taken_for_one(stranger: Stranger, body: bytes, type_said: str) -> None:
    stranger.paths["/lie"] = answer(body, "200 OK", f"Content-Type: {type_said}")
    with pytest.raises(NotFetched, match="something else"):
        get(stranger, "/lie")


def test_what_is_gone_for_good_is_told_apart_from_a_bad_day(stranger: Stranger) -> None:
    stranger.paths["/ill"] = answer(b"", "503 Unavailable")
    with pytest.raises(NotFetched) as gone:
        get(stranger, "/gone")
    with pytest.raises(NotFetched) as ill:
        get(stranger, "/ill")
    assert (gone.value.permanent, ill.value.permanent) == (True, False)


@pytest.fixture
def proven(tmp_path: Path) -> Iterator[tuple[int, ssl.SSLContext]]:
    """The port of a server that can prove to be `localhost`, and what is needed to believe it."""
    certificate, key = self_signed(tmp_path)
    ours = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    ours.load_cert_chain(certificate, key)
    stopped, listening = threading.Event(), socket.create_server(("127.0.0.1", 0))

    def listen() -> None:
        while not stopped.is_set():
            with (
                contextlib.suppress(OSError),
                listening.accept()[0] as line,
                ours.wrap_socket(line, server_side=True) as safe,
            ):
                safe.recv(4096)
                safe.sendall(answer(PNG))

    threading.Thread(target=listen, daemon=True).start()
    yield listening.getsockname()[1], ssl.create_default_context(cafile=str(certificate))
    stopped.set()
    listening.close()


def test_the_other_side_must_prove_the_name_we_asked_for_not_the_address(proven: tuple[int, ssl.SSLContext]) -> None:
    port, trust = proven
    everywhere: dict[str, Any] = {
        "resolve": lambda *_: ["127.0.0.1"],
        "allow": first_loopback_is_public,
        "trust": trust,
    }
    fetched = fetch(f"https://localhost:{port}/a.png", limit_bytes=50_000, time_limit=5, **everywhere)
    assert fetched.content == PNG
    with pytest.raises(NotFetched, match="prove who it is"):
        fetch(f"https://pictures.example:{port}/a.png", limit_bytes=50_000, time_limit=5, **everywhere)


def test_nobody_at_that_name_is_a_sentence(stranger: Stranger) -> None:
    with pytest.raises(NotFetched, match="Nobody knows"):
        get(stranger, host="nowhere.example")


@pytest.mark.parametrize(
    "url", ["ftp://a.example/", "http://", "x", "http://user@a.example/", "http://a.example:99999/"]
)
def test_only_plain_web_addresses_are_fetched(url: str) -> None:
    with pytest.raises(NotFetched, match="no address on the web"):
        fetch(url, limit_bytes=1, time_limit=1, resolve=PHONE_BOOK)


@pytest.mark.parametrize(
    "url",
    [
        "http://127.0.0.1/",
        "http://pictures.example/",
        "http://[::1]/",
        "http://169.254.169.254/latest/",
        "http://8.8.8.8:25/",
    ],
)
def test_by_default_neither_the_machine_nor_other_ports_are_reached(url: str) -> None:
    with pytest.raises(NotFetched, match="private network"):
        fetch(url, limit_bytes=1, time_limit=1, resolve=PHONE_BOOK)
