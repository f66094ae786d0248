"""The desk in another browser than the one it is tried in every day: Firefox, with real keys and clicks."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

import pytest

from journeys import letters
from journeys.desks import RunningDesk, come_in, demo

if TYPE_CHECKING:
    from journeys.engines.firefox import Firefox

pytestmark = pytest.mark.needs("firefox")
# Firefox calls it a network error when one leaves a page whose fetches are under way; so the journey counts them.
COUNT = """
(() => {
  window.underway = 0;
  addEventListener("htmx:before:request", () => { window.underway += 1; });
  addEventListener("htmx:finally:request", () => { window.underway -= 1; });
  return true;
})()
"""
WORDS = "It is the same pressing, only the coat is another."


@pytest.fixture
def desk() -> Iterator[RunningDesk]:
    """A desk with nobody waiting."""
    with demo("empty") as running:
        yield running


def test_a_letter_stands_live_is_answered_and_the_answer_taken_back(firefox: Firefox, desk: RunningDesk) -> None:
    come_in(firefox, desk)
    assert "Nobody is waiting." in firefox.text("#inbox")
    firefox.evaluate("window.neverReloaded = true")
    firefox.evaluate(COUNT)
    letters.write(desk, "Is the gold vinyl the same?", subject="Gold", sender="Kofi Mensah <kofi@example.org>")
    firefox.wait_for("document.querySelector('#lines li.wait')?.innerText.includes('Kofi Mensah')", within=30)
    assert firefox.evaluate("window.neverReloaded")

    firefox.click("#lines li.wait a.go")
    firefox.wait_for("document.querySelector('#composer .draft')?.isContentEditable", within=30)
    assert "Is the gold vinyl the same?" in firefox.text("#timeline")
    firefox.type("#composer .draft", WORDS)
    firefox.click("#composer button.is-key")
    firefox.wait_for("document.querySelector('#leaving')?.innerText.includes('Take back')", within=30)
    firefox.click("#leaving button")
    firefox.wait_for(f"document.querySelector('#composer .draft')?.innerText.includes('{WORDS}')", within=30)

    firefox.wait_for("document.querySelector('#timeline')?.innerText.includes('You took a letter back')", within=30)

    firefox.wait_for("window.underway === 0", within=30)
    firefox.open(desk.url)
    firefox.wait_for("document.querySelector('#lines li.wait')?.innerText.includes('Your draft')", within=30)
    firefox.click("#lines li.wait a.go")
    firefox.wait_for(f"document.querySelector('#composer .draft')?.innerText.includes('{WORDS}')", within=30)
    firefox.click("#composer button.is-key")
    (sent,) = letters.received(desk, "kofi@example.org")
    assert WORDS in sent.get_body(("plain",)).get_content()
    assert firefox.troubles == []
