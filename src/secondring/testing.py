"""The cast and the builders that all tests share: Ana the customer, a musician; Bea and Cal on duty; Dev off duty; Mae the
founder; Loud Lou."""

from datetime import UTC, datetime, timedelta
from itertools import count
from typing import Any

from .conversations import receiving
from .conversations.channels import MAIL, PHONE
from .conversations.models import Conversation, Message, Place
from .customers import recognising
from .customers.models import Customer
from .mail.models import Mailbox
from .phone.models import PhoneNumber
from .team.models import House, Role, Teammate

MONDAY = datetime(2026, 11, 23, 10, 0, tzinfo=UTC)  # a Monday, ten in the morning
_numbers = count(1)


def after(seconds: float = 0, *, minutes: float = 0, days: float = 0) -> datetime:
    """A moment so long after MONDAY."""
    return MONDAY + timedelta(days=days, minutes=minutes, seconds=seconds)


def _teammate(name: str, role: str) -> Teammate:
    email = f"{name.lower()}@harbourrow.example"
    found = Teammate.objects.filter(email=email).first()
    return found or Teammate.objects.create_user(email, "correct horse battery", name=name, role=role)


def mae() -> Teammate:
    """The founder; owner."""
    return _teammate("Mae", Role.OWNER)


def lea() -> Teammate:
    """A lead."""
    return _teammate("Lea", Role.LEAD)


def bea() -> Teammate:
    """On duty."""
    return _teammate("Bea", Role.TEAMMATE)


def cal() -> Teammate:
    """On duty; plays upright bass."""
    return _teammate("Cal", Role.TEAMMATE)


def dev() -> Teammate:
    """Off duty."""
    return _teammate("Dev", Role.TEAMMATE)


def pia() -> Teammate:
    """Packs parcels."""
    return _teammate("Pia", Role.PACKER)


def ana() -> Customer:
    """A musician who writes to us."""
    return recognising.recognise("email", "ana@example.org", name="Ana Lima", at=MONDAY)


def lou() -> Customer:
    """Loud Lou."""
    return recognising.recognise("email", "lou@example.org", name="Lou Pettersson", at=MONDAY)


def a_mailbox(address: str = "hello@harbourrow.example", **fields: Any) -> Mailbox:
    """A mailbox everybody answers from, made once."""
    found = Mailbox.objects.filter(address=address).first()
    if found:
        return found
    everyone = fields.pop("everyone", True)
    place = Place.objects.create(channel=MAIL, name=address.partition("@")[0], everyone=everyone)
    return Mailbox.objects.create(place=place, address=address, connected_at=MONDAY, **fields)


def a_number(written: str = "+351210000001", *, name: str = "Front desk", everyone: bool = True) -> PhoneNumber:
    """A number of ours that rings at everybody, made once."""
    found = PhoneNumber.objects.filter(number=written).first()
    if found:
        return found
    place = Place.objects.create(channel=PHONE, name=name, everyone=everyone)
    return PhoneNumber.objects.create(place=place, number=written, region="PT", ring_on=1.0, ring_off=4.0)


def a_letter(
    customer: Customer | None = None,
    text: str = "The box came warped.",
    *,
    subject: str = "Warped",
    mailbox: Mailbox | None = None,
    conversation: Conversation | None = None,
    at: datetime = MONDAY,
    **fields: Any,
) -> Message:
    """A letter that reached the desk (without the bytes it came in)."""
    customer = customer or ana()
    number = next(_numbers)
    received = receiving.Received(
        customer=customer,
        place=(mailbox or a_mailbox()).place,
        channel=MAIL,
        source_id=1_000_000 + number,
        sender_name=customer.name,
        sender_address=customer.address,
        subject=subject,
        text=text,
        said=text,
        message_id=f"<{number}@example.org>",
        **fields,
    )
    return receiving.receive(received, conversation=conversation, at=at)


def the_house(**days: str) -> House:
    """The company, open on these days: mon="09:00-18:00"."""
    house = House.ours()
    house.hours = {"week": {day: [span.split("-")] for day, span in days.items()}} if days else {}
    house.save(update_fields=["hours"])
    return house
