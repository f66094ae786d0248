"""What the timeline shows of an event: who did what, when, and the letter that belongs to it, in plain values."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext as _

from ..conversations import at_hand
from ..conversations.models import Event
from ..team.models import Teammate
from . import letters_shown, moments, recordings
from .asker import Asker
from .letters_shown import Letter
from .shapes import HasName, Someone


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One entry. `template` draws it; `data` holds what cannot be looked up later, names instead of numbers."""

    id: str
    verb: str
    era: str
    who: HasName
    by: str
    when: str
    exact: str
    at: datetime
    data: dict[str, Any]
    letter: Letter | None = None

    @property
    def template(self) -> str:
        return f"desk/entries/{self.verb}.html"

    @property
    def is_mine(self) -> bool:
        return bool(self.data.get("mine"))


def of(events: Sequence[Event], asker: Asker) -> list[Entry]:
    """An entry for each event. The events bring their messages; files, deliveries, sounds and colleagues cost a query each."""
    names, letters, sounds = _names(events, asker), _letters(events, asker), recordings.of(events, asker)
    made, era = [], ""
    for event in events:
        now = moments.era(event.at, now=asker.at, zone=asker.zone)
        entry = _entry(event, asker, names, letters.get(event.message_id), era=now if now != era else "")
        if event.verb == "call_recorded":
            entry.data["sound"] = sounds.get(event.data.get("recording", 0))
        made.append(entry)
        era = now
    return made


def _letters(events: Sequence[Event], asker: Asker) -> dict[int | None, Letter]:
    """What is drawn of each message, by its number."""
    messages = [each.message for each in events if each.message is not None]
    enclosed, deliveries = at_hand.enclosed(messages), at_hand.deliveries(messages)
    return {
        each.pk: letters_shown.of(each, asker, files=enclosed.get(each.pk, []), deliveries=deliveries.get(each.pk, []))
        for each in messages
    }


def _entry(event: Event, asker: Asker, names: dict[int, str], letter: Letter | None, *, era: str) -> Entry:
    return Entry(
        id=f"event-{event.pk}",
        verb=event.verb,
        era=era,
        who=_who(event),
        by=asker.name_of(event.by) if event.by else "",
        when=moments.short(event.at, now=asker.at, zone=asker.zone),
        exact=moments.exact(event.at, zone=asker.zone),
        at=event.at,
        data=_told(event, asker, names),
        letter=letter,
    )


def _who(event: Event) -> HasName:
    """Whose face stands beside it."""
    message = event.message
    if event.by is not None:
        return event.by
    if message is not None and message.customer is not None and message.customer.name:
        return message.customer
    if message is not None:
        return Someone(message.signed)
    return Someone("")


def _told(event: Event, asker: Asker, names: dict[int, str]) -> dict[str, Any]:
    """The event's own data in words: colleagues by name, moments as people say them."""
    told = dict(event.data)
    told["mine"] = event.by_id == asker.me.pk
    for key in ("to", "before"):
        if isinstance(told.get(key), int):
            told[key] = names.get(told[key], _("somebody who left"))
    until = told.get("until")
    moment = parse_datetime(until) if isinstance(until, str) else None
    if moment is not None:
        told["until"] = moments.short(moment, now=asker.at, zone=asker.zone)
    return told


def _names(events: Iterable[Event], asker: Asker) -> dict[int, str]:
    """What to call the colleagues that the events name by number."""
    named = {each.data.get(key) for each in events for key in ("to", "before")}
    pks = {pk for pk in named if isinstance(pk, int)}
    if not pks:
        return {}
    return {each.pk: asker.called(each) for each in Teammate.objects.filter(pk__in=pks)}
