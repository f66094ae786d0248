"""Finding what was said: in bodies, subjects, names and addresses; newest first; only what the asker may see."""

from collections.abc import Iterable, Sequence
from datetime import UTC, datetime, time
from typing import Any

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.db.models.expressions import RawSQL

from ..lib import html_text, search, search_words
from ..lib.search_words import Query, Term
from ..team.models import Teammate
from .models import Attachment, Message

TABLE = "conversations_message_search"
FARTHER = 2_000  # matches looked at one by one before the database is asked for all of them


def index(messages: Iterable[Message]) -> None:
    """Make these findable, in the transaction that wrote them."""
    search.put(TABLE, [(message.pk, words_of(message)) for message in messages])


def words_of(message: Message) -> str:
    """What a message is found by."""
    sides = message.recipients.values()
    to = " ".join(f"{name} {address}" for side in sides for name, address in side)
    sender = f"{message.sender_name} {message.sender_address}"
    if message.from_us and message.author:
        sender = f"{message.author.name} {sender}"
    body = message.text if len(message.text) >= len(message.said) else message.said
    if message.shows_both:
        body += " " + html_text.text_of(message.html, links=False)
    return search_words.folded(f"{message.subject} {sender} {body}", **{"from": sender, "to": to})


def messages(query: Query, *, by: Teammate, before: int | None = None, limit: int = 20) -> list[int]:
    """The ids of the newest messages that match, below `before`. Keyset paging: pass the last id to go on."""
    if not query.terms and not query.filters:
        return []
    rows = _filtered(Message.objects.visible_to(by).standing(), query, by)
    if query.wanted:
        return _walked(rows, query, before, limit)
    if query.unwanted:
        opposite = Query(tuple(Term(t.words, t.begun) for t in query.unwanted[:1]))
        rows = rows.exclude(pk__in=RawSQL(*search.matching(TABLE, opposite)))
    return _ids(rows, before, limit)


def _walked(rows: QuerySet[Message], query: Query, before: int | None, limit: int) -> list[int]:
    """Back from the newest match, keeping those that pass. Mostly all do; where few do, the database looks through the rest."""
    found: list[int] = []
    for size in (4 * limit, FARTHER):
        ids = search.newest(TABLE, query, before=before, limit=size)
        found += _ids(rows.filter(pk__in=ids), None, limit - len(found))
        if len(found) >= limit or len(ids) < size:
            return found
        before = ids[-1]
    rest = rows.filter(pk__in=RawSQL(*search.matching(TABLE, query)))
    return found + _ids(rest, before, limit - len(found))


def _ids(rows: QuerySet[Message], before: int | None, limit: int) -> list[int]:
    if before is not None:
        rows = rows.filter(pk__lt=before)
    return list(rows.order_by("-pk").values_list("pk", flat=True)[:limit])


def _filtered(rows: QuerySet[Message], query: Query, by: Teammate) -> QuerySet[Message]:
    for name, values in query.filters.items():
        for value in values:
            condition = _condition(name, value, query, by)
            if condition is not None:
                rows = rows.filter(condition)
    return rows


def _condition(name: str, value: str, query: Query, by: Teammate) -> Q | Exists | None:
    if name == "is":
        return _is(value, by)
    if name == "tag":
        return Q(conversation__tags__name=value)
    if name == "in":
        return Q(conversation__place__name__icontains=value)
    if name == "has" and value in ("file", "files", "attachment"):
        return Exists(Attachment.objects.filter(message=OuterRef("pk")))
    day = query.day(name) if name in ("before", "after") else None
    if day is None:
        return None
    midnight = datetime.combine(day, time(), UTC)
    return Q(at__lt=midnight) if name == "before" else Q(at__gte=midnight)


def _is(value: str, by: Teammate) -> Q | None:
    states: dict[str, Q] = {
        "open": Q(conversation__closed_at__isnull=True, conversation__junk_at__isnull=True),
        "waiting": Q(conversation__waiting_since__isnull=False),
        "closed": Q(conversation__closed_at__isnull=False),
        "done": Q(conversation__closed_at__isnull=False),
        "paused": Q(conversation__paused_until__isnull=False),
        "junk": Q(conversation__junk_at__isnull=False),
        "mine": Q(conversation__assignee=by),
        "note": Q(is_note=True),
        "ours": Q(from_us=True),
        "theirs": Q(from_us=False),
    }
    return states.get(value)


def in_order(ids: Sequence[int]) -> list[Message]:
    """The messages with these ids, in this order, with what a result line shows."""
    found: dict[Any, Message] = Message.objects.select_related(
        "conversation__customer", "conversation__place", "author"
    ).in_bulk(list(ids))
    return [found[pk] for pk in ids if pk in found]
