"""Letters are read apart; one that kills its reader hurts nobody else."""

from collections.abc import Iterator

import pytest

from secondring import testing as t
from secondring.conversations.models import Message
from secondring.lib import blobs
from secondring.lib.errors import NotPossible
from secondring.mail import arriving, understanding
from secondring.mail.models import Fate, IncomingEmail
from secondring.mail.reader import storable
from secondring.mail.tests.posting import a_raw, kept
from secondring.mail.understanding import Limits, Reader
from secondring.mail.understood import Understood

pytestmark = pytest.mark.django_db


@pytest.fixture
def reader() -> Iterator[Reader]:
    made = Reader()
    yield made
    made.close()


class Mortal(Reader):
    """Dies, as the real one would at its limits, of letters whose bytes are named here."""

    deadly: set[str] = set()

    def answer(self) -> Understood:
        answer = super().answer()
        if self._last in self.deadly:
            self.close()
            raise understanding.ReaderDied("Reading it took more work than a letter should.")
        return answer

    def ask(self, sha256: str, addresses: object = ()) -> None:
        self._last = sha256
        super().ask(sha256)


def test_one_reader_reads_many_letters(reader: Reader) -> None:
    rows = [kept(a_raw(f"Letter {number}")) for number in range(20)]
    assert understanding.understand_due(reader, patient=False) == 16
    assert understanding.understand_due(reader, patient=False) == 4
    assert [m.said.strip() for m in Message.objects.order_by("source_id")] == [f"Letter {n}" for n in range(20)]
    assert IncomingEmail.objects.filter(pk__in=[row.pk for row in rows], fate=Fate.MESSAGE).count() == 20


def test_a_reader_that_was_killed_is_started_anew(reader: Reader) -> None:
    row = kept(a_raw())
    reader.ask(row.sha256)
    reader.answer()
    assert reader._process is not None
    reader._process.kill()
    reader._process.wait()
    reader.ask(row.sha256)
    assert "warped" in reader.answer().said


def test_a_letter_that_takes_too_long_ends_its_reader_and_says_so() -> None:
    impatient = Reader(Limits(cpu=20, wall=0.0))
    row = kept(a_raw())
    impatient.ask(row.sha256)
    with pytest.raises(understanding.ReaderDied, match="longer than we can wait"):
        impatient.answer()
    assert impatient._process is None


def test_a_reader_without_its_letter_says_how_it_ended(reader: Reader) -> None:
    reader.ask("0" * 64)
    with pytest.raises(understanding.ReaderDied, match="broke down"):
        reader.answer()


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


def test_whatever_goes_wrong_in_filing_is_put_aside_in_words(reader: Reader, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_args: object, **_named: object) -> None:
        raise ValueError("two and two make five")

    monkeypatch.setattr(arriving, "_place", broken)
    row = kept(a_raw())
    understanding.understand_due(reader, patient=False)
    row.refresh_from_db()
    assert row.fate == Fate.ASIDE
    assert "two and two make five" in row.because
    assert not Message.objects.exists()


def test_a_text_of_any_length_keeps_every_word() -> None:
    words = "All of it. " * 250_000
    understood = understanding.parse(kept(a_raw(words)))
    whole = next(file for file in understood.files if file.name == "letter.txt")
    assert len(understood.text) == 2_000_000
    assert blobs.read(whole.sha256).decode().split() == words.split()


def test_half_characters_and_nul_are_taken_out_wherever_they_stand() -> None:
    assert storable(("a\0b", "\ud800", {"x": "c\0"})) == ("ab", "?", {"x": "c"})
