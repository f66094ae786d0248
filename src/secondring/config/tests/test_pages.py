"""The handler of pages, spoken to as uvicorn speaks to it."""

import asyncio
from typing import Any

import pytest
from django.db import connection
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.test import override_settings
from django.urls import path
from django.utils import translation

from secondring.config.pages import THREADS, Pages

pulled: list[int] = []


def speaks(request: HttpRequest) -> HttpResponse:
    """Says its language, and leaves another one on."""
    said = translation.get_language()
    translation.activate("pt")
    return HttpResponse(f"{said} {len(request.body)}")


def streams(request: HttpRequest) -> StreamingHttpResponse:
    def parts():
        for number in range(5):
            pulled.append(number)
            yield b"x" * 1000

    return StreamingHttpResponse(parts())


def line(request: HttpRequest) -> HttpResponse:
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")
    return HttpResponse(str(id(connection.connection)))


urlpatterns = [path("speaks/", speaks), path("streams/", streams), path("line/", line)]


async def ask(pages: Pages, address: str, *pieces: bytes) -> list[dict[str, Any]]:
    scope = {
        "type": "http", "http_version": "1.1", "method": "POST" if pieces else "GET", "scheme": "http",
        "path": address, "raw_path": address.encode(), "query_string": b"", "root_path": "",
        "headers": [(b"host", b"localhost")], "client": ("127.0.0.1", 9), "server": ("127.0.0.1", 8000),
    }  # fmt: skip
    coming = [{"type": "http.request", "body": piece, "more_body": True} for piece in pieces]
    coming.append({"type": "http.request", "body": b""})
    said: list[dict[str, Any]] = []

    async def receive() -> dict[str, Any]:
        return coming.pop(0)

    async def send(message: dict[str, Any]) -> None:
        said.append({**message, "pulled": list(pulled)})

    await pages(scope, receive, send)
    return said


def body(said: list[dict[str, Any]]) -> bytes:
    return b"".join(each.get("body", b"") for each in said)


@pytest.fixture
def pages():
    with override_settings(ROOT_URLCONF=__name__, MIDDLEWARE=[]):
        yield Pages()


def test_the_language_of_one_request_is_not_left_to_the_next(pages: Pages):
    async def several() -> set[bytes]:
        return {body(await ask(pages, "/speaks/")) for _ in range(2 * THREADS)}

    assert asyncio.run(several()) == {b"en 0"}


def test_a_body_that_comes_in_pieces_is_read_whole(pages: Pages):
    assert body(asyncio.run(ask(pages, "/speaks/", b"abc", b"defg"))) == b"en 7"


def test_what_streams_is_sent_before_the_rest_of_it_is_made(pages: Pages):
    pulled.clear()
    said = asyncio.run(ask(pages, "/streams/"))
    first = next(each for each in said if each.get("body"))
    assert first["pulled"] == [0]
    assert len(body(said)) == 5000


@pytest.mark.django_db(transaction=True)
def test_requests_share_few_database_connections(pages: Pages):
    async def several() -> set[bytes]:
        return {body(await ask(pages, "/line/")) for _ in range(4 * THREADS)}

    assert len(asyncio.run(several())) <= THREADS
