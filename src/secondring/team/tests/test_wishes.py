"""What somebody wants to notice, and when they are left alone."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from secondring.team import wishes
from secondring.team.models import House, Teammate

LISBON = ZoneInfo("Europe/Lisbon")


def at(clock: str) -> datetime:
    return datetime.fromisoformat(f"2026-11-23T{clock}").replace(tzinfo=LISBON)


@pytest.mark.parametrize(
    ("quiet", "clock", "alone"),
    [
        (["22:00", "7:00"], "21:59", False), (["22:00", "7:00"], "22:00", True), (["22:00", "7:00"], "03:00", True),
        (["22:00", "7:00"], "07:00", False), (["12:00", "13:00"], "12:30", True), (["12:00", "13:00"], "13:00", False),
        (["0:00", "0:00"], "15:00", True), (None, "03:00", False),
    ],
)  # fmt: skip
def test_quiet_hours_run_past_midnight_in_ones_own_zone(quiet: list[str] | None, clock: str, alone: bool) -> None:
    bea = Teammate(preferences={"quiet": quiet, "time_zone": "Europe/Lisbon"})
    zone = wishes.zone_of(bea, House(time_zone="Asia/Tokyo"))
    assert wishes.is_left_alone(bea, zone=zone, at=at(clock)) is alone


def test_a_letter_is_welcome_to_whoever_asked_and_is_not_here() -> None:
    now = at("15:00")
    bea = Teammate(preferences={"mail": True})
    assert wishes.wants_letter(bea, zone=LISBON, at=now)
    bea.here_at = now - timedelta(minutes=14)
    assert not wishes.wants_letter(bea, zone=LISBON, at=now)
    bea.here_at = now - wishes.ABSENT
    assert wishes.wants_letter(bea, zone=LISBON, at=now)
    bea.preferences["quiet"] = ["14:00", "16:00"]
    assert not wishes.wants_letter(bea, zone=LISBON, at=now)
    assert not wishes.wants_letter(Teammate(), zone=LISBON, at=now)


def test_a_zone_that_nobody_knows_falls_back_to_the_houses() -> None:
    assert wishes.zone_of(
        Teammate(preferences={"time_zone": "Mars/Olympus"}), House(time_zone="Asia/Tokyo")
    ) == ZoneInfo("Asia/Tokyo")
