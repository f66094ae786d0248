"""Each deed has its own address, takes only POST, says what it did or why not, and works without scripts."""

import json
from typing import Any

import pytest

from secondring import testing as t
from secondring.conversations import assigning, closing
from secondring.conversations.models import Conversation
from secondring.mail import blocking
from secondring.mail.models import Block

from .desks import browser, get, post

pytestmark = pytest.mark.django_db


def do(conversation: Conversation, name: str, by: Any = None, scripts: bool = True, **fields: Any) -> Any:
    answer = post(browser(by or t.bea()), f"/conversations/{conversation.pk}/{name}/", scripts=scripts, **fields)
    conversation.refresh_from_db()
    return answer


@pytest.mark.parametrize("name", ["take", "release", "hand-over", "close", "reopen", "pause", "wake", "tag", "untag", "junk",
                                  "unjunk", "block", "unblock", "send"])  # fmt: skip
def test_looking_at_a_deed_does_nothing(name: str) -> None:
    conversation = t.a_letter().conversation
    answer = browser(t.bea()).get(f"/conversations/{conversation.pk}/{name}/")
    assert (answer.status_code, answer["Allow"]) == (405, "POST")
    assert conversation.events.count() == 1


def test_the_first_hand_gets_it_and_the_second_reads_whose_it_was() -> None:
    conversation = t.a_letter().conversation
    assert "You have this now." in do(conversation, "take").content.decode()
    late = do(conversation, "take", by=t.cal())
    assert late.status_code == 409
    assert "Bea already has this." in late.content.decode()
    assert conversation.assignee == t.bea()


def test_a_deed_names_what_must_be_drawn_again() -> None:
    conversation = t.a_letter().conversation
    told = json.loads(do(conversation, "take")["HX-Trigger"])
    assert told == {"sr:stale": {"names": ["inbox", f"conversation-{conversation.pk}"]}}


def test_without_scripts_the_sentence_stands_on_the_page_one_comes_back_to() -> None:
    conversation = t.a_letter().conversation
    client = browser(t.bea())
    here = f"/conversations/{conversation.pk}/"
    answer = client.post(f"{here}take/", {}, headers={"Referer": f"http://testserver{here}"})
    assert (answer.status_code, answer["Location"]) == (302, f"http://testserver{here}")
    assert "You have this now." in get(client, here)
    answer = client.post(f"{here}pause/", {"until": ""}, headers={"Referer": "https://elsewhere.example/"})
    assert answer["Location"] == "/"
    assert "Pick a day and a time first." in get(client, "/")


def test_hand_over_to_somebody_who_answers_here_with_a_word() -> None:
    conversation = t.a_letter().conversation
    assert "Handed over to Cal." in do(conversation, "hand-over", to=t.cal().pk, why="cello").content.decode()
    assert conversation.assignee == t.cal()
    assert conversation.events.last().data["why"] == "cello"
    for nobody in ("", "999999", t.pia().pk):
        assert "Pick a colleague first." in do(conversation, "hand-over", to=nobody).content.decode()
    hidden = t.a_letter(t.lou(), mailbox=t.a_mailbox("boss@harbourrow.example", everyone=False)).conversation
    assert "does not answer letters" in do(hidden, "hand-over", by=t.mae(), to=t.cal().pk).content.decode()


def test_the_picker_names_only_those_who_could_see_it() -> None:
    t.cal(), t.pia()
    hidden = t.a_mailbox("boss@harbourrow.example", everyone=False)
    hidden.place.members.add(t.dev())
    page = get(browser(t.mae()), f"/conversations/{t.a_letter(mailbox=hidden).conversation_id}/")
    picker = page.split('id="hand-over"')[1].split("</form>")[0]
    assert "Dev" in picker
    assert "Mae" in picker
    assert "Cal" not in picker
    assert "Pia" not in picker


def test_release_puts_it_back_for_everybody() -> None:
    conversation = t.a_letter().conversation
    assigning.take(conversation, by=t.bea(), at=t.after(1))
    do(conversation, "release")
    assert conversation.assignee is None


