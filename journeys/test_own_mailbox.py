"""The main job with the company's own mailbox, over IMAP and SMTP, on either database, before a person's eyes."""

from __future__ import annotations

from collections.abc import Iterator
from email.message import EmailMessage
from email.utils import make_msgid
from typing import Any

import pytest

from journeys.desks import RunningDesk, serve
from journeys.engines.dovecot import MailAccount
from journeys.engines.process import private_folder
from journeys.engines.smtp_sink import SMTPSink, private_sink
from journeys.opening import add_mailbox, open_house
from journeys.own_desk import until

pytestmark = [pytest.mark.needs("chromium", "dovecot"), pytest.mark.timeout(300)]
CUSTOMER = "Ana Lima <ana@elsewhere.example>"


@pytest.fixture(params=["sqlite", "postgresql"])
def desk(request: pytest.FixtureRequest) -> Iterator[RunningDesk]:
    env = {}
    if request.param == "postgresql":
        env["SECONDRING_DATABASE_URL"] = request.getfixturevalue("postgresql").new_database()
    with private_folder("own-mailbox") as folder, serve(folder, **env) as running:
        yield running


@pytest.fixture
def sink(mail_account: MailAccount) -> Iterator[SMTPSink]:
    with private_sink(user=mail_account.address, password=mail_account.password) as running:
        yield running


def a_letter(words: str, to: str, *, answers: EmailMessage | None = None) -> EmailMessage:
    letter = EmailMessage()
    letter["From"], letter["To"], letter["Subject"] = CUSTOMER, to, "Warped records"
    letter["Message-ID"] = make_msgid(domain="elsewhere.example")
    if answers is not None:
        letter.replace_header("Subject", "Re: Warped records")
        letter["In-Reply-To"] = letter["References"] = answers["Message-ID"]
    letter.set_content(words)
    return letter


def test_a_letter_stands_on_the_open_desk_and_its_answer_brings_the_next_to_the_same_place(
    desk: RunningDesk, watched_page: Any, mail_account: MailAccount, sink: SMTPSink
) -> None:
    page = watched_page.page
    open_house(page, desk)
    add_mailbox(page, mail_account, sink)
    page.evaluate("window.neverReloaded = true")

    first = a_letter("The box came warped. All thirty of them.", mail_account.address)
    mail_account.deliver(first.as_bytes())
    line = page.locator("li.wait", has_text="Ana Lima")
    line.wait_for()
    line.locator("a.go").click()
    page.wait_for_url("**/conversations/*/")
    page.locator("#page .said", has_text="All thirty of them.").first.wait_for()

    page.locator("#composer .draft").first.click()
    page.keyboard.type("Thirty new ones leave today.")
    page.keyboard.press("Control+Enter")
    page.get_by_role("button", name="Take back").wait_for()
    answer = sink.wait_for_letters(2)[-1]
    assert answer.recipients == ("ana@elsewhere.example",)
    assert answer.message["In-Reply-To"] == first["Message-ID"]
    assert "Thirty new ones leave today." in answer.message.get_body(("plain",)).get_content()

    where = page.url
    mail_account.deliver(a_letter("You are angels.", mail_account.address, answers=answer.message).as_bytes())
    page.get_by_text("You are angels.").first.wait_for()
    assert page.url == where
    assert page.evaluate("window.neverReloaded")
    until(
        lambda: "Thirty new ones" in str(mail_account.letters("Sent")),
        what="the answer in Sent, for their mail programs",
    )
    assert len(sink.letters()) == 2, "the test letter and the answer, once each"
    assert watched_page.troubles == []
