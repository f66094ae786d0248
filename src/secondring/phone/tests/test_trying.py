"""'Call me now': a real call that rings only at whoever asked, says a sentence, listens, and measures what it heard."""

import math
import wave
from pathlib import Path

import pytest

from secondring import testing as t
from secondring.conversations.models import Event
from secondring.lib.errors import NotPossible
from secondring.phone import trying
from secondring.phone.happenings import Answered, AskedHangUp, Digit, Flowing
from secondring.phone.media import voice
from secondring.phone.models import Call, PhoneNumber, TestCall, Trunk
from secondring.phone.own_voice import SENTENCE, SENTENCE_LASTS
from secondring.team import duty
from secondring.team.models import Teammate

from .fakes import House, leg, tell

pytestmark = pytest.mark.django_db(transaction=True)


def a_tape(file: Path, loud: int) -> Path:
    file.parent.mkdir(parents=True, exist_ok=True)
    with wave.open(str(file), "wb") as made:
        made.setnchannels(1)
        made.setsampwidth(2)
        made.setframerate(8000)
        made.writeframes(b"".join(int(loud * math.sin(n / 3)).to_bytes(2, "little", signed=True) for n in range(8000)))
    return file


def a_line() -> PhoneNumber:
    """A number with a provider, through which telephones can be called."""
    number = PhoneNumber.objects.first() or t.a_number()
    number.trunk = Trunk.objects.create(name="Carrier", host="127.0.0.1", registers=False)
    number.save(update_fields=["trunk"])
    return number


async def asked(house: House, teammate: Teammate, *, telephone: bool = False) -> str:
    test = await house.book.ask(trying.call_me, teammate, telephone=telephone, at=house.timers.now())
    house.control.dial(teammate.pk, test.key)
    await house.rests()
    return str(test.key)


@pytest.mark.parametrize(("loud", "heard"), [(8000, True), (30, False)])
def test_it_rings_only_at_me_speaks_listens_and_repeats(tmp_path: Path, loud: int, heard: bool) -> None:
    bea, cal, mae = t.bea(), t.cal(), t.mae()
    keys = []

    async def story(house: House) -> None:
        key = await asked(house, bea)
        keys.append(key)
        line = house.lines[leg(bea), key]
        assert line.log == ["ring"]
        assert (leg(cal), key) not in house.lines
        await house.wait(7)  # ring two is for nobody else either
        assert (leg(mae), key) not in house.lines
        line.say(Answered)
        await house.rests()
        line.say(Flowing)
        await house.rests()
        session = house.sessions[key]
        assert f"play {leg(bea)} greeting" in session.log
        await house.wait(SENTENCE_LASTS.total_seconds())
        assert f"record {leg(bea)}" in session.log
        a_tape(session.message_file, loud)
        await house.wait(4)
        assert session.log.count(f"play {leg(bea)} greeting") == 2
        await house.wait(7)
        assert session.is_closed

    tell(tmp_path, story)
    test = TestCall.objects.get(key=keys[0])
    assert (test.picked_at, bool(test.ended_at)) == (t.after(7), True)
    assert ((test.loudness or 0) >= trying.AUDIBLE) is heard
    call = Call.objects.get(key=keys[0])
    assert (call.is_test, call.customer, call.conversation) == (True, None, None)
    assert not Event.objects.exists()
    assert not Call.objects.that_count().exists()
    assert not list((tmp_path / "calls").glob("test-*"))


def test_my_own_telephone_is_mine_when_1_was_pressed(tmp_path: Path) -> None:
    bea = t.bea()
    duty.own_telephone(bea, "+1 212 555 0123", rings=True, at=t.MONDAY)

    async def story(house: House) -> None:
        await house.book.ask(a_line)
        key = await asked(house, bea, telephone=True)
        assert (leg(bea), key) not in house.lines  # the desk stays silent: it is the telephone that is tried
        line = house.lines[leg(bea, "phone"), key]
        line.say(Answered)
        await house.rests()
        assert f"play {leg(bea, 'phone')} press-one" in house.sessions[key].log
        line.say(Digit, "1")
        await house.rests()
        line.say(Flowing)
        await house.rests()
        house.control.asked(key, AskedHangUp(leg(bea, "phone"), house.timers.now()))
        await house.wait(2)

    tell(tmp_path, story)
    bea.refresh_from_db()
    assert duty.telephone(bea) == "+12125550123"


def test_a_telephone_on_which_nobody_pressed_1_is_nobodys(tmp_path: Path) -> None:
    bea = t.bea()
    duty.own_telephone(bea, "+1 212 555 0123", rings=True, at=t.MONDAY)

    async def story(house: House) -> None:
        await house.book.ask(a_line)
        key = await asked(house, bea, telephone=True)
        house.lines[leg(bea, "phone"), key].say(Answered)
        await house.rests()
        await house.wait(60)
        assert key not in house.control.live

    tell(tmp_path, story)
    bea.refresh_from_db()
    assert duty.telephone(bea) == ""
    assert TestCall.objects.get().picked_at is None


def test_a_key_is_good_once_for_a_moment_and_for_nobody_else(tmp_path: Path) -> None:
    bea, cal = t.bea(), t.cal()

    async def story(house: House) -> None:
        test = await house.book.ask(trying.call_me, bea, telephone=False, at=house.timers.now())
        for who, key in ((cal, test.key), (bea, "made-up")):
            house.control.dial(who.pk, key)
            await house.rests()
        assert not house.control.live
        await house.wait(31)
        house.control.dial(bea.pk, test.key)
        await house.rests()
        assert not house.control.live

    tell(tmp_path, story)
    assert TestCall.objects.get().begun_at is None


def test_what_cannot_be_tried_is_said() -> None:
    bea = t.bea()
    with pytest.raises(NotPossible, match="Nobody can call you yet"):
        trying.call_me(bea, telephone=False, at=t.MONDAY)
    with pytest.raises(NotPossible, match="Write down your own number"):
        trying.call_me(bea, telephone=True, at=t.MONDAY)
    a_line()
    for number, says in (("+1 900 555 0100", "not one we call"), ("+44 20 7946 0000", "another country")):
        duty.own_telephone(bea, number, rings=True, at=t.MONDAY)
        with pytest.raises(NotPossible, match=says):
            trying.call_me(bea, telephone=True, at=t.MONDAY)
    for _ in range(trying.IN_AN_HOUR):
        trying.call_me(bea, telephone=False, at=t.MONDAY)
    with pytest.raises(NotPossible, match="ten tests in an hour"):
        trying.call_me(bea, telephone=False, at=t.MONDAY)


def test_loudness_is_measured(tmp_path: Path) -> None:
    assert trying.loudness(tmp_path / "none.wav") == 0
    assert trying.loudness(a_tape(tmp_path / "a.wav", 8000)) == pytest.approx(8000 / math.sqrt(2), rel=0.05)


def test_the_sentence_lasts_as_long_as_we_wait_for_it() -> None:
    spoken = len(voice.words(SENTENCE)) / 50 + len(voice.beep()) / 50
    assert 0 < SENTENCE_LASTS.total_seconds() - spoken < 1
