"""The doctor says in sentences whether anybody could call, and whom it would ring at."""

from typing import Any

import pytest

from secondring import testing as t
from secondring.commands import doctor_telephone
from secondring.lib import blobs
from secondring.phone import sites
from secondring.phone.models import Outbound, PlaceWords, Trunk
from secondring.team import duty

pytestmark = pytest.mark.django_db


def said(*, well: bool) -> str:
    return " ".join(sentence for is_well, sentence in doctor_telephone.look() if is_well is well)


def test_a_house_without_a_telephone_is_well() -> None:
    assert "Nobody can call yet" in said(well=True)
    assert said(well=False) == ""


def test_a_number_in_trouble_is_named_with_its_provider_s_word() -> None:
    number = t.a_number()
    number.trunk = Trunk.objects.create(name="Telnyx", host="h", user="u", trouble="It does not accept this password.")
    number.save(update_fields=["trunk"])
    duty.go_on(t.bea(), at=t.MONDAY)
    assert said(well=False) == (
        "+351 21 000 0001: It does not accept this password."
        " It has no greeting: callers hear only the tone when nobody is there."
    )
    assert "On duty: 1." in said(well=True)


def test_a_call_that_would_find_nobody_is_worth_a_look() -> None:
    sites.open_site(by=t.mae(), at=t.MONDAY)
    duty.wish_second_ring(t.mae(), duty.NEVER, at=t.MONDAY)
    assert "A call now would find nobody" in said(well=False)
    duty.wish_second_ring(t.mae(), duty.ALWAYS, at=t.MONDAY)
    assert said(well=False) == ""


def test_a_limit_that_stopped_calls_out_is_said() -> None:
    t.a_number()
    Outbound.objects.create(pk=1, stopped_at=t.MONDAY, because="house-hour")
    assert "stopped by a limit" in said(well=False)


def test_recording_without_its_words_is_said() -> None:
    place = sites.open_site(by=t.mae(), at=t.MONDAY)
    duty.go_on(t.bea(), at=t.MONDAY)
    words = PlaceWords.objects.create(place=place, records=True, notice="0" * 64, keeps_days=5)
    assert "the words that say so are missing" in said(well=False)
    words.notice = blobs.keep(b"words")
    words.save(update_fields=["notice"])
    assert said(well=False) == ""
    assert "recordings go after 5 days" in said(well=True)


def test_ports_that_cannot_be_are_said(settings: pytest.FixtureRequest) -> None:
    sites.open_site(by=t.mae(), at=t.MONDAY)
    settings.SECONDRING_PHONE_PORTS = ["nonsense"]  # type: ignore[attr-defined]
    assert "SECONDRING_PHONE_PORTS should look like" in said(well=False)


def test_an_rtpengine_that_does_not_answer_is_said(settings: pytest.FixtureRequest) -> None:
    sites.open_site(by=t.mae(), at=t.MONDAY)
    duty.go_on(t.bea(), at=t.MONDAY)
    settings.SECONDRING_PHONE_MEDIA = ["rtpengine", "127.0.0.1:9"]  # type: ignore[attr-defined]
    assert "rtpengine does not answer" in said(well=False)
    settings.SECONDRING_PHONE_MEDIA = ["asterisk"]  # type: ignore[attr-defined]
    assert "SECONDRING_PHONE_MEDIA should be" in said(well=False)


@pytest.mark.needs("rtpengine")
def test_an_rtpengine_that_answers_is_well(settings: pytest.FixtureRequest, rtpengine: Any) -> None:
    sites.open_site(by=t.mae(), at=t.MONDAY)
    duty.go_on(t.bea(), at=t.MONDAY)
    settings.SECONDRING_PHONE_MEDIA = rtpengine.setting.split()  # type: ignore[attr-defined]
    assert "rtpengine carries the sound, and answers." in said(well=True)
    assert said(well=False) == ""
