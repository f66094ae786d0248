"""The words of a letter."""

import pytest

from secondring.lib.html_text import hurried_text_of, says_no_more_than_text, text_of


@pytest.mark.parametrize(
    ("html", "text"),
    [
        ("<p>One\n two</p><p>Three</p>", "One two\n\nThree"),
        ("<div>One</div><div>Two<br>Three</div>", "One\nTwo\nThree"),
        ("One<br><br>Two", "One\n\nTwo"),
        ("<ul><li>bridge</li><li>nut<ol start=3><li>peg</ol></ul>", "- bridge\n- nut\n  3. peg"),
        (
            "<table><tr><td>Strings</td><td>24.00</td></tr><tr><td>Peg</td><td>3</td></tr></table>",
            "Strings\t24.00\nPeg\t3",
        ),
        ("<blockquote>Old<blockquote>Older</blockquote></blockquote>New", "> Old\n>\n> > Older\n\nNew"),
        ("<pre>a  b\n  c</pre>", "a  b\n  c"),
        ("Read <a href='https://a.example/x'>this</a>", "Read this <https://a.example/x>"),
        (
            "<a href='https://www.a.example/'>a.example</a> <a href='mailto:ana@a.example'>ana@a.example</a>",
            "a.example ana@a.example",
        ),
        ("<img alt='Our sign'> &amp; &eacute;&nbsp;x", "Our sign & é x"),
        ("<style>p{}</style><script>x</script><title>t</title>words", "words"),
        ("<td>a</td><td>b</td>", "a\tb"),
        ("<p>a</p>   \n  <p>b</p>", "a\n\nb"),
    ],
)
def test_words_come_out_as_a_person_would_copy_them(html: str, text: str) -> None:
    assert text_of(html) == text


def test_addresses_stay_away_when_only_the_visible_words_are_wanted() -> None:
    assert text_of("<a href='https://a.example'>this</a>", links=False) == "this"


@pytest.mark.parametrize(
    "html",
    [
        '<div dir="ltr">Hello Mae,<div><br></div><div>the strings hum.</div></div>',
        '<style>p.MsoNormal{margin:0}</style><p class=MsoNormal><span style="font-size:11pt;color:black">Hello<o:p></o:p></span>',
        "<p>See <a href='https://a.example/x'>the page</a></p><blockquote>old</blockquote>",
    ],
)
def test_plain_paragraphs_say_no_more_than_their_words(html: str) -> None:
    assert says_no_more_than_text(html)


@pytest.mark.parametrize(
    "html",
    [
        "<img src='cid:a'>",
        "<table><tr><td>a<td>b</table>",
        "<p>This is <b>not</b> a joke</p>",
        "<p style='color:red'>stop</p>",
        "<p><font color=red>stop</font></p>",
        "<body bgcolor='#ffeedd'>x",
        "<h1>Sale</h1>",
        "<p>" + "words " * 100_000,
        "<p><span style='text-decoration:line-through'>24</span> 12</p>",
    ],
)
def test_letters_with_looks_say_more(html: str) -> None:
    assert not says_no_more_than_text(html)


def test_in_a_hurry_the_words_still_come() -> None:
    assert (
        hurried_text_of("<style>p{}</style><p>One &lt; two</p><script>x</script><p>Three <b") == "One < two\n\nThree <b"
    )
