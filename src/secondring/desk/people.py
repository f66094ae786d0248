"""Everybody we know: by name, address or number."""

from typing import Any
from urllib.parse import urlencode

from django.db.models import Exists, OuterRef, QuerySet
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.urls import reverse
from django.utils.translation import gettext as _

from ..conversations.models import Conversation
from ..customers import search as customer_search
from ..customers.models import ContactPoint, Customer
from ..lib import phone_numbers
from . import asker, pages, recipients, timeline
from .asker import Asker
from .pages import screen

PAGE = 50
SUGGESTED = 8


@screen
def show(request: HttpRequest) -> HttpResponse:
    """People, the newest first, or those that a search finds."""
    who = asker.of(request)
    typed = request.GET.get("q", "").strip()[:200]
    before = request.GET.get("before", "")
    found = _found(who, typed, before=int(before) if before.isdecimal() else None)
    elsewhere = timeline.known_elsewhere(found[:PAGE], who.me)
    context = {
        "title": _("People"),
        "asked": typed,
        "people": [row(each, who, since=each.pk not in elsewhere) for each in found[:PAGE]],
        "more_href": f"{request.path}?{urlencode({'q': typed, 'before': found[PAGE - 1].pk})}"
        if len(found) > PAGE
        else "",
        "people_href": request.path,
    }
    template = "desk/_people_page.html" if before and pages.asks_for_fragment(request) else "desk/people.html"
    return pages.fragment(request, template, context) if before and pages.asks_for_fragment(request) else pages.show(
        request, template, context
    )  # fmt: skip


@screen
def suggest(request: HttpRequest) -> JsonResponse:
    """Addresses for the envelope, as one types: JSON [{name, address, written}]."""
    typed = request.GET.get("q", "").strip()[:100]
    who = asker.of(request)
    people = customer_search.customers(typed, limit=SUGGESTED) if typed and who.me.answers else []
    found = [
        (str(each), point.value)
        for each in people
        for point in each.contact_points.all()
        if point.kind == ContactPoint.EMAIL
    ]
    rows = [
        {"name": name, "address": address, "written": recipients.written([[name if name != address else "", address]])}
        for name, address in found[:SUGGESTED]
    ]
    return JsonResponse({"people": rows})


def _found(who: Asker, typed: str, *, before: int | None) -> list[Customer]:
    if not who.me.answers:
        return []
    if typed:
        return customer_search.customers(typed, before=before, limit=PAGE + 1)
    rows = _real(Customer.objects.prefetch_related("contact_points").order_by("-pk"))
    return list((rows.filter(pk__lt=before) if before else rows)[: PAGE + 1])


def _real(rows: QuerySet[Customer]) -> QuerySet[Customer]:
    """Without those of whom there is nothing but junk."""
    theirs = Conversation.objects.filter(customer=OuterRef("pk"))
    return rows.filter(~Exists(theirs.junk()) | Exists(theirs.filter(junk_at__isnull=True)))


def row(customer: Customer, who: Asker, *, since: bool = False) -> dict[str, Any]:
    """Somebody as a row. since: may one know when they began to write?"""
    points = list(customer.contact_points.all())[:3]
    return {
        "href": reverse("desk:person", args=[customer.pk]),
        "who": customer,
        "name": str(customer),
        "about": customer.about,
        "ways": [phone_numbers.shown(each.value) if each.kind == "phone" else each.value for each in points],
        "since": who.day(customer.first_contact_at) if since else "",
    }
