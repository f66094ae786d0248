"""An answer carries the subject and the words of the letter it answers, so that every mail program knows them again."""

from datetime import UTC, datetime

import pytest

from secondring.mail.quoting import visible_of_html, visible_of_text
from secondring.mail.replies import (
    Origin,
    forward_subject,
    forwarded_html,
    forwarded_text,
    quoted_html,
    quoted_text,
    reply_subject,
)

ANA = Origin(
    "Ana Lima", "ana@songs.example", datetime(2024, 3, 5, 14, 7, tzinfo=UTC), subject="Size", to="help@records.example"
)


@pytest.mark.parametrize(
    "subject",
    [
        "Size",
        "Re: Size",
        "RE: re: Size",
        "AW: Size",
        "Antw: Re: Size",
        "SV: AW: Size",
        "Re[2]: Size",
        "回复：Size",
        "Odp: Size",
        "ΑΠ: Size",
    ],
)
def test_an_answer_has_one_re_whatever_was_there(subject):
    assert reply_subject(subject) == "Re: Size"


@pytest.mark.parametrize("subject", ["Ref: 1234", "Regarding my order", "Fwd: Size", "Vase: broken", "R: 4 records"])
def test_words_that_only_begin_like_re_stay(subject):
    assert reply_subject(subject) == f"Re: {subject}"


@pytest.mark.parametrize("subject", ["Size", "Fwd: Size", "WG: FW: Size", "TR: Size"])
def test_a_letter_passed_on_has_one_fwd(subject):
    assert forward_subject(subject) == "Fwd: Size"


def test_an_answer_without_a_subject_still_has_one():
    assert reply_subject("") == "Re:"


def test_what_we_quote_we_fold_again():
    text = "It is large.\n\n" + quoted_text("Which size?\n> older\n", ANA)
    html = "<p>It is large.</p>" + quoted_html("<p>Which size?</p>", ANA)

    assert visible_of_text(text).visible == visible_of_html(html).visible == "It is large."
    assert "> Which size?\n>> older" in text


def test_what_we_pass_on_is_shown():
    assert "Which size?" in visible_of_text("See this.\n\n" + forwarded_text("Which size?", ANA)).visible
    assert "Which size?" in visible_of_html("<p>See this.</p>" + forwarded_html("<p>Which size?</p>", ANA)).visible


def test_a_name_cannot_write_html():
    assert "<script" not in quoted_html("", Origin("<script>", "a@b.example", ANA.at))