@pytest.mark.parametrize(("then", "where"), [("", "/"), ("stay", None)])
def test_done_goes_back_to_the_list_unless_one_stays(then: str, where: str | None) -> None:
    conversation = t.a_letter().conversation
    answer = do(conversation, "close", then=then)
    assert conversation.is_closed
    assert (json.loads(answer["HX-Location"])["path"] if where else answer.get("HX-Location")) == where
    do(conversation, "reopen")
    assert not conversation.is_closed


def test_done_and_next_goes_to_who_waits_longest_and_nobody_has() -> None:
    conversation = t.a_letter().conversation
    taken = t.a_letter(t.lou(), at=t.after(1)).conversation
    free = t.a_letter(subject="Another", at=t.after(2)).conversation
    assigning.take(taken, by=t.cal(), at=t.after(3))
    assert json.loads(do(conversation, "close", then="next")["HX-Location"])["path"] == f"/conversations/{free.pk}/"


def test_pause_until_tomorrow_or_a_moment_one_picks() -> None:
    conversation = t.a_letter().conversation
    tomorrow: dict[str, Any] = {"for": "tomorrow"}
    do(conversation, "pause", **tomorrow)
    assert conversation.is_paused
    do(conversation, "wake")
    assert not conversation.is_paused
    assert do(conversation, "wake").status_code == 409
    do(conversation, "pause", until="2999-01-01T10:30")
    assert conversation.paused_until.year == 2999
    closing.wake(conversation, by=t.bea(), at=t.after(10))
    for never in ("2001-01-01T10:00", "nonsense", ""):
        assert do(conversation, "pause", until=never).status_code == 409
    assert not conversation.is_paused


def test_tags_go_on_and_off() -> None:
    conversation = t.a_letter().conversation
    assert "Filed under pay out." in do(conversation, "tag", tag="#Pay  Out").content.decode()
    assert [tag.name for tag in conversation.tags.all()] == ["pay out"]
    do(conversation, "untag", tag="pay out")
    assert not conversation.tags.exists()
    assert do(conversation, "tag", tag="  ").status_code == 409


def test_junk_leaves_the_desk_and_comes_back() -> None:
    conversation = t.a_letter().conversation
    do(conversation, "junk")
    assert conversation.is_junk
    do(conversation, "unjunk")
    assert (conversation.is_junk, conversation.is_waiting) == (False, True)


def test_a_sender_or_their_whole_domain_is_blocked_and_let_in_again() -> None:
    conversation = t.a_letter().conversation
    do(conversation, "block")
    assert Block.objects.get().value == "ana@example.org"
    assert conversation.is_junk
    do(conversation, "block", whole="yes")
    assert {b.value for b in Block.objects.all()} == {"ana@example.org", "@example.org"}
    do(conversation, "unblock")
    assert not Block.objects.exists()
    assert do(conversation, "unblock").status_code == 409


def test_nobody_blocks_our_own_house() -> None:
    from secondring.lib.errors import NotPossible

    t.a_mailbox(aliases=["help@harbourrow.example"])
    for ours in ("HELLO@harbourrow.example", "help@harbourrow.example"):
        with pytest.raises(NotPossible, match="one of our own"):
            blocking.block(ours, by=t.bea(), at=t.MONDAY)
    with pytest.raises(NotPossible, match="one of our own"):
        blocking.block("@harbourrow.example", by=t.bea(), at=t.MONDAY)


def test_who_goes_off_duty_puts_back_what_they_have() -> None:
    conversation = t.a_letter().conversation
    assigning.take(conversation, by=t.bea(), at=t.after(1))
    client = browser(t.bea())
    assert "Off duty" in post(client, "/duty/").content.decode()
    conversation.refresh_from_db()
    assert conversation.assignee is None
    assert "On duty" in post(client, "/duty/", on_duty="on").content.decode()
