"""The main job, from end to end: a letter arrives on the open desk, a person answers, and the answer comes back to it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from journeys import letters
from journeys.desks import RunningDesk, demo, sign_in

pytestmark = pytest.mark.needs("chromium")


@pytest.fixture(scope="module")
def desk() -> Iterator[RunningDesk]:
    """A desk with nobody waiting."""
    with demo("empty") as running:
        yield running


def test_a_letter_arrives_on_the_open_desk_and_the_answer_finds_its_thread(
    desk: RunningDesk, watched_page: Any
) -> None:
    page = watched_page.page
    sign_in(page, desk)
    page.evaluate("window.neverReloaded = true")

    first = letters.write(desk, "The box came warped. All thirty of them.", subject="Warped records")
    line = page.locator("li.wait", has_text="Ana Lima")
    line.wait_for()
    assert page.evaluate("window.neverReloaded")

    line.locator("a.go").click()
    page.wait_for_url("**/conversations/*/")
    page.locator("#page .said", has_text="All thirty of them.").first.wait_for()
    page.locator("aside", has_text="ana@example.org").wait_for()

    words = page.locator("#composer .draft").first
    words.click()
    page.keyboard.type("Thirty new ones leave today.")
    page.keyboard.press("Control+Enter")
    page.get_by_role("button", name="Take back").wait_for()
    page.keyboard.press("Escape")
    page.get_by_role("button", name="Take back").click()
    page.locator("#composer .draft", has_text="Thirty new ones leave today.").wait_for()

    page.locator("#composer .draft").first.click()
    page.keyboard.press("Control+Enter")
    page.get_by_role("button", name="Take back").wait_for()
    (answer,) = letters.received(desk, "ana@example.org")
    assert answer["In-Reply-To"] == first["Message-ID"]
    assert first["Message-ID"] in answer["References"]
    assert answer["Subject"] == "Re: Warped records"
    assert "Thirty new ones leave today." in answer.get_body(("plain",)).get_content()

    where = page.url
    letters.write(desk, "You are angels.", subject="Re: Warped records", answers=answer)
    page.get_by_text("You are angels.").first.wait_for()
    assert page.url == where
    assert page.evaluate("window.neverReloaded")
    assert len(letters.received(desk, "ana@example.org")) == 1, "nothing was taken back too late, or sent twice"
    assert watched_page.troubles == []
