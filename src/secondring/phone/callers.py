"""Who is it? The number says who, in whatever form the network writes it. It never proves it."""

from dataclasses import dataclass
from datetime import datetime

from ..customers import recognising
from ..customers.models import ContactPoint, Customer
from ..lib import phone_numbers

WITHHELD = ("", "anonymous", "unknown", "unavailable", "restricted", "private")


@dataclass(frozen=True, slots=True)
class Who:
    """The caller, as far as the number says."""

    customer: int | None = None
    name: str = ""
    named: frozenset[int] = frozenset()  # the customer's own people among us
    conversation: int | None = None  # the one that is open, if there is one


def e164(written: str, region: str) -> str:
    """The number in E.164, "" when it is withheld, as it came when nobody can read it.

    Trunks write '+351…', '00351…', '351…' and '21…'; `region` is where the number that was dialled is at home.

    >>> e164("0212345678", "FR"), e164("Anonymous", "FR"), e164("33212345678", "FR")
    ('+33212345678', '', '+33212345678')
    """
    written = written.strip()
    if written.lower() in WITHHELD:
        return ""
    if written.startswith("00"):
        written = "+" + written[2:]
    for each in (written, "+" + written):
        number = phone_numbers.valid(each, region)
        if number:
            return number
    return phone_numbers.normalise(written, region) or written[:64]


def recognise(number: str, *, name: str = "", at: datetime) -> Customer:
    """The customer with this number (E.164), made new when nobody has it. A withheld number is somebody new each time."""
    if number:
        return recognising.recognise(ContactPoint.PHONE, number, name=name, at=at)
    return Customer.objects.create(name=name[:160], first_contact_at=at)


def who(customer: Customer | None) -> Who:
    """What the desks are told while it rings."""
    if customer is None:
        return Who()
    open_ones = list(customer.conversations.open().values_list("pk", flat=True)[:2])
    return Who(
        customer=customer.pk,
        name=customer.name,
        named=frozenset(customer.people.values_list("pk", flat=True)),
        conversation=open_ones[0] if len(open_ones) == 1 else None,
    )


def by_pk(pk: int) -> Customer | None:
    """The customer of a card that was called from."""
    return Customer.objects.filter(pk=pk).first()
