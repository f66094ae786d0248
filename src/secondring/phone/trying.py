"""'Call me now': a call that rings at oneself, says a sentence, listens, repeats what it heard; and what came of it, kept."""

import array
import math
import secrets
import sys
import wave
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from django.db import transaction
from django.utils.translation import gettext as _

from ..conversations.channels import PHONE
from ..conversations.models import Place
from ..lib import broadcast
from ..lib.errors import NotPossible
from ..team import audiences, duty
from ..team.models import Teammate
from . import dialling_rules
from .dialling_rules import No
from .models import Call, PhoneNumber
from .outbound import Outbound, TestCall

CHANGED = "test-call"
GOOD_FOR = timedelta(seconds=30)  # from the click to the ring
AUDIBLE = 250  # loudness: a muted microphone is below, a whisper above
IN_AN_HOUR = 10
WINDOW = 0.2  # seconds over which loudness is taken


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """What the phone process must know. number: their own telephone, "" for their desk."""

    key: str
    by: int
    place: int
    trunk: int | None
    number: str
    words: str


@transaction.atomic
def call_me(teammate: Teammate, *, telephone: bool, at: datetime) -> TestCall:
    """Have it ring in a moment: at their desk, or at their own telephone, which is theirs when they press 1."""
    number = _own_number(teammate) if telephone else ""
    line = PhoneNumber.objects.in_use().filter(trunk__isnull=False).order_by("pk").first()
    if telephone and line is None:
        raise NotPossible(_("Add a number of yours first: your telephone is called through it."))
    places = Place.objects.in_use().visible_to(teammate).filter(channel=PHONE)
    place = line.place if line and telephone else places.order_by("pk").first()
    if place is None:
        raise NotPossible(_("Nobody can call you yet. Add a number, or let people call from the web."))
    if Call.objects.running().filter(claimed_by=teammate).exists():
        raise NotPossible(_("You are on the telephone just now."))
    lately = TestCall.objects.filter(teammate=teammate, asked_at__gt=at - timedelta(hours=1))
    if lately.count() >= IN_AN_HOUR:
        raise NotPossible(_("That were ten tests in an hour. Give it a rest, and ask whoever runs the desk."))
    return TestCall.objects.create(
        key=secrets.token_hex(16), teammate=teammate, place=place, number=number, asked_at=at
    )


@transaction.atomic(durable=True)
def collect(key: str, *, by: int, at: datetime) -> Wanted | None:
    """The test that this key was given for, once; None when it is used, old or somebody else's."""
    mine = TestCall.objects.filter(key=key, teammate=by, begun_at__isnull=True, asked_at__gt=at - GOOD_FOR)
    if not mine.update(begun_at=at):
        return None
    test = TestCall.objects.get(key=key)
    line = PhoneNumber.objects.filter(place=test.place_id).first()
    return Wanted(
        key=key,
        by=by,
        place=test.place_id,
        trunk=line.trunk_id if line else None,
        number=test.number,
        words=_("Your own desk, to test"),
    )


@transaction.atomic(durable=True)
def finished(key: str, tape: Path, *, at: datetime) -> None:
    """It is over: what we heard is measured and thrown away; a telephone on which 1 was pressed is theirs."""
    test = TestCall.objects.select_for_update(of=("self",)).select_related("teammate").get(key=key)
    call = Call.objects.filter(key=key).first()
    test.picked_at, test.ended_at = (call.answered_at if call else None), at
    test.loudness = loudness(tape) if test.picked_at else None
    test.save(update_fields=["picked_at", "ended_at", "loudness"])
    tape.unlink(missing_ok=True)
    if test.picked_at and test.number:
        duty.confirm_telephone(test.teammate, test.number, at=at)
    broadcast.send(CHANGED, to=audiences.one(test.teammate_id))


@transaction.atomic
def heard_you(test: TestCall, they_heard: bool, *, at: datetime) -> TestCall:
    """They say whether they heard us."""
    test.they_heard = they_heard
    test.save(update_fields=["they_heard"])
    broadcast.send(CHANGED, to=audiences.one(test.teammate_id))
    return test


def last_of(teammate: Teammate, at: datetime) -> TestCall | None:
    """The newest of the last hour."""
    lately = TestCall.objects.filter(teammate=teammate, asked_at__gt=at - timedelta(hours=1))
    return lately.order_by("-asked_at", "-pk").first()


def loudness(tape: Path) -> int:
    """The loudest moment of a WAV file (16 bits, one channel): the root mean square over WINDOW; 0 for no sound at all."""
    try:
        with wave.open(str(tape)) as file:
            step, raw = round(file.getframerate() * WINDOW), file.readframes(file.getnframes())
    except (OSError, EOFError, wave.Error):
        return 0
    samples = array.array("h", raw[: len(raw) // 2 * 2])
    if sys.byteorder == "big":
        samples.byteswap()
    windows = (samples[at : at + step] for at in range(0, len(samples), step))
    return round(max((math.sqrt(sum(each * each for each in part) / len(part)) for part in windows), default=0.0))


def _own_number(teammate: Teammate) -> str:
    kept = teammate.preferences.get("telephone") or {}
    number = str(kept.get("number") or "")
    if not number:
        raise NotPossible(_("Write down your own number first."))
    rules, house = Outbound.ours(), PhoneNumber.objects.in_use().order_by("pk").first()
    home = house.region if house else "US"
    verdict = dialling_rules.judge(number, home=home, countries={home, *rules.countries})
    if verdict.no is No.ELSEWHERE:
        raise NotPossible(_("Your number is in another country. An owner can allow it under Settings, Calling out."))
    if verdict.no is not No.YES:
        raise NotPossible(_("That number is not one we call. A mobile or a landline is."))
    return number
