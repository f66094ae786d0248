"""Every page of the desk, in a real browser: readable for everybody in both lights, and whole on a phone.

The pages are those addresses of the URL conf that answer with one; a new page is walked without being told of here.
"""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest
from django.urls import URLPattern, URLResolver, get_resolver
from playwright.sync_api import APIRequestContext, Page

from journeys.axe import COLOURS, problems
from journeys.desks import RunningDesk, answers, demo, serve, sign_in
from journeys.engines.chromium import WatchedPage, new_page
from journeys.engines.process import private_folder

pytestmark = pytest.mark.needs("chromium")

# A number for whatever an address may ask for, out of the demo's world; and somebody who has just been invited.
NUMBERS = """
import json
import django
django.setup()
from secondring.conversations.models import Attachment, Conversation, Delivery, Draft, Message
from secondring.customers.models import Customer, Fact, Work
from secondring.lib import clock
from secondring.mail.models import IncomingEmail, Mailbox
from secondring.team import joining
from secondring.team.models import Teammate
mae = Teammate.objects.get(role="owner")
newcomer = joining.invite(name="Ada New", email="ada@harbourrow.example", role="teammate", by=mae, at=clock.now())
long = max(Conversation.objects.open(), key=lambda each: each.message_count)
print(json.dumps({
    "conversations": [long.pk, Conversation.objects.filter(undelivered_at__isnull=False)[0].pk,
                      Conversation.objects.closed()[0].pk, Conversation.objects.junk()[0].pk],
    "people": [Customer.objects.filter(name="Lou Pettersson")[0].pk],
    "mailboxes": [Mailbox.objects.all()[0].pk],
    "customers": [long.customer_id], "messages": [Message.objects.filter(html__gt="")[0].pk],
    "letters": [IncomingEmail.objects.all()[0].pk], "files": [Attachment.objects.all()[0].pk],
    "facts": [Fact.objects.all()[0].pk], "deliveries": [Delivery.objects.all()[0].pk],
    "drafts": [Draft.objects.all()[0].pk], "sounds": [Work.objects.exclude(sound="")[0].pk],
    "way_in": joining.way_in(newcomer),
}))
"""
LISTS = ("mine", "open", "paused", "done", "junk")  # who waits is the first page
HELP = [page.stem for page in (Path(__file__).parents[1] / "docs" / "help").glob("*.md")]
ASKED = ("/search/?q=lou", "/search/?q=submarine", "/people/?q=lou", "/people/?q=nobody+at+all", "/letters/?fate=bounce",
         "/conversations/{conversations}/?note", "/conversations/{conversations}/?forward={messages}")  # fmt: skip
WALKED = {"/", "/inbox/junk/", "/write/", "/people/", "/search/", "/nudges/", "/letters/", "/parts/", "/settings/me/",
          "/settings/house/", "/settings/people/", "/settings/mailboxes/", "/settings/mailboxes/add/", "/help/",
          "/account/sessions/", "/account/2fa/", "/account/2fa/totp/activate/", "/account/password/change/"}  # fmt: skip
SIDEWAYS = """
() => [document.documentElement, ...document.querySelectorAll("body *")].filter(each =>
    each.scrollWidth > each.clientWidth + 1 && each.clientWidth > 0 && !each.closest(".unseen, pre, .letter")
    && (each === document.documentElement || ["auto", "scroll"].includes(getComputedStyle(each).overflowX))
  ).map(each => `${each.tagName} ${each.className} by ${each.scrollWidth - each.clientWidth}`)
"""


@pytest.fixture(scope="module")
def desk() -> Iterator[RunningDesk]:
    with demo() as running:
        yield running


@pytest.fixture(scope="module")
def numbers(desk: RunningDesk) -> dict[str, Any]:
    env = {**os.environ, "SECONDRING_DIR": str(desk.folder), "DJANGO_SETTINGS_MODULE": "secondring.config.settings",
           "PYTHONPATH": str(Path(__file__).parents[1] / "src")}  # fmt: skip
    told = subprocess.run([sys.executable, "-c", NUMBERS], env=env, check=True, timeout=60, capture_output=True)
    found: dict[str, Any] = json.loads(told.stdout)
    return found


def routes(patterns: list[Any] | None = None, prefix: str = "") -> Iterator[str]:
    """Every address of the house, with its gaps as <kind:name>."""
    for each in get_resolver().url_patterns if patterns is None else patterns:
        here = f"{prefix}{each.pattern}"
        if isinstance(each, URLResolver):
            yield from routes(each.url_patterns, here)
        elif isinstance(each, URLPattern):
            yield "/" + re.sub(r"\(\?P<(\w+)>[^)]*\)|[\^$]|\\Z", lambda gap: f"<{gap[1]}>" if gap[1] else "", here)


