"""The page of a conversation: the person's timeline, for the eyes that may see it."""

import re
from pathlib import Path
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from secondring import testing as t
from secondring.conversations import assigning, closing, noting, replying
from secondring.conversations.models import Event, Nudge
from secondring.desk import timeline

from .desks import HTMX, a_reply, browser, get, post, refused

pytestmark = pytest.mark.django_db
ENTRIES = Path(__file__).parents[1] / "templates/desk/entries"
ROOT = Path(__file__).parents[4]


def page(letter_or_pk: object, **more: Any) -> str:
    pk = getattr(getattr(letter_or_pk, "conversation", letter_or_pk), "pk", letter_or_pk)
    return get(browser(more.get("by") or t.bea()), f"/conversations/{pk}/")


def test_what_they_wrote_stands_there_and_the_quoted_rest_is_folded() -> None:
    text = "It came warped.\n\nOn Friday Bea wrote:\n> They left today."
    letter = t.a_letter(text=text)
    letter.said = "It came warped."
    letter.save(update_fields=["said"])
    shown = page(letter)
    said, folded = shown.split('class="said"', 1)[1].split("<blockquote>", 1)
    assert "It came warped." in said
    assert "They left today." not in said
    assert "They left today." in folded


def test_words_of_a_stranger_are_words_and_nothing_else() -> None:
    shown = page(t.a_letter(text='<script>alert(1)</script> & <b onclick="x()">bold</b> https://example.org/?a=1&b=2'))
    assert "<script>alert" not in shown
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in shown
    assert 'rel="nofollow noopener noreferrer"' in shown


def test_a_conversation_one_may_not_see_does_not_exist() -> None:
    letter = t.a_letter(mailbox=t.a_mailbox("boss@harbourrow.example", everyone=False))
    pk = letter.conversation_id
    for part in ("", "timeline/", "bar/", "before/", "earlier/", "chapter/", "composer/"):
        assert browser(t.bea()).get(f"/conversations/{pk}/{part}").status_code == 404, part
        assert browser(t.mae()).get(f"/conversations/{pk}/{part}").status_code == 200, part
        assert browser(t.pia()).get(f"/conversations/{pk}/{part}").status_code == 404, part
    for deed in ("send", "take", "release", "hand-over", "close", "reopen", "pause", "wake", "tag", "untag", "junk", "unjunk",
                 "block", "unblock"):  # fmt: skip
        assert browser(t.bea()).post(f"/conversations/{pk}/{deed}/").status_code == 404, deed
    assert letter.conversation.events.count() == 1


def test_earlier_matters_are_chapters_and_hidden_ones_are_only_counted() -> None:
    old = t.a_letter(subject="The first box", at=t.after(days=-300))
    closing.close(old.conversation, by=t.bea(), at=t.after(days=-299))
    hidden = t.a_mailbox("boss@harbourrow.example", everyone=False)
    for n in range(3):
        t.a_letter(subject=f"Not for Bea {n}", mailbox=hidden, at=t.after(days=-n))
    shown = page(t.a_letter(subject="Warped"))
    assert f"/conversations/{old.conversation_id}/chapter/" in shown
    assert "The first box" in shown
    assert "3 conversations elsewhere" in shown
    assert "Not for Bea" not in shown
    assert "elsewhere" not in page(old, by=t.mae())


def test_a_chapter_shows_its_own_letters() -> None:
    old = t.a_letter(text="Where is the courier?", subject="The first box", at=t.after(days=-300))
    new = t.a_letter()
    assert "Where is the courier?" not in page(new)
    assert "Where is the courier?" in get(browser(t.bea()), f"/conversations/{old.conversation_id}/chapter/")


def test_chapters_come_by_the_dozen_without_a_gap() -> None:
    old = [t.a_letter(subject=f"Matter {n:02}", at=t.after(days=-100 + n)).conversation for n in range(15)]
    now = t.a_letter(subject="Now").conversation
    first, mark = timeline.earlier(now, _asker(t.bea()))
    rest, end = timeline.earlier(now, _asker(t.bea()), after=mark)
    assert [c.subject for c in [*rest, *first]] == [c.subject for c in old]
    assert end == ""


