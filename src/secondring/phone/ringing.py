"""Whom it rings: at ring one every free person on duty, at ring two everyone who said so. Read once, asked many times."""

from collections.abc import Collection
from dataclasses import dataclass, replace
from datetime import datetime

from ..conversations.models import Place
from ..lib.hours import Hours
from ..team import duty
from ..team.models import House, Teammate
from .happenings import Around, desk, phone
from .models import PhoneNumber, PlaceWords
from .rings import NORTH_AMERICA, Cadence


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody who may be rung, as they were a moment ago."""

    pk: int
    on_duty: bool
    second_in_hours: bool  # the second ring reaches them while the number is open
    second_always: bool
    telephone: str  # dialled at once; "" for none


@dataclass(frozen=True, slots=True)
class Door:
    """Where customers call: one number of ours, or one site. With those who may answer there."""

    place: int
    name: str
    hours: Hours
    people: frozenset[int]
    region: str = "US"
    cadence: Cadence = NORTH_AMERICA
    greets_after: int = 10
    greeting: str = ""
    notice: str = ""  # said before a talk that is recorded; "" where none is
    trunk: int | None = None

    def is_open(self, at: datetime) -> bool:
        return self.hours.is_open(at)


@dataclass(frozen=True, slots=True)
class Roster:
    """Everybody who may be rung, and every door, at one moment."""

    people: tuple[Person, ...] = ()
    doors: tuple[Door, ...] = ()
    numbers: tuple[tuple[str, int], ...] = ()  # of ours, in E.164, and the place each leads to

    def door(self, *, number: str = "", place: int | None = None) -> Door | None:
        """The door of a number that was dialled, or of a site's place."""
        wanted = dict(self.numbers).get(number) if number else place
        return next((each for each in self.doors if each.place == wanted), None)

    def telephone(self, teammate: int | None) -> str:
        """The own telephone of a teammate that may be dialled."""
        return next((each.telephone for each in self.people if each.pk == teammate), "")


def roster(at: datetime) -> Roster:
    """Read who is there. A handful of queries; `at` decides about quiet hours."""
    house = House.ours()
    on_duty = set(duty.on_duty().values_list("pk", flat=True))
    team = list(Teammate.objects.who_answer())
    people = tuple(_person(each, house, on_duty=each.pk in on_duty, at=at) for each in team)
    places = list(Place.objects.in_use().exclude(channel="mail").select_related("words").prefetch_related("members"))
    ours = {each.place_id: each for each in PhoneNumber.objects.in_use()}
    doors = tuple(_door(each, house, ours.get(each.pk), team) for each in places)
    return Roster(people, doors, tuple((each.number, each.place_id) for each in ours.values()))


def around(
    roster: Roster, door: Door, *, named: Collection[int] = (), busy: Collection[int] = (), is_open: bool, at: datetime
) -> Around:
    """Who rings at a call through this door. `named`: the customer's own people, who ring first; if none is free, everybody.

    busy: those who talk already. Everyone on duty follows their colleagues' customers at ring two.
    """
    here = [each for each in roster.people if each.pk in door.people]
    on_duty = [each for each in here if each.on_duty]
    free = [each for each in on_duty if each.pk not in busy]
    first = [each for each in free if each.pk in named] or free
    wish = [each for each in here if each.second_always or (each.second_in_hours and is_open)]
    second = [*free, *(each for each in wish if each.pk not in busy)]
    return Around(
        at=at,
        first=frozenset({desk(each.pk) for each in first} | _telephones(first) | _telephones(second, not_in=free)),
        second=frozenset({desk(each.pk) for each in second} | _telephones(free)),
        somebody=bool(on_duty),
    )


def _telephones(people: Collection[Person], not_in: Collection[Person] = ()) -> set[str]:
    """A mobile needs seconds to ring: the telephones of those who hear the second ring are dialled at once."""
    return {phone(each.pk) for each in people if each.telephone and each not in not_in}


def _person(teammate: Teammate, house: House, *, on_duty: bool, at: datetime) -> Person:
    return Person(
        pk=teammate.pk,
        on_duty=on_duty,
        second_in_hours=duty.wants_second_ring(teammate, house, is_open=True, at=at),
        second_always=duty.wants_second_ring(teammate, house, is_open=False, at=at),
        telephone=duty.telephone(teammate),
    )


def _door(place: Place, house: House, number: PhoneNumber | None, team: list[Teammate]) -> Door:
    members = {each.pk for each in place.members.all()}
    people = frozenset(each.pk for each in team if each.sees_everything or place.everyone or each.pk in members)
    hours = place.opening_hours(house)
    words = place.words if hasattr(place, "words") else PlaceWords()
    door = Door(
        place.pk,
        place.name,
        hours,
        people,
        greeting=words.greeting,
        notice=words.notice if words.records else "",
    )
    if number is None:
        return door
    return replace(
        door,
        region=number.region,
        cadence=number.cadence,
        greets_after=number.greets_after,
        trunk=number.trunk_id,
    )
