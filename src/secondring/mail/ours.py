"""Which addresses are ours, and which mailbox each of them means."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass

from django.conf import settings

from ..conversations.models import Place
from .models import Block, Mailbox


def mark_key() -> bytes:
    """The key of the mark that our own letters carry (`threads.own_mark`)."""
    return hashlib.sha256(b"secondring own letters " + settings.SECRET_KEY.encode()).digest()


def bare(address: str) -> str:
    """The address without what stands after a plus, in lower case."""
    local, _at, domain = address.strip().lower().rpartition("@")
    return f"{local.partition('+')[0]}@{domain}"


@dataclass(frozen=True)
class Ours:
    """Our mailboxes at one moment, by each of their addresses."""

    by_address: dict[str, Mailbox]
    blocked: frozenset[str] = frozenset()

    @classmethod
    def now(cls) -> Ours:
        """As the database has them; two queries."""
        mailboxes = Mailbox.objects.select_related("place")
        by_address = {address: mailbox for mailbox in mailboxes for address in mailbox.addresses}
        return cls(by_address, frozenset(Block.objects.values_list("value", flat=True)))

    @property
    def addresses(self) -> set[str]:
        return set(self.by_address)

    @property
    def domains(self) -> set[str]:
        return {address.rpartition("@")[2] for address in self.by_address}

    def mailbox(self, address: str) -> Mailbox | None:
        """The mailbox this address means, whatever stands after a plus."""
        return self.by_address.get(address.strip().lower()) or self.by_address.get(bare(address))

    def has(self, address: str) -> bool:
        return self.mailbox(address) is not None

    def blocks(self, address: str) -> bool:
        """Has one of us blocked this address or its domain?"""
        return not self.blocked.isdisjoint({address.lower(), "@" + address.lower().rpartition("@")[2]})

    def by_pk(self, pk: int) -> Mailbox | None:
        return next((mailbox for mailbox in self.by_address.values() if mailbox.pk == pk), None)


def all_see(theirs: Place, ours: Place) -> bool:
    """Can everybody who answers at `theirs` also see what lies at `ours`?"""
    if theirs.pk == ours.pk or ours.everyone:
        return True
    if theirs.everyone:
        return False
    members = set(ours.members.values_list("pk", flat=True))
    return members.issuperset(theirs.members.values_list("pk", flat=True))
