"""The telephone as a company sets it up: real browsers, the telephone process as it runs, a carrier played by hand."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from journeys import calling, desks
from journeys.calling import MAE, Stage, is_free, ready, until_hears
from secondring.phone.tests.telephones import free_port

pytestmark = [pytest.mark.needs("chromium"), pytest.mark.once]
PORT = free_port()


@pytest.fixture(scope="module")
def stage() -> Iterator[Stage]:
    with desks.demo(SECONDRING_PHONE_PORTS=str(PORT)) as running, calling.stage(running) as found:
        yield found


@pytest.fixture(scope="module")
def mae(stage: Stage) -> Any:
    page = stage.person(MAE)
    calling.open_the_page(page, stage.desk.url)
    ready(page)
    return page


def test_call_me_now_rings_speaks_listens_and_says_that_both_directions_work(mae: Any, stage: Stage) -> None:
    mae.goto(f"{stage.desk.url}/settings/telephone/")
    ready(mae)
    mae.get_by_role("button", name="Ring at my desk").click()
    mae.get_by_text("It rings at your desk").wait_for()
    calling.rings(mae)
    mae.get_by_text("Your own desk, to test").first.wait_for()
    mae.keyboard.press("Space")
    mae.get_by_text("Listen. After the tone").wait_for()
    heard = until_hears(mae, MAE, tries=20)
    assert calling.is_note(heard, MAE), "our own sound comes back"
    mae.get_by_text("We heard you well").wait_for(timeout=30_000)
    is_free(mae)
    mae.get_by_role("button", name="Yes, both").click()
    mae.get_by_text("Both directions work").wait_for()
    assert stage.troubles == []
