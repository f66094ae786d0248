from datetime import UTC, datetime, timedelta

import pytest

from secondring.demo.company import harbour_row
from secondring.demo.enclosures import enclosure
from secondring.demo.scripts import Misread, all_names, read, scripts, span
from secondring.demo.worlds import WORLDS

PLAY = """# What this file is about.

=== ana-river
who: ines
subject: The river
to: sellers
tags: tide, tape
--- 3d ago at 10:41 | ines writes
. attach: kitchen-table.jpg
. quotes: yes

Dear all,

it flows.
--- 1m30s later | bea hands to noor
--- 2h later | noor pauses for 1d
"""


def test_a_script_is_read_as_it_is_written():
    (script,) = read(PLAY)
    letter, handed, paused = script.steps
    assert (script.key, script.who, script.mailbox, script.tags) == ("ana-river", "ines", "sellers", ("tide", "tape"))
    assert letter.deed == "letter"
    assert letter.text == "Dear all,\n\nit flows."
    assert letter.options == {"attach": "kitchen-table.jpg", "quotes": "yes"}
    assert (handed.who, handed.deed, handed.rest) == ("bea", "hand_over", "noor")
    assert (paused.deed, paused.rest) == ("pause", "1d")


def test_moments_count_from_the_present_and_from_the_step_before():
    (script,) = read(PLAY)
    first, second, third = script.moments(datetime(2026, 11, 25, 8, 0, tzinfo=UTC))
    assert first == datetime(2026, 11, 22, 10, 41, tzinfo=UTC)
    assert second - first == timedelta(seconds=90)
    assert third - second == timedelta(hours=2)


@pytest.mark.parametrize("wrong", ["", "12", "3 days", "1h 2m", "m"])
def test_a_length_of_time_that_is_none_is_refused(wrong):
    with pytest.raises(Misread):
        span(wrong)


@pytest.mark.parametrize(
    "step",
    ["--- yesterday | bea takes", "--- 2m later | bea juggles", "--- 2m later bea takes", "--- 2m later | bea takes"],
)
def test_a_step_nobody_could_play_is_refused(step):
    with pytest.raises(Misread):
        read(f"=== key\nwho: ines\nsubject: s\n{step}\n")[0].moments(datetime(2026, 1, 1, tzinfo=UTC))


def test_every_world_is_made_of_files_that_exist_and_no_file_is_forgotten():
    assert {name for names in WORLDS.values() for name in names} == set(all_names())


def test_every_key_is_there_once_and_everybody_named_is_known():
    company = harbour_row()
    keys = [script.key for script in scripts(all_names())]
    assert len(keys) == len(set(keys))
    for script in scripts(all_names()):
        assert script.who in company.people or "<" in script.who, script.key
        assert script.mailbox in company.boxes
        for step in script.steps:
            assert step.who in company.colleagues or step.deed in ("letter", "away", "bounce"), (script.key, step.who)
            assert step.deed != "hand_over" or step.rest in company.colleagues


def test_everything_enclosed_exists():
    wanted = {
        name.strip()
        for script in scripts(all_names())
        for step in script.steps
        for name in step.options.get("attach", "").split(",")
        if name.strip()
    }
    assert {name for name in wanted if len(enclosure(name).content) < 500} == set()


@pytest.mark.parametrize("hour", [0, 5, 12, 23])
def test_nothing_happens_in_the_future_and_nothing_before_its_cause(hour):
    now = datetime(2026, 3, 1, hour, 3, tzinfo=UTC)
    for script in scripts(all_names()):
        moments = script.moments(now)
        assert moments == sorted(moments), script.key
        assert moments[-1] <= now, script.key


def test_a_quiet_morning_has_six_people_waiting_and_the_monday_after_more_than_twenty_five():
    assert len(_waiting("quiet-morning")) == 6
    assert len(_waiting("monday-after-launch")) > 25
    assert len(_waiting("loud-lou")) == 3
    assert _waiting("empty") == []


def _waiting(world):
    """Scripts of people whose last words nobody has answered."""
    ends = {"letter", "reply", "close", "junk", "bounce"}
    people = [script for script in scripts(WORLDS[world]) if not script.machine and not script.is_spam]
    return [s for s in people if [step.deed for step in s.steps if step.deed in ends][-1] == "letter"]
