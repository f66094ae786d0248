"""What strangers try at the doors: made-up addresses, other hosts, forged headers, guessing, and far too large letters."""

import asyncio
from ipaddress import ip_network
from typing import Any

import pytest
from django.core.cache import cache
from django.core.files.uploadedfile import SimpleUploadedFile
from django.http import HttpRequest, HttpResponse
from django.test import AsyncRequestFactory, Client

from secondring import testing as t
from secondring.config import asgi
from secondring.config.middleware import real_client_address
from secondring.desk import enclosing
from secondring.desk.tests.desks import HTMX, browser
from secondring.team import first_run
from secondring.team.models import Teammate

pytestmark = pytest.mark.django_db
ELSEWHERE = ("https://evil.example/", "//evil.example/", "/\\evil.example", "http:evil.example", "javascript:alert(1)")


@pytest.fixture(autouse=True)
def nobody_has_tried_yet() -> None:
    cache.clear()


@pytest.mark.parametrize("place", ELSEWHERE)
def test_nothing_leads_away_from_the_house(place: str) -> None:
    t.bea()
    came = Client().post(
        "/account/login/", {"login": "bea@harbourrow.example", "password": "correct horse battery", "next": place}
    )
    assert came.headers["Location"] == "/"
    letter = t.a_letter()
    browse = browser(t.bea())
    there = browse.post(f"/conversations/{letter.conversation_id}/take/", {"back": place}, headers={"Referer": place})
    assert there.headers["Location"] == "/"
    fragment = Client().get("/inbox/list/", headers={**HTMX, "HX-Current-URL": place})
    assert "evil" not in fragment.headers["HX-Redirect"]


def test_a_password_cannot_be_guessed_by_trying() -> None:
    t.bea()
    door, guess = Client(), {"login": "bea@harbourrow.example", "password": "guess"}
    answers = [door.post("/account/login/", guess) for _ in range(12)]
    assert "not correct" in answers[0].text
    assert "Too many" in answers[-1].text or answers[-1].status_code == 429
    right = door.post("/account/login/", {**guess, "password": "correct horse battery"})
    assert "_auth_user_id" not in door.session
    assert right.status_code in (200, 429)


def test_the_code_of_the_first_run_cannot_be_guessed_by_trying() -> None:
    code = first_run.code_if_needed()
    mae = {"company": "Harbour Row", "name": "Mae", "email": "mae@harbourrow.example", "password": "a ring at the door"}
    for _ in range(20):
        Client().post("/first-run/", {**mae, "code": "AAAA-BBBB-CCCC"})
    late = Client().post("/first-run/", {**mae, "code": code})
    assert "an hour" in late.text
    assert not Teammate.objects.exists()


def test_another_host_is_not_ours() -> None:
    assert Client().get("/healthz", headers={"Host": "evil.example"}).status_code == 400


def test_figures_are_for_this_machine_not_for_whom_a_proxy_on_it_lets_through() -> None:
    assert Client().get("/metrics").status_code == 200
    through = {"X-Forwarded-For": "203.0.113.9"}
    assert Client().get("/metrics", headers=through).status_code == 404
    assert browser(t.bea()).get("/metrics", headers=through).status_code == 404
    assert browser(t.mae()).get("/metrics", headers=through).status_code == 200


def _seen(peer: str, **headers: str) -> HttpRequest:
    seen: list[HttpRequest] = []
    request = AsyncRequestFactory().get("/", headers=headers)
    request.META["REMOTE_ADDR"] = peer

    def look(request: HttpRequest) -> HttpResponse:
        seen.append(request)
        return HttpResponse()

    real_client_address(look)(request)
    return seen[0]


def test_only_a_named_proxy_is_believed_about_who_asks(settings: Any) -> None:
    forged = {"X-Forwarded-For": "198.51.100.1", "X-Forwarded-Proto": "https"}
    plain = _seen("203.0.113.9", **forged)
    assert (plain.META["REMOTE_ADDR"], plain.is_secure()) == ("203.0.113.9", False)
    settings.SECONDRING_PROXIES = [ip_network("10.0.0.1"), ip_network("10.0.0.2")]
    passed = _seen("10.0.0.1", **{**forged, "X-Forwarded-For": "198.51.100.1, 203.0.113.9, 10.0.0.2"})
    assert (passed.META["REMOTE_ADDR"], passed.is_secure()) == ("203.0.113.9", True)
    assert "HTTP_X_FORWARDED_FOR" not in passed.META


@pytest.mark.parametrize(
    ("peer", "said", "client"),
    [
        ("10.1.2.3", "203.0.113.9", "203.0.113.9"),
        ("::ffff:10.1.2.3", "203.0.113.9", "203.0.113.9"),
        ("fd00::7", "2001:db8::9, fd00::8", "2001:db8::9"),
        ("10.1.2.3", "203.0.113.9:51234", "203.0.113.9"),
        ("10.1.2.3", "[2001:db8::9]:51234", "2001:db8::9"),
        ("10.1.2.3", "198.51.100.1, unknown", "10.1.2.3"),
        ("10.1.2.3", "198.51.100.1, <script>", "10.1.2.3"),
        ("10.1.2.3", "", "10.1.2.3"),
        ("203.0.113.9", "198.51.100.1", "203.0.113.9"),
    ],
)
def test_a_network_of_proxies_is_believed_as_far_as_it_wrote_addresses(
    settings: Any, peer: str, said: str, client: str
) -> None:
    settings.SECONDRING_PROXIES = [ip_network("10.0.0.0/8"), ip_network("fd00::/8")]
    assert _seen(peer, **{"X-Forwarded-For": said}).META["REMOTE_ADDR"] == client


def test_a_file_too_large_for_a_letter_is_refused_in_a_sentence() -> None:
    large = SimpleUploadedFile("tape.wav", b"0" * (enclosing.MOST_BYTES + 1))
    answer = browser(t.bea()).post("/uploads/", {"file": large, "kind": "first"}, headers=HTMX)
    assert answer.status_code == 409
    assert "Send a link instead" in answer.text


def test_a_monster_is_turned_away_at_once_and_runs_through_unkept_as_far_as_we_have_patience() -> None:
    sent: list[dict[str, Any]] = []
    piece, read = b"0" * 2**20, 0

    async def for_ever() -> dict[str, Any]:
        nonlocal read
        assert sent[0]["status"] == 413
        read += len(piece)
        return {"type": "http.request", "body": piece, "more_body": True}

    async def send(message: dict[str, Any]) -> None:
        sent.append(message)

    scope = {"type": "http", "path": "/uploads/", "headers": [(b"content-length", str(asgi.LARGEST + 1).encode())]}
    asyncio.run(asgi.application(scope, for_ever, send))
    assert asgi.LARGEST < read < 2 * asgi.LARGEST
    assert b"Send a link" in sent[1]["body"]
    assert not sent[-1].get("more_body")
