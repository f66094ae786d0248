"""Letters are read apart; one that kills its reader hurts nobody else."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import count

import pytest
from django.db import OperationalError, connection
from django.test.utils import CaptureQueriesContext

from secondring import testing as t
from secondring.conversations.models import Event, Message
from secondring.lib import blobs
from secondring.lib.errors import NotPossible
from secondring.mail import arriving, understanding
from secondring.mail.models import Fate, IncomingEmail
from secondring.mail.reader import storable
from secondring.mail.reading import Limits, Reader, ReaderDied
from secondring.mail.tests.posting import a_raw, kept
from secondring.mail.understood import Understood

pytestmark = pytest.mark.django_db


@pytest.fixture
def reader() -> Iterator[Reader]:
    made = Reader()
    yield made
    made.close()


_strangers = count(1)


class Mortal(Reader):
    """Dies, as the real one would at its limits, of letters whose bytes are named here."""

    deadly: set[str] = set()

    def ask(self, letters: Sequence[str], addresses: Iterable[str] = ()) -> None:
        self._asked = list(letters)
        super().ask(letters, addresses)

    def answer(self) -> Understood:
        answer = super().answer()
        if self._asked.pop(0) in self.deadly:
            self.close()
            raise ReaderDied("Reading it took more work than a letter should.")
        return answer


class Ahead(Reader):
    """Has always read on before anybody looks, so that all letters at hand arrive together."""

    def has_answered(self, *, within: float) -> bool:
        return True


def test_one_reader_reads_many_letters(reader: Reader) -> None:
    rows = [kept(a_raw(f"Letter {number}")) for number in range(40)]
    assert understanding.understand_due(reader, patient=False) == 32
    assert understanding.understand_due(reader, patient=False) == 8
    assert [m.said.strip() for m in Message.objects.order_by("source_id")] == [f"Letter {n}" for n in range(40)]
    assert IncomingEmail.objects.filter(pk__in=[row.pk for row in rows], fate=Fate.MESSAGE).count() == 40


def test_a_reader_that_was_killed_is_started_anew(reader: Reader) -> None:
    row = kept(a_raw())
    reader.ask([row.sha256])
    reader.answer()
    assert reader._process is not None
    reader._process.kill()
    reader._process.wait()
    reader.ask([row.sha256])
    assert "warped" in reader.answer().said


def test_a_letter_that_takes_too_long_ends_its_reader_and_says_so() -> None:
    impatient = Reader(Limits(cpu=20, wall=0.0))
    row = kept(a_raw())
    impatient.ask([row.sha256])
    with pytest.raises(ReaderDied, match="longer than we can wait"):
        impatient.answer()
    assert impatient._process is None


def test_a_reader_without_its_letter_says_how_it_ended(reader: Reader) -> None:
    reader.ask(["0" * 64])
    with pytest.raises(ReaderDied, match="broke down"):
        reader.answer()


def test_a_reader_that_ends_between_two_letters_is_followed_by_another_that_reads_the_rest(reader: Reader) -> None:
    rows = [kept(a_raw(f"Letter {number}")) for number in range(2)]
    reader.ask([rows[0].sha256, "0" * 64, rows[1].sha256])
    assert "Letter 0" in reader.answer().said
    with pytest.raises(ReaderDied, match="broke down"):
        reader.answer()
    assert "Letter 1" in reader.answer().said


def test_an_answer_that_nobody_came_for_is_not_taken_for_another_letters(reader: Reader) -> None:
    one, two, three = (kept(a_raw(f"Letter {number}")) for number in range(3))
    reader.ask([one.sha256, two.sha256])
    reader.answer()
    reader.ask([three.sha256])
    assert "Letter 2" in reader.answer().said


def test_a_monstrous_letter_does_not_hold_up_the_others_and_is_put_aside_after_three_deaths() -> None:
    monster, other = kept(a_raw("monster")), kept(a_raw("other"))
    reader = Mortal()
    reader.deadly = {monster.sha256}
    try:
        assert understanding.understand_due(reader, patient=False) == 2
        other.refresh_from_db()
        assert other.fate == Fate.MESSAGE
        assert understanding.understand_due(reader, patient=False) == 0
        for _try in range(2):
            assert understanding.understand_due(reader, patient=True) == 1
    finally:
        reader.close()
    monster.refresh_from_db()
    assert (monster.fate, monster.tries) == (Fate.ASIDE, 3)
    assert "more work than a letter should" in monster.because
    understanding.again(monster, by=t.bea(), at=t.after(60))
    with pytest.raises(NotPossible):
        understanding.again(monster, by=t.bea(), at=t.after(61))


def test_a_letter_put_aside_arrives_when_it_is_opened_again(reader: Reader) -> None:
    row = kept(a_raw())
    assert understanding.put_aside(row, because="It was a bad day.", at=t.MONDAY)
    understanding.again(row, by=t.bea(), at=t.after(60))
    assert understanding.understand_due(reader, patient=False) == 1
    row.refresh_from_db()
    assert row.fate == Fate.MESSAGE


@pytest.fixture
def ahead() -> Iterator[Ahead]:
    made = Ahead()
    yield made
    made.close()


Breaking = Callable[[str, Exception], None]


@pytest.fixture
def breaking(monkeypatch: pytest.MonkeyPatch) -> Breaking:
    """Makes letters with these words in their subject impossible to file."""

    def breaking(subject: str, problem: Exception) -> None:
        place = arriving._place

        def broken(letter: arriving.Letter) -> object:
            found = place(letter)
            if subject in letter.parsed.subject:
                raise problem
            return found

        monkeypatch.setattr(arriving, "_place", broken)

    return breaking


def test_whatever_goes_wrong_in_filing_is_put_aside_in_words(reader: Reader, breaking: Breaking) -> None:
    breaking("Warped", ValueError("two and two make five"))
    row = kept(a_raw())
    understanding.understand_due(reader, patient=False)
    row.refresh_from_db()
    assert row.fate == Fate.ASIDE
    assert "two and two make five" in row.because
    assert not Message.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_letters_that_were_read_meanwhile_arrive_in_one_transaction_and_see_each_other(ahead: Ahead) -> None:
    raw = a_raw(message_id="<one@example.org>")
    first, same = kept(raw), kept(raw)
    answer = kept(a_raw("And?", subject="Re: Warped", in_reply_to="<one@example.org>"))
    with CaptureQueriesContext(connection) as asked:
        assert understanding.understand_due(ahead, patient=False) == 3
    assert sum('INTO "conversations_message"' in each["sql"] for each in asked) == 2
    assert sum(each["sql"] == "COMMIT" for each in asked) == 2  # claimed, arrived
    for row in (first, same, answer):
        row.refresh_from_db()
    assert [row.fate for row in (first, same, answer)] == [Fate.MESSAGE, Fate.DUPLICATE, Fate.MESSAGE]
    assert same.duplicate_of == first
    assert answer.conversation == first.conversation


def questions(reader: Reader, letters: int) -> int:
    """How often the database is asked when so many letters of strangers arrive together."""
    for _each in range(letters):
        number = next(_strangers)
        kept(a_raw(sender=f"Guest {number} <guest-{number}@example.org>", subject=f"Question {number}"))
    with CaptureQueriesContext(connection) as asked:
        assert understanding.understand_due(reader, patient=False) == letters
    return len(asked)


def test_one_letter_more_asks_the_database_twelve_times_more(ahead: Ahead) -> None:
    questions(ahead, 1)
    few, many = questions(ahead, 2), questions(ahead, 8)
    assert (many - few) / 6 <= 12


def test_one_that_cannot_be_filed_is_put_aside_alone_among_those_it_came_with(ahead: Ahead, breaking: Breaking) -> None:
    breaking("Broken", ValueError("two and two make five"))
    rows = [kept(a_raw(subject=subject)) for subject in ("One", "Broken", "Two")]
    assert understanding.understand_due(ahead, patient=False) == 3
    for row in rows:
        row.refresh_from_db()
    assert [row.fate for row in rows] == [Fate.MESSAGE, Fate.ASIDE, Fate.MESSAGE]
    assert [each.subject for each in Message.objects.order_by("pk")] == ["One", "Two"]
    assert Event.objects.filter(verb="customer_wrote").count() == 2


def test_a_letter_that_somebody_else_holds_by_now_is_left_to_them_and_the_others_arrive(
    ahead: Ahead, monkeypatch: pytest.MonkeyPatch
) -> None:
    mine, lost = kept(a_raw("mine")), kept(a_raw("lost"))
    together = arriving.arrive_together

    def late(*read: object, **named: object) -> None:
        IncomingEmail.objects.filter(pk=lost.pk).update(lease_no=7)
        together(*read, **named)  # type: ignore[arg-type]

    monkeypatch.setattr(arriving, "arrive_together", late)
    understanding.understand_due(ahead, patient=False)
    mine.refresh_from_db()
    lost.refresh_from_db()
    assert (mine.fate, lost.fate) == (Fate.MESSAGE, "")
    assert [each.said.strip() for each in Message.objects.all()] == ["mine"]


def test_a_database_that_is_away_puts_nothing_aside(ahead: Ahead, breaking: Breaking) -> None:
    breaking("Warped", OperationalError("the server closed the connection"))
    rows = [kept(a_raw()) for _each in range(2)]
    with pytest.raises(OperationalError):
        understanding.understand_due(ahead, patient=False)
    assert IncomingEmail.objects.to_understand().count() == len(rows)


def test_a_text_of_any_length_keeps_every_word() -> None:
    words = "All of it. " * 250_000
    understood = understanding.parse(kept(a_raw(words)))
    whole = next(file for file in understood.files if file.name == "letter.txt")
    assert len(understood.text) == 2_000_000
    assert blobs.read(whole.sha256).decode().split() == words.split()


def test_half_characters_and_nul_are_taken_out_wherever_they_stand() -> None:
    assert storable(("a\0b", "\ud800", {"x": "c\0"})) == ("ab", "?", {"x": "c"})
