"""A call told step by step, for tests: the moments are seconds after ten o'clock, and every order that came is kept."""

from collections.abc import Iterable

from secondring.phone import calls
from secondring.phone.call_state import CallState
from secondring.phone.happenings import (
    CALLER,
    Answered,
    Around,
    Dialled,
    Digit,
    Flowing,
    Happening,
    Invited,
    Left,
    Passed,
)
from secondring.phone.orders import Order
from secondring.phone.rings import NORTH_AMERICA
from secondring.testing import after

BEA, CAL, MAE = "desk-1", "desk-2", "desk-3"
BEAS_PHONE, CALS_PHONE, MAES_PHONE = "phone-1", "phone-2", "phone-3"


class Told:
    """One call, told in seconds; `orders` are those of the last happening, `all` those of the whole call."""

    def __init__(self, call: CallState, orders: list[Order]) -> None:
        self.call, self.orders, self.all = call, orders, list(orders)

    def __call__(self, happened: Happening) -> list[Order]:
        self.call, self.orders = calls.step(self.call, happened)
        self.all += self.orders
        return self.orders

    def around(self, seconds: float, *first: str, second: Iterable[str] = (), somebody: bool = True) -> list[Order]:
        first_, second_ = frozenset(first), frozenset(second)
        return self(Around(at=after(seconds), first=first_, second=second_, somebody=somebody))

    def passed(self, seconds: float) -> list[Order]:
        return self(Passed(after(seconds)))

    def answered(self, leg: str, seconds: float) -> list[Order]:
        return self(Answered(leg, after(seconds)))

    def flows(self, leg: str, seconds: float) -> list[Order]:
        return self(Flowing(leg, after(seconds)))

    def left(self, leg: str, seconds: float) -> list[Order]:
        return self(Left(leg, after(seconds)))

    def pressed(self, digit: str, leg: str, seconds: float) -> list[Order]:
        return self(Digit(leg, after(seconds), digit))

    @property
    def next_look(self) -> float | None:
        """In seconds after ten o'clock."""
        moment = self.call.next_look
        return None if moment is None else (moment - after()).total_seconds()


def a_call(*first: str, second: Iterable[str] = (), is_open: bool = True, somebody: bool = True) -> Told:
    """Ana calls at ten o'clock; these legs are around."""
    told = Told(*calls.begin(Invited(at=after(), cadence=NORTH_AMERICA, is_open=is_open)))
    if is_open:
        told.around(0, *first, second=second, somebody=somebody)
    return told


def a_talk(*others: str) -> Told:
    """Bea has talked with Ana since 3 s; the caller's sound came at 3.1 s."""
    told = a_call(BEA, *others)
    told.answered(BEA, 2.8)
    told.flows(BEA, 3)
    told.flows(CALLER, 3.1)
    return told


def an_outgoing_call() -> Told:
    """Bea calls Ana."""
    return Told(*calls.begin(Dialled(at=after(), by=BEA, cadence=NORTH_AMERICA)))


def of(orders: Iterable[Order], kind: type) -> list[Order]:
    """The orders of one kind."""
    return [each for each in orders if isinstance(each, kind)]
