"""Waiting counts in opening hours, and the page learns when the clock will sleep."""

from datetime import time, timedelta
from zoneinfo import ZoneInfo

from ...lib.hours import Hours
from ...testing import MONDAY, after
from .. import waits

NINE_TO_SIX = Hours(ZoneInfo("UTC"), (((time(9), time(18)),),) * 5 + ((), ()))


def test_nobody_who_waits_has_no_wait():
    assert waits.of(None, Hours(), at=MONDAY) is None


def test_a_house_that_never_closes_never_sleeps():
    wait = waits.of(MONDAY, Hours(), at=after(103))
    assert wait is not None
    assert (wait.seconds, wait.sleeps, wait.is_late) == (103, (), False)


def test_a_letter_of_the_night_waits_from_the_morning():
    wait = waits.of(MONDAY - timedelta(hours=6), NINE_TO_SIX, at=MONDAY)
    assert wait is not None
    assert wait.seconds == 3600
    assert wait.is_late


def test_the_page_knows_the_coming_nights():
    spans = waits.sleeps(NINE_TO_SIX, MONDAY)
    evening = MONDAY.replace(hour=18)
    assert spans[0] == (evening, evening + timedelta(hours=15))
    assert all(later > earlier for earlier, later in spans)
    assert spans[-1][1] <= MONDAY + waits.AHEAD


def test_a_house_that_is_closed_now_sleeps_now():
    assert waits.sleeps(NINE_TO_SIX, MONDAY.replace(hour=20))[0][0] == MONDAY.replace(hour=20)
