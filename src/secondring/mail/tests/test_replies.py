"""An answer carries the words of the letter it answers, so that every mail program knows them again."""

from datetime import UTC, datetime

from secondring.mail.quoting import visible_of_html, visible_of_text
from secondring.mail.replies import (
    Origin,
    forwarded_html,
    forwarded_text,
    quoted_html,
    quoted_text,
)

ANA = Origin(
    "Ana Lima", "ana@songs.example", datetime(2024, 3, 5, 14, 7, tzinfo=UTC), subject="Size", to="help@records.example"
)


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
