"""Whose letters go to junk because one of us said so."""

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from ..lib.errors import NotPossible
from ..team.models import Teammate
from .models import Block
from .ours import Ours


@transaction.atomic
def block(value: str, *, by: Teammate, at: datetime) -> Block:
    """Letters from this address, or from everybody at this domain (`@example.org`), go to junk from now on."""
    value = value.strip().lower()
    local, at_sign, domain = value.rpartition("@")
    if not at_sign or "." not in domain:
        raise NotPossible(_("Write an address like ana@example.org, or a domain like @example.org."))
    ours = Ours.now()
    if (local and ours.has(value)) or (not local and domain in ours.domains):
        raise NotPossible(_("That is one of our own addresses."))
    return Block.objects.get_or_create(value=value, defaults={"by": by, "at": at})[0]


@transaction.atomic
def unblock(value: str, *, by: Teammate, at: datetime) -> int:
    """Let their letters through again; how many blocks were lifted."""
    return Block.objects.filter(value=value.strip().lower()).delete()[0]
