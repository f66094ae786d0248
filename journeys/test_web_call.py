"""Calls from the web page to desks, in real browsers with real sound: who hears whom is told by the notes they hum."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from journeys import calling, desks, waking
from journeys.calling import (
    CUSTOMER,
    MAE,
    SILENCE,
    TOM,
    Stage,
    hears,
    is_free,
    is_note,
    pick_up,
    ready,
    rings,
    talks,
    until_hears,
)

pytestmark = [pytest.mark.needs("chromium"), pytest.mark.once]


@pytest.fixture(scope="module")
def stage() -> Iterator[Stage]:
    with desks.demo() as running, calling.stage(running) as found:
        yield found


@pytest.fixture(scope="module")
def mae(stage: Stage) -> Any:
    page = stage.person(MAE)
    calling.open_the_page(page, stage.desk.url)
    return page


@pytest.fixture(scope="module")
def tom(stage: Stage, mae: Any) -> Any:
    return stage.person(TOM, email="tom@harbourrow.example")


@pytest.fixture
def customer(stage: Stage, mae: Any, tom: Any) -> Iterator[Any]:
    """Calls, while both desks would hear it; after the test the call is over, and nothing went wrong in any page."""
    for each in (mae, tom):
        ready(each)
    page = stage.customer()
    yield page
    page.context.close()
    stage.contexts.remove(page.context)
    for each in (mae, tom):
        if not each.is_closed():
            is_free(each)
    assert stage.troubles == []


def test_a_web_call_rings_two_desks_and_the_first_hand_talks(mae: Any, tom: Any, customer: Any) -> None:
    for each in (mae, tom):
        rings(each)
        each.locator("#caller:not([hidden])").wait_for()
    tom.keyboard.press("Space")
    tom.get_by_role("button", name="Hang up").wait_for()
    mae.locator("#ringing").wait_for(state="hidden")
    customer.get_by_text("You’re talking with Tom").wait_for()

    assert is_note(until_hears(customer, TOM, "#sound"), TOM)
    assert is_note(until_hears(tom, CUSTOMER), CUSTOMER)

    tom.get_by_role("button", name="Hang up").click()
    customer.get_by_text("Thank you for calling").wait_for()


def test_on_hold_they_hear_music_and_muted_they_hear_nothing(tom: Any, customer: Any) -> None:
    """And whoever is typing their name meanwhile loses not a letter of it."""
    rings(tom)
    tom.get_by_label("Their name").fill("Ros")
    tom.locator("#ringing .is-ring").click()
    talks(tom)
    assert is_note(until_hears(customer, TOM, "#sound"), TOM)

    tom.get_by_role("button", name="Hold").click()
    tom.get_by_text("on hold, hears music").wait_for()
    music = [hears(customer, "#sound") for _ in range(2)]
    assert all(heard != SILENCE and not is_note(heard, TOM) for heard in music)
    assert hears(tom) == SILENCE

    tom.get_by_role("button", name="Hold").click()
    assert is_note(until_hears(customer, TOM, "#sound"), TOM)
    assert is_note(until_hears(tom, CUSTOMER), CUSTOMER)

    tom.get_by_label("Their name").press("End")
    tom.keyboard.type("a Dias")
    tom.get_by_label("Their name").press("Enter")
    tom.locator("#talking").get_by_text("Rosa Dias").wait_for()
    tom.get_by_role("button", name="Keys").click()
    tom.keyboard.press("5")
    assert tom.locator("#keypad output").inner_text() == "5"

    tom.get_by_role("button", name="Mute").click()
    tom.get_by_text("You are muted").wait_for()
    assert until_hears(customer, SILENCE, "#sound") == SILENCE
    assert is_note(hears(tom), CUSTOMER)
    tom.get_by_role("button", name="Mute").click()
    assert is_note(until_hears(customer, TOM, "#sound"), TOM)


def test_a_reload_in_mid_call_and_on_hold_never_drops_the_caller(tom: Any, customer: Any) -> None:
    pick_up(tom)
    tom.get_by_role("link", name="People").first.click()
    tom.wait_for_url("**/people/**")
    assert is_note(until_hears(tom, CUSTOMER), CUSTOMER)
    tom.go_back()
    assert is_note(until_hears(customer, TOM, "#sound"), TOM)

    calling.is_sure(tom)
    tom.reload()
    talks(tom)
    assert is_note(until_hears(customer, TOM, "#sound"), TOM)
    assert is_note(until_hears(tom, CUSTOMER), CUSTOMER)

    tom.get_by_role("button", name="Hold").click()
    tom.reload()
    tom.get_by_text("on hold, hears music").wait_for()
    heard = hears(customer, "#sound")
    assert heard != SILENCE
    assert not is_note(heard, TOM)
    tom.get_by_role("button", name="Hold").click()
    assert is_note(until_hears(customer, TOM, "#sound"), TOM)
    assert is_note(until_hears(tom, CUSTOMER), CUSTOMER)


def test_a_call_is_given_to_a_colleague_at_once(mae: Any, tom: Any, customer: Any) -> None:
    pick_up(tom)
    give(tom, "Mae", "Give")
    is_free(tom)
    mae.get_by_text("Tom sends you the call").wait_for()
    pick_up(mae)
    customer.get_by_text("You’re talking with Mae").wait_for()
    assert is_note(until_hears(customer, MAE, "#sound"), MAE)
    assert is_note(until_hears(mae, CUSTOMER), CUSTOMER)


def test_a_colleague_is_asked_first_while_the_caller_hears_music(mae: Any, tom: Any, customer: Any) -> None:
    pick_up(tom)
    give(tom, "Mae", "Ask first")
    tom.get_by_text("Asking Mae. They hear music.").wait_for()
    together = tom.get_by_role("button", name="Bring them together")
    assert not together.is_visible()
    rings(mae)
    mae.keyboard.press("Space")
    mae.get_by_text("First with Tom").wait_for()
    tom.get_by_text("You talk with Mae. They hear music.").wait_for()
    assert is_note(until_hears(tom, MAE), MAE)
    assert is_note(until_hears(mae, TOM), TOM)
    heard = hears(customer, "#sound")
    assert heard != SILENCE
    assert not is_note(heard, TOM)
    assert not is_note(heard, MAE)

    together.click()
    is_free(tom)
    talks(mae)
    assert is_note(until_hears(customer, MAE, "#sound"), MAE)
    assert is_note(until_hears(mae, CUSTOMER), CUSTOMER)
    customer.get_by_text("You’re talking with Mae").wait_for()


def give(page: Any, name: str, how: str) -> None:
    page.get_by_role("button", name="Transfer").click()
    page.locator("#transfer li", has_text=name).get_by_role("button", name=how).click()


NEVER = "() => new Promise(() => {})"
SILENT_FROM = {
    "the click": "",
    "the answer": "RTCPeerConnection.prototype.setLocalDescription = " + NEVER,
}


@pytest.mark.parametrize("step", SILENT_FROM)
def test_when_the_winner_vanishes_before_the_sound_it_rings_on(
    stage: Stage, mae: Any, tom: Any, customer: Any, step: str
) -> None:
    hand = stage.watched(tom.context.new_page())
    hand.goto(stage.desk.url)
    rings(hand)
    rings(mae)
    if SILENT_FROM[step]:
        hand.evaluate(f"() => void ({SILENT_FROM[step]})")
    hand.keyboard.press("Space")
    mae.locator("#ringing").wait_for(state="hidden")
    hand.close()
    pick_up(mae)
    assert is_note(until_hears(customer, MAE, "#sound"), MAE)


def test_of_two_windows_one_rings_and_what_one_does_the_other_follows(stage: Stage, tom: Any, customer: Any) -> None:
    twin = stage.watched(tom.context.new_page())
    twin.goto(stage.desk.url)
    rings(twin)
    assert len(calling.bells(tom, twin)) == 1
    twin.keyboard.press("Escape")
    twin.locator("#ringing:not([hidden])").wait_for()
    tom.wait_for_timeout(300)
    assert calling.bells(tom, twin) == []
    twin.keyboard.press("Space")
    talks(twin)
    tom.get_by_text("in your other window").wait_for()
    twin.close()


def test_the_light_says_what_to_do_and_going_on_duty_opens_the_microphone_once(stage: Stage, mae: Any) -> None:
    context = stage.context(TOM)
    context.clear_permissions()
    context.add_init_script(COUNTS)
    page = stage.watched(context.new_page())
    desks.sign_in(page, stage.desk, email="cal@harbourrow.example")
    light = page.locator("#would-hear")
    page.get_by_role("switch").uncheck()
    light.get_by_text("You are off duty").wait_for()
    page.get_by_role("switch").check()
    page.locator("html[data-telephone=microphone-asks]").wait_for(state="attached")
    light.get_by_text("Press to allow the microphone").wait_for()
    context.grant_permissions(["microphone"], origin=stage.desk.url)
    page.locator('html[data-telephone^="hears"]').wait_for(state="attached")
    light.get_by_text("You would hear a call now").wait_for()
    customer = stage.customer()
    pick_up(page)
    assert page.evaluate("testAsked") == 2, "once in vain, once for good, never at picking up"
    page.get_by_role("button", name="Hang up").click()
    customer.get_by_text("Thank you for calling").wait_for()
    for each in (page, customer):
        each.context.close()
        stage.contexts.remove(each.context)


COUNTS = """{
    const first = navigator.mediaDevices.getUserMedia;
    window.testAsked = 0;
    navigator.mediaDevices.getUserMedia = async (...how) => {
        testAsked += 1;
        const { state } = await navigator.permissions.query({ name: "microphone" });
        if (state !== "granted") throw new DOMException("not yet", "NotAllowedError");
        return first(...how);
    };
}"""


def test_who_looks_elsewhere_is_told_by_the_system_and_picks_up_there(stage: Stage, mae: Any, tmp_path: Path) -> None:
    """The service worker is fed through the debugger, as a push service would; the push service itself is not ours to try."""
    app = stage.profile(TOM, tmp_path)
    app.add_init_script(f"{waking.SUBSCRIBES}; document.hasFocus = () => false")
    noor = stage.watched(app.pages[0])
    desks.sign_in(noor, stage.desk, email="noor@harbourrow.example")
    ready(noor)
    noor.locator("#would-hear").get_by_text("Also with this window closed").wait_for()

    customer = stage.customer()
    rings(noor)
    noor.wait_for_function(f"async () => (await ({waking.NOTICES})()).length === 1")
    assert noor.evaluate(waking.NOTICES) == [["Somebody new", "is calling", "Pick up"]]
    app.service_workers[0].evaluate(waking.PRESSES)
    talks(noor)
    assert noor.evaluate(waking.NOTICES) == []
    customer.context.close()
    stage.contexts.remove(customer.context)
    is_free(noor)

    push = waking.pushing(app, noor, stage.desk.url)
    noor.goto("about:blank")
    push({"what": "ring", "key": "k", "title": "Ana", "says": "is calling", "pick_up": "Pick up"})
    shown = app.service_workers[0]
    assert shown.evaluate(waking.TITLES) == ["Ana"]
    push({"what": "over", "key": "k", "title": "It rings no more", "says": "Somebody has the call."})
    assert shown.evaluate(waking.TITLES) == ["It rings no more"]
    app.close()
    stage.contexts.remove(app)


def test_one_line_on_any_page_calls_us_in_a_small_window(stage: Stage, mae: Any, tom: Any) -> None:
    with calling.other_site(f'<script src="{stage.desk.url}/call/widget.js" async></script>') as address:
        shop = stage.page(CUSTOMER)
        shop.goto(address)
        with shop.expect_popup() as opened:
            shop.get_by_role("button", name="Call us").click()
        window = stage.watched(opened.value)
        window.get_by_role("button", name="Call", exact=True).click()
        pick_up(tom)
        shop.get_by_role("button", name="Call us").click()
        assert is_note(until_hears(window, TOM, "#sound"), TOM)
        assert len(shop.context.pages) == 2, "who talks is shown again, not called anew"
        window.get_by_role("button", name="Hang up").click()
        is_free(tom)
