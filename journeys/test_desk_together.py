"""Several people at one desk, and what the world outside does to them. One running desk for all; every test its own customer."""

from __future__ import annotations

import os
import re
import signal
from collections.abc import Iterator
from contextlib import ExitStack
from typing import Any

import pytest

from journeys import letters
from journeys.desks import RunningDesk, demo, sign_in
from journeys.engines.chromium import new_page
from journeys.own_desk import until

pytestmark = pytest.mark.needs("chromium")


@pytest.fixture(scope="module")
def desk() -> Iterator[RunningDesk]:
    """A desk with nobody waiting."""
    with demo("empty") as running:
        yield running


@pytest.fixture
def people(desk: RunningDesk, chromium: Any) -> Iterator[tuple[Any, Any]]:
    """Mae and Bea, each at a desk of her own."""
    with ExitStack() as open_pages:
        mae, bea = (open_pages.enter_context(new_page(chromium)).page for _ in range(2))
        sign_in(mae, desk)
        sign_in(bea, desk, email="bea@harbourrow.example")
        yield mae, bea


def open_letter(page: Any, name: str) -> None:
    page.locator("li.wait", has_text=name).locator("a.go").click()
    page.wait_for_url("**/conversations/*/")
    page.locator("#composer .draft").wait_for()


def answer(page: Any, words: str) -> None:
    page.locator("#composer .draft").first.click()
    page.keyboard.type(words)
    page.keyboard.press("Control+Enter")
    page.get_by_role("button", name="Take back").wait_for()


def test_a_colleague_sees_who_writes_and_the_first_hand_gets_the_letter(desk: RunningDesk, people: Any) -> None:
    mae, bea = people
    letters.write(desk, "Is the gold vinyl the same pressing?", sender="Kofi Mensah <kofi@example.org>")
    bea.locator("li.wait", has_text="Kofi Mensah").wait_for()
    open_letter(mae, "Kofi Mensah")
    mae.locator("#composer .draft").first.click()
    mae.keyboard.type("It is")
    bea.locator("li.wait", has_text="Kofi Mensah").filter(has_text="writing").wait_for()

    mae.keyboard.press("Escape")
    mae.keyboard.press("t")
    bea.locator("li.wait", has_text="Kofi Mensah").filter(has_text="Mae").wait_for()
    assert bea.locator("li.wait", has_text="Kofi Mensah").get_by_role("button", name="Take").count() == 0


def test_words_typed_before_the_composer_is_there_are_kept_and_one_types_on(desk: RunningDesk, people: Any) -> None:
    mae, bea = people
    letters.write(desk, "Do you ship to Lagos?", sender="Ada Obi <ada@example.org>")
    bea.locator("li.wait", has_text="Ada Obi").wait_for()
    held: list[Any] = []

    def hold(route: Any) -> None:
        held.append(route)

    mae.route(re.compile(r"/composer[^/]*\.js"), hold)
    open_letter(mae, "Ada Obi")
    mae.keyboard.press("r")
    mae.keyboard.type("We do ")
    held[0].continue_()
    mae.locator("#composer div.draft", has_text="We do").wait_for()
    bea.locator("li.wait", has_text="Ada Obi").filter(has_text="writing").wait_for()
    mae.keyboard.type("since today")
    mae.locator("#composer .saved", has_text="saved").wait_for()

    mae.unroute(re.compile(r"/composer[^/]*\.js"))
    mae.reload()
    mae.locator("#composer div.draft", has_text="We do since today").wait_for()


def test_a_letter_that_nobody_takes_stands_red_on_the_desk_and_the_customer_waits_again(
    desk: RunningDesk, people: Any
) -> None:
    mae, _bea = people
    letters.write(desk, "Can you hear me?", sender="Moved Away <gone@nowhere.example>")
    open_letter(mae, "Moved Away")
    answer(mae, "We can hear you.")
    mae.locator("#page", has_text="There is nobody of that name here").wait_for(timeout=40_000)
    mae.goto(desk.url)
    mae.locator("li.wait", has_text="Moved Away").wait_for()


