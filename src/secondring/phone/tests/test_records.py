"""The headline figure, case by case as it is defined, and the ring-by-ring record."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from secondring.phone.records import Facts, LegFacts, Share, by, picked_up_by_ring_two, ring_by_ring, wilson
from secondring.phone.rings import EUROPE, NORTH_AMERICA
from secondring.testing import after


def a_call(*, ended: float = 300, place: int = 1, cadence=NORTH_AMERICA, was_open=True, **moments: float) -> Facts:
    """Began at ten; moments in seconds."""
    return Facts(
        place=place, began_at=after(), cadence=cadence, ended_at=after(ended), was_open=was_open,
        **{f"{name}_at": after(seconds) for name, seconds in moments.items()},
    )  # fmt: skip


def share(*calls: Facts) -> tuple[int, int]:
    figure = picked_up_by_ring_two(calls)
    return figure.picked, figure.of


def test_sound_both_ways_before_the_third_ring_is_picked_up_by_ring_two() -> None:
    assert share(a_call(answered=11, heard=11.9)) == (1, 1)
    assert share(a_call(answered=11, heard=12)) == (0, 1), "the third ring has begun"
    assert share(a_call(answered=11)) == (0, 1), "nobody heard anybody"
    assert share(a_call(answered=9, heard=9.9, cadence=EUROPE)) == (1, 1)
    assert share(a_call(answered=9, heard=10, cadence=EUROPE)) == (0, 1)


def test_who_hangs_up_after_a_full_ring_counts_as_not_picked_up_and_sooner_not_at_all() -> None:
    assert share(a_call(ended=5.9)) == (0, 0)
    assert share(a_call(ended=6)) == (0, 1)


def test_who_reaches_the_greeting_counts_as_not_picked_up() -> None:
    assert share(a_call(greeted=60, ended=90)) == (0, 1)


def test_who_finds_nobody_on_duty_never_heard_it_ring_and_stands_beside_the_figure() -> None:
    figure = picked_up_by_ring_two([a_call(greeted=0, ended=30), a_call(answered=1, heard=2)])
    assert (figure.picked, figure.of, figure.found_nobody) == (1, 1, 1)


def test_calls_outside_opening_hours_are_left_out() -> None:
    assert share(a_call(greeted=0, ended=30, was_open=False), a_call(answered=1, heard=2, was_open=False)) == (0, 0)


def test_the_figure_is_told_apart_by_any_key() -> None:
    calls = [a_call(answered=1, heard=2), a_call(place=2, ended=60), a_call(place=2, answered=1, heard=2)]
    assert by(calls, lambda each: each.place) == {1: Share(1, 1), 2: Share(1, 2)}


def test_small_numbers_show_how_little_they_know() -> None:
    assert Share(0, 0).value is None
    assert Share(0, 0).interval == (0.0, 1.0)
    low, high = wilson(50, 100)
    assert (round(low, 4), round(high, 4)) == (0.4038, 0.5962), "as printed in tables"
    low, high = wilson(5, 5)
    assert (round(low, 3), high) == (0.566, 1.0)
    with pytest.raises(ValueError, match="3 of 2"):
        wilson(3, 2)


@given(st.integers(0, 500).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n))))
def test_the_interval_holds_the_share_and_narrows_with_more_calls(case) -> None:
    picked, of = case
    low, high = wilson(picked, of)
    assert 0 <= low <= high <= 1
    if of:
        assert low - 1e-9 <= picked / of <= high + 1e-9
        wide, narrow = high - low, wilson(picked * 10, of * 10)
        assert narrow[1] - narrow[0] < wide


def a_leg(leg: str, began: float, *, picked: float | None = None, ended: float | None = None) -> LegFacts:
    return LegFacts(
        leg=leg,
        teammate=1,
        began_at=after(began),
        picked_at=None if picked is None else after(picked),
        ended_at=None if ended is None else after(ended),
    )


def test_every_ring_says_where_it_rang_who_joined_and_whose_hand_was_there() -> None:
    bea, cal, mae = a_leg("desk-1", 0, picked=8, ended=200), a_leg("desk-2", 0, ended=4), a_leg("desk-3", 6, ended=8)
    first, second = ring_by_ring(a_call(answered=8.2, heard=8.5), [bea, cal, mae])
    assert (first.at, first.joined, first.picked) == ((bea, cal), (bea, cal), ())
    assert (second.number, second.began_at) == (2, after(6))
    assert (second.at, second.joined, second.picked) == ((bea, mae), (mae,), (bea,))


def test_a_call_nobody_took_has_as_many_rings_as_the_caller_heard() -> None:
    assert len(ring_by_ring(a_call(ended=13), [])) == 3
    assert len(ring_by_ring(a_call(greeted=0), [])) == 1
    assert len(ring_by_ring(a_call(greeted=60, ended=100), [])) == 10
    assert len(ring_by_ring(a_call(ended=90_000), [])) == 100
