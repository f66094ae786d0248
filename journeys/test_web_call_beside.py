"""What stands beside a web call: Firefox, a notice's link, another microphone, a note; and the page when we are closed."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import pytest

from journeys import calling, desks
from journeys.calling import CUSTOMER, HEARD, MAE, SILENCE, TOM, Stage, hears, is_note, rings, talks, until_hears
from journeys.engines import ENGINES
from journeys.engines.firefox import firefox_browser, who_hums

if TYPE_CHECKING:
    from journeys.engines.firefox import Firefox

pytestmark = [pytest.mark.needs("chromium"), pytest.mark.once]
IS_READY = "document.documentElement.dataset.telephone?.startsWith('hears')"
TALKS = "document.querySelector('#talking [data-since]')?.innerText.includes('since')"
# What a page sends is only known where it is sent.
SENDS = """
window.testPeers = [];
window.RTCPeerConnection = class extends RTCPeerConnection {
    constructor(...how) { super(...how); testPeers.push(this); }
};"""
SENT_FROM = "testPeers.at(-1)?.getSenders()[0]?.track?.label"
PLAYED_AT = """(async () => {
    const all = await navigator.mediaDevices.enumerateDevices();
    return all.find((each) => each.deviceId === document.querySelector("#call-sound").sinkId)?.label;
})()"""

# A note that sounds only for a moment is listened for from before it comes.
LISTENS = """(note) => {
    window.testHeard = (async () => {
        const sound = document.querySelector("#sound"), context = new AudioContext(), meter = context.createAnalyser();
        while (!sound.srcObject) await new Promise((done) => setTimeout(done, 20));
        await context.resume();
        meter.smoothingTimeConstant = 0;
        context.createMediaStreamSource(sound.srcObject).connect(meter);
        const bins = new Float32Array(meter.frequencyBinCount), width = context.sampleRate / meter.fftSize;
        for (let tries = 0; tries < 250; tries++) {
            await new Promise((done) => setTimeout(done, 40));
            meter.getFloatFrequencyData(bins);
            const loudest = Math.max(...bins);
            if (loudest > -70 && Math.abs(bins.indexOf(loudest) * width - note) < width) return true;
        }
        return false;
    })();
}"""
BEEP = 880


@pytest.fixture(scope="module")
def stage() -> Iterator[Stage]:
    with desks.demo() as running, calling.stage(running) as found:
        yield found


@pytest.fixture(scope="module")
def mae(stage: Stage) -> Any:
    page = stage.person(MAE)
    calling.open_the_page(page, stage.desk.url)
    calling.ready(page)
    return page


@pytest.mark.needs("firefox")
def test_who_sits_at_firefox_picks_up_holds_and_loads_the_page_anew(stage: Stage, mae: Any) -> None:
    program = ENGINES["firefox"].path()
    assert program
    with firefox_browser(program, who_hums(TOM)) as tom:
        desks.come_in(tom, stage.desk, email="tom@harbourrow.example")
        tom.click("#would-hear button")
        tom.wait_for(IS_READY)
        customer = stage.customer()
        tom.wait_for("!document.querySelector('#ringing').hidden")
        tom.press(" ")
        tom.wait_for(TALKS)
        customer.get_by_text("You’re talking with Tom").wait_for()
        assert is_note(until_hears(customer, TOM, "#sound"), TOM)
        assert firefox_hears(tom, CUSTOMER)

        tom.click('[data-do="hold"]')
        assert firefox_hears(tom, SILENCE)
        tom.click('[data-do="hold"]')
        calling.is_sure(customer)
        tom.command("browsingContext.reload", context=tom.tab, wait="complete")
        tom.wait_for(TALKS)
        assert firefox_hears(tom, CUSTOMER)
        assert is_note(until_hears(customer, TOM, "#sound"), TOM)

        tom.click('[data-do="hang-up"]')
        customer.get_by_text("Thank you for calling").wait_for()
        assert tom.troubles == []
    assert stage.troubles == []


def firefox_hears(firefox: Firefox, note: float) -> bool:
    listens = f"({HEARD})({json.dumps(['#call-sound', 700])})"
    return any(is_note(float(firefox.evaluate(listens)), note) for _ in range(12))


def test_a_notices_link_picks_up_another_microphone_is_heard_and_a_note_stays(stage: Stage, mae: Any) -> None:
    browser = stage.with_devices()
    context = browser.new_context()
    context.add_init_script(f"{calling.NO_PUSH}; {SENDS}")
    context.set_default_timeout(calling.WITHIN)
    tom = stage.watched(context.new_page())
    desks.sign_in(tom, stage.desk, email="tom@harbourrow.example")
    calling.ready(tom)
    tom.goto("about:blank")
    customer = stage.customer()
    rings(mae)

    tom.goto(f"{stage.desk.url}/#pick-up-{calling.key_of(mae)}")
    talks(tom)
    assert tom.url == f"{stage.desk.url}/", "what was opened anew must not pick up again"
    assert is_note(until_hears(tom, CUSTOMER), CUSTOMER)

    tom.get_by_role("button", name="Sound").click()
    tom.get_by_label("Microphone").select_option(label="Fake Audio Input 2")
    tom.get_by_label("Loudspeaker").select_option(label="Fake Audio Output 2")
    tom.wait_for_function(f"{SENT_FROM} === 'Fake Audio Input 2'")
    assert tom.evaluate(PLAYED_AT) == "Fake Audio Output 2"
    assert is_note(hears(tom), CUSTOMER)
    assert any(hears(customer, "#sound") != SILENCE for _ in range(8)), "it beeps now and then"

    tom.get_by_label("Their name").fill("Ingrid Vogel")
    tom.get_by_label("Their name").press("Enter")
    tom.locator("#talking").get_by_text("Ingrid Vogel").wait_for()
    tom.get_by_role("button", name="Note").click()
    tom.get_by_label("Note while you talk").fill("Wants the blue sleeve.")
    tom.locator("#call-note").get_by_role("button", name="Keep").click()
    tom.locator("#call-note").get_by_text("Kept").wait_for()
    calling.is_sure(tom)
    tom.reload()
    talks(tom)
    tom.wait_for_function(f"{SENT_FROM} === 'Fake Audio Input 2'")
    assert tom.evaluate(PLAYED_AT) == "Fake Audio Output 2"

    tom.get_by_role("button", name="Hang up").click()
    customer.get_by_text("Thank you for calling").wait_for()
    tom.goto(f"{stage.desk.url}/people/")
    tom.get_by_role("link", name=re.compile("Ingrid Vogel")).first.click()
    tom.locator("main").get_by_role("link", name="On the telephone").first.click()
    tom.locator("#timeline").get_by_text("Wants the blue sleeve.").wait_for()
    tom.locator("#timeline").get_by_text("You picked up").first.wait_for()
    assert stage.troubles == []
    browser.close()


def test_while_we_are_closed_the_page_says_so_takes_a_message_and_asks_for_a_number(stage: Stage, mae: Any) -> None:
    mae.goto(f"{stage.desk.url}/settings/telephone/")
    mae.get_by_role("link", name="Open now; hours and days off").click()
    mae.get_by_label("Hours of its own").check()
    mae.locator(".own-hours").get_by_role("checkbox").first.uncheck()
    for day in mae.locator(".own-hours .hours input").all():
        day.fill("")
    mae.get_by_role("button", name="Keep").click()
    mae.get_by_text("It is closed now.").wait_for()

    customer = stage.page(CUSTOMER)
    customer.goto(f"{stage.desk.url}/call/")
    customer.get_by_role("heading", name="Leave us a message.").wait_for()
    customer.get_by_text("We are closed just now.").wait_for()
    customer.evaluate(LISTENS, BEEP)
    customer.get_by_role("button", name="Speak", exact=True).click()
    customer.get_by_text("Say it after the tone").wait_for()
    assert customer.evaluate("testHeard"), "the tone"
    mae.goto(stage.desk.url)
    calling.is_sure(customer)
    customer.get_by_role("button", name="I have said it").click()
    mae.locator("#lines").get_by_text("They left a message").first.wait_for()
    assert not mae.locator("#ringing").is_visible()

    customer.goto(f"{stage.desk.url}/call/")
    customer.get_by_role("button", name="Rather write, and be called back").click()
    customer.get_by_label("Your number").fill("+351 912 345 678")
    customer.get_by_label("A word about it").fill("It is about the gold one.")
    customer.get_by_role("button", name="Please call me back").click()
    customer.get_by_role("heading", name="A person calls you back").wait_for()
    mae.locator("#lines").get_by_text("It is about the gold one.").first.wait_for()
    assert stage.troubles == []
