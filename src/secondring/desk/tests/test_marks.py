"""Rings, times and faces, as they are drawn."""

import re

import pytest
from django.utils.safestring import SafeString

from ...testing import MONDAY, after
from ..shapes import Someone, Wait
from ..templatetags import marks


def arcs(svg: str) -> list[float]:
    return [min(1.0, float(part)) for part in re.findall(r'stroke-dasharray="([\d.]+) 2"', svg)]


@pytest.mark.parametrize(
    ("seconds", "closed"), [(0, [0, 0]), (30, [0.5, 0]), (60, [1, 0]), (90, [1, 0.5]), (120, [1, 1]), (9000, [1, 1])]
)
def test_the_first_ring_closes_in_a_minute_and_the_second_in_the_next(seconds: int, closed: list[float]):
    assert arcs(marks.waiting_ring(Wait(seconds, MONDAY))) == closed


def test_nobody_waiting_is_a_still_ring_and_no_time():
    assert "is-still" in marks.waiting_ring(None)
    assert "data-waited" not in marks.waiting_ring(None)
    assert marks.waiting_time(None) == "<time></time>"


def test_past_the_second_ring_the_time_turns():
    assert "is-late" not in marks.waiting_time(Wait(119, MONDAY))
    assert "is-late" in marks.waiting_time(Wait(120, MONDAY))


def test_the_browser_is_told_when_the_clock_sleeps():
    wait = Wait(42, MONDAY, ((after(3600), after(7200)),))
    began = int(MONDAY.timestamp())
    assert f'data-at="{began}" data-sleeps="{began + 3600}-{began + 7200}"' in marks.waiting_ring(wait)


@pytest.mark.parametrize(
    ("seconds", "said"),
    [
        (0, "0:00"),
        (65, "1:05"),
        (3599, "59:59"),
        (3600, "1 h 00"),
        (86399, "23 h 59"),
        (86400, "1 day"),
        (200000, "2 days"),
    ],
)
def test_a_wait_is_said_in_few_letters(seconds: int, said: str):
    assert marks.waited(seconds) == said


@pytest.mark.parametrize(
    ("name", "letters"),
    [("Inês Carvalho", "IC"), ("Ana", "A"), ("Mary Ann  Oates", "MO"), ("ruth@example.org", "R"), ("", "?"), ("박혜진", "박"),
     ("“Loud” Lou", "L"), ("@", "?")],
)  # fmt: skip
def test_initials_of(name: str, letters: str):
    assert marks.initials(name) == letters


def test_a_name_is_never_markup():
    assert "<b>" not in marks.icon("mail", "<b>")
    assert "<b>" not in marks.keys("<b>")
    assert 'href="/?q=&quot;&gt;"' in marks.go('/?q=">')


def test_the_same_person_keeps_their_colour():
    assert marks.face(Someone("Inês Carvalho")) == marks.face(Someone("INÊS CARVALHO"))


def test_a_picture_is_asked_for_by_its_content():
    assert f'<img src="/pictures/{"ab" * 32}"' in marks.face(Someone("Ana", face="ab" * 32))


def test_what_was_drawn_from_safe_words_is_not_taken_for_the_same_words_unsafe():
    assert "<b>" in marks.icon("mail", SafeString("<b>"))
    assert "<b>" not in marks.icon("mail", "<b>")
