"""Hostile letters in a real browser: nothing runs, nothing leaves, nothing around the frame changes. Each wall is tried alone."""

from __future__ import annotations

import json
import os
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from journeys.hostile_letters import HIDING, HONEST, PHONING_HOME, REACHING_OUT, RUNNING
from secondring.lib import safe_html
from secondring.lib.letter_frame import FRAME_SANDBOX, frame_document, frame_headers

if TYPE_CHECKING:
    from journeys.engines.firefox import Firefox

pytestmark = [pytest.mark.needs("chromium"), pytest.mark.timeout(600)]

MODULE = Path(__file__).parents[1] / "src/secondring/desk/static/desk/letter-frame.js"
PAGE_POLICY = "default-src 'self'; style-src 'self'; script-src 'self'; frame-src 'self'; object-src 'none'"
# Set before anything else in every document: whatever a letter gets to run, it leaves a trace here.
HOOKS = """
  window.__ran = [];
  for (const name of ["alert", "confirm", "prompt", "print", "open", "fetch"])
    window[name] = (...said) => { window.__ran.push(name + ":" + said[0]); };
  navigator.sendBeacon = (url) => { window.__ran.push("beacon:" + url); return true; };
"""
# Pokes every element with every event that hostile attributes wait for, without following links.
POKE = """() => {
  const kinds = ["focus", "blur", "click", "mouseover", "mousedown", "mouseup", "mousemove", "keydown", "input", "change",
    "submit", "toggle", "animationstart", "animationend", "transitionend", "load", "error", "scroll", "wheel",
    "pointerenter", "beforeinput"];
  for (const one of document.body.querySelectorAll("*"))
    for (const kind of kinds) one.dispatchEvent(new Event(kind, { bubbles: true, cancelable: true }));
  return {
    ran: window.__ran,
    schemes: [...document.querySelectorAll("a[href], area[href]")].map((one) => one.protocol),
    handlers: [...document.querySelectorAll("*")].flatMap((one) => [...one.attributes].map((a) => a.name))
      .filter((name) => /^(on|srcdoc|style|formaction|action|ping|srcset|background|poster)/.test(name)),
    tags: [...document.body.querySelectorAll("script, iframe, object, embed, svg, math, form, input, base, meta, link, style")]
      .map((one) => one.localName),
  };
}"""


@cache
def attacks() -> list[tuple[str, str]]:
    """Our own, and those of the exam where SECONDRING_EXAMS names its folder."""
    own = [(f"own-{number}", html) for number, html in enumerate([*RUNNING, *PHONING_HOME, *REACHING_OUT])]
    folder = os.environ.get("SECONDRING_EXAMS")
    files = sorted(Path(folder).glob("**/*xss*/*.jsonl")) if folder else []
    rows = [json.loads(line) for file in files for line in file.read_text("utf-8").split("\n") if line.strip()]
    return own + [(row["id"], row["payload"]) for row in rows]


class Place(ThreadingHTTPServer):
    """Serves the pages it is given and remembers what was asked of it."""

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Answer)
        self.pages: dict[str, tuple[dict[str, str], bytes]] = {}
        self.cookies: dict[str, str] = {}

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_port}"


class _Answer(BaseHTTPRequestHandler):
    server: Place

    def do_GET(self) -> None:
        self.server.cookies[self.path] = self.headers["Cookie"] or ""
        headers, body = self.server.pages.get(self.path, ({"Content-Type": "text/plain"}, b"nothing here"))
        self.send_response(200 if self.path in self.server.pages else 404)
        for name, value in headers.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        pass


@pytest.fixture
def place() -> Iterator[Place]:
    server = Place()
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield server
    server.shutdown()
    server.server_close()


@contextmanager
def watched(chromium: Any, place: Place) -> Iterator[tuple[Any, list[str]]]:
    """A page, and every request it made that is not for one of the place's pages."""
    context = chromium.new_context(viewport={"width": 900, "height": 700})
    strayed: list[str] = []

    def route(route: Any) -> None:
        path = route.request.url.removeprefix(place.url)
        if path in place.pages:
            route.continue_()
        else:
            strayed.append(f"{route.request.resource_type} {route.request.url}")
            route.abort()

    def dialogue(dialog: Any) -> None:
        strayed.append(f"dialog {dialog.message}")
        dialog.dismiss()

    context.route("**/*", route)
    context.add_init_script(HOOKS)
    page = context.new_page()
    page.on("dialog", dialogue)
    context.on("page", lambda popup: strayed.append(f"window {popup.url}"))
    try:
        yield page, strayed
    finally:
        context.close()


