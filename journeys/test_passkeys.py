"""Coming in with a passkey: Chromium's own virtual authenticator, real signatures, on http://localhost as the browser allows."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from journeys.desks import RunningDesk, serve
from journeys.engines.process import private_folder
from journeys.opening import PASSWORD, open_house

pytestmark = pytest.mark.needs("chromium")
A_FINGER = {
    "protocol": "ctap2",
    "transport": "internal",
    "hasResidentKey": True,
    "hasUserVerification": True,
    "isUserVerified": True,
    "automaticPresenceSimulation": True,
}


@pytest.fixture
def desk() -> Iterator[RunningDesk]:
    with private_folder("passkeys") as folder, serve(folder) as running:
        running.url = running.url.replace("127.0.0.1", "localhost")  # a passkey belongs to a name; an address has none
        yield running


def test_the_first_person_makes_a_passkey_and_comes_in_with_it_alone(desk: RunningDesk, watched_page: Any) -> None:
    page = watched_page.page
    line = page.context.new_cdp_session(page)
    line.send("WebAuthn.enable")
    finger = line.send("WebAuthn.addVirtualAuthenticator", {"options": A_FINGER})["authenticatorId"]
    open_house(page, desk)

    page.goto(f"{desk.url}/settings/me/")
    page.get_by_role("link", name="Passkeys, second step and recovery codes").click()
    add_passkey(page, "My laptop")
    assert len(line.send("WebAuthn.getCredentials", {"authenticatorId": finger})["credentials"]) == 1

    page.context.clear_cookies()
    come_in(page, desk)
    page.goto(f"{desk.url}/account/2fa/")
    page.locator("li", has_text="Passkeys").get_by_role("link", name="Look").click()
    page.locator("li", has_text="My laptop").get_by_text("last used").wait_for()

    line.send("WebAuthn.removeVirtualAuthenticator", {"authenticatorId": finger})
    line.send("WebAuthn.addVirtualAuthenticator", {"options": {**A_FINGER, "transport": "usb"}})
    page.goto(f"{desk.url}/account/2fa/webauthn/")
    page.get_by_role("link", name="Add one").click()
    make(page, "A key on my ring")
    page.context.clear_cookies()
    come_in(page, desk)
    assert watched_page.troubles == []


def test_a_finger_that_is_not_ours_opens_nothing_and_says_so(desk: RunningDesk, watched_page: Any) -> None:
    page = watched_page.page
    line = page.context.new_cdp_session(page)
    line.send("WebAuthn.enable")
    finger = line.send("WebAuthn.addVirtualAuthenticator", {"options": A_FINGER})["authenticatorId"]
    open_house(page, desk)
    page.goto(f"{desk.url}/account/2fa/")
    add_passkey(page, "My laptop")
    line.send("WebAuthn.setUserVerified", {"authenticatorId": finger, "isUserVerified": False})
    page.context.clear_cookies()
    page.goto(f"{desk.url}/account/login/")
    page.get_by_role("button", name="Use a passkey").click()
    page.get_by_text("The passkey was not used.").wait_for()
    assert "/account/login/" in page.url


def add_passkey(page: Any, name: str) -> None:
    page.locator("li", has_text="Passkeys").get_by_role("link", name="Add one").click()
    make(page, name)


def make(page: Any, name: str) -> None:
    page.get_by_role("heading", name="A new passkey").or_(page.locator("[name=password]")).first.wait_for()
    if page.locator("[name=password]").count():
        page.fill("[name=password]", PASSWORD)
        page.get_by_role("button", name="Go on").click()
    page.locator("[name=name]").fill(name)
    passwordless = page.locator("[name=passwordless]")
    if passwordless.count():
        passwordless.check()
    page.get_by_role("button", name="Make it").click()
    page.wait_for_url(lambda url: "/webauthn/add/" not in url)


def come_in(page: Any, desk: RunningDesk) -> None:
    """With nothing typed at all."""
    page.goto(f"{desk.url}/account/login/")
    page.get_by_role("button", name="Use a passkey").click()
    page.locator("html[data-line=on]").wait_for(state="attached")
