"""A desk behind the real nginx and the real Caddy, by the manual's own lines: who asks, letters, live lines, large files."""

from __future__ import annotations

import http.client
import re
import ssl
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlencode, urlsplit

import pytest

from journeys.desks import RunningDesk, serve, sign_in
from journeys.engines import need
from journeys.engines.chromium import new_page
from journeys.engines.dovecot import Dovecot, MailAccount
from journeys.engines.process import free_port, private_folder
from journeys.engines.proxies import in_the_manual, private_caddy, private_nginx
from journeys.engines.smtp_sink import private_sink
from journeys.letters import letter
from journeys.opening import add_mailbox, open_house
from secondring.config.asgi import LARGEST
from secondring.desk.enclosing import MOST_BYTES

pytestmark = [pytest.mark.needs("chromium", "dovecot"), pytest.mark.timeout(600)]
PROXIES = {"nginx": private_nginx, "caddy": private_caddy}
TRUSTING = ssl.create_default_context()
TRUSTING.check_hostname, TRUSTING.verify_mode = False, ssl.CERT_NONE
FORGED = {"X-Forwarded-For": "203.0.113.7", "X-Forwarded-Proto": "https"}


class House:
    """A desk whose address is its proxy's, with one mailbox; `inside` is where the desk itself listens."""

    def __init__(self, desk: RunningDesk, account: MailAccount, proxy: Path, name: str) -> None:
        self.desk, self.account, self.proxy, self.name = desk, account, proxy, name
        self.inside = desk.url


@pytest.fixture(scope="module", params=list(PROXIES))
def house(request: pytest.FixtureRequest, dovecot: Dovecot, chromium: Any) -> Iterator[House]:
    """Opened by hand through the proxy: the first run is a form, too, and its cookies must hold."""
    program, port, account = need(request.param, request.config), free_port(), dovecot.account()
    with (
        private_folder("proxied") as folder,
        PROXIES[request.param](program, upstream=port) as url,
        serve(folder, "--url", url, "--behind-proxy", "127.0.0.1", port=port) as desk,
        private_sink(user=account.address, password=account.password) as sink,
        new_page(chromium) as watched,
    ):
        made = House(desk, account, program, request.param)
        desk.url = url
        open_house(watched.page, desk)
        add_mailbox(watched.page, account, sink)
        assert watched.troubles == []
        yield made


class Visitor:
    """Somebody at a loopback address of their own (a browser cannot choose one), who may say anything in headers."""

    def __init__(self, url: str, address: str, **headers: str) -> None:
        self.parts, self.address, self.headers, self.cookies = urlsplit(url), address, headers, dict[str, str]()

    def ask(self, path: str, **form: str) -> str:
        """The page at `path`, or what it answers to a form; redirects are for the caller to follow."""
        here, source = self.parts.netloc, (self.address, 0)
        if self.parts.scheme == "https":
            line: Any = http.client.HTTPSConnection(here, source_address=source, context=TRUSTING, timeout=60)
        else:
            line = http.client.HTTPConnection(here, source_address=source, timeout=60)
        cookies = "; ".join(f"{name}={value}" for name, value in self.cookies.items())
        headers = {"Cookie": cookies, "Origin": f"{self.parts.scheme}://{self.parts.netloc}", **self.headers}
        if form:
            form["csrfmiddlewaretoken"] = self.cookies["secondring-csrf"]
            headers["Content-Type"] = "application/x-www-form-urlencoded"
        line.request("POST" if form else "GET", path, urlencode(form) or None, headers)
        answer = line.getresponse()
        for cookie in answer.headers.get_all("Set-Cookie") or ():
            name, _equals, value = cookie.partition(";")[0].partition("=")
            self.cookies[name] = value
        text = answer.read().decode()
        line.close()
        return str(text)

    def come_in(self, email: str, password: str) -> str:
        self.ask("/account/login/")
        return self.ask("/account/login/", login=email, password=password)

    @property
    def is_in(self) -> bool:
        return "Where I am signed in" in self.ask("/account/sessions/")


def with_address(url: str) -> str:
    """The same door by its number: a name may lead to ::1, where the visitor's address is none."""
    return url.replace("localhost", "127.0.0.1")


def test_one_comes_in_over_https_and_the_cookies_go_nowhere_else(house: House, watched_page: Any) -> None:
    page = watched_page.page
    sign_in(page, house.desk)
    cookies = {cookie["name"]: cookie for cookie in page.context.cookies()}
    assert {name: cookie["secure"] for name, cookie in cookies.items()} == {
        "secondring-session": True,
        "secondring-csrf": True,
    }
    answer = page.reload()
    assert "max-age" in answer.headers["strict-transport-security"]
    assert watched_page.troubles == []


def test_a_letter_stands_on_the_open_desk_without_a_reload(house: House, watched_page: Any) -> None:
    page = watched_page.page
    sign_in(page, house.desk)
    page.evaluate("window.neverReloaded = true")
    house.account.deliver(letter("Ana Lima <ana@example.org>", "Is the gold one left?", subject="Gold vinyl"))
    page.locator("li.wait", has_text="Gold vinyl").wait_for(timeout=30_000)
    assert page.evaluate("window.neverReloaded")
    assert watched_page.troubles == []


