"""A row of a list is drawn once while it says the same; its clock and its form are the reader's own."""

from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

from django.utils import translation

from secondring.desk.shapes import Line, Someone, Wait
from secondring.desk.templatetags.rows import PLAIN, _drawn, row

AT = datetime(2026, 3, 2, 9, tzinfo=UTC)
ANA = Line(
    id="line-1", href="/conversations/1/", who=Someone("Ana <b>Lima</b>"), channel="mail", words="It came warped.",
    wait=Wait(61, AT), take_href="/conversations/1/take/",
)  # fmt: skip


def test_the_clock_and_the_token_are_new_and_the_rest_is_kept() -> None:
    first = row(ANA, "token-of-bea")
    drawn_before = _drawn.cache_info().misses
    later = row(replace(ANA, wait=Wait(62, AT)), "token-of-cal")
    assert _drawn.cache_info().misses == drawn_before
    assert "1:01" in first
    assert "1:02" in later
    assert "token-of-bea" in first
    assert "token-of-cal" in later
    assert "token-of-bea" not in later
    assert first.replace("1:01", "1:02").count("1:02") == later.count("1:02") == 1


def test_whatever_a_row_says_anew_is_drawn_anew() -> None:
    plain = {name: getattr(ANA, name) for name in PLAIN}
    changes: list[dict[str, Any]] = [
        {name: f"{said}!" if isinstance(said, str) else True} for name, said in plain.items()
    ]
    changes += [{"who": Someone("Rui")}, {"who": Someone("Ana <b>Lima</b>", picture="/p.png")}]
    changes += [{"holder": Someone("Bea")}, {"tags": ["gift"]}]
    row(ANA)
    misses = _drawn.cache_info().misses
    for change in changes:
        row(replace(ANA, **change))
    assert _drawn.cache_info().misses == misses + len(changes)


def test_words_are_never_markup_and_each_language_has_its_own() -> None:
    assert "<b>Lima" not in row(ANA)
    misses = _drawn.cache_info().misses
    with translation.override("pt"):
        row(ANA)
    assert _drawn.cache_info().misses == misses + 1


def test_words_that_look_like_a_gap_are_words() -> None:
    said = "100 %(token)s %s %% off"
    assert said in row(replace(ANA, words=said), "token-of-bea")
