"""The telephone as a company sets it up: real browsers, the telephone process as it runs, a carrier played by hand."""

from __future__ import annotations

import time
from collections.abc import Iterator
from typing import Any

import pytest

from journeys import calling, desks
from journeys.calling import MAE, Stage, is_free, ready
from secondring.phone.tests.telephones import Answer, Caller, free_port

pytestmark = [pytest.mark.needs("chromium"), pytest.mark.once]
PORT = free_port()
OURS = "+351210000001"
# Does this note sound within twenty seconds? Listened for inside the page, for it sounds only for a moment.
COMES_BACK = """async (note) => {
    const context = new AudioContext(), meter = context.createAnalyser();
    await context.resume();
    meter.fftSize = 16384;
    meter.smoothingTimeConstant = 0;
    context.createMediaStreamSource(document.querySelector("#call-sound").srcObject).connect(meter);
    const bins = new Float32Array(meter.frequencyBinCount);
    for (let tries = 0; tries < 80; tries++) {
        await new Promise((done) => setTimeout(done, 250));
        meter.getFloatFrequencyData(bins);
        const loudest = Math.max(...bins);
        if (loudest > -70 && Math.abs(bins.indexOf(loudest) * context.sampleRate / meter.fftSize - note) < 8) return true;
    }
    return false;
}"""


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
    mae.get_by_text("It rings at your desk, as if").wait_for()
    calling.rings(mae)
    mae.get_by_text("Your own desk, to test").first.wait_for()
    mae.keyboard.press("Space")
    mae.get_by_text("Listen. After the tone").wait_for()
    assert mae.evaluate(COMES_BACK, MAE), "our own sound comes back"
    mae.get_by_text("We heard you well").wait_for(timeout=30_000)
    is_free(mae)
    mae.get_by_role("button", name="Yes, both").click()
    mae.get_by_text("Both directions work").wait_for()
    assert stage.troubles == []


@pytest.fixture(scope="module")
def carrier() -> Iterator[Caller]:
    """The telephone network, played by hand."""
    with Caller(PORT, user="+351212345678") as found:
        yield found


def test_a_number_is_added_rings_without_a_restart_and_who_called_is_called_back(
    mae: Any, stage: Stage, carrier: Caller
) -> None:
    add_a_number(mae, stage.desk.url, carrier)
    until_it_listens()
    mae.goto(stage.desk.url)
    ready(mae)
    carrier.invite(number=OURS)
    calling.rings(mae)
    carrier.gets(180)
    carrier.cancel()
    carrier.gets(487)
    carrier.send(carrier.message("ACK", number=OURS))

    mae.goto(f"{stage.desk.url}/settings/calling-out/")
    mae.get_by_label("Countries we call").select_option("PT")
    mae.get_by_role("button", name="Let calls go out").click()
    mae.get_by_text("Calls may go out.").first.wait_for()
    mae.goto(stage.desk.url)
    mae.get_by_role("link", name="+351 21 234 5678").or_(mae.get_by_text("A call")).first.click()
    mae.get_by_role("button", name="Call back").click()
    they_talk(mae, carrier)
    mae.get_by_text("You called them").first.wait_for()

    mae.keyboard.press("c")
    mae.get_by_text("Without a country code it is read as in Portugal.").wait_for()
    mae.keyboard.type("21 234 5678")
    mae.keyboard.press("Enter")
    they_talk(mae, carrier)


def they_talk(mae: Any, carrier: Caller) -> None:
    """What was asked for is dialled, picked up, and ended by Mae."""
    invited = it_is_dialled(carrier)
    assert "+351212345678" in invited.first
    tag = f"carrier{len(carrier.got)}"
    carrier.reply(invited, 180, "Ringing", tag=tag)
    carrier.reply(invited, 200, "OK", body=carrier.sdp, tag=tag)
    calling.talks(mae)
    mae.get_by_role("button", name="Hang up").click()
    carrier.asked("BYE")
    is_free(mae)


def add_a_number(mae: Any, url: str, carrier: Caller) -> None:
    mae.goto(f"{url}/settings/telephone/")
    mae.get_by_role("link", name="Add a number").click()
    mae.get_by_label("Your number").fill(OURS)
    mae.get_by_label("Who brings its calls?").select_option("other")
    mae.get_by_text("Server and more").click()
    mae.get_by_label("Server, for another provider").fill("127.0.0.1")
    mae.get_by_label("Port", exact=True).fill(str(carrier.port))
    mae.get_by_role("button", name="Add it and try it").click()
    mae.get_by_text("sends calls straight to this machine").wait_for()


def until_it_listens() -> None:
    """The telephone process has read the new row, without a restart."""
    until = time.monotonic() + 30
    while time.monotonic() < until:
        with Caller(PORT) as probe:
            probe.send(probe.message("OPTIONS"))
            if probe.next(0.5) is not None:
                return
    raise AssertionError("nobody listens for the new number")


def it_is_dialled(carrier: Caller) -> Answer:
    """The call that reaches the telephone network."""
    until = time.monotonic() + 20
    while time.monotonic() < until:
        said = carrier.next(1)
        if said is not None and said.first.startswith("INVITE"):
            return said
    raise AssertionError("nothing was dialled")


def test_a_greeting_is_recorded_in_the_browser_and_played_back(mae: Any, stage: Stage, carrier: Caller) -> None:
    mae.goto(f"{stage.desk.url}/settings/telephone/")
    form = mae.locator("form[data-records]").first
    form.get_by_role("button", name="Record it here").click()
    form.get_by_role("button", name="Stop and keep").wait_for()
    mae.wait_for_timeout(1_500)  # a greeting takes its time
    form.get_by_role("button", name="Stop and keep").click()
    player = mae.locator("audio[controls]").first
    player.wait_for(timeout=60_000)
    seconds = player.evaluate("""async (player) => {
        player.preload = "auto";
        player.load();
        await new Promise((done, fail) => { player.onloadedmetadata = done; player.onerror = () => fail(player.error); });
        return player.duration;
    }""")
    assert 1 <= seconds <= 10
    assert stage.troubles == []
