"""A number joins the house with its provider's account, and leaves again; the words about it are plain and true."""

import wave
from datetime import timedelta
from io import BytesIO

import pytest

from secondring import testing as t
from secondring.lib import blobs
from secondring.lib.errors import NotPossible
from secondring.phone import providers, registering, ringing, setting_up, speaking, standing
from secondring.phone.models import PhoneNumber, PlaceWords, Trunk
from secondring.phone.setting_up import Login
from secondring.team import duty

pytestmark = pytest.mark.django_db(transaction=True)
NUMBER = "+351 21 000 0001"


def a_login(**more: object) -> Login:
    given = {"provider": "telnyx", "name": "Telnyx", "host": "sip.telnyx.com", "user": "row", "password": "secret"}
    return Login(**{**given, **more})  # type: ignore[arg-type]


def add(written: str = NUMBER, **more: object) -> PhoneNumber:
    given = {"name": "Orders", "login": a_login(), "trunk": None, "by": t.mae(), "at": t.MONDAY}
    return setting_up.add(written, **{**given, **more})  # type: ignore[arg-type]


def test_a_new_number_is_what_the_telephone_process_reads() -> None:
    add()
    account = registering.accounts()[0]
    assert (account.host, account.user, account.password) == ("sip.telnyx.com", "row", "secret")
    assert (account.numbers, account.registers) == (("+351210000001",), True)
    door = ringing.roster(t.MONDAY).door(number="+351210000001")
    assert door is not None
    assert (door.name, door.region, door.cadence.cycle) == ("Orders", "PT", timedelta(seconds=5))


def test_a_password_is_kept_sealed() -> None:
    add()
    assert "secret" not in Trunk.objects.get().password_sealed


def test_two_numbers_share_one_account_and_the_last_one_logs_it_out() -> None:
    first = add()
    second = add("+1 212 555 0100", login=None, trunk=first.trunk, name="")
    assert (second.place.name, second.ring_on) == ("+1 212-555-0100", 2.0)
    assert len(registering.accounts()[0].numbers) == 2
    setting_up.remove(first, by=t.mae(), at=t.MONDAY)
    assert [each.numbers for each in registering.accounts()] == [("+12125550100",)]
    setting_up.remove(second, by=t.mae(), at=t.MONDAY)
    assert registering.accounts() == []


def test_a_number_that_was_removed_comes_back_with_its_people() -> None:
    row = add()
    setting_up.open_to(row.place, [t.bea()], everyone=False, by=t.mae(), at=t.MONDAY)
    setting_up.remove(row, by=t.mae(), at=t.MONDAY)
    again = add()
    assert (again.pk, list(again.place.members.all())) == (row.pk, [t.bea()])
    assert registering.accounts()[0].numbers == ("+351210000001",)


def test_the_same_account_is_not_made_twice_and_takes_the_new_password() -> None:
    add()
    add("+351 21 000 0002", login=a_login(password="other"))
    assert [each.password for each in Trunk.objects.all()] == ["other"]


def test_what_cannot_be_is_refused_in_a_sentence() -> None:
    add()
    with pytest.raises(NotPossible, match="is here already"):
        add()
    with pytest.raises(NotPossible, match="country code"):
        add("21 000 0001")
    with pytest.raises(NotPossible, match="Which server"):
        add("+351 21 000 0003", login=a_login(host=" "))
    with pytest.raises(NotPossible, match="A lead"):
        add("+351 21 000 0003", by=t.bea())
    assert PhoneNumber.objects.count() == 1


def test_the_sentence_about_a_number_follows_what_its_provider_says() -> None:
    row = add()
    trunk = row.trunk
    assert trunk is not None
    assert standing.of(None, t.MONDAY).is_wrong
    assert standing.of(trunk, t.MONDAY).state == standing.WAITS
    registering.answered(trunk.pk, t.after(600).timestamp(), "", "", at=t.MONDAY)
    trunk.refresh_from_db()
    assert "Calls come in" in standing.of(trunk, t.MONDAY).words
    assert standing.of(trunk, t.after(601)).is_wrong
    registering.answered(trunk.pk, None, "", "It does not accept this user name and password.", at=t.after(700))
    trunk.refresh_from_db()
    assert standing.of(trunk, t.after(700)).words == "It does not accept this user name and password."
    setting_up.reconnect(trunk, a_login(password="right"), by=t.mae(), at=t.after(701))
    trunk.refresh_from_db()
    assert standing.of(trunk, t.after(701)).state == standing.WAITS


def test_a_name_that_leads_nowhere_is_said_and_taken_back_when_it_does() -> None:
    row = add(login=a_login(provider="", host="sip.exampel.org"))
    assert row.trunk is not None
    registering.found(row.trunk.pk, False, at=t.MONDAY)
    row.trunk.refresh_from_db()
    assert "no server called sip.exampel.org" in standing.of(row.trunk, t.MONDAY).words
    registering.found(row.trunk.pk, True, at=t.after(5))
    row.trunk.refresh_from_db()
    assert row.trunk.trouble == ""


def test_the_presets_need_nothing_but_a_name_and_a_password() -> None:
    assert len(providers.KNOWN) == 3
    for each in providers.KNOWN.values():
        assert each.registers
        assert "." in each.host
        assert str(each.advice)


def a_wav(seconds: float = 2.0, *, rate: int = 44_100, loud: int = 8000) -> bytes:
    made = BytesIO()
    with wave.open(made, "wb") as file:
        file.setnchannels(2)
        file.setsampwidth(2)
        file.setframerate(rate)
        file.writeframes(b"".join((loud if n % 100 < 50 else -loud).to_bytes(2, "little", signed=True) * 2
                                  for n in range(int(seconds * rate))))  # fmt: skip
    return made.getvalue()


def test_a_greeting_is_kept_as_a_telephone_carries_it_and_rings_with_its_number() -> None:
    row = add()
    words = speaking.greet_with(row.place, a_wav(), by=t.mae(), at=t.MONDAY)
    assert words.greeting_seconds == pytest.approx(2.0, abs=0.05)
    with wave.open(BytesIO(blobs.read(words.greeting))) as kept:
        assert (kept.getframerate(), kept.getnchannels(), kept.getsampwidth()) == (8000, 1, 2)
    door = ringing.roster(t.MONDAY).door(number=row.number)
    assert door is not None
    assert door.greeting == words.greeting
    speaking.greet_no_more(row.place, by=t.mae(), at=t.MONDAY)
    assert PlaceWords.objects.get().greeting == ""


@pytest.mark.parametrize(
    ("content", "says"),
    [(b"ID3 not a wav", "not a WAV file"), (a_wav(0.3), "too short"), (a_wav(loud=20), "nothing to hear")],
)
def test_what_is_no_greeting_is_refused_with_a_word_that_helps(content: bytes, says: str) -> None:
    row = add()
    with pytest.raises(NotPossible, match=says):
        speaking.greet_with(row.place, content, by=t.mae(), at=t.MONDAY)
    assert not PlaceWords.objects.exclude(greeting="").exists()


def test_an_own_telephone_rings_only_after_it_was_confirmed() -> None:
    bea = t.bea()
    duty.own_telephone(bea, "+351 91 000 0000", rings=True, at=t.MONDAY)
    assert duty.telephone(bea) == ""
    duty.confirm_telephone(bea, "+351910000000", at=t.MONDAY)
    assert duty.telephone(bea) == "+351910000000"
