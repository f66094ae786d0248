"""Finding what was said."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from secondring import testing as t
from secondring.conversations import noting, search
from secondring.lib import search as full_text
from secondring.lib.search_words import parse

pytestmark = pytest.mark.django_db


def found(typed: str, **options: object) -> list[str]:
    by = options.pop("by", None) or t.bea()
    messages = search.in_order(search.messages(parse(typed), by=by, **options))  # type: ignore[arg-type]
    return [message.text for message in messages]


@pytest.mark.parametrize(
    "typed",
    [
        "warped",
        "WARPED",
        '"came warped"',
        "war",
        "warp*",
        "from:lima",
        "from:ana@example.org",
        "amelia",
        '"Dona Amélia"',
    ],
)
def test_a_letter_is_found_by_its_words_whatever_their_case_and_accents(typed: str) -> None:
    text = "The box came warped. Dona Amélia is sad."
    t.a_letter(text=text)
    assert found(typed) == [text]


@pytest.mark.parametrize(
    "typed", ['"warped came"', "warped -box", "from:lou warped", "is:closed warped", "box OR nothing", '"', "***"]
)
def test_what_does_not_match_is_not_shown(typed: str) -> None:
    t.a_letter(text="The box came warped.")
    assert found(typed) == []


def test_words_of_a_language_without_spaces_are_found_inside_a_sentence() -> None:
    t.a_letter(text="昨日東京でレコードを買いました。")
    assert found("レコード") == ["昨日東京でレコードを買いました。"]
    assert found("東京で") == ["昨日東京でレコードを買いました。"]
    assert found("京東") == []


def test_the_newest_come_first_and_pages_go_on_where_the_last_ended() -> None:
    letters = [t.a_letter(text=f"needle {n}") for n in range(5)]
    first = search.messages(parse("needle"), by=t.bea(), limit=2)
    assert first == [letters[4].pk, letters[3].pk]
    assert search.messages(parse("needle"), by=t.bea(), before=first[-1], limit=2) == [letters[2].pk, letters[1].pk]


def test_nobody_finds_what_they_may_not_see() -> None:
    t.a_letter(text="secret needle", mailbox=t.a_mailbox("press@harbourrow.example", everyone=False))
    assert found("needle", by=t.bea()) == []
    assert found("needle", by=t.pia()) == []
    assert found("needle", by=t.mae()) == ["secret needle"]


def test_notes_are_found_and_states_narrow_the_search() -> None:
    conversation = t.a_letter(text="Where is my parcel?").conversation
    noting.note(conversation, "The parcel is in Porto.", by=t.bea(), at=t.after(10))
    assert found("parcel is:note") == ["The parcel is in Porto."]
    assert found("parcel is:theirs is:waiting") == ["Where is my parcel?"]
    assert found("parcel before:2020-01-01") == []
    assert len(found("parcel after:2020-01-01")) == 2


def test_a_rare_word_among_common_ones_finds_what_it_would_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(full_text, "FEW", 10)  # so that thirty letters are many
    for n in range(30):
        t.a_letter(text=f"The parcel came {'by courier' if n % 10 == 3 else 'by post'} {n}")
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
    assert found("parcel courier came ") == [f"The parcel came by courier {n}" for n in (23, 13, 3)]
    assert found("parcel courier -13") == [f"The parcel came by courier {n}" for n in (23, 3)]
    before = search.messages(parse("parcel courier "), by=t.bea(), limit=1)[0]
    assert len(search.messages(parse("parcel courier "), by=t.bea(), before=before)) == 2


def test_postgresql_asks_for_the_rare_word_and_looks_for_the_common_one_in_what_it_found(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    if connection.vendor != "postgresql":
        pytest.skip("FTS5 reads both lists side by side")
    monkeypatch.setattr(full_text, "FEW", 10)
    for n in range(30):
        t.a_letter(text=f"The parcel came {'by courier' if n % 10 == 3 else 'by post'} {n}")
    with CaptureQueriesContext(connection) as asked:
        connection.cursor().execute("ANALYZE")
        search.messages(parse("parcel courier "), by=t.bea())
    assert any("IS TRUE" in each["sql"] for each in asked)
