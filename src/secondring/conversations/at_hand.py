"""What is shown beside conversations and letters, for all of them at once, in a question each."""

from collections.abc import Sequence
from typing import Any

from django.db.models import QuerySet

from ..lib.prepared import prepared
from ..team.models import Teammate
from .models import Attachment, Conversation, Delivery, Message, Place, Tag

MOST_TAGS = 200


def with_people(conversations: Sequence[Conversation]) -> None:
    """Give each its place and whoever has it: few, and each is read once."""
    places = {each.pk: each for each in _places(_numbers(each.place_id for each in conversations))}
    holders = {each.pk: each for each in _teammates(_numbers(each.assignee_id for each in conversations))}
    for conversation in conversations:
        conversation.place = places[conversation.place_id]
        conversation.assignee = holders[conversation.assignee_id] if conversation.assignee_id else None


def tags(conversations: Sequence[Conversation]) -> dict[int, list[str]]:
    """Under which words each is filed, in the order of the alphabet; those under none are not in it."""
    found: dict[int, list[str]] = {}
    for conversation, name in _tags(_numbers(each.pk for each in conversations)):
        found.setdefault(conversation, []).append(name)
    return found


@prepared
def known_tags(teammate: Teammate) -> QuerySet[Any, str]:
    """The words under which somebody may file, as far as they may know them."""
    return Tag.objects.visible_to(teammate).order_by("name").values_list("name", flat=True)[:MOST_TAGS]


def enclosed(messages: Sequence[Message]) -> dict[int | None, list[Attachment]]:
    """The files that came or leave with each."""
    return _by_message(_files(_numbers(each.pk for each in messages)))


def deliveries(messages: Sequence[Message]) -> dict[int | None, list[Delivery]]:
    """What became of each that left, recipient by recipient."""
    return _by_message(_sent(_numbers(each.pk for each in messages)))


def _by_message(rows: Sequence[Any]) -> dict[int | None, list[Any]]:
    found: dict[int | None, list[Any]] = {}
    for each in rows:
        found.setdefault(each.message_id, []).append(each)
    return found


def _numbers(several: Any) -> tuple[int, ...]:
    return tuple(sorted({each for each in several if each is not None}))


@prepared
def _places(numbers: tuple[int, ...]) -> QuerySet[Place]:
    return Place.objects.filter(pk__in=numbers)


@prepared
def _teammates(numbers: tuple[int, ...]) -> QuerySet[Teammate]:
    rows: QuerySet[Teammate] = Teammate.objects.filter(pk__in=numbers)
    return rows


@prepared
def _files(messages: tuple[int, ...]) -> QuerySet[Attachment]:
    return Attachment.objects.filter(message__in=messages).order_by("pk")


@prepared
def _sent(messages: tuple[int, ...]) -> QuerySet[Delivery]:
    return Delivery.objects.filter(message__in=messages).order_by("pk")


@prepared
def _tags(numbers: tuple[int, ...]) -> QuerySet[Any, tuple[int, str]]:
    filed = Tag.conversations.through.objects.filter(conversation__in=numbers)
    return filed.order_by("tag__name").values_list("conversation_id", "tag__name")
