"""Anything, from one field: places of the desk, people, conversations. What one can do here comes from the page itself."""

import re
from typing import Any
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _

from ..conversations import search as message_search
from ..lib import phone_numbers, search_words
from ..phone import calling_out
from . import asker, lists, pages, search, surroundings
from .asker import Asker
from .pages import screen
from .shapes import Link

FOUND = 5
NUMBER = re.compile(r"\+?[\d ()/.-]{5,40}")


@screen
def show(request: HttpRequest) -> HttpResponse:
    """What the words in `q` may mean."""
    who = asker.of(request)
    typed = request.GET.get("q", "").strip()[:200]
    context: dict[str, Any] = {
        "asked": typed,
        "number": number(typed, who),
        "places": [link for link in places(who) if _begins(str(link.words), typed)],
        "people": search.people(typed, who),
        "conversations": conversations(typed, who),
        "search_href": f"{reverse('desk:search')}?{urlencode({'q': typed})}",
    }
    return pages.fragment(request, "desk/_palette_found.html", context)


def number(typed: str, who: Asker) -> str:
    """What was typed, as a number that could be called; "" where it is none, or no calls go out."""
    if not NUMBER.fullmatch(typed) or not who.me.answers or not calling_out.is_on():
        return ""
    found = phone_numbers.valid(typed, calling_out.home(who.me))
    return phone_numbers.shown(found) if found else ""


def places(who: Asker) -> list[Link]:
    """Where one can go."""
    inbox = [Link(href=surroundings.list_href(k.name), words=str(k.words), icon=k.icon) for k in lists.KINDS.values()]
    if not who.me.answers:
        return inbox
    return [
        *inbox,
        Link(href=reverse("desk:write"), words=_("Write to somebody"), icon="square-pen"),
        Link(href=reverse("desk:nudges"), words=_("For you"), icon="bell"),
        Link(href=reverse("desk:people"), words=_("People"), icon="users"),
        Link(href=reverse("desk:letters"), words=_("All letters"), icon="mail-open"),
        Link(href="/help/", words=_("Help"), icon="life-buoy"),
    ]


def conversations(typed: str, who: Asker) -> list[Link]:
    """The newest conversations in which these words were said."""
    if len(typed) < 2:
        return []
    found = message_search.in_order(message_search.messages(search_words.parse(typed), by=who.me, limit=3 * FOUND))
    unique = {each.conversation_id: each.conversation for each in found}
    return [
        Link(
            href=reverse("desk:conversation", args=[pk]),
            words=f"{each.customer}: {each.subject or each.snippet}",
            icon="mail",
        )
        for pk, each in list(unique.items())[:FOUND]
    ]


def _begins(words: str, typed: str) -> bool:
    return not typed or any(word.startswith(typed.casefold()) for word in words.casefold().split())
