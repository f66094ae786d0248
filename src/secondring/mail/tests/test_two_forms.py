"""Words that stand in only one of a letter's two forms are known as such."""

from email.message import EmailMessage

import pytest

from secondring.conversations import search
from secondring.lib import search_words
from secondring.mail import mime, two_forms
from secondring.mail.tests.posting import a_raw, post


def a_leaf(words: str, kind: str = "plain") -> EmailMessage:
    leaf = EmailMessage()
    leaf.set_content(words, subtype=kind)
    return leaf


def a_box(kind: str, *parts: EmailMessage) -> EmailMessage:
    box = EmailMessage()
    box["Content-Type"] = f"multipart/{kind}"
    for part in parts:
        box.attach(part)
    return box


def a_letter(body: EmailMessage) -> bytes:
    body["From"], body["Subject"], body["Message-ID"] = "Ana <ana@example.org>", "Two forms", "<two@example.org>"
    body["To"] = "hello@harbourrow.example"
    return body.as_bytes()


PLAIN, PAGE = a_leaf("Please send it to Lisbon."), a_leaf("<p>Our new address is Rua Nova 7.</p>", "html")


@pytest.mark.parametrize(
    ("body", "apart"),
    [
        (a_box("mixed", PLAIN, PAGE), True),
        (a_box("mixed", PAGE, PLAIN), True),
        (a_box("alternative", PLAIN, PAGE), False),
        (a_box("mixed", a_box("alternative", PLAIN, PAGE), a_leaf("-- \nSent through a list.")), True),
        (a_box("mixed", a_box("alternative", PLAIN, PAGE), a_leaf("  \n\n")), False),
        (a_box("alternative", PLAIN, a_box("related", PAGE)), False),
        (a_box("alternative", a_box("mixed", PLAIN, PAGE)), True),
        (a_box("related", PAGE), False),
    ],
)
def test_parts_beside_each_other_are_no_two_forms_of_one(body: EmailMessage, apart: bool) -> None:
    assert mime.parse(body.as_bytes()).apart is apart


@pytest.mark.parametrize(
    ("text", "html", "stub"),
    [
        ("This letter needs a newer program.", "<p>Dear Bea, the box came warped and the strings rusty.</p>", True),
        ("The box came warped.", "<p>The box <b>came</b> warped.</p>", False),
        ("The box came warped.", "<style>p{color:red} td{margin:1em}</style><p>The box came warped.</p>", False),
        ("", "<p>Only a page</p>", False),
        ("Only words", "", False),
    ],
)
def test_a_plain_form_that_says_next_to_nothing_is_a_stub(text: str, html: str, stub: bool) -> None:
    assert two_forms.is_stub(text, html) is stub


@pytest.mark.django_db
def test_what_stands_only_in_the_page_is_kept_and_found() -> None:
    message = post(a_letter(a_box("mixed", PLAIN, PAGE))).became
    assert message is not None
    assert (message.shows_both, message.said.strip()) == (True, "Please send it to Lisbon.")
    assert "rua nova" in search.words_of(message)
    assert search_words.folded("Lisbon") in search.words_of(message)


@pytest.mark.django_db
def test_two_forms_of_the_same_are_not_shown_twice() -> None:
    message = post(a_raw("The box came warped.", html="<p>The box came warped.</p>")).became
    assert message is not None
    assert not message.shows_both