def put_page(place: Place, frames: list[str]) -> str:
    """The page as the desk makes it: strict policy, the module that sizes, a frame for each letter."""
    inside = "".join(
        f'<sr-letter><iframe sandbox="{FRAME_SANDBOX}" src="{path}"></iframe></sr-letter>' for path in frames
    )
    head = "<!doctype html><title>The desk</title><script type=module src=/letter-frame.js></script>"
    html = f"{head}<h1 id=desk>Inbox</h1>{inside}"
    place.pages["/letter-frame.js"] = ({"Content-Type": "text/javascript"}, MODULE.read_bytes())
    place.pages["/"] = ({"Content-Type": "text/html", "Content-Security-Policy": PAGE_POLICY}, html.encode())
    return place.url + "/"


def put_letter(place: Place, number: int, html: str) -> str:
    document = frame_document(safe_html.clean(html))
    place.pages[f"/letter/{number}"] = (document.headers, document.html.encode())
    return f"/letter/{number}"


def test_in_the_desk_no_letter_runs_loads_or_touches_the_page(chromium: Any, place: Place) -> None:
    with watched(chromium, place) as (page, strayed):
        for start in range(0, len(attacks()), 20):
            group = attacks()[start : start + 20]
            page.goto(put_page(place, [put_letter(place, start + n, html) for n, (_, html) in enumerate(group)]))
            page.wait_for_load_state("load")
            names = [name for name, _ in group]
            assert (page.evaluate("window.__ran"), strayed) == ([], []), names
            assert (page.title(), page.inner_text("#desk"), page.url) == ("The desk", "Inbox", place.url + "/"), names
            framed = sorted(frame.url.removeprefix(place.url) for frame in page.frames[1:])
            assert framed == sorted(f"/letter/{start + n}" for n in range(len(group))), names


def test_the_writing_alone_is_safe_even_with_scripts_on_and_no_policy(chromium: Any, place: Place) -> None:
    with watched(chromium, place) as (page, strayed):
        for name, html in attacks():
            answer = safe_html.as_dict(html, id=name)["html"]
            place.pages["/bare"] = (
                {"Content-Type": "text/html; charset=utf-8"},
                b"<!doctype html><meta charset=utf-8>" + answer.encode(),
            )
            page.goto(place.url + "/bare")
            found = page.evaluate(POKE)
            assert (found["ran"], strayed) == ([], []), name
            assert set(found["schemes"]) <= {"http:", "https:", "mailto:", "tel:"}, name
            assert (found["handlers"], set(found["tags"]) - {"style"}) == ([], set()), name


def test_the_frame_alone_is_safe_even_around_a_letter_nobody_cleaned(chromium: Any, place: Place) -> None:
    """Only the frame itself may be led away, and pictures of our own asked for: that is the writer's wall, not this one's."""
    with watched(chromium, place) as (page, strayed):
        for start in range(0, len(attacks()), 20):
            for number, (_, html) in enumerate(attacks()[start : start + 20]):
                body = f"<!doctype html><meta charset=utf-8>{html}".encode("utf-8", "replace")
                place.pages[f"/raw/{number}"] = (frame_headers(""), body)
            page.goto(put_page(place, [f"/raw/{number}" for number in range(len(attacks()[start : start + 20]))]))
            page.wait_for_load_state("load")
            assert page.evaluate("window.__ran") == []
            assert {one.split()[0] for one in strayed if place.url not in one} <= {"document"}
            assert (page.title(), page.url) == ("The desk", place.url + "/")


def test_pictures_asked_for_come_from_us_and_only_from_us(chromium: Any, place: Place) -> None:
    place.pages["/picture"] = ({"Content-Type": "image/gif"}, b"GIF89a")
    with watched(chromium, place) as (page, strayed):
        for number, html in enumerate(PHONING_HOME):
            document = frame_document(safe_html.clean(html, show_remote=lambda _: "/picture"))
            place.pages[f"/letter/{number}"] = (document.headers, document.html.encode())
        page.goto(put_page(place, [f"/letter/{number}" for number in range(len(PHONING_HOME))]))
        assert strayed == []
        assert "/picture" in place.cookies


