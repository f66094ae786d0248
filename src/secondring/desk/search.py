"""Find what was said and who said it, newest first, only what one may see."""

import re
from typing import Any
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.html import conditional_escape, format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from ..conversations import search as message_search
from ..conversations.models import Message
from ..customers import search as customer_search
from ..customers.models import Customer
from ..lib import search_words
from ..lib.search_words import Query
from . import asker, pages
from . import people as people_page
from .asker import Asker
from .pages import screen
from .shapes import Link, Someone

PAGE = 30
PEOPLE = 5
AROUND = 90  # characters shown before and after what was found
LONG_WORD = (
    30  # characters within which a cut looks for the end of a word; scripts without spaces are cut where they are
)


@screen
def show(request: HttpRequest) -> HttpResponse:
    """What was found for `q`: people first, then letters and notes."""
    who = asker.of(request)
    typed = request.GET.get("q", "").strip()[:500]
    before = request.GET.get("before", "")
    query = search_words.parse(typed)
    ids = message_search.messages(query, by=who.me, before=int(before) if before.isdecimal() else None, limit=PAGE + 1)
    hits = message_search.in_order(ids[:PAGE])
    context = {
        "title": _("Search"),
        "asked": typed,
        "search_href": reverse("desk:search"),
        "people": [] if before else [people_page.row(each, who) for each in _meant(typed, who, limit=PEOPLE)],
        "hits": [_hit(each, query, who) for each in hits],
        "more_href": f"{request.path}?{urlencode({'q': typed, 'before': ids[PAGE - 1]})}" if len(ids) > PAGE else "",
    }
    if before and pages.asks_for_fragment(request):
        return pages.fragment(request, "desk/_hits.html", context)
    return pages.show(request, "desk/search.html", context)


def people(typed: str, who: Asker, *, limit: int = PEOPLE) -> list[Link]:
    """People whom these words may mean; words with a field before them mean no person."""
    found = _meant(typed, who, limit=limit)
    return [Link(href=reverse("desk:person", args=[each.pk]), words=str(each), icon="user") for each in found]


def _meant(typed: str, who: Asker, *, limit: int) -> list[Customer]:
    if not typed or ":" in typed or not who.me.answers:
        return []
    return customer_search.customers(typed, limit=limit)


def _hit(message: Message, query: Query, who: Asker) -> dict[str, Any]:
    conversation = message.conversation
    return {
        "href": f"{reverse('desk:conversation', args=[conversation.pk])}?message={message.pk}#message-{message.pk}",
        "who": message.author or Someone(str(conversation.customer), conversation.customer.face),
        "signed": who.name_of(message.author) if message.author else message.signed,
        "with": str(conversation.customer) if message.from_us else "",
        "is_note": message.is_note,
        "subject": message.subject or conversation.subject,
        "place": str(conversation.place),
        "when": who.short(message.at),
        "words": around(message.said or message.text, query),
        "channel": message.channel,
    }


def around(text: str, query: Query) -> SafeString:
    """The words about the first find, marked; the beginning when the find is elsewhere (a name, a subject)."""
    wanted = [
        word for term in query.wanted for word in term.words if not word.startswith(tuple(search_words.FIELDS.values()))
    ]
    plain = " ".join(text.split())
    pattern = re.compile(r"\b((?:" + "|".join(map(re.escape, wanted)) + r")\w*)", re.IGNORECASE) if wanted else None
    first = pattern.search(plain) if pattern else None
    start = max(0, first.start() - AROUND) if first else 0
    shown = _whole_words(plain, start, start + 2 * AROUND + 40)
    if pattern is None:
        return conditional_escape(shown)
    pieces = pattern.split(shown)
    marked = (format_html("<mark>{}</mark>", piece) if place % 2 else piece for place, piece in enumerate(pieces))
    return format_html_join("", "{}", ((piece,) for piece in marked))


def _whole_words(words: str, start: int, end: int) -> str:
    """This piece of the words, cut between words where it can be, and saying so."""
    if start:
        start = max(start, words.find(" ", start, start + LONG_WORD) + 1)
    if end < len(words):
        space = words.rfind(" ", max(start, end - LONG_WORD), end + 1)
        end = space if space > start else end
    piece = words[start:end].strip()
    return ("… " if start else "") + piece + (" …" if end < len(words) else "")
