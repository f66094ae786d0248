"""Opening hours, and how long somebody has waited inside them. The clock of waiting sleeps while the house is closed."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
FARTHEST = 400  # days looked ahead for the next opening; a house closed longer than that has no next opening


@dataclass(frozen=True)
class Hours:
    """When people are here. `week` has seven lists of (opens, closes) in the zone's wall time; no list means always open.

    A span that closes at or before it opens runs past midnight. `holidays` are whole days off, in the zone.
    """

    zone: ZoneInfo = field(default_factory=lambda: ZoneInfo("UTC"))
    week: tuple[tuple[tuple[time, time], ...], ...] | None = None
    holidays: frozenset[date] = frozenset()

    @classmethod
    def from_json(cls, kept: dict[str, Any] | None, zone: str) -> "Hours":
        """Read what `as_json` wrote; None or {} is always open."""
        if not kept:
            return cls(ZoneInfo(zone))
        week = tuple(
            tuple((time.fromisoformat(a), time.fromisoformat(b)) for a, b in kept.get("week", {}).get(day, []))
            for day in DAYS
        )
        return cls(ZoneInfo(zone), week, frozenset(date.fromisoformat(d) for d in kept.get("holidays", [])))

    def as_json(self) -> dict[str, Any]:
        """The shape kept in the database: {"week": {"mon": [["09:00", "18:00"]], …}, "holidays": ["2026-12-25"]}."""
        if self.week is None:
            return {}
        week = {
            day: [[f"{a:%H:%M}", f"{b:%H:%M}"] for a, b in spans] for day, spans in zip(DAYS, self.week, strict=True)
        }
        return {"week": week, "holidays": sorted(d.isoformat() for d in self.holidays)}

    def is_open(self, at: datetime) -> bool:
        """Is somebody here at that moment?"""
        return self.week is None or any(a <= at < b for a, b in self._spans(at, at))

    def waited(self, since: datetime, until: datetime) -> timedelta:
        """How much of the time from `since` to `until` lay in opening hours; never negative."""
        if self.week is None:
            return max(until - since, timedelta(0))
        parts = (min(b, until) - max(a, since) for a, b in self._spans(since, until))
        return sum((part for part in parts if part > timedelta(0)), timedelta(0))

    def next_change(self, at: datetime) -> datetime | None:
        """When the house next opens or closes; None when it never does."""
        if self.week is None:
            return None
        edges = (edge for span in self._spans(at, at + timedelta(days=FARTHEST)) for edge in span if edge > at)
        return next(edges, None)

    def _spans(self, since: datetime, until: datetime) -> Iterator[tuple[datetime, datetime]]:
        """Every open span that could touch since..until, in order. Wall times are resolved day by day, so DST is right."""
        assert self.week is not None
        day = since.astimezone(self.zone).date() - timedelta(days=1)
        last = until.astimezone(self.zone).date()
        while day <= last:
            if day not in self.holidays:
                for opens, closes in self.week[day.weekday()]:
                    ends_on = day if closes > opens else day + timedelta(days=1)
                    yield (
                        datetime.combine(day, opens, self.zone).astimezone(since.tzinfo),
                        datetime.combine(ends_on, closes, self.zone).astimezone(since.tzinfo),
                    )
            day += timedelta(days=1)
