"""The company moves in: the house, its mailboxes, those who work there, and the cards of those who wrote."""

from collections.abc import Iterable, Mapping
from datetime import UTC, datetime, time, timedelta

from django.contrib.auth.hashers import make_password
from django.db import transaction

from ..conversations.channels import MAIL
from ..conversations.models import Place
from ..customers import recognising, remembering
from ..customers.models import ContactPoint, Customer, Work
from ..lib import blobs
from ..mail.models import Mailbox
from ..team.models import House, Teammate
from . import tunes
from .company import TAKES_IN, Colleague, Company, Person
from .covers import cover
from .faces import portrait
from .scenes import scene

PASSWORD = "second-ring-demo"
HOST = "127.0.0.1"


@transaction.atomic
def settle_house(company: Company) -> House:
    """The house itself, open all day and all week: whoever looks at the demo should find clocks that run."""
    house = House.ours()
    house.name, house.time_zone, house.hours = company.name, "Europe/London", {}
    house.save(update_fields=["name", "time_zone", "hours"])
    return house


@transaction.atomic
def settle_mailboxes(company: Company, *, outside: int, at: datetime) -> dict[str, Mailbox]:
    """The shared addresses: letters come to our own inlet, ours leave for the server on loopback port `outside`."""
    made = {}
    for key, box in company.boxes.items():
        place = Place.objects.create(channel=MAIL, name=box.name)
        made[key] = Mailbox.objects.create(
            place=place,
            address=box.address,
            shown_name=company.name,
            smtp_host=HOST,
            smtp_port=outside,
            smtp_security="none",
            accepts_direct=True,
            keeps_sent=False,
            trusted_hosts=[TAKES_IN],
            connected_at=at,
        )
    return made


def settle_colleagues(company: Company) -> dict[str, Teammate]:
    """Everybody who works here, with one password for all: this is a demo on one machine."""
    password = make_password(PASSWORD)  # made once: it is slow on purpose
    return {key: _settle_colleague(each, password) for key, each in company.colleagues.items()}


def _settle_colleague(colleague: Colleague, password: str) -> Teammate:
    made: Teammate = Teammate.objects.create(
        email=colleague.email,
        password=password,
        name=colleague.name,
        role=colleague.role,
        about=colleague.knows,
        signature=colleague.signature,
        face=blobs.keep(portrait(colleague.name, colleague.face).png()),
    )
    return made


def settle_people(
    people: Iterable[Person],
    colleagues: Mapping[str, Teammate],
    *,
    first_letters: Mapping[str, datetime],
    now: datetime,
) -> dict[str, Customer]:
    """The cards of `people`, as their friends here have filled them in since their first letter."""
    return {each.key: _settle_person(each, colleagues, first_letters[each.key], now) for each in people}


def known_since(person: Person, first_letter: datetime) -> datetime:
    """When the house came to know them: by their first letter, or before it."""
    return min(datetime.combine(person.since, time(10), UTC), first_letter) if person.since else first_letter


@transaction.atomic
def _settle_person(
    person: Person, colleagues: Mapping[str, Teammate], first_letter: datetime, now: datetime
) -> Customer:
    at, by = known_since(person, first_letter), next(iter(colleagues.values()))
    customer = recognising.recognise(ContactPoint.EMAIL, person.address, name=person.name, at=at)
    for address in person.addresses[1:]:
        remembering.add_contact_point(customer, ContactPoint.EMAIL, address, by=by, at=at)
    for number in person.phones:
        remembering.add_contact_point(customer, ContactPoint.PHONE, number, by=by, at=at)
    card = {"about": person.about, "great": person.great, "city": person.city, "time_zone": person.zone}
    remembering.describe(customer, by=by, at=at, site_url=person.site.get("url", ""), **card)
    if person.heard:
        remembering.heard_of_us(customer, person.heard, by=by, at=at)
    _learn(customer, person, colleagues, since=at, now=now)
    _show(customer, person)
    return customer


def _learn(
    customer: Customer, person: Person, colleagues: Mapping[str, Teammate], *, since: datetime, now: datetime
) -> None:
    """What colleagues found out, one thing after another, the last of them lately."""
    step = max(now - since, timedelta(0)) / (len(person.facts) + 1)
    for number, fact in enumerate(person.facts, start=1):
        who, _, text = fact.partition(": ")
        remembering.remember(customer, text, by=colleagues[who], at=since + number * step)


def _show(customer: Customer, person: Person) -> None:
    """Their face, their site, and something to listen to."""
    customer.face = blobs.keep(portrait(person.name, person.face).png())
    if person.site:
        customer.site_title = person.site["title"]
        customer.site_picture = blobs.keep(scene(person.site["scene"], person.name).png())
    customer.save(update_fields=["face", "site_title", "site_picture"])
    if person.work:
        _show_work(customer, person.work)


def _show_work(customer: Customer, work: Mapping[str, str]) -> None:
    tune = tunes.tune(work["tune"])
    Work.objects.create(
        customer=customer,
        title=work["title"],
        cover=blobs.keep(cover(work["cover"], work["album"]).png()),
        sound=blobs.keep(tune.wav),
        seconds=tune.seconds,
        peaks=tune.peaks,
    )
