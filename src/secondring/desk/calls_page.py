"""Calls: every one with its own record, ring by ring, and the headline figure with its definition beside it.

How long anybody talked is neither shown nor added up; no figure stands by person.
"""

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils import formats
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from ..conversations.models import Conversation, Place
from ..lib import phone_numbers
from ..phone import figures
from ..phone.models import Call
from ..phone.querysets import CallQuerySet
from ..phone.records import LegFacts, Ring, Share
from ..phone.rings import rings_before, rings_heard
from ..team.models import Teammate
from . import asker, lists, moments, pages
from .asker import Asker
from .pages import screen

PAGE = 30
PERIOD = timedelta(days=28)
ENOUGH = 20  # calls; of fewer a percentage says more than it knows


@dataclass(frozen=True, slots=True)
class Told:
    """A share in words. `value` is for the bar."""

    label: str
    words: str
    value: float


@screen
def show(request: HttpRequest) -> HttpResponse:
    """The calls, newest first."""
    who = asker.of(request)
    pages.answering(request)
    after = request.GET.get("after", "")
    calls, more = _page(Call.objects.visible_to(who.me), after)
    href = f"{reverse('desk:calls')}?after={more.replace('+', '%2B')}" if more else ""
    context = {"title": _("Calls"), "calls": [_line(each, who) for each in calls], "more_href": href}
    if after and pages.asks_for_fragment(request):
        return pages.fragment(request, "desk/_calls_page.html", context)
    return pages.show(request, "desk/calls.html", context)


@screen
def record(request: HttpRequest, pk: int) -> HttpResponse:
    """One call, ring by ring."""
    who = asker.of(request)
    pages.answering(request)
    rows = Call.objects.visible_to(who.me).select_related("customer", "place", "answered_by", "claimed_by", "voicemail")
    call = get_object_or_404(rows, pk=pk)
    names = {each.pk: who.name_of(each) for each in Teammate.objects.filter(pk__in=call.legs.values("teammate"))}
    matter = Conversation.objects.visible_to(who.me).filter(pk=call.conversation_id or 0).first()
    rings = figures.record(call) if call.ended_at is not None and not call.outgoing else []
    context = {
        "title": _("A call"),
        "call": _line(call, who),
        "place": call.place,
        "matter": matter,
        "rings": [_ring(each, call, names) for each in rings],
        "goes_on": call.ended_at is None,
        "outgoing": call.outgoing,
    }
    return pages.show(request, "desk/call.html", context)


@screen
def picked_up(request: HttpRequest) -> HttpResponse:
    """The share picked up by ring two: all together, by hour, by day, by number."""
    who = asker.of(request)
    pages.answering(request)
    zone = who.house.opening_hours.zone
    calls = figures.calls_between(who.at - PERIOD, who.at, seen_by=who.me)
    names = dict(Place.objects.filter(pk__in={each.place for each in calls}).values_list("pk", "name"))
    context = {
        "title": _("Picked up by ring two"),
        "headline": told("", figures.headline(calls)),
        "found_nobody": figures.headline(calls).found_nobody,
        "days": PERIOD.days,
        "by_hour": [told(f"{hour:02}:00", share) for hour, share in figures.by_hour(calls, zone).items()],
        "by_day": [told(formats.date_format(day, "D j M"), s) for day, s in figures.by_day(calls, zone).items()],
        "by_place": [told(names.get(place, ""), share) for place, share in figures.by_place(calls).items()],
    }
    return pages.show(request, "desk/picked_up.html", context)


def told(label: str, share: Share) -> Told:
    """'83 %: 25 of 30, so between 66 and 93 %'; of few calls only between what and what it lies."""
    if share.value is None:
        return Told(label, _("no calls that count"), 0.0)
    low, high = (round(100 * each) for each in share.interval)
    said = {"picked": share.picked, "of": share.of, "low": low, "high": high, "share": round(100 * share.value)}
    if share.of < ENOUGH:
        return Told(label, _("%(picked)s of %(of)s: somewhere between %(low)s and %(high)s %%") % said, share.value)
    return Told(label, _("%(share)s %%: %(picked)s of %(of)s, so between %(low)s and %(high)s %%") % said, share.value)


