"""HTML letters part along the same lines as plain ones, whichever program wrote them."""
# ruff: noqa: E501 - letters are as wide as mail programs make them

import html
import re

import pytest

from secondring.mail.quoting import Kind, visible_of_html

HEAD = "<b>From:</b> Bea Klein &lt;bea@records.example&gt;<br><b>Sent:</b> Tuesday, 5 March 2024 14:07<br><b>To:</b> Ana<br><b>Subject:</b> Size"
UNKNOWN_HEAD = "<b>Xyzzy:</b> Bea Klein &lt;bea@records.example&gt;<br><b>Plugh:</b> 5 March<br>"
WROTE = (
    "On Tue, 5 Mar 2024 at 14:07, Bea Klein &lt;<a href='mailto:bea@records.example'>bea@records.example</a>&gt; wrote:"
)

PROGRAMS = {
    "Gmail": f"<div dir=ltr>Large.</div><br><div class=gmail_quote><div class=gmail_attr>{WROTE}<br></div>"
    "<blockquote class=gmail_quote style='border-left:1px solid'>Which size?</blockquote></div>",
    "Apple Mail": f"<body>Large.<br><div><br><blockquote type=cite><div>{WROTE}</div><br><div>Which size?</div></blockquote></div></body>",
    "Thunderbird": f"<p>Large.</p><div class=moz-cite-prefix>{WROTE}<br></div><blockquote type=cite cite='mid:1@x'><p>Which size?</p></blockquote>",
    "Yahoo": f"<div>Large.</div><div id=yahoo_quoted_1 class=yahoo_quoted><div><div>{WROTE}</div><div>Which size?</div></div></div>",
    "Proton": f"<div>Large.</div><div class=protonmail_quote>{WROTE}<br><blockquote type=cite class=protonmail_quote>Which size?</blockquote></div>",
    "Outlook on the web": f"<div>Large.</div><div id=appendonsend></div><hr><div id=divRplyFwdMsg dir=ltr>{HEAD}</div><div>Which size?</div>",
    "Outlook on the web, in a tongue unknown": f"<div>Large.</div><div id=divRplyFwdMsg>{UNKNOWN_HEAD}</div><div>Which size?</div>",
    "Outlook": "<div class=WordSection1><p class=MsoNormal>Large.<o:p></o:p></p><div style='border:none;border-top:solid #E1E1E1 1.0pt'>"
    f"<p class=MsoNormal>{HEAD}</p></div><p class=MsoNormal>Which size?</p></div>",
    "Outlook in a tongue unknown": f"<p>Large.</p><div style='border-top:solid #E1E1E1 1.0pt'><p>{UNKNOWN_HEAD}</p></div><p>Which size?</p>",
    "Outlook for Mac": f"<div>Large.</div><span id=OLK_SRC_BODY_SECTION><div>{HEAD}</div><div>Which size?</div></span>",
    "Outlook on a phone": f"<div>Large.</div><div id=ms-outlook-mobile-reference-message><hr>{HEAD}<br><br>Which size?</div>",
    "Hotmail": f"<div>Large.</div><hr id=stopSpelling>{HEAD}<br><br>Which size?",
    "Mail.ru": "Large.<br><br>Вторник, 5 марта 2024, 14:07 +03:00 от Bea Klein &lt;bea@records.example&gt;:<br><blockquote>Which size?</blockquote>",
    "Fastmail": f"<div>Large.</div><div>{WROTE}<br></div><blockquote type=cite id=qt>Which size?</blockquote>",
    "Tutanota": f"<div>Large.</div><div>{WROTE}</div><blockquote class=tutanota_quote>Which size?</blockquote>",
    "a program that sets plain text": f"<pre>Large.\n\n{WROTE}\n&gt; Which size?\n</pre>",
}


@pytest.mark.parametrize("program", PROGRAMS)
def test_the_answer_stands_alone_in_a_letter_of(program):
    split = visible_of_html(PROGRAMS[program])

    assert split.visible == "Large."
    assert "Which size?" in split.quoted


def test_answers_between_quotations_stay_in_sight():
    letter = (
        f"<div class=gmail_quote><div class=gmail_attr>{WROTE}</div><blockquote class=gmail_quote>Which size?</blockquote></div><div>Large.</div>"
        "<blockquote class=gmail_quote>Which colour?</blockquote><div>Blue.</div>"
    )

    assert visible_of_html(letter).visible.split("\n") == ["Which size?", "Large.", "Which colour?", "Blue."]


def test_a_passage_set_in_by_its_writer_is_shown():
    letter = "<p>Your site says</p><blockquote style='margin:0 0 0 40px;border:none'>free returns</blockquote><p>but I paid.</p>"

    assert visible_of_html(letter).quoted == ""


def test_a_forwarded_letter_is_shown_whole():
    letter = (
        "<div>Is this you?</div><div class=gmail_quote><div class=gmail_attr>---------- Forwarded message ---------<br>From: Prize<br></div>"
        "<p>You won</p></div>"
    )

    assert "You won" in visible_of_html(letter).visible


def test_each_piece_is_balanced_and_keeps_what_surrounds_it():
    letter = f"<div lang=en><b>Large</b><blockquote type=cite><i>{WROTE}<br>Which <u>size?</blockquote>Blue.</div>"

    pieces = [segment.html or "" for segment in visible_of_html(letter).segments]

    assert all(piece.startswith("<div lang=en>") for piece in pieces)
    for tag in ("div", "blockquote", "i", "u", "b"):
        assert all(len(re.findall(rf"<{tag}[ >]", piece)) == piece.count(f"</{tag}>") for piece in pieces)


def test_style_sheets_are_handed_over_for_all_pieces():
    split = visible_of_html("<head><style>p{color:red}</style></head><p>Hello</p>")

    assert split.styles == "<style>p{color:red}</style>"
    assert split.visible == "Hello"


def test_a_letter_of_plain_words_is_one_piece():
    split = visible_of_html("Hello &amp; <b>thank</b> you")

    assert [(segment.kind, segment.text) for segment in split.segments] == [(Kind.SAID, "Hello & thank you")]


def test_words_that_look_like_tags_are_not_lost():
    assert "5 < 6" in html.unescape(visible_of_html("<p>5 < 6</p>").visible)
