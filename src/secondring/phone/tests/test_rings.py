"""How many rings somebody heard, whatever the cadence."""

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from secondring.phone.rings import EUROPE, NORTH_AMERICA, Cadence, begins, full_rings, rings_heard
from secondring.testing import after

cadences = st.builds(Cadence, st.floats(0.2, 5), st.floats(0, 10))
waits = st.timedeltas(timedelta(0), timedelta(minutes=20))


def test_the_second_ring_begins_after_six_seconds_in_north_america_and_five_in_europe() -> None:
    assert rings_heard(timedelta(seconds=5.999), NORTH_AMERICA) == 1
    assert rings_heard(timedelta(seconds=6), NORTH_AMERICA) == 2
    assert rings_heard(timedelta(seconds=5), EUROPE) == 2


def test_a_ring_is_full_when_its_silence_is_over_too() -> None:
    assert full_rings(timedelta(seconds=5.999), NORTH_AMERICA) == 0
    assert full_rings(timedelta(seconds=6), NORTH_AMERICA) == 1
    assert full_rings(timedelta(seconds=-1), NORTH_AMERICA) == 0


def test_nobody_waits_backwards_and_nothing_rings_without_a_sound() -> None:
    with pytest.raises(ValueError, match="cannot wait"):
        rings_heard(timedelta(seconds=-0.1), EUROPE)
    with pytest.raises(ValueError, match="nothing rings"):
        Cadence(0, 4)


@given(waits, cadences)
def test_a_ring_is_heard_from_the_moment_it_begins_until_the_next_does(waited, cadence) -> None:
    heard = rings_heard(waited, cadence)
    assert begins(heard, after(), cadence) <= after() + waited < begins(heard + 1, after(), cadence)
    assert full_rings(waited, cadence) == heard - 1


@given(waits, waits, cadences)
def test_who_waits_longer_never_hears_fewer(waited, longer, cadence) -> None:
    assert rings_heard(waited + longer, cadence) >= rings_heard(waited, cadence)