def filled(route: str, numbers: dict[str, Any]) -> list[str]:
    """The addresses one really goes to: every list, every page of the manual, rows of the demo's world by number."""
    if route.endswith("/frame/"):  # a customer's own letter in its own dress
        return []
    gaps = re.findall(r"<[^>]+>", route)
    if not gaps:
        return [route]
    if route.startswith("/inbox/"):
        return [f"/inbox/{name}/" for name in LISTS]
    if route.startswith("/help/"):
        return [f"/help/{name}/" for name in HELP]
    rows = numbers.get(route.split("/")[1], [1]) if len(gaps) == 1 else []
    return [re.sub(r"<[^>]+>", str(number), route) for number in rows]


def pages(browser: APIRequestContext, desk: RunningDesk, numbers: dict[str, Any]) -> list[str]:
    """Those addresses that answer a plain GET with a page; deeds, fragments, files and numbers for machines are none."""
    firsts = {name: rows[0] for name, rows in numbers.items() if isinstance(rows, list)}
    every = [address for route in routes() for address in filled(route, numbers)]
    every += [asked.format(**firsts) for asked in ASKED]
    found = []
    for address in dict.fromkeys(every):
        answer = browser.get(desk.url + address, max_redirects=0)
        if answer.status == 200 and answer.body()[:15].lower() == b"<!doctype html>":
            found.append(address)
    return found


def look_at(watched: WatchedPage, address: str) -> list[str]:
    """What is wrong with this page: wide and light, its colours in the dark, its shape on a phone."""
    page = watched.page
    watched.troubles.clear()
    page.set_viewport_size({"width": 1440, "height": 900})
    page.emulate_media(color_scheme="light", reduced_motion="reduce")  # else colours are measured on their way
    page.goto(address)
    page.locator("[hx-trigger=load]").first.wait_for(state="detached")
    found = [f"light, {each}" for each in problems(page)]
    if "/help/" in address and not address.endswith("/help/"):  # all in one dress, which the first of them shows
        page.set_viewport_size({"width": 390, "height": 844})
        return found + [f"sideways: {each}" for each in page.evaluate(SIDEWAYS)] + watched.troubles
    page.emulate_media(color_scheme="dark")
    found += [f"dark, {each}" for each in problems(page, only=COLOURS)]
    page.set_viewport_size({"width": 390, "height": 844})
    found += [f"phone, {each}" for each in problems(page, but=COLOURS)]
    return found + [f"sideways: {each}" for each in page.evaluate(SIDEWAYS)] + watched.troubles


def wrong_with(watched: WatchedPage, desk: RunningDesk, addresses: list[str]) -> dict[str, list[str]]:
    looked = {address: look_at(watched, desk.url + address) for address in addresses}
    return {address: list(dict.fromkeys(found)) for address, found in looked.items() if found}


@pytest.mark.timeout(900)  # a minute or so on a machine that does nothing else
def test_every_page_is_readable_for_everybody_and_whole_on_a_phone(
    chromium: Any, desk: RunningDesk, numbers: dict[str, Any]
) -> None:
    with new_page(chromium) as watched:
        sign_in(watched.page, desk)
        watched.page.goto(f"{desk.url}/account/reauthenticate/")  # what guards the account asks once more
        watched.page.fill("[name=password]", desk.password)
        watched.page.locator("button[type=submit].is-key").click()
        watched.page.wait_for_url(lambda address: "reauthenticate" not in address)
        walked = pages(watched.page.context.request, desk, numbers)
        assert set(walked) >= WALKED | {f"/conversations/{pk}/" for pk in numbers["conversations"]}
        assert wrong_with(watched, desk, walked) == {}


def test_the_doors_are_readable_for_everybody_and_whole_on_a_phone(
    chromium: Any, desk: RunningDesk, numbers: dict[str, Any]
) -> None:
    with new_page(chromium) as watched:
        doors = ["/log-in/", "/account/login/", numbers["way_in"], "/join/MQ/used:up/", "/help/", "/nowhere/"]
        assert {k: v for k, v in wrong_with(watched, desk, doors).items() if not _is_refused(v)} == {}


def test_the_first_run_is_readable_for_everybody_and_whole_on_a_phone(chromium: Any) -> None:
    with ExitStack() as open_things:
        new = open_things.enter_context(serve(open_things.enter_context(private_folder("first"))))
        new.server.wait_until(lambda: answers(f"{new.url}/healthz"), within=60)
        watched = open_things.enter_context(new_page(chromium))
        assert wrong_with(watched, new, ["/first-run/"]) == {}
        assert "code" in _words(watched.page)


def _is_refused(troubles: list[str]) -> bool:
    """Has the browser nothing to say but that the page itself was answered with 404 or 410?"""
    return all(re.fullmatch(r"console: Failed to load resource: .* (404|410) .*", each) for each in troubles)


def _words(page: Page) -> str:
    return page.inner_text("main").casefold()
