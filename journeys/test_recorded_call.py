"""A call that is recorded, in real browsers: turned on with one's own words, told to both, stopped by one press, heard again."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from journeys import calling, desks
from journeys.calling import CUSTOMER, MAE, Stage, is_note, talks, until_hears
from secondring.phone.media.tests.test_tape import NOTICE, loud, notice

LENGTH = """async (sound) => {
    sound.load();
    await new Promise((done) => sound.addEventListener("loadedmetadata", done));
    return sound.duration;
}"""
pytestmark = [pytest.mark.needs("chromium"), pytest.mark.once]


@pytest.fixture
def stage() -> Iterator[Stage]:
    with desks.demo() as running, calling.stage(running) as found:
        yield found


def turn_recording_on(mae: Any, url: str, words: Path) -> None:
    mae.goto(f"{url}/settings/telephone/")
    mae.get_by_role("link", name="Recording, and what to know first").last.click()
    mae.get_by_text("The law differs from country to country").wait_for()
    mae.get_by_role("button", name="Record calls here").click()
    mae.get_by_text("Say first, in your own words").wait_for()
    mae.get_by_label("A WAV file").set_input_files(words)
    mae.get_by_role("button", name="Keep this file").click()
    mae.locator("audio").wait_for()
    mae.get_by_role("button", name="Record calls here").click()
    mae.get_by_text("Calls are recorded here.").wait_for()


def test_it_is_said_first_seen_by_all_stopped_by_one_press_and_listened_to(stage: Stage, tmp_path: Path) -> None:
    mae = stage.person(MAE)
    calling.open_the_page(mae, stage.desk.url)
    turn_recording_on(mae, stage.desk.url, notice(tmp_path, 3.0))
    calling.ready(mae)

    customer = stage.page(CUSTOMER)
    customer.goto(f"{stage.desk.url}/call/")
    customer.get_by_text("We record this call").wait_for()
    customer.get_by_role("button", name="Call", exact=True).click()
    calling.rings(mae)
    mae.keyboard.press("Space")
    talks(mae)
    assert is_note(until_hears(customer, NOTICE, "#sound", tries=2), NOTICE)
    assert is_note(until_hears(mae, NOTICE, tries=2), NOTICE)
    mae.locator("#talking").get_by_text("recorded", exact=True).wait_for()
    customer.get_by_text("This call is recorded.").wait_for()
    assert is_note(until_hears(customer, MAE, "#sound"), MAE)
    assert is_note(until_hears(mae, CUSTOMER), CUSTOMER)
    mae.wait_for_timeout(1_500)

    mae.get_by_role("button", name="Stop recording").dblclick()
    customer.get_by_text("Not recorded any more.").wait_for()
    mae.get_by_role("button", name="Delete recording").wait_for()
    assert is_note(until_hears(customer, MAE, "#sound"), MAE)
    mae.get_by_role("button", name="Hang up").click()
    customer.get_by_text("Thank you for calling").wait_for()

    (tape,) = (stage.desk.folder / "tapes").iterdir()
    assert loud(tape, CUSTOMER) > 0.2
    assert loud(tape, MAE) > 0.2
    assert loud(tape, NOTICE) < 0.02
    listen_and_delete(mae, stage.desk.url)
    assert not tape.exists()
    assert stage.troubles == []


def listen_and_delete(mae: Any, url: str) -> None:
    mae.goto(f"{url}/calls/")
    mae.locator("main li a, main .line a").first.click()
    mae.get_by_role("link", name="To the conversation").click()
    entry = mae.locator("article", has=mae.locator("audio"))
    entry.wait_for()
    mae.get_by_text("You stopped the recording").wait_for()
    seconds = entry.locator("audio").evaluate(LENGTH)
    assert seconds > 1
    entry.get_by_role("button", name="Delete").click()
    mae.get_by_role("dialog").get_by_role("button", name="Delete it").click()
    mae.get_by_text("The recording was here, and is gone since").wait_for()
    mae.get_by_text("You deleted the recording").wait_for()
