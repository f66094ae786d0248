"""What the doctor says of the telephone: whether calls come in, whom they would ring at, and whether calls go out."""

import asyncio
from collections.abc import Iterator
from datetime import datetime
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from ..phone.models import PhoneNumber

Finding = tuple[bool, str]  # (is it well?, the sentence)


def look() -> Iterator[Finding]:
    """Sentences, each well or not. A house without a telephone is well."""
    from ..lib import clock
    from ..phone import sites
    from ..phone.models import PhoneNumber

    now = clock.now()
    numbers = list(PhoneNumber.objects.in_use().select_related("place", "trunk").order_by("pk"))
    site = sites.the_site()
    if not numbers and site is None:
        yield True, "Nobody can call yet: no number is set up, and the web's 'Call us' page is closed."
        return
    yield from _doors()
    yield from _sound()
    for each in numbers:
        yield _number(each, now)
    if site is not None:
        yield True, "People can call from the web page /call/."
    yield from _recording()
    yield from _whom(now)
    yield _out()


def _doors() -> Iterator[Finding]:
    from django.conf import settings

    from ..phone import doors

    try:
        found = doors.read(settings.SECONDRING_PHONE_ADDRESS, settings.SECONDRING_PHONE_PORTS)
    except ValueError as trouble:
        yield False, str(trouble)
        return
    if not found.places.first:
        yield (
            True,
            "Sound comes through whichever UDP port is free. Behind a firewall, name a range in SECONDRING_PHONE_PORTS.",
        )


def _sound() -> Iterator[Finding]:
    from django.conf import settings

    from ..phone.media import back_ends, ng

    try:
        address = back_ends.rtpengine_at(settings.SECONDRING_PHONE_MEDIA)
        if address is not None:
            asyncio.run(ng.ping(address))
            yield True, "rtpengine carries the sound, and answers."
    except ValueError as trouble:
        yield False, str(trouble)
    except (ng.NoAnswer, OSError):
        yield (
            False,
            "rtpengine does not answer where SECONDRING_PHONE_MEDIA says it listens. Our own relay carries calls until it runs.",
        )


def _number(number: "PhoneNumber", now: datetime) -> Finding:
    from ..lib import phone_numbers
    from ..phone import standing

    found = standing.of(number.trunk, now)
    words = getattr(number.place, "words", None)
    greets = "" if words and words.greeting else " It has no greeting: callers hear only the tone when nobody is there."
    return not found.is_wrong, f"{phone_numbers.shown(number.number)}: {found.words}{greets}"


def _recording() -> Iterator[Finding]:
    from ..lib import blobs
    from ..phone.models import PlaceWords

    rows = PlaceWords.objects.filter(records=True, place__retired_at__isnull=True).select_related("place")
    for words in rows.order_by("pk"):
        name, days = words.place.name, words.keeps_days
        if blobs.has(words.notice):
            yield True, f"{name}: calls are recorded, both are told first, and recordings go after {days} days."
        else:
            missing = f"{name}: calls are to be recorded, but the words that say so are missing, so none is."
            yield False, f"{missing} Record them again, under Settings, Telephone, Recording calls."


def _whom(now: datetime) -> Iterator[Finding]:
    from ..team import duty
    from ..team.models import House, Teammate

    there = duty.on_duty().count()
    house, team = House.ours(), list(Teammate.objects.who_answer())
    second = sum(duty.wants_second_ring(each, house, is_open=True, at=now) for each in team)
    phones = sum(bool(duty.telephone(each)) for each in team)
    said = f"On duty: {there}. Who hears the second ring, when open: {second}. Own telephones that ring: {phones}."
    alone = not (there or second) and house.is_open(now)
    yield (not alone, said + (" A call now would find nobody." if alone else ""))


def _out() -> Finding:
    from ..phone import calling_out
    from ..phone.models import Outbound

    rules = Outbound.objects.first()
    if rules is not None and rules.stopped_at:
        return False, "Calls out were stopped by a limit. An owner looks at it under Settings, Calling customers."
    return True, "Calls may go out, within limits." if calling_out.is_on() else "No calls go out; that is off."
