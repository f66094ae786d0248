"""The lists of this room, in our words. `visible_to` is the only door: nothing else decides who may see a conversation."""

from __future__ import annotations

from datetime import datetime
from functools import lru_cache
from typing import TYPE_CHECKING

from django.db import connection
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.db.models.expressions import RawSQL

from ..team.models import Role, Teammate

if TYPE_CHECKING:
    from .models import Conversation, Delivery, Event, Message, Nudge, Place, Tag  # noqa: F401


ANYBODY = -918273645


class PlaceQuerySet(QuerySet["Place"]):
    def in_use(self) -> PlaceQuerySet:
        return self.filter(retired_at__isnull=True)

    def visible_to(self, teammate: Teammate) -> PlaceQuerySet:
        """Owners see every place, packers none, the others those open to everybody or naming them."""
        if not (teammate.is_active and teammate.answers):
            return self.none()
        if teammate.sees_everything:
            return self
        return self.filter(Q(everyone=True) | Q(pk__in=teammate.places.through.objects.filter(
            teammate_id=teammate.pk).values("place_id")))  # fmt: skip


def _places(teammate: Teammate) -> QuerySet[Place] | RawSQL:
    """The places this teammate may look into, for `place_id IN (…)`."""
    from .models import Place

    if not (teammate.is_active and teammate.answers) or teammate.pk is None:
        return Place.objects.none()
    sql, parameters = _places_sql(connection.vendor)
    return RawSQL(sql, [teammate.pk if each == ANYBODY else each for each in parameters])


@lru_cache(maxsize=4)
def _places_sql(_vendor: str) -> tuple[str, tuple[object, ...]]:
    """What PlaceQuerySet says, put into SQL once: every list asks it, and asking Django anew took longer than the answer.

    ANYBODY stands where the teammate's number will.
    """
    from .models import Place

    anybody = Teammate(pk=ANYBODY, is_active=True, role=Role.TEAMMATE)
    sql, parameters = Place.objects.visible_to(anybody).values("pk").query.sql_with_params()
    return sql, tuple(parameters)


def _sees_all(teammate: Teammate) -> bool:
    return teammate.is_active and teammate.sees_everything


class TagQuerySet(QuerySet["Tag"]):
    def visible_to(self, teammate: Teammate) -> TagQuerySet:
        """The words under which something is filed that they may see; the others may tell what is said elsewhere."""
        if _sees_all(teammate):
            return self
        filed = self.model.conversations.through.objects.filter(
            tag_id=OuterRef("pk"), conversation__place__in=_places(teammate)
        )
        return self.filter(Exists(filed))


class ConversationQuerySet(QuerySet["Conversation"]):
    def visible_to(self, teammate: Teammate) -> ConversationQuerySet:
        return self if _sees_all(teammate) else self.filter(place__in=_places(teammate))

    def open(self) -> ConversationQuerySet:
        return self.filter(closed_at__isnull=True, junk_at__isnull=True)

    def waiting(self) -> ConversationQuerySet:
        """Somebody waits for a person; paused ones wait for their hour."""
        return self.filter(waiting_since__isnull=False, paused_until__isnull=True)

    def not_waiting(self) -> ConversationQuerySet:
        return self.filter(waiting_since__isnull=True, paused_until__isnull=True)

    def paused(self) -> ConversationQuerySet:
        return self.filter(paused_until__isnull=False)

    def closed(self) -> ConversationQuerySet:
        return self.filter(closed_at__isnull=False, junk_at__isnull=True)

    def junk(self) -> ConversationQuerySet:
        return self.filter(junk_at__isnull=False)

    def undelivered(self) -> ConversationQuerySet:
        return self.filter(undelivered_at__isnull=False)

    def assigned_to(self, teammate: Teammate) -> ConversationQuerySet:
        return self.filter(assignee=teammate)

    def assigned(self) -> ConversationQuerySet:
        return self.filter(assignee__isnull=False)

    def longest_waiting_first(self) -> ConversationQuerySet:
        return self.order_by("waiting_since", "pk")

    def newest_first(self) -> ConversationQuerySet:
        return self.order_by("-last_at", "-pk")

    def last_closed_first(self) -> ConversationQuerySet:
        return self.order_by("-closed_at", "-pk")

    def soonest_back_first(self) -> ConversationQuerySet:
        return self.order_by("paused_until", "pk")

    def with_people(self) -> ConversationQuerySet:
        """What a line of the inbox shows of the customer. The rest comes for all lines at once (at_hand.py)."""
        return self.select_related("customer").defer(
            *("customer__" + name for name in ("great", "city", "time_zone", "site_url", "site_title", "site_picture")),
            *("customer__" + name for name in ("heard_of_us", "heard_asked_at", "first_contact_at")),
        )  # fmt: skip


class MessageQuerySet(QuerySet["Message"]):
    def visible_to(self, teammate: Teammate) -> MessageQuerySet:
        return self if _sees_all(teammate) else self.filter(conversation__place__in=_places(teammate))

    def standing(self) -> MessageQuerySet:
        """All but those taken back."""
        return self.filter(taken_back_at__isnull=True)

    def letters(self) -> MessageQuerySet:
        return self.standing().filter(is_note=False)


class EventQuerySet(QuerySet["Event"]):
    def visible_to(self, teammate: Teammate) -> EventQuerySet:
        return self if _sees_all(teammate) else self.filter(conversation__place__in=_places(teammate))


class NudgeQuerySet(QuerySet["Nudge"]):
    def visible_to(self, teammate: Teammate) -> NudgeQuerySet:
        """Those about conversations that this teammate may see (still)."""
        if _sees_all(teammate):
            return self.filter(event__conversation__isnull=False)
        return self.filter(event__conversation__place__in=_places(teammate))

    def unseen(self) -> NudgeQuerySet:
        return self.filter(seen_at__isnull=True)


class DeliveryQuerySet(QuerySet["Delivery"]):
    def outstanding(self) -> DeliveryQuerySet:
        return self.filter(sent_at__isnull=True, refused_at__isnull=True)

    def due(self, at: datetime) -> DeliveryQuerySet:
        return self.outstanding().filter(due_at__lte=at).order_by("due_at", "pk")
