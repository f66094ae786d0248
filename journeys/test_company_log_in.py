"""The company's own log-in (OpenID Connect): whom the team has invited comes in by it, nobody else, and a second step stays."""

from __future__ import annotations

import time
from collections.abc import Iterator
from typing import Any

import pytest

from journeys.desks import RunningDesk, serve
from journeys.engines.oidc import OIDCProvider, private_oidc
from journeys.engines.process import private_folder
from journeys.opening import EMAIL, PASSWORD, code_of_the_phone, open_house

pytestmark = pytest.mark.needs("chromium")


@pytest.fixture
def company() -> Iterator[OIDCProvider]:
    with private_oidc() as provider:
        yield provider


@pytest.fixture
def desk(company: OIDCProvider) -> Iterator[RunningDesk]:
    with private_folder("company") as folder, serve(folder, SECONDRING_OIDC=company.setting) as running:
        yield running


def test_the_company_vouches_and_the_team_invites(desk: RunningDesk, company: OIDCProvider, watched_page: Any) -> None:
    page = watched_page.page
    open_house(page, desk)
    invite(page, desk, "Noor Haddad", "noor@harbourrow.example")

    out(page)
    company.email = "eve@elsewhere.example"
    come_by_company(page, desk, "eve@elsewhere.example")
    page.get_by_text("this desk does not yet. Ask a lead to invite you.").wait_for()

    company.email, company.verified = "noor@harbourrow.example", False
    come_by_company(page, desk, "noor@harbourrow.example")
    page.get_by_text("Ask a lead to invite you.").wait_for()

    page.goto(f"{desk.url}/account/login/")
    page.get_by_role("link", name="Come in by Our log-in").click()
    page.get_by_role("link", name="Not now").click()
    page.get_by_role("heading", name="Not this time").wait_for()

    company.verified = True
    for _each in ("the first time", "and again"):
        out(page)
        come_by_company(page, desk, "noor@harbourrow.example")
        page.locator("html[data-line=on]").wait_for(state="attached")
        page.goto(f"{desk.url}/settings/me/")
        assert page.locator("[name=name]").input_value() == "Noor Haddad"

    out(page)
    company.email = EMAIL
    come_by_company(page, desk, EMAIL)
    page.locator("html[data-line=on]").wait_for(state="attached")
    secret = codes_from_the_phone(page, desk)
    out(page)
    come_by_company(page, desk, EMAIL)
    page.get_by_role("heading", name="One more step").wait_for()
    page.locator("[name=code]").fill(code_of_the_phone(secret, time.time() + 30))
    page.get_by_role("button", name="Come in").click()
    page.locator("html[data-line=on]").wait_for(state="attached")
    assert [each for each in watched_page.troubles if "404" not in each] == []  # the provider has no icon


def come_by_company(page: Any, desk: RunningDesk, email: str) -> None:
    page.goto(f"{desk.url}/account/login/")
    page.get_by_role("link", name="Come in by Our log-in").click()
    page.get_by_role("link", name=f"Go on as {email}").click()


def out(page: Any) -> None:
    page.context.clear_cookies()


def invite(page: Any, desk: RunningDesk, name: str, email: str) -> None:
    page.goto(f"{desk.url}/settings/people/")
    page.get_by_label("Their name").fill(name)
    page.get_by_label("Their e-mail address").fill(email)
    page.get_by_role("button", name="Invite them").click()
    page.get_by_role("heading", name="Give Noor this link").wait_for()


def codes_from_the_phone(page: Any, desk: RunningDesk) -> str:
    """Set up by somebody who came in by the company, who has a password, too."""
    page.goto(f"{desk.url}/account/2fa/totp/activate/")
    page.get_by_role("heading", name="Codes from your phone").or_(page.locator("[name=password]")).first.wait_for()
    if page.locator("[name=password]").count():
        page.fill("[name=password]", PASSWORD)
        page.get_by_role("button", name="Go on").click()
    secret = str(page.locator("p.also code").inner_text())
    page.locator("[name=code]").fill(code_of_the_phone(secret, time.time()))
    page.get_by_role("button", name="Begin").click()
    page.get_by_role("heading", name="Recovery codes").wait_for()
    return secret
