"""The lists of this room."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db.models import Case, Q, QuerySet, When

from ..conversations.models import Place
from ..team.models import Teammate

if TYPE_CHECKING:
    from .models import IncomingEmail, Mailbox  # noqa: F401


class MailboxQuerySet(QuerySet["Mailbox"]):
    def in_use(self) -> MailboxQuerySet:
        return self.filter(paused_at__isnull=True, place__retired_at__isnull=True)

    def fetched(self) -> MailboxQuerySet:
        """Those whose letters we go and get."""
        return self.in_use().exclude(imap_host="")

    def visible_to(self, teammate: Teammate) -> MailboxQuerySet:
        return self.filter(place__in=Place.objects.visible_to(teammate))

    def for_address(self, address: str) -> MailboxQuerySet:
        """The mailbox that this recipient means, whatever stands after a plus."""
        local, _at, domain = address.lower().rpartition("@")
        bare = f"{local.partition('+')[0]}@{domain}"
        return self.filter(Q(address__iexact=bare) | Q(address__iexact=address) | Q(aliases__icontains=f'"{bare}"'))


class IncomingEmailQuerySet(QuerySet["IncomingEmail"]):
    def visible_to(self, teammate: Teammate) -> IncomingEmailQuerySet:
        return self.filter(mailbox__place__in=Place.objects.visible_to(teammate))

    def to_understand(self) -> IncomingEmailQuerySet:
        return self.filter(understood_at__isnull=True).order_by("pk")

    def quick(self, small: int) -> IncomingEmailQuerySet:
        """Of those to understand: fresh letters of at most `small` bytes."""
        return self.filter(tries=0, size__lte=small).exclude(via="history")

    def for_patience(self, small: int) -> IncomingEmailQuerySet:
        """Of those to understand: large ones, history, and what a reader died of; today's letters first."""
        slow = self.filter(Q(tries__gt=0) | Q(size__gt=small) | Q(via="history"))
        return slow.order_by(Case(When(via="history", then=1), default=0), "tries", "pk")

    def put_aside(self) -> IncomingEmailQuerySet:
        return self.filter(fate="aside")

    def newest_first(self) -> IncomingEmailQuerySet:
        return self.order_by("-pk")