def test_a_long_conversation_shows_its_newest_entries_and_the_way_to_the_others() -> None:
    conversation = t.a_letter(text="The very first words.").conversation
    for n in range(timeline.ENTRIES + 5):
        noting.note(conversation, f"Note number {n}.", by=t.bea(), at=t.after(n))
    shown = page(conversation)
    assert "The very first words." not in shown.split('id="timeline"')[1]
    found = re.search(r'href="(/conversations/\d+/before/\?event=\d+)"', shown)
    assert found
    assert "The very first words." in get(browser(t.bea()), found[1])


def test_more_entries_cost_no_more_queries() -> None:
    client = browser(t.bea())
    conversation = t.a_letter().conversation
    assigning.hand_over(conversation, to=t.cal(), by=t.bea(), at=t.after(1))
    a_reply(conversation)
    t.a_letter(t.lou())
    address = f"/conversations/{conversation.pk}/"
    get(client, address)
    with CaptureQueriesContext(connection) as few:
        get(client, address)
    for n in range(12):
        t.a_letter(conversation=conversation, at=t.after(100 + n))
        noting.note(conversation, "A word.", by=t.cal(), at=t.after(100 + n))
        t.a_letter(subject=f"Another {n}", at=t.after(days=-n - 1))
    with CaptureQueriesContext(connection) as many:
        get(client, address)
    assert len(many) == len(few), [q["sql"][:120] for q in many][-8:]
    assert len(many) <= 45


def test_every_verb_of_the_docs_has_a_template_and_draws() -> None:
    documented = set(re.findall(r"^\| `(\w+)` \|", (ROOT / "docs/events.md").read_text(), re.MULTILINE))
    drawn = {file.stem for file in ENTRIES.glob("*.html") if not file.name.startswith("_")}
    assert drawn == documented
    letter = t.a_letter()
    conversation = letter.conversation
    facts = {
        "to": t.cal().pk, "before": t.bea().pk, "why": "You know cellos", "until": t.after(days=1).isoformat(), "letter": 1,
        "sender": "x@example.org", "tag": "payout", "because": "no such person", "recipient": "ana@example.org",
        "ring": 2,
    }  # fmt: skip
    for verb in sorted(documented):
        Event.objects.create(conversation=conversation, customer=conversation.customer, verb=verb, by=t.cal(), at=t.MONDAY,
                             message=letter, data=facts)  # fmt: skip
    shown = page(conversation)
    assert shown.count('class="entry') >= len(documented)
    words = ("Cal handed this to Cal", "“You know cellos”", "under payout", "did not reach ana@example.org")
    calls = (
        "Cal picked up at ring 2",
        "The line of Cal did not hold",
        "Cal gave the call to Cal",
        "They left a message",
    )
    for each in words + calls:
        assert each in shown


def test_opening_it_ends_the_nudges_about_it() -> None:
    conversation = t.a_letter().conversation
    assigning.hand_over(conversation, to=t.cal(), by=t.bea(), at=t.after(1))
    page(conversation, by=t.bea())
    assert Nudge.objects.filter(seen_at__isnull=True).count() == 1
    page(conversation, by=t.cal())
    assert not Nudge.objects.filter(seen_at__isnull=True).exists()


def test_proof_of_the_sender_is_said_in_words() -> None:
    assert "proven to be the sender" in page(t.a_letter(proof="proven"))
    assert "Nobody vouches" in page(t.a_letter(proof="unproven", subject="2"))
    shown = page(t.a_letter(proof="failed", subject="3"))
    assert "Careful: this only says that it comes from ana@example.org." in shown
    assert "Nobody vouches" not in page(t.a_letter(proof="", subject="4"))


