"""Whose letters go to junk."""

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from ..lib.errors import NotPossible
from ..team.models import Teammate
from .models import Block, Mailbox


@transaction.atomic
def block(address: str, *, whole_domain: bool = False, by: Teammate, at: datetime) -> Block:
    """Send to junk what this address, or everybody at its domain, writes from now on.

    Raises NotPossible for one of our own mailboxes: nobody may silence the house by mistake.
    """
    address = address.strip().lower()
    domain = f"@{address.rpartition('@')[2]}"
    for mailbox in Mailbox.objects.all():
        if address in mailbox.addresses or (whole_domain and domain == f"@{mailbox.domain}"):
            raise NotPossible(_("%(address)s is one of ours.") % {"address": address})
    made, _new = Block.objects.get_or_create(value=domain if whole_domain else address, defaults={"by": by, "at": at})
    return made


@transaction.atomic
def unblock(address: str) -> int:
    """Let this address in again, and its domain; how many blocks that were."""
    address = address.strip().lower()
    count, _each = Block.objects.filter(value__in=[address, f"@{address.rpartition('@')[2]}"]).delete()
    return count
