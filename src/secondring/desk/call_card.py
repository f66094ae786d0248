"""The card of a call: who it is, or one field for the name of somebody nobody knows; and which matter the call is about."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _

from ..conversations.models import Conversation
from ..lib import clock, phone_numbers
from ..lib.errors import NotPossible
from ..phone import booking
from ..phone.models import Call
from ..team.models import Teammate
from . import asker, customer, pages
from .pages import deed, screen

NEW = "new"


def of(request: HttpRequest, key: str) -> Call:
    """The call, if this teammate may see it; else it does not exist."""
    rows = Call.objects.visible_to(pages.answering(request)).select_related("customer", "conversation")
    return get_object_or_404(rows, key=key)


@screen
def show(request: HttpRequest, call: str) -> HttpResponse:
    """Everything, as phone.js puts it beside the ringing."""
    return _shown(request, of(request, call))


@screen
def mark(request: HttpRequest, call: str) -> HttpResponse:
    """How the call stands, in a word: when it is another, the card is fetched anew, unless somebody writes in it."""
    found = of(request, call)
    context = {"key": found.key, "stands": _stands(found, pages.teammate(request))}
    return pages.fragment(request, "desk/phone/_call_mark.html", context)


@deed
def name(request: HttpRequest, call: str) -> HttpResponse:
    """Somebody new has said what they are called."""
    found, words = of(request, call), request.POST.get("name", "").strip()[:160]
    if not words:
        raise NotPossible(_("Write down a name first."))
    return _shown(request, booking.name_caller(found, words, by=pages.teammate(request), at=clock.now()))


@deed
def put(request: HttpRequest, call: str) -> HttpResponse:
    """This call is about that matter, or about a new one."""
    found, me = of(request, call), pages.teammate(request)
    chosen = request.POST.get("matter", "")
    matter = None if chosen == NEW else pages.conversation(request, int(chosen) if chosen.isdecimal() else 0)
    if not _may_put(found, me):
        raise NotPossible(_("Whoever picked up says what the call is about."))
    booking.put_into(found, matter, by=me, at=clock.now())
    return _shown(request, of(request, call))


def _shown(request: HttpRequest, call: Call) -> HttpResponse:
    me = pages.teammate(request)
    context: dict[str, Any] = {
        "key": call.key,
        "is_test": call.is_test,
        "number": phone_numbers.shown(call.from_number) if call.from_number else "",
        "stands": _stands(call, me),
        "abouts": _abouts(call, me),
        "is_known": call.customer is not None and bool(call.customer.name),
    }
    if context["is_known"]:
        assert call.customer is not None
        context |= customer.about(call.customer, asker.of(request), current=call.conversation_id)
    return pages.fragment(request, "desk/phone/_call_card.html", context)


def _abouts(call: Call, me: Teammate) -> list[Conversation]:
    """What the call may be about, while that is open and mine to say; then also a new matter is offered."""
    return booking.homes(call, by=me) if _may_put(call, me) else []


def _may_put(call: Call, me: Teammate) -> bool:
    answered = call.answered_at is not None and me.pk in (call.claimed_by_id, call.answered_by_id)
    return answered and call.conversation_id is None and call.customer_id is not None


def _stands(call: Call, me: Teammate) -> str:
    named = call.customer.name if call.customer else call.from_name
    return f"{call.customer_id or 0}-{call.conversation_id or 0}-{int(_may_put(call, me))}-{int(bool(named))}"