def test_writing_first_leaves_and_the_answer_comes_back_to_it(desk: RunningDesk, people: Any) -> None:
    mae, _bea = people
    mae.goto(desk.url)
    mae.locator("html[data-line=on]").wait_for(state="attached")
    mae.keyboard.press("n")
    mae.wait_for_url("**/write/**")
    mae.locator("#to-to").fill("Wim Otter <wim@example.org>")
    mae.locator("#to-subject").fill("Your record is back")
    answer(mae, "We found the lost box.")
    (sent,) = letters.received(desk, "wim@example.org")
    letters.write(
        desk, "I could kiss you.", subject="Re: Your record is back", sender="Wim Otter <wim@example.org>", answers=sent
    )
    mae.goto(desk.url)
    open_letter(mae, "Wim Otter")
    mae.locator("#page", has_text="We found the lost box.").wait_for()
    mae.locator("#page", has_text="I could kiss you.").wait_for()


def test_a_blocked_sender_is_heard_no_more_and_can_be_let_in_again(desk: RunningDesk, people: Any) -> None:
    mae, _bea = people
    sender = "Cheap Pills <pills@spam.example>"
    letters.write(desk, "Buy now", subject="Pills", sender=sender)
    open_letter(mae, "Cheap Pills")
    mae.get_by_role("button", name="More", exact=True).click()
    mae.locator("[popover]:popover-open").get_by_text("Block").first.click()
    mae.locator("#page li.wait", has_text="Cheap Pills").wait_for(state="detached")
    letters.write(desk, "Buy more", subject="More pills", sender=sender)
    letters.write(desk, "A real person", sender="After Pills <after@example.org>")
    mae.goto(desk.url)
    mae.locator("li.wait", has_text="After Pills").wait_for()
    assert mae.locator("li.wait", has_text="Cheap Pills").count() == 0
    mae.goto(f"{desk.url}/inbox/junk/")
    mae.locator("li.wait", has_text="Cheap Pills").first.wait_for()


# Watches what the browser is asked to show and to play; it shows and plays it all the same.
WATCH_NOTICES = """
window.noticed = [];
const Shown = window.Notification;
window.Notification = class extends Shown {
  constructor(title, more) { super(title, more); noticed.push([title, more.body]); }
};
const start = OscillatorNode.prototype.start;
OscillatorNode.prototype.start = function (...at) { noticed.push("a note"); return start.apply(this, at); };
"""


def test_a_mention_is_noticed_behind_another_tab_once_with_a_sound(desk: RunningDesk, people: Any) -> None:
    mae, bea = people
    bea.context.grant_permissions(["notifications"], origin=desk.url)
    bea.context.add_init_script(WATCH_NOTICES)
    first, second = bea, bea.context.new_page()
    for tab in (first, second):  # nobody looks at either
        tab.goto(desk.url)
        tab.context.new_cdp_session(tab).send("Emulation.setFocusEmulationEnabled", {"enabled": False})
        tab.locator("html[data-line=on]").wait_for(state="attached")
    bea.context.new_page().bring_to_front()  # her eyes are on something else
    letters.write(desk, "Whom may I ask?", sender="Mention Me <mention@example.org>")
    open_letter(mae, "Mention Me")
    mae.keyboard.press("m")
    mae.keyboard.type("@Bea you know this one")
    mae.keyboard.press("Control+Enter")
    for tab in (first, second):
        tab.locator("#bell", has_text="1").wait_for()
    until(lambda: any(tab.evaluate("noticed.length") for tab in (first, second)), what="the notice")
    for tab in (first, second):
        tab.wait_for_load_state("networkidle")
    told = [each for tab in (first, second) for each in tab.evaluate("noticed")]
    assert [each for each in told if each != "a note"] == [
        ["Mae named you in a note about Mention Me", "@Bea you know this one"]
    ]
    assert told.count("a note") == 2, "one chime of two notes, in one of the tabs"


def test_after_a_lost_line_the_desk_catches_up_by_itself_and_says_so(desk: RunningDesk, people: Any) -> None:
    mae, _bea = people
    mae.evaluate("window.neverReloaded = true")
    os.kill(desk.pid_of("web"), signal.SIGKILL)
    mae.locator("html[data-line=lost]").wait_for(state="attached")
    letters.write(desk, "I wrote while you were away.", sender="Patient Pat <pat@example.org>")
    mae.locator("li.wait", has_text="Patient Pat").wait_for(timeout=60_000)
    mae.locator("html[data-line=caught-up], html[data-line=on]").wait_for(state="attached")
    assert mae.evaluate("window.neverReloaded")