def test_the_desk_knows_where_a_visitor_is_and_believes_no_forger(house: House, watched_page: Any) -> None:
    email, password = house.desk.email, house.desk.password
    through = Visitor(with_address(house.desk.url), "127.0.0.21", **FORGED)
    past_the_proxy = Visitor(house.inside, "127.0.0.22", **FORGED)
    for visitor in (through, past_the_proxy):
        visitor.come_in(email, password)
        assert visitor.is_in
    page = watched_page.page
    sign_in(page, house.desk)
    page.goto(f"{house.desk.url}/account/sessions/")
    page.get_by_text("127.0.0.21").wait_for()
    page.get_by_text("127.0.0.22").wait_for()
    assert page.get_by_text("203.0.113.7").count() == 0
    assert "203.0.113.7" not in house.desk.server.log.read_text()
    assert "127.0.0.21" not in house.desk.server.log.read_text(), "the log tells of the machine, not of people"


def test_a_guesser_is_stopped_by_address_whatever_they_claim_and_others_are_not(house: House) -> None:
    url = with_address(house.desk.url)
    said = [
        Visitor(url, "127.0.0.31", **{**FORGED, "X-Forwarded-For": f"203.0.113.{number}"}).come_in(
            f"guess-{number}@harbourrow.example", "wrong"
        )
        for number in range(11)
    ]
    assert "not correct" in said[0]
    assert "Too many" in said[-1], re.sub(r"\s+", " ", said[-1])[-2000:]
    honest = Visitor(url, "127.0.0.32")
    honest.come_in(house.desk.email, house.desk.password)
    assert honest.is_in


def test_a_proxy_that_adds_to_what_the_visitor_claimed_is_read_from_the_right(house: House) -> None:
    if house.name != "nginx":
        pytest.skip("Caddy drops what a visitor claims")
    as_many_write_it = ("X-Forwarded-For $remote_addr;", "X-Forwarded-For $proxy_add_x_forwarded_for;")
    with private_nginx(house.proxy, upstream=urlsplit(house.inside).port or 0, also=[as_many_write_it]) as url:
        visitor = Visitor(with_address(url), "127.0.0.41", **FORGED)
        visitor.come_in(house.desk.email, house.desk.password)
        page = visitor.ask("/account/sessions/")
    assert "127.0.0.41" in page
    assert "203.0.113.7" not in page


def file_of(folder: Path, name: str, size: int) -> Path:
    path = folder / name
    with path.open("wb") as file:
        file.truncate(size)
    return path


def test_files_of_25_mb_go_along_and_one_more_is_refused_in_a_sentence_that_loses_nothing(
    house: House, watched_page: Any, tmp_path: Path
) -> None:
    page = watched_page.page
    sign_in(page, house.desk)
    page.goto(f"{house.desk.url}/write/")
    page.locator("#to-to").fill("Wim Otter <wim@example.org>")
    page.locator("#composer .draft").first.click()
    page.keyboard.type("Both sides of the tape.")
    enclose, tiles = page.locator("#composer input[type=file]"), page.locator("#files .file")

    enclose.set_input_files(file_of(tmp_path, "whole-tape.wav", MOST_BYTES))
    tiles.filter(has_text="whole-tape.wav").get_by_role("button", name="Take out").wait_for(timeout=60_000)
    enclose.set_input_files(file_of(tmp_path, "one-more.wav", 2**20))
    tiles.filter(has_text="one-more.wav").filter(has_text="Send a link instead").wait_for(timeout=60_000)
    enclose.set_input_files(file_of(tmp_path, "longer-tape.wav", MOST_BYTES + 1))
    tiles.filter(has_text="longer-tape.wav").filter(has_text="Send a link instead").wait_for()

    page.locator("#composer .saved", has_text="Draft").wait_for()
    page.goto(f"{house.desk.url}/write/")
    assert "Both sides of the tape." in page.locator("#composer .draft").first.inner_text()
    assert tiles.all_inner_texts() == [page.locator("#files .file", has_text="whole-tape.wav").inner_text()]

    tiles.get_by_role("button", name="Take out").click()  # which makes room again, also for the next test
    tiles.wait_for(state="detached")
    enclose.set_input_files(file_of(tmp_path, "one-more.wav", 2**20))
    tiles.filter(has_text="one-more.wav").get_by_role("button", name="Take out").click()
    tiles.wait_for(state="detached")


def test_a_file_that_did_not_get_there_is_sent_once_more_on_a_press(
    house: House, watched_page: Any, tmp_path: Path
) -> None:
    page = watched_page.page
    sign_in(page, house.desk)
    page.goto(f"{house.desk.url}/write/")
    tile = page.locator("#files .file", has_text="b-side.wav")
    page.route("**/uploads/**", lambda route: route.abort(), times=1)
    page.locator("#composer input[type=file]").set_input_files(file_of(tmp_path, "b-side.wav", 2**10))
    tile.filter(has_text="It did not get here.").get_by_role("button", name="Try again").click()
    tile.get_by_role("button", name="Take out").click()
    tile.wait_for(state="detached")


def test_what_is_far_too_large_is_turned_away_in_a_sentence_too(house: House, watched_page: Any) -> None:
    page = watched_page.page
    sign_in(page, house.desk)
    page.goto(f"{house.desk.url}/write/")
    refused = {size: page.evaluate(POST_A_FILE, size) for size in (MOST_BYTES + 1, LARGEST - 2**20, LARGEST + 2**20)}
    assert [status for status, _said in refused.values()] == [409, 409, 413]
    assert "Send a link instead" in refused[MOST_BYTES + 1][1]


def test_the_manual_lets_through_as_much_as_the_desk_itself_takes() -> None:
    assert f"client_max_body_size {LARGEST // 2**20}m;" in in_the_manual("nginx")


POST_A_FILE = """async (size) => {
  const body = new FormData(document.querySelector("#composer form"));
  body.delete("files");
  body.set("file", new Blob([new Uint8Array(size)]), "tape.wav");
  const answer = await fetch("/uploads/", {method: "POST", body, headers: {"HX-Request": "true"}});
  return [answer.status, await answer.text()];
}"""
