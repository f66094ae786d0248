"""Subjects keep their words through any number of answers, in any language."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from secondring.conversations import subjects


@pytest.mark.parametrize(
    "subject",
    ["Size", "Re: Size", "AW: Re: Size", "RE[2]: SV: Size", "Re(3): Size", "Re^2: Size", "回复：Size", "Odp: Size",
     "ΑΠ: Size", "[makers] Re: Size", "WG: FW: Size", "TR: Size", "Antw: Re: Size"],
)  # fmt: skip
def test_the_subject_is_found_below_the_marks_of_many_answers(subject):
    assert subjects.plain(subject) == "Size"


@pytest.mark.parametrize("subject", ["Regarding my order", "Vase: broken", "Refund: when?", "[makers] Size", "4: Size"])
def test_words_that_only_look_like_a_mark_stay(subject):
    assert subjects.plain(subject) == subject


@pytest.mark.parametrize(
    "subject", ["Size", "Re: Size", "RE: re: Size", "AW: Size", "Antw: Re[2]: SV: Size", "回复：Size", "ΑΠ: Size"]
)
def test_an_answer_has_one_re_whatever_was_there(subject):
    assert subjects.of_answer(subject) == "Re: Size"


@pytest.mark.parametrize("subject", ["Ref: 1234", "Regarding my order", "Fwd: Size", "Vase: broken", "R: 4 records"])
def test_an_answer_keeps_the_customer_s_own_words(subject):
    assert subjects.of_answer(subject) == f"Re: {subject}"


@pytest.mark.parametrize("subject", ["Size", "Fwd: Size", "WG: FW: Size", "TR: Size"])
def test_a_letter_passed_on_has_one_fwd(subject):
    assert subjects.of_forwarded(subject) == "Fwd: Size"


def test_an_answer_without_a_subject_still_has_one():
    assert subjects.of_answer("") == "Re:"


@given(st.text(max_size=80))
def test_an_answer_to_an_answer_means_the_same_matter(subject):
    answer = subjects.of_answer(subject)
    assert subjects.folded(answer) == subjects.folded(subject)
    assert subjects.of_answer(answer) == answer
    assert subjects.plain(subjects.plain(subject)) == subjects.plain(subject)