def test_what_was_not_delivered_says_why_and_can_be_tried_again() -> None:
    message = a_reply(t.a_letter().conversation)
    refused(message)
    shown = page(message)
    assert "Not delivered to ana@example.org: There is no such person there." in shown
    delivery = message.deliveries.get()
    answer = post(browser(t.bea()), f"/deliveries/{delivery.pk}/try-again/")
    assert answer.status_code == 200
    delivery.refresh_from_db()
    assert delivery.refused_at is None
    assert post(browser(t.bea()), f"/deliveries/{delivery.pk}/try-again/").status_code == 409


def test_somebody_elses_delivery_cannot_be_tried_again() -> None:
    letter = t.a_letter(mailbox=t.a_mailbox("boss@harbourrow.example", everyone=False))
    message = a_reply(letter.conversation, by=t.mae())
    assert post(browser(t.bea()), f"/deliveries/{message.deliveries.get().pk}/try-again/").status_code == 404


def test_what_was_taken_back_is_only_a_line() -> None:
    conversation = t.a_letter().conversation
    message = a_reply(conversation, "Words I regret.")
    replying.take_back(message, by=t.bea(), at=t.after(62))
    shown = page(conversation, by=t.cal())
    assert "Words I regret." not in shown
    assert "Bea took a letter back" in shown


def test_a_letter_in_its_own_dress_lies_in_a_frame_and_loads_nothing_from_elsewhere() -> None:
    html = "<table><tr><td>Dear all</td></tr></table><img src='https://tracker.example/1.gif'><script>alert(1)</script>"
    letter = t.a_letter(html=html)
    shown = page(letter)
    assert f'src="/messages/{letter.pk}/frame/"' in shown
    assert "One picture from elsewhere is held back." in shown
    assert "The sender may notice" in shown
    frame = browser(t.bea()).get(f"/messages/{letter.pk}/frame/")
    assert b"tracker.example" not in frame.content
    assert b"<script" not in frame.content
    assert "default-src 'none'" in frame["Content-Security-Policy"]
    assert browser(t.pia()).get(f"/messages/{letter.pk}/frame/").status_code == 404


def test_pictures_from_elsewhere_need_a_click_and_then_come_through_us() -> None:
    letter = t.a_letter(html="<p>Look</p><img src='https://pictures.example/cat.png'>")
    client = browser(t.bea())
    assert client.get(f"/messages/{letter.pk}/pictures/").status_code == 405
    answer = post(client, f"/messages/{letter.pk}/pictures/")
    address = re.search(r'src="([^"]+)"', answer.content.decode())
    assert address
    frame = get(client, address[1].replace("&amp;", "&"))
    assert f"/messages/{letter.pk}/pictures/" in frame
    assert "https://pictures.example" not in frame
    other = browser(t.cal()).get(address[1])
    assert b"/pictures/" not in other.content  # what one person asked for shows nothing to another
    assert client.get(f"/messages/{letter.pk}/pictures/made-up").status_code == 404


def test_htmx_gets_the_middle_of_the_page_and_the_browsers_history_the_whole() -> None:
    conversation = t.a_letter().conversation
    address = f"/conversations/{conversation.pk}/"
    middle = get(browser(t.bea()), address, headers=HTMX)
    assert "<html" not in middle
    assert '<div class="main"' in middle
    whole = get(browser(t.bea()), address, headers={**HTMX, "HX-History-Restore-Request": "true"})
    assert "<html" in whole


def test_no_template_of_the_desk_needs_what_the_policy_forbids() -> None:
    for file in (Path(__file__).parents[1] / "templates").rglob("*.html"):
        text = file.read_text()
        assert not re.search(r"\sstyle=|\son\w+=|hx-on|js:|javascript:|hx-trigger=\"[^\"]*\[", text), file


def _asker(teammate: Any) -> Any:
    from secondring.desk.asker import Asker
    from secondring.team.models import House

    return Asker(teammate, House.ours(), t.MONDAY)