def _page(rows: CallQuerySet, after: str) -> tuple[list[Call], str]:
    rows = rows.filter(is_test=False).select_related("customer", "place", "answered_by", "claimed_by", "voicemail")
    moment, pk = lists.read_mark(after)
    if moment is not None:
        rows = rows.filter(Q(began_at__lt=moment) | Q(began_at=moment, pk__lt=pk), began_at__lte=moment)
    found = list(rows.order_by("-began_at", "-pk")[: PAGE + 1])
    last = found[PAGE - 1] if len(found) > PAGE else None
    return found[:PAGE], f"{last.began_at.isoformat()}~{last.pk}" if last else ""


def _line(call: Call, who: Asker) -> dict[str, Any]:
    number = call.to_number if call.outgoing else call.from_number
    shown = phone_numbers.shown(number) if number else ""
    name = (call.customer.name if call.customer else "") or call.from_name or shown or _("Somebody new")
    return {
        "href": reverse("desk:call", args=[call.pk]),
        "who": call.customer,
        "name": name,
        "number": shown if shown != name else "",
        "place": call.place.name,
        "said": _what_became(call, who),
        "is_wrong": call.answered_at is None and call.missed_at is not None,
        "icon": "phone" if call.outgoing else "phone-missed" if call.missed_at else "phone-incoming",
        "when": moments.short(call.began_at, now=who.at, zone=who.zone),
        "at": call.began_at,
    }


def _what_became(call: Call, who: Asker) -> str:
    person = call.answered_by or call.claimed_by
    name = who.name_of(person) if person else _("Somebody")
    if call.outgoing:
        return (_("%(who)s called them") if call.answered_at else _("%(who)s called; they did not pick up")) % {
            "who": name
        }
    if call.answered_at is not None:
        ring = rings_heard(max(call.answered_at - call.began_at, timedelta(0)), call.cadence)
        return _("%(who)s picked up at ring %(n)s") % {"who": name, "n": ring}
    if call.ended_at is None:
        return _("It rings")
    return _not_answered(call)


def _not_answered(call: Call) -> str:
    facts = figures.facts(call)
    if hasattr(call, "voicemail"):
        return _("Nobody picked up; they left a message")
    if not call.was_open:
        return _("Outside opening hours")
    if facts.found_nobody:
        return _("Nobody was on duty")
    rings = rings_before(max(facts.rang_until - call.began_at, timedelta(0)), call.cadence)
    return ngettext("Nobody picked up; it rang once", "Nobody picked up; it rang %(n)s times", rings) % {"n": rings}


def _ring(ring: Ring, call: Call, names: dict[int, str]) -> dict[str, Any]:
    """One ring in words: where it rang, who joined, whose hand was there."""
    return {
        "number": ring.number,
        "after": f"{(ring.began_at - call.began_at).total_seconds():.0f} s",
        "at": _where(ring.at, names),
        "joined": _where(ring.joined, names) if ring.number > 1 else [],
        "picked": [
            _("%(where)s: picked up after %(s)s s")
            % {"where": where, "s": f"{(leg.picked_at - call.began_at).total_seconds():.1f}"}
            for leg in ring.picked
            if leg.picked_at is not None
            for where in _where([leg], names)
        ],
    }


def _where(legs: Any, names: dict[int, str]) -> list[str]:
    """'Bea’s desk', 'Mae’s telephone', each once."""
    return list(dict.fromkeys(_place_of(leg, names) for leg in legs))


def _place_of(leg: LegFacts, names: dict[int, str]) -> str:
    name = names.get(leg.teammate or 0, _("Somebody who left"))
    words = _("%(name)s, own telephone") if leg.leg.startswith("phone-") else _("%(name)s, desk")
    return words % {"name": name}
