"""Nothing is lost and nothing takes for ever, whatever somebody sends."""
# ruff: noqa: E501 - letters are as wide as mail programs make them

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from secondring.mail.html_tokens import tokens
from secondring.mail.quoting import visible_of_html, visible_of_text

BITS = st.sampled_from([
    "On Tue, 5 Mar 2024 at 14:07, Bea <bea@records.example> wrote:", "> ", ">> ", "\n", "\n\n", "\r\n", "Yes.", "-- ", "---", "From: a@b.example",
    "Sent: 5 May 2024 10:00", "Subject: x", "-----Original Message-----", "---------- Forwarded message ---------", "Sent from my iPhone",
    "<", ">", "@", ":", "wrote:", " ", "&lt;", "On 5 May", "\u2028", "\x0c", "写道：", "İ", "ﬁ",
])  # fmt: skip
TAGS = st.sampled_from([
    "<div>", "</div>", "<p>", "</p>", "<br>", "<blockquote type=cite>", "<blockquote>", "</blockquote>", "<b>", "</b>", "<td>", "<li>", "<pre>", "</pre>",
    "<style>p{}</style>", "<!-- x -->", "<!--", "<a href='", "\">", "<div class=gmail_quote>", "<div id=divRplyFwdMsg>", "<hr>", "<", ">", "<x", "</x>",
    "<html>", "<body>", "</body>", "<script>",
])  # fmt: skip


@given(st.lists(BITS | st.text(max_size=20), max_size=40).map("".join))
@example("")
@example("x On 5 May 2024 10:00, Bea <b@c.example> wrote:\n> y")
def test_the_parts_of_a_text_are_the_text(text):
    split = visible_of_text(text)

    assert "".join(segment.text for segment in split.segments) == text


@given(st.lists(TAGS | BITS | st.text(max_size=20), max_size=40).map("".join))
def test_the_tokens_of_a_page_are_the_page(html):
    assert "".join(token.raw for token in tokens(html)) == html


@given(st.lists(TAGS | st.sampled_from(["one", "two", "three", "Bea wrote:", "> four"]), max_size=40))
def test_every_word_of_a_page_is_in_one_part(bits):
    html = " ".join(bits)
    shown = "".join(token.raw for token in tokens(html) if token.kind == "text")

    split = visible_of_html(html)
    parts = " ".join(segment.text for segment in split.segments)

    assert [parts.count(word) for word in ("one", "two", "three", "four")] == [
        shown.count(word) for word in ("one", "two", "three", "four")
    ]


MEGABYTE = 1_000_000
HOSTILE = [
    ">", ">\n", "On ", "On\n", ":\n", "wrote:\n", "On 5 May 2024 at 10:00, Bea wrote:\n", "From: a@b.example\n", "<\n", "&lt;", "--\n", "a\n> b\n",
    "-----Original Message-----\n", "12 May ", "1.1.", "x 12 May 2024 10:00 a@b.example:\n", "Sent from my\n", "\r", " ", "(", "=20=", "x" * 70 + "\nx\n",
]  # fmt: skip


@pytest.mark.timeout(60)
@pytest.mark.parametrize("bit", HOSTILE)
def test_a_megabyte_of_one_thing_is_read_in_a_moment(bit):
    text = bit * (MEGABYTE // len(bit))

    assert sum(len(segment.text) for segment in visible_of_text(text).segments) == len(text)


@pytest.mark.timeout(60)
@pytest.mark.parametrize(
    "bit",
    [
        "<div>",
        "<blockquote>a",
        "<blockquote>a</blockquote>b",
        "<",
        "<!--",
        '<a "',
        '<a x=">',
        "<b><i>",
        "<font a=1><p>",
        "<br>",
        "<i><div></i>",
        "</div>",
    ],
)
def test_a_page_of_one_thing_is_read_in_a_moment_and_does_not_swell(bit):
    page = bit * (60_000 // len(bit))

    assert sum(len(segment.html or "") for segment in visible_of_html(page).segments) < 10 * len(page)
