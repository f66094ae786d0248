"""Whatever words a letter has, in whichever form, stand on the page of its conversation."""

import re

import pytest

from secondring import testing as t
from secondring.conversations.models import Conversation
from secondring.desk import letters_shown
from secondring.desk.asker import Asker
from secondring.lib import clock
from secondring.mail.tests.posting import a_raw, post
from secondring.mail.tests.test_two_forms import PAGE, PLAIN, a_box, a_leaf, a_letter
from secondring.team.models import House

from .desks import browser, get

pytestmark = pytest.mark.django_db


def shown(conversation: Conversation) -> tuple[str, str]:
    """The page, and what the first frame on it holds."""
    client = browser(t.bea())
    page = get(client, f"/conversations/{conversation.pk}/")
    frame = re.search(r'<div class="dressed".*?<iframe[^>]*src="([^"]+)"', page, re.DOTALL)
    return page, get(client, frame[1]) if frame else ""


@pytest.mark.parametrize("parts", [(PLAIN, PAGE), (PAGE, PLAIN)])
def test_words_beside_a_page_and_the_page_are_both_shown_at_once(parts: tuple[object, ...]) -> None:
    row = post(a_letter(a_box("mixed", *parts)))  # type: ignore[arg-type]
    assert row.became is not None
    page, frame = shown(row.became.conversation)
    assert "Please send it to Lisbon." in page.split('class="said"', 1)[1]
    assert "Our new address is Rua Nova 7." in frame


def test_a_newsletter_like_page_does_not_hide_the_words_beside_it() -> None:
    tables = "<table><tr><td>Row</td></tr></table>" * 5
    row = post(a_letter(a_box("mixed", a_leaf("Is this from you?"), a_leaf(tables, "html"))))
    assert row.became is not None
    page, frame = shown(row.became.conversation)
    assert "Is this from you?" in page.split('class="said"', 1)[1]
    assert "Row" in frame


def test_a_page_whose_plain_form_says_nothing_is_shown_at_once_however_plain() -> None:
    row = post(a_raw("Please use another program.", html="<p>The box came warped, and the strings are rusty.</p>"))
    assert row.became is not None
    assert "and the strings are rusty" in shown(row.became.conversation)[1]


def test_a_letter_written_elsewhere_is_shown_as_dressed_as_any_other() -> None:
    letter = t.a_letter(text="Where is it?")
    mailbox = letter.conversation.place.mailbox
    answer = a_raw(
        "It left today.", html="<p>It left <b>today</b>.</p><script>alert(1)</script>", sender=mailbox.address,
        to="ana@example.org", in_reply_to=letter.message_id, date=clock.now(),
    )  # fmt: skip
    row = post(answer, mailbox, via="sent", at=clock.now())
    assert row.became is not None
    drawn = letters_shown.of(row.became, Asker(t.bea(), House.ours(), clock.now()))
    assert drawn.frame_href
    assert "It left today." in drawn.text
    frame = get(browser(t.bea()), drawn.frame_href)
    assert "<b>today</b>" in frame
    assert "<script" not in frame
    assert "<script>alert(1)" not in shown(letter.conversation)[0]
