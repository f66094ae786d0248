"""A new desk, opened by hand by somebody who has only read its terminal: in, safe, and with a mailbox that works."""

from __future__ import annotations

import re
import time
from collections.abc import Iterator
from typing import Any

import pytest

from journeys.desks import RunningDesk, serve
from journeys.engines.dovecot import MailAccount
from journeys.engines.process import free_port, private_folder
from journeys.engines.smtp_sink import SMTPSink, private_sink
from journeys.opening import (
    EMAIL,
    PASSWORD,
    TEST_LETTER,
    bring_the_test_letter,
    code_of,
    code_of_the_phone,
    fill_in_mailbox,
    open_house,
)

pytestmark = [pytest.mark.needs("chromium", "dovecot"), pytest.mark.timeout(600)]
SLOW = 60_000  # milliseconds: a try of the doors on a busy machine


@pytest.fixture
def desk() -> Iterator[RunningDesk]:
    with private_folder("new") as folder, serve(folder) as running:
        yield running


@pytest.fixture
def sink(mail_account: MailAccount) -> Iterator[SMTPSink]:
    with private_sink(user=mail_account.address, password=mail_account.password) as running:
        yield running


def test_a_stranger_opens_the_house_makes_it_safe_and_connects_a_mailbox(
    desk: RunningDesk, watched_page: Any, mail_account: MailAccount, sink: SMTPSink
) -> None:
    page, began = watched_page.page, time.monotonic()
    page.goto(f"{desk.url}/")
    page.get_by_label("The code from the terminal").fill("AAAA-BBBB-CCCC")
    page.get_by_label("Your company").fill("Harbour Row")
    page.get_by_label("Your name").fill("Mae Ling")
    page.get_by_label("Your e-mail address").fill(EMAIL)
    page.get_by_label("A password").fill(PASSWORD)
    page.get_by_role("button", name="Open the house").click()
    page.get_by_text("That is not the code.").wait_for()
    open_house(page, desk, code=code_of(desk).lower().replace("-", " "))

    connect_with_every_mistake(page, mail_account, sink)
    print(f"\nfrom the first page to a mailbox that works, five mistakes included: {time.monotonic() - began:.0f} s")

    page.get_by_role("link", name="To the desk").click()
    page.locator("li.wait", has_text=TEST_LETTER).locator("a.go").click()
    page.get_by_text("If you can read this on the desk").first.wait_for()
    page.get_by_role("button", name="Done").first.click()
    page.get_by_role("heading", name="Nobody is waiting.").wait_for()
    page.get_by_text("When somebody writes, they come up here by themselves").wait_for()

    secret = make_it_safe(page, desk)
    come_in_again(page, desk, secret)
    refusals = [said for said in watched_page.troubles if "422" not in said]
    assert refusals == []


def connect_with_every_mistake(page: Any, account: MailAccount, sink: SMTPSink) -> None:
    """Wrong password, wrong name, wrong ports; each is said in a sentence that leads on. Then right."""
    fill_in_mailbox(page, account, smtp_port=sink.port, password="not-that-one")
    page.get_by_role("button", name="Add it and try it").click()
    page.get_by_text("does not accept this name and password").wait_for(timeout=SLOW)
    for wrong, sentence in (
        ({"imap_host": "imap.nowhere.invalid"}, "There is no server of that name."),
        ({"imap_port": free_port()}, "Nobody listens on this port."),
        (
            {"imap_port": sink.port},
            "Something else answers on this port. Look at the port of the server for letters in.",
        ),
    ):
        fill_in_mailbox(page, account, smtp_port=sink.port, **wrong)
        page.get_by_role("button", name="Keep and try").click()
        page.get_by_text(sentence).wait_for(timeout=SLOW)
    fill_in_mailbox(page, account, smtp_port=account.server.imap_port)
    page.get_by_role("button", name="Keep and try").click()
    page.get_by_text("Look at the port of the server for letters out.").wait_for(timeout=SLOW)
    fill_in_mailbox(page, account, smtp_port=sink.port)
    page.get_by_role("button", name="Keep and try").click()
    bring_the_test_letter(page, account, sink)


def make_it_safe(page: Any, desk: RunningDesk) -> str:
    """Codes from the phone, and codes on paper. Returns the phone's secret."""
    page.goto(f"{desk.url}/settings/me/")
    page.get_by_role("link", name="Passkeys, second step and recovery codes").click()
    page.locator("li", has_text="Codes from your phone").get_by_role("link", name="Begin").click()
    page.fill("[name=password]", PASSWORD)  # who sits down at an open desk cannot lock its owner out
    page.get_by_role("button", name="Go on").click()
    secret = str(page.locator("p.also code").inner_text())
    code = page.locator("main input[name=code]").or_(page.locator("[name=code]")).first
    code.fill("000000")
    page.get_by_role("button", name="Begin").click()
    page.locator(".why").first.wait_for()
    assert page.locator("p.also code").inner_text() == secret, "one need not begin anew after a slip"
    code.fill(code_of_the_phone(secret, time.time()))
    page.get_by_role("button", name="Begin").click()
    page.get_by_role("heading", name="Recovery codes").wait_for()
    return secret


def come_in_again(page: Any, desk: RunningDesk, secret: str) -> None:
    """By password and phone; by password and paper; a paper code opens once."""
    on_paper = page.locator("#recovery_codes code").all_inner_texts()
    assert len(on_paper) == len(set(on_paper)) >= 8
    for answer in (on_paper[0], code_of_the_phone(secret, time.time() + 30)):
        second_step(page, desk)
        page.locator("[name=code]").fill(answer)
        page.get_by_role("button", name="Come in").click()
        page.wait_for_url(re.compile(re.escape(desk.url) + "/$"))
    second_step(page, desk)
    page.locator("[name=code]").fill(on_paper[0])
    page.get_by_role("button", name="Come in").click()
    page.locator(".why").first.wait_for()


def second_step(page: Any, desk: RunningDesk) -> None:
    """Out, and in again as far as the second question."""
    page.context.clear_cookies()
    page.goto(f"{desk.url}/account/login/")
    page.fill("[name=login]", EMAIL)
    page.fill("[name=password]", PASSWORD)
    page.locator("button[type=submit].is-key").click()
    page.get_by_role("heading", name="One more step").wait_for()
