"""A talk on another telephone, written down from the card: an entry like any call, in no figure."""

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _

from ..conversations import calling
from ..conversations.channels import PHONE
from ..conversations.models import Conversation, Place
from ..customers.models import Customer
from ..lib import clock
from ..lib.errors import NotPossible
from ..team.models import Teammate
from . import pages
from .pages import deed


@deed
def talked(request: HttpRequest, pk: int) -> HttpResponse:
    """We talked; what was said, in a few words if one likes."""
    me, at = pages.answering(request), clock.now()
    found = pages.customer(request, pk)
    matter = _matter(request, found, me) or calling.only_open(found, by=me)
    matter = matter or calling.open_for(found, _place(me), at=at)
    calling.talked_elsewhere(matter, request.POST.get("words", ""), by=me, at=at)
    there = reverse("desk:conversation", args=[matter.pk])
    return pages.done(request, _("Written down."), stale=("inbox", f"conversation-{matter.pk}"), then=there)


def _matter(request: HttpRequest, customer: Customer, me: Teammate) -> Conversation | None:
    """The one they were looking at, if it is with this customer and theirs to see."""
    number = request.POST.get("conversation", "")
    rows = Conversation.objects.visible_to(me).filter(customer=customer)
    return rows.filter(pk=number).first() if number.isdecimal() and len(number) < 19 else None


def _place(me: Teammate) -> Place:
    """Where a new matter belongs: a number or the web page where I answer, else any place of mine."""
    mine = Place.objects.in_use().visible_to(me).order_by("pk")
    place = mine.filter(channel=PHONE).first() or mine.first()
    if place is None:
        raise NotPossible(_("There is no place yet where you answer."))
    return place
