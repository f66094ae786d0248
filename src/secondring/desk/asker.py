"""Who looks at the screen, in which house, at what moment: what every screen needs to say things their way."""

from dataclasses import dataclass, replace
from datetime import datetime, tzinfo
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from django.http import HttpRequest
from django.utils.translation import gettext as _

from ..lib import clock
from ..team.models import House, Teammate
from . import moments


@dataclass(frozen=True)
class Asker:
    """The teammate who asks, our house, and the moment of asking."""

    me: Teammate
    house: House
    at: datetime
    is_anybody: bool = False  # drawn once for all who see the same: no 'you', no own zone, no drafts

    @property
    def zone(self) -> tzinfo:
        """Their own time zone if they chose one, else the house's."""
        own = "" if self.is_anybody else str(self.me.preferences.get("time_zone", ""))
        return _zone(own) or _zone(self.house.time_zone) or ZoneInfo("UTC")

    def name_of(self, teammate: Teammate) -> str:
        """'You', or what colleagues call them."""
        return _("You") if teammate.pk == self.me.pk and not self.is_anybody else teammate.first_name

    def called(self, teammate: Teammate) -> str:
        """The same in the middle of a sentence: 'you'."""
        return _("you") if teammate.pk == self.me.pk and not self.is_anybody else teammate.first_name

    def prefers(self, name: str, default: Any) -> Any:
        """What they chose on their own page, else `default`."""
        return self.me.preferences.get(name, default)

    def short(self, at: datetime) -> str:
        return moments.short(at, now=self.at, zone=self.zone)

    def day(self, at: datetime) -> str:
        return moments.day(at, now=self.at, zone=self.zone)


def of(request: HttpRequest) -> Asker:
    """Who asks; kept with the request, so that a page asks for the house once."""
    kept: Asker | None = getattr(request, "asker", None)
    if kept is None:
        assert isinstance(request.user, Teammate)
        kept = Asker(request.user, House.ours(), clock.now())
        request.asker = kept  # type: ignore[attr-defined]
    return kept


def anybody(request: HttpRequest) -> Asker:
    """Whoever sees the same as the one who asks."""
    return replace(of(request), is_anybody=True)


def _zone(name: str) -> tzinfo | None:
    try:
        return ZoneInfo(name) if name else None
    except (ZoneInfoNotFoundError, ValueError):
        return None
