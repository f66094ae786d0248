"""Who may not look any more is shown nothing more: open desks close when somebody leaves, signs out, or loses a mailbox."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import ExitStack
from typing import Any

import pytest

from journeys import letters
from journeys.desks import RunningDesk, demo, sign_in
from journeys.engines.chromium import new_page

pytestmark = pytest.mark.needs("chromium")
BEA, CAL, NOOR, TOM = (f"{name}@harbourrow.example" for name in ("bea", "cal", "noor", "tom"))
SELLERS = "sellers@harbourrow.example"

# What a tab of this browser can know of its line: when it was closed and why, and every name it hears.
WATCH_THE_LINE = """
const Real = window.WebSocket;
window.heard = [];
window.WebSocket = class extends Real {
  constructor(...words) {
    super(...words);
    window.line = this;
    this.addEventListener("message", (event) => window.heard.push(event.data));
    this.addEventListener("close", (event) => sessionStorage.setItem("closed", JSON.stringify([event.code, Date.now()])));
  }
};
"""


@pytest.fixture(scope="module")
def desk() -> Iterator[RunningDesk]:
    with demo("empty") as running:
        yield running


@pytest.fixture
def pages(desk: RunningDesk, chromium: Any) -> Iterator[Any]:
    """`pages("bea@…")` is another computer of hers, signed in, with its line watched."""
    with ExitStack() as open_pages:

        def one_more(email: str) -> Any:
            page = open_pages.enter_context(new_page(chromium)).page
            page.add_init_script(WATCH_THE_LINE)
            sign_in(page, desk, email=email)
            return page

        yield one_more


def closed_after(page: Any, began: float) -> float:
    """Seconds from `began` (this page's clock) until its line was closed by the desk; fails when it never is."""
    page.wait_for_function("() => sessionStorage.getItem('closed')", timeout=20_000)
    code, at = json.loads(page.evaluate("sessionStorage.getItem('closed')"))
    assert code == 4401
    return float(at - began) / 1000


def now(page: Any) -> float:
    return float(page.evaluate("Date.now()"))


def test_signing_out_everywhere_closes_the_desk_on_the_other_computer(desk: RunningDesk, pages: Any) -> None:
    here, there = pages(BEA), pages(BEA)
    here.goto(f"{desk.url}/settings/me/")
    here.locator("html[data-line=on]").wait_for(state="attached")
    began = now(there)
    here.get_by_role("button", name="Sign out everywhere else").click()
    print(f"\nsigned out elsewhere: the line closed after {closed_after(there, began):.2f} s")
    there.wait_for_url("**/account/login/**")
    here.get_by_text("Signed out everywhere else.").wait_for()
    assert here.evaluate("window.line.readyState") == 1


def test_who_leaves_is_gone_from_their_desk_at_once(desk: RunningDesk, pages: Any) -> None:
    mae, cal = pages(desk.email), pages(CAL)
    mae.goto(f"{desk.url}/settings/people/")
    person = mae.locator("#main li", has_text="Cal Dunmore")
    person.locator("summary").click()
    began = now(cal)
    person.get_by_role("button", name="They have left").click()
    print(f"\nleft: the line closed after {closed_after(cal, began):.2f} s")
    cal.wait_for_url("**/account/login/**")
    mae.get_by_role("heading", name="Were here").wait_for()


def test_a_mailbox_taken_away_is_gone_from_the_screen_at_once_and_only_there(desk: RunningDesk, pages: Any) -> None:
    mae, noor, tom = pages(desk.email), pages(NOOR), pages(TOM)
    open_sellers_to(mae, desk, "Noor Haddad", "Tom Adeyemi")
    letters.write(desk, "Nobody may know my price yet.", sender="Ida Blom <ida@example.org>", to=SELLERS)
    for page in (noor, tom):
        page.goto(desk.url)
        page.locator("li.wait", has_text="Ida Blom").locator("a.go").click()
        page.locator("#page .said", has_text="Nobody may know my price yet.").first.wait_for()
    keep = choose_who_answers_sellers(mae, desk, "Noor Haddad")
    began = now(tom)
    keep.click()
    print(f"\nmailbox taken away: the line closed after {closed_after(tom, began):.2f} s")
    tom.get_by_role("heading").first.wait_for()
    tom.wait_for_function("() => !document.body.innerText.includes('Nobody may know')")
    tom.goto(desk.url)
    tom.locator("html[data-line=on]").wait_for(state="attached")
    assert tom.get_by_text("Ida Blom").count() == 0
    assert noor.evaluate("[window.line.readyState, sessionStorage.getItem('closed')]") == [1, None]


def test_a_tab_hears_nothing_of_what_its_person_may_not_see_whatever_it_asks_for(desk: RunningDesk, pages: Any) -> None:
    mae, noor, tom = pages(desk.email), pages(NOOR), pages(TOM)
    open_sellers_to(mae, desk, "Noor Haddad")
    letters.write(desk, "Between us only.", sender="Rui Prates <rui@example.org>", to=SELLERS)
    for page in (noor, mae):
        page.goto(desk.url)
        page.locator("li.wait", has_text="Rui Prates").locator("a.go").click()
        page.locator("#composer .draft").wait_for()
    tom.evaluate(WATCH_EVERYTHING)
    noor.locator("#composer .draft").first.click()
    noor.keyboard.type("Dear Rui")
    mae.get_by_text("Noor writes").or_(mae.get_by_text("Noor is writing")).first.wait_for()
    mae.keyboard.press("m")
    mae.keyboard.type("@Noor only you know him")
    mae.keyboard.press("Control+Enter")
    noor.locator("#bell b").wait_for()
    assert tom.evaluate(HEARD) == []

    letters.write(desk, "For everybody.", sender="Open Olga <olga@example.org>")
    tom.wait_for_function(f"() => ({HEARD}).some((frame) => frame.includes('/inbox/'))")


def open_sellers_to(page: Any, desk: RunningDesk, *names: str) -> None:
    """Only these people (and the owner) answer the sellers from now on."""
    choose_who_answers_sellers(page, desk, *names).click()
    page.get_by_text("Kept.").wait_for()


def choose_who_answers_sellers(page: Any, desk: RunningDesk, *names: str) -> Any:
    """The form filled in; the button that keeps it is the answer."""
    page.goto(f"{desk.url}/settings/mailboxes/")
    page.locator("#mailboxes li", has_text=SELLERS).get_by_role("link").click()
    form = page.locator("form", has_text="Only these")
    form.get_by_label("Only these").check()
    for box in form.locator("input[type=checkbox]").all():
        box.set_checked(False)
    for name in names:
        form.get_by_label(name).check()
    return form.get_by_role("button", name="Keep")


# A curious tab: it asks to be told of every name there could be, each under an address of its own.
WATCH_EVERYTHING = """() => {
  const names = ["inbox", "team", "board", "letters", "mailboxes", "troubles", "mailbox-1", "mailbox-2"];
  for (let n = 1; n <= 6; n++)
    names.push(`conversation-${n}`, `customer-${n}`, `nudges-${n}`, `access-${n}`, `access-place-${n}`);
  window.line.send(JSON.stringify({watch: Object.fromEntries(names.map((name) => [`/${name}/`, [[name], false]]))}));
  window.heard.length = 0;
}"""
HEARD = "window.heard.filter((frame) => !frame.includes('pong'))"
