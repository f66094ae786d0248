"""What open desks are told of a call, beside their lines: who calls, and where it rings."""

from datetime import datetime
from typing import Protocol

from .browsers import Caller
from .call_state import Taping
from .rings import NORTH_AMERICA, Cadence
from .standings import Standing


class Desks(Protocol):
    """The browsers, as call control knows them."""

    @property
    def open_desks(self) -> frozenset[int]:
        """The teammates who would see it ring."""

    def knows(
        self, call: str, caller: Caller, *, began: datetime | None = None, cadence: Cadence = NORTH_AMERICA
    ) -> None:
        """Tell desks who calls, as far as we know by now."""

    def rings_at(self, call: str, teammates: list[int]) -> None:
        """Tell everybody in the call where it rings now."""

    def stands(self, call: str, leg: str, standing: Standing) -> None:
        """Tell a desk how its talk stands: who hears music, who is asked first."""

    def tapes(self, call: str, taping: Taping) -> None:
        """Tell the customer's page whether the talk is recorded; desks learn it by `stands`."""

    def ended(self, call: str) -> None:
        """The call is over."""
