"""The lists of this room, in our words. A call is seen by those who see its place."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from django.db.models import QuerySet

from ..conversations.models import Conversation, Place
from ..team.models import Teammate

if TYPE_CHECKING:
    from .models import Call, PhoneNumber, Recording  # noqa: F401


class PhoneNumberQuerySet(QuerySet["PhoneNumber"]):
    def in_use(self) -> PhoneNumberQuerySet:
        return self.filter(place__retired_at__isnull=True)

    def visible_to(self, teammate: Teammate) -> PhoneNumberQuerySet:
        """Those this teammate answers at."""
        return self.filter(place__in=Place.objects.visible_to(teammate))


class CallQuerySet(QuerySet["Call"]):
    def visible_to(self, teammate: Teammate) -> CallQuerySet:
        """Where a conversation is chosen, who sees that sees the call; until then its place decides."""
        if teammate.is_active and teammate.sees_everything:
            return self
        return self.filter(place__in=Place.objects.visible_to(teammate))

    def running(self) -> CallQuerySet:
        return self.filter(ended_at__isnull=True)

    def began_between(self, since: datetime, until: datetime) -> CallQuerySet:
        return self.filter(began_at__gte=since, began_at__lt=until)

    def that_count(self) -> CallQuerySet:
        """The calls that figures are made of: from customers, neither our own tests nor junk."""
        return self.filter(outgoing=False, is_test=False).exclude(conversation__junk_at__isnull=False)


class RecordingQuerySet(QuerySet["Recording"]):
    def visible_to(self, teammate: Teammate) -> RecordingQuerySet:
        """Who sees the conversation hears what was said in it."""
        return self.filter(call__conversation__in=Conversation.objects.visible_to(teammate))

    def here(self) -> RecordingQuerySet:
        """Those that can be listened to: whole, and not gone."""
        return self.filter(ended_at__isnull=False, gone_at__isnull=True)
