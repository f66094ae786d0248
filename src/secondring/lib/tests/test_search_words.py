"""What may be typed into the search field."""

import doctest

from hypothesis import given
from hypothesis import strategies as st

from secondring.lib import search_words
from secondring.lib.search_words import Term, fold, folded, parse


def test_the_examples_in_the_docstrings_hold() -> None:
    assert doctest.testmod(search_words).failed == 0


def test_words_phrases_beginnings_and_nots_are_told_apart() -> None:
    query = parse('box "came warped" viny* -cat needle ')
    assert query.terms == (
        Term(("box",)),
        Term(("came", "warped")),
        Term(("viny",), begun=True),
        Term(("cat",), negated=True),
        Term(("needle",)),
    )


def test_the_last_word_is_taken_as_only_begun_while_it_is_typed() -> None:
    assert parse("war").terms == (Term(("war",), begun=True),)
    assert parse("war ").terms == (Term(("war",)),)


def test_fields_and_filters_are_read_and_unknown_ones_are_words() -> None:
    query = parse("from:ana is:open is:mine order:20418 before:2026-11-22")
    assert query.filters["is"] == ("open", "mine")
    assert query.terms == (Term(("xfromana",), begun=True), Term(("order", "20418"), begun=False))
    assert str(query.day("before")) == "2026-11-22"


@given(st.text(max_size=200))
def test_nothing_typed_is_ever_refused(typed: str) -> None:
    for term in parse(typed).terms:
        assert term.words
        assert all(word.isalnum() for word in term.words)


@given(st.text(max_size=300))
def test_a_text_is_found_by_every_word_it_holds(text: str) -> None:
    kept = folded(text).split()
    assert fold(text) == kept
