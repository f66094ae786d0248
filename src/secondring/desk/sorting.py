"""Tags, junk, and whose letters we do not want."""

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _

from ..conversations import junking, tagging
from ..conversations.models import Conversation
from ..lib import clock
from ..lib.errors import NotPossible
from ..mail import blocking
from . import pages, surroundings
from .pages import deed
from .taking import stale


@deed
def tag(request: HttpRequest, pk: int) -> HttpResponse:
    found = pages.conversation(request, pk)
    made = tagging.tag(found, request.POST.get("tag", ""), by=pages.teammate(request), at=clock.now())
    return pages.done(request, _("Filed under %(tag)s.") % {"tag": made.name}, stale=stale(found))


@deed
def untag(request: HttpRequest, pk: int) -> HttpResponse:
    found = pages.conversation(request, pk)
    tagging.untag(found, request.POST.get("tag", ""), by=pages.teammate(request), at=clock.now())
    return pages.done(request, _("Tag taken off."), stale=stale(found))


@deed
def junk(request: HttpRequest, pk: int) -> HttpResponse:
    found = pages.conversation(request, pk)
    junking.junk(found, by=pages.teammate(request), at=clock.now())
    return pages.done(request, _("In junk."), stale=stale(found), then=surroundings.list_href("waiting"))


@deed
def unjunk(request: HttpRequest, pk: int) -> HttpResponse:
    found = pages.conversation(request, pk)
    junking.unjunk(found, by=pages.teammate(request), at=clock.now())
    return pages.done(request, _("Not junk; it is back."), stale=stale(found))


@deed
def block(request: HttpRequest, pk: int) -> HttpResponse:
    """Everything this sender (or, with `whole`, their domain) writes from now on is junk; so is this."""
    found = pages.conversation(request, pk)
    me, now = pages.teammate(request), clock.now()
    sender = _sender(found)
    made = blocking.block(_domain(sender) if "whole" in request.POST else sender, by=me, at=now)
    junking.junk(found, by=me, at=now, because=made.value)
    sentence = _("Letters from %(value)s go to junk from now on.") % {"value": made.value}
    return pages.done(request, sentence, stale=stale(found), then=surroundings.list_href("waiting"))


@deed
def unblock(request: HttpRequest, pk: int) -> HttpResponse:
    """Letters of this sender, and of their domain, reach us again."""
    found = pages.conversation(request, pk)
    sender, me, now = _sender(found), pages.teammate(request), clock.now()
    gone = sum(blocking.unblock(value, by=me, at=now) for value in (sender, _domain(sender)))
    if not gone:
        raise NotPossible(_("Nobody has blocked them."))
    return pages.done(request, _("Their letters reach us again."), stale=stale(found))


def _domain(address: str) -> str:
    return f"@{address.rpartition('@')[2]}"


def _sender(conversation: Conversation) -> str:
    """Who wrote last from outside."""
    letter = conversation.messages.letters().filter(from_us=False).exclude(sender_address="").last()
    address = letter.sender_address if letter else conversation.customer.address
    if not address:
        raise NotPossible(_("There is no address to block."))
    return address
