"""How a stranger opens a house by hand: the code from the terminal, themselves, the first mailbox."""

from __future__ import annotations

import base64
import hmac
import re
import struct
from typing import Any

from journeys.desks import RunningDesk
from journeys.engines.dovecot import MailAccount
from journeys.engines.smtp_sink import SMTPSink

TEST_LETTER = "A test letter from your new desk"
COMPANY, NAME, EMAIL, PASSWORD = "Harbour Row", "Mae Ling", "mae@harbourrow.example", "a ring at the door"


def code_of(desk: RunningDesk) -> str:
    """The one-time code, as whoever started the desk reads it in the terminal."""
    found = re.search(r"type this code: (\S+)", desk.server.log.read_text())
    assert found, desk.server.tail()
    return found[1]


def open_house(page: Any, desk: RunningDesk, *, code: str = "") -> None:
    """The first person comes in. Ends on the page that asks for the first mailbox."""
    page.goto(f"{desk.url}/")
    page.wait_for_url("**/first-run/")
    page.get_by_label("The code from the terminal").fill(code or code_of(desk))
    page.get_by_label("Your company").fill(COMPANY)
    page.get_by_label("Your name").fill(NAME)
    page.get_by_label("Your e-mail address").fill(EMAIL)
    page.get_by_label("A password").fill(PASSWORD)
    page.get_by_role("button", name="Open the house").click()
    page.wait_for_url("**/settings/mailboxes/add/**")
    desk.email, desk.password = EMAIL, PASSWORD


def fill_in_mailbox(
    page: Any, account: MailAccount, *, smtp_port: int, password: str = "", imap_host: str = "", imap_port: int = 0
) -> None:
    """What the form for a mailbox asks, with the doors of the engines here; not yet sent."""
    address = page.get_by_label("Address", exact=True)
    if address.count():
        address.fill(account.address)
    page.get_by_label("Password of the mailbox").fill(password or account.password)
    fold = page.locator("details", has_text="Servers and more")
    if fold.get_attribute("open") is None:
        fold.locator("summary").click()
    page.fill("[name=imap_host]", imap_host or account.server.host)
    page.fill("[name=imap_port]", str(imap_port or account.server.imap_port))
    page.select_option("[name=imap_security]", "none")
    page.fill("[name=smtp_host]", "127.0.0.1")
    page.fill("[name=smtp_port]", str(smtp_port))
    page.select_option("[name=smtp_security]", "none")


def add_mailbox(page: Any, account: MailAccount, sink: SMTPSink) -> None:
    """The first mailbox, right at once, with the test letter brought to it. Ends on the desk, where that letter stands."""
    fill_in_mailbox(page, account, smtp_port=sink.port)
    page.get_by_role("button", name="Add it and try it").click()
    bring_the_test_letter(page, account, sink)
    page.get_by_role("link", name="To the desk").click()
    page.locator("li.wait", has_text=TEST_LETTER).wait_for(timeout=60_000)


def bring_the_test_letter(page: Any, account: MailAccount, sink: SMTPSink) -> None:
    """The provider brings the letter to oneself, and the page says that it came back, by itself."""
    page.get_by_text("A test letter is on its way").wait_for(timeout=60_000)
    page.get_by_text("Waiting for it to come back").wait_for()
    account.deliver(sink.wait_for_letters(1)[-1].raw)
    page.get_by_text("Your test letter stands on the desk.").wait_for(timeout=60_000)


def code_of_the_phone(secret: str, at: float) -> str:
    """The six digits an app shows at that moment (RFC 6238, with its usual half minute and SHA-1)."""
    key = base64.b32decode(secret + "=" * (-len(secret) % 8))
    digest = hmac.digest(key, struct.pack(">Q", int(at // 30)), "sha1")
    offset = digest[-1] & 15
    return f"{(struct.unpack('>I', digest[offset : offset + 4])[0] & 0x7FFFFFFF) % 1_000_000:06d}"