def test_pictures_that_came_with_the_letter_are_asked_for_in_the_persons_own_session(
    chromium: Any, place: Place
) -> None:
    document = frame_document(safe_html.clean("<img src=cid:sign>", inline={"sign": "/files/sign.png"}))
    place.pages["/letter/1"] = (document.headers, document.html.encode())
    place.pages["/files/sign.png"] = ({"Content-Type": "image/png"}, b"")
    url = put_page(place, ["/letter/1"])
    place.pages["/"][0]["Set-Cookie"] = "session=bea; SameSite=Strict; HttpOnly"
    with watched(chromium, place) as (page, strayed):
        page.goto(url)
        assert strayed == []
    assert place.cookies["/files/sign.png"] == "session=bea"


LONG = "<p>" + "The strings hum since Monday and I do not know why. " * 60 + "</p>"
FITS = """[...document.querySelectorAll("iframe")].every((f) => {
  const paper = f.contentDocument.body;
  return paper.firstElementChild && f.clientHeight >= paper.scrollHeight && f.clientHeight - paper.scrollHeight < 4; })"""
FIRST_HEIGHT = "document.querySelector('iframe').clientHeight"


def test_in_firefox_too_a_frame_is_as_high_as_its_letter(firefox: Firefox, place: Place) -> None:
    firefox.open(put_page(place, [put_letter(place, 1, LONG), put_letter(place, 2, "<p>Short.</p>")]))
    firefox.wait_for(FITS)
    wide = firefox.evaluate(FIRST_HEIGHT)
    firefox.evaluate("document.querySelector('iframe').style.inlineSize = '180px'")
    firefox.wait_for(f"{FITS} && {FIRST_HEIGHT} > {wide}")


def test_a_frame_is_as_high_as_its_letter_and_grows_when_the_column_narrows(chromium: Any, place: Place) -> None:
    with watched(chromium, place) as (page, _):
        page.goto(put_page(place, [put_letter(place, 1, LONG), put_letter(place, 2, "<p>Short.</p>")]))
        page.wait_for_function(FITS)
        wide = page.evaluate(FIRST_HEIGHT)
        assert page.locator("iframe").nth(1).bounding_box()["height"] < wide
        page.evaluate("document.querySelector('iframe').style.inlineSize = '180px'")
        page.wait_for_function(f"{FITS} && {FIRST_HEIGHT} > {wide}")


def test_the_true_host_of_a_lying_link_cannot_be_hidden_by_the_letters_own_style(chromium: Any, place: Place) -> None:
    lying = HIDING + "<style>span{font-size:0!important;color:#fff!important}</style>"
    with watched(chromium, place) as (page, _):
        page.goto(put_page(place, [put_letter(place, 1, lying)]))
        mark = page.frame_locator("iframe").locator(".true-host")
        assert mark.inner_text().strip() == "(thief.example)"
        assert mark.evaluate(
            "e => [getComputedStyle(e).display, getComputedStyle(e).fontSize, e.offsetHeight > 8]"
        ) == [
            "inline",
            "13px",
            True,
        ]


@pytest.mark.parametrize(("html", "words"), HONEST)
def test_honest_letters_are_read_whole_in_the_frame(chromium: Any, place: Place, html: str, words: str) -> None:
    with watched(chromium, place) as (page, _):
        page.goto(put_page(place, [put_letter(place, 1, html)]))
        assert page.frame_locator("iframe").locator("body").inner_text().split() == words.split()


def test_style_attributes_become_rules_that_look_the_same_under_the_policy(chromium: Any, place: Place) -> None:
    style = "<style>.price{color:red!important;font-size:30px} #x{font-size:40px}</style>"
    html = style + "<p id=x class=price style='color:blue;font-size:20px'>24</p>"
    with watched(chromium, place) as (page, _):
        page.goto(put_page(place, [put_letter(place, 1, html)]))
        look = "e => [getComputedStyle(e).color, getComputedStyle(e).fontSize]"
        assert page.frame_locator("iframe").locator("p").evaluate(look) == ["rgb(255, 0, 0)", "20px"]
