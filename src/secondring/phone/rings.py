"""How a telephone rings: a cadence of sound and silence, and how many rings somebody has heard."""

from dataclasses import dataclass
from datetime import datetime, timedelta


@dataclass(frozen=True, slots=True)
class Cadence:
    """One ring is `on` seconds of sound, then `off` seconds of silence."""

    on: float = 2.0
    off: float = 4.0

    def __post_init__(self) -> None:
        if not (self.on > 0 and self.off >= 0):
            raise ValueError(f"nothing rings {self.on} s on and {self.off} s off")

    @property
    def cycle(self) -> timedelta:
        """From the start of one ring to the start of the next."""
        return timedelta(seconds=self.on + self.off)


NORTH_AMERICA = Cadence(2.0, 4.0)
EUROPE = Cadence(1.0, 4.0)


def rings_heard(waited: timedelta, cadence: Cadence) -> int:
    """Count the rings that began while the caller waited; at least 1, for the first begins at once.

    waited: from our first 180 (web calls: the click), by our own clock. Raises ValueError when it is negative.

    >>> rings_heard(timedelta(seconds=7), NORTH_AMERICA)
    2
    """
    if waited < timedelta(0):
        raise ValueError(f"a caller cannot wait {waited}")
    return waited // cadence.cycle + 1


def rings_before(waited: timedelta, cadence: Cadence) -> int:
    """Count the rings that began before somebody stopped waiting: who leaves as a ring begins has not heard it.

    >>> rings_before(timedelta(seconds=60), NORTH_AMERICA)
    10
    """
    return rings_heard(max(waited - timedelta.resolution, timedelta(0)), cadence)


def full_rings(waited: timedelta, cadence: Cadence) -> int:
    """Count the rings that were over, sound and silence, while the caller waited."""
    return max(waited, timedelta(0)) // cadence.cycle


def begins(ring: int, since: datetime, cadence: Cadence) -> datetime:
    """When ring number `ring` (from 1) begins for somebody who heard the first at `since`."""
    return since + (ring - 1) * cadence.cycle
