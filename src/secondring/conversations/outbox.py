"""What must leave is a row. The worker claims it, hands it over, and writes what became of it, unless its lease was lost."""

from collections.abc import Iterable
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Q

from ..lib import leases
from ..lib.jobs import back_off, longest_back_off
from . import history, nudging
from .models import Delivery, Message

SECOND_THOUGHTS = timedelta(seconds=10)
LEASE = timedelta(seconds=30)
FIRST_RETRY = timedelta(seconds=30)
LONGEST_TRYING = timedelta(days=2)


def put(message: Message, recipients: Iterable[str], *, due_at: datetime) -> list[Delivery]:
    """Have `message` leave for each of these addresses, once each, when `due_at` has come."""
    unique = dict.fromkeys(r.strip().lower() for r in recipients)
    return Delivery.objects.bulk_create(
        Delivery(
            message=message,
            place_id=message.conversation.place_id,
            channel=message.channel,
            recipient=recipient,
            due_at=due_at,
        )
        for recipient in unique
    )


def claim(channel: str, at: datetime, *, place_id: int | None = None, limit: int = 50) -> list[Delivery]:
    """Take what should leave by this channel (and from this place) now, for LEASE. Order: longest due first."""
    rows = Delivery.objects.filter(channel=channel).due(at)
    if place_id is not None:
        rows = rows.filter(place_id=place_id)
    return leases.claim(rows, at=at, lease=LEASE, limit=limit)


def places_due(channel: str, at: datetime) -> set[int]:
    """The places from which something should leave now that nobody holds."""
    free = Q(lease_until__isnull=True) | Q(lease_until__lte=at) | Q(lease_until__gt=at + 2 * LEASE)
    return set(
        Delivery.objects.filter(free, channel=channel).due(at).order_by().values_list("place", flat=True).distinct()
    )


def hurry(place_id: int, at: datetime) -> int:
    """The way out is open again: what was to be tried later goes now. How many."""
    later = Delivery.objects.filter(
        place_id=place_id, tries__gt=0, lease_until__isnull=True, due_at__gt=at
    ).outstanding()
    return later.update(due_at=at)


def keep_time(at: datetime) -> int:
    """The clock was set back: what is due further ahead than anybody ever waits is due within that wait. How many.

    Somebody who just sent has their ten seconds once more; a retry waits no longer than it would have from now.
    """
    ahead = Delivery.objects.outstanding().filter(lease_until__isnull=True, due_at__gt=at + SECOND_THOUGHTS)
    moved = 0
    for each in ahead.select_related("message"):
        latest = at + (longest_back_off(each.tries, FIRST_RETRY) if each.tries else SECOND_THOUGHTS)
        if each.due_at > latest + SECOND_THOUGHTS:
            moved += Delivery.objects.filter(pk=each.pk, due_at=each.due_at).update(due_at=latest)
            if not each.tries:
                Message.objects.filter(pk=each.message_id).update(due_at=latest)
    return moved


def renew(delivery: Delivery, at: datetime) -> bool:
    """Keep holding it while bytes flow; False when the lease was lost and the work must stop."""
    return leases.renew(delivery, at=at, lease=LEASE)


@transaction.atomic
def delivered(delivery: Delivery, *, at: datetime) -> bool:
    """The next server said yes. False when the lease was lost: then somebody else writes what became of it."""
    if not leases.settle(delivery, sent_at=at, tries=delivery.tries + 1, because=""):
        return False
    history.tell_screens(delivery.message.conversation)
    return True


@transaction.atomic
def failed(delivery: Delivery, *, because: str, permanent: bool, at: datetime) -> bool:
    """It did not go. Tried again with back-off for two days, unless the refusal was permanent.

    A refusal makes the conversation stand red on the desk, and the customer waits again as before the reply.
    """
    tries = delivery.tries + 1
    refused = permanent or at - delivery.due_at_first > LONGEST_TRYING
    retry_at = delivery.due_at if refused else at + back_off(tries, FIRST_RETRY)
    if not leases.settle(
        delivery, tries=tries, because=because[:500], due_at=retry_at, refused_at=at if refused else None
    ):
        return False
    if refused:
        not_reached(delivery, because=because, at=at)
    else:
        history.tell_screens(delivery.message.conversation)
    return True


@transaction.atomic
def bounced(delivery: Delivery, *, because: str, at: datetime) -> None:
    """It had been accepted and came back: mark this very recipient, in words."""
    sent = Delivery.objects.filter(pk=delivery.pk, sent_at__isnull=False, bounced_at__isnull=True)
    if sent.update(bounced_at=at, because=because[:500]):
        not_reached(delivery, because=because, at=at)


def not_reached(delivery: Delivery, *, because: str, at: datetime) -> None:
    """Our words did not reach `delivery.recipient`: the desk says so, and who waited for them waits again."""
    message = delivery.message
    conversation = message.conversation
    conversation.undelivered_at = at
    changed = ["undelivered_at"]
    if message.waited_since and not conversation.is_waiting and not conversation.is_junk:
        conversation.waiting_since = message.waited_since
        conversation.closed_at = None
        changed += ["waiting_since", "closed_at"]
    conversation.save(update_fields=changed)
    event = history.record(
        conversation,
        "delivery_refused",
        by=None,
        at=at,
        message=message,
        recipient=delivery.recipient,
        because=because[:500],
    )
    if message.author is not None:
        nudging.nudge(message.author, event, kind="not_reached", at=at)


@transaction.atomic
def try_again(delivery: Delivery, *, at: datetime) -> bool:
    """Put a refused recipient back on the list, as a person asked."""
    refused = Delivery.objects.filter(pk=delivery.pk, refused_at__isnull=False)
    changed = refused.update(refused_at=None, due_at=at, tries=0, because="")
    if changed:
        history.tell_screens(delivery.message.conversation)
    return bool(changed)


def unsend(message: Message, *, at: datetime) -> bool:
    """Take all deliveries of `message` off the list, if every one still stands there untouched; else none."""
    rows = message.deliveries.filter(sent_at__isnull=True, refused_at__isnull=True, tries=0, lease_until__isnull=True)
    with transaction.atomic():
        waiting = list(rows.select_for_update().values_list("pk", flat=True))
        if not waiting or len(waiting) != message.deliveries.count():
            return False
        message.deliveries.all().delete()
        return True
