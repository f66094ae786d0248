"""A call is an entry in the person's timeline: that it rang, who had it, that nobody had. A missed call waits like a letter."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from ..customers.models import Customer
from ..team.models import Teammate
from . import history
from .channels import PHONE
from .models import Conversation, Place


def only_open(customer: Customer, *, by: Teammate | None = None) -> Conversation | None:
    """The one open matter with them (that `by` may see), None when there is none or more than one."""
    rows = customer.conversations.open() if by is None else Conversation.objects.visible_to(by)
    found = list(rows.open().filter(customer=customer)[:2])
    return found[0] if len(found) == 1 else None


def open_for(customer: Customer, place: Place, *, at: datetime) -> Conversation:
    """A new matter with them, begun by a call."""
    return Conversation.objects.create(
        customer=customer, place=place, channel=PHONE, subject="", opened_at=at, last_at=at, snippet=_("A call")
    )


@transaction.atomic
def rang(conversation: Conversation, *, by: Teammate | None, at: datetime, **data: Any) -> None:
    """They called."""
    history.record(conversation, "call_rang", by=by, at=at, **data)


@transaction.atomic
def answered(conversation: Conversation, *, by: Teammate | None, at: datetime, **data: Any) -> None:
    """A person picked up: nobody waits any more, and whoever picked up has it if nobody had."""
    waited = conversation.waiting_since
    _talk(conversation, by=by, at=at)
    since = waited.isoformat() if waited else None
    history.record(conversation, "call_answered", by=by, at=at, waited_since=since, **data)


@transaction.atomic
def lapsed(conversation: Conversation, *, by: Teammate | None, at: datetime, **data: Any) -> None:
    """Whoever picked up had no sound, or their line broke: it rang again."""
    history.record(conversation, "claim_lapsed", by=by, at=at, **data)


@transaction.atomic
def missed(conversation: Conversation, *, by: Teammate | None, at: datetime, since: str, **data: Any) -> None:
    """Nobody was there. They wait for a call back, since the phone first rang (`since`, ISO)."""
    first = datetime.fromisoformat(since)
    waits = min(conversation.waiting_since or first, first)
    _keep(
        conversation,
        waiting_since=None if conversation.is_junk else waits,
        closed_at=None,
        paused_until=None,
        last_at=max(conversation.last_at, at),
        snippet=_("Called, and nobody picked up"),
    )
    history.record(conversation, "call_missed", by=by, at=at, since=since, **data)


@transaction.atomic
def transferred(conversation: Conversation, *, by: Teammate | None, at: datetime, **data: Any) -> None:
    """A colleague (`to`) has the call now, and the matter with it."""
    _keep(conversation, assignee_id=data["to"])
    history.record(conversation, "call_transferred", by=by, at=at, **data)


@transaction.atomic
def returned(conversation: Conversation, *, by: Teammate | None, at: datetime, **data: Any) -> None:
    """The colleague did not answer; the call went back to who gave it away."""
    history.record(conversation, "transfer_returned", by=by, at=at, **data)


@transaction.atomic
def ended(conversation: Conversation, *, by: Teammate | None, at: datetime, **data: Any) -> None:
    """The call is over. `talked` is kept, in seconds; it is no figure."""
    history.record(conversation, "call_ended", by=by, at=at, **data)


@transaction.atomic
def we_called(conversation: Conversation, *, by: Teammate | None, at: datetime, **data: Any) -> None:
    """One of us dialled them."""
    history.record(conversation, "we_called", by=by, at=at, **data)


@transaction.atomic
def they_answered(conversation: Conversation, *, by: Teammate | None, at: datetime, **data: Any) -> None:
    """They picked up our call: whoever waited is called back."""
    _talk(conversation, by=by, at=at)
    history.record(conversation, "they_answered", by=by, at=at, **data)


@transaction.atomic
def they_did_not_answer(conversation: Conversation, *, by: Teammate | None, at: datetime, **data: Any) -> None:
    """They did not pick up, or were busy. Who waited goes on waiting."""
    history.record(conversation, "they_did_not_answer", by=by, at=at, **data)


@transaction.atomic
def not_dialled(conversation: Conversation, *, by: Teammate | None, at: datetime, **data: Any) -> None:
    """One of us wanted to dial, and it was not allowed; `because` says which rule."""
    history.record(conversation, "call_not_dialled", by=by, at=at, **data)


@transaction.atomic
def talked_elsewhere(conversation: Conversation, words: str, *, by: Teammate, at: datetime) -> None:
    """They talked on another telephone, and `by` says so. As any talk: nobody waits any more. In no figure."""
    _talk(conversation, by=by, at=at)
    history.record(conversation, "talked_elsewhere", by=by, at=at, words=words.strip()[:2000])


@transaction.atomic
def recording_began(conversation: Conversation, *, by: Teammate | None, at: datetime, **data: Any) -> None:
    """Both have heard that the talk is recorded; from here on it is."""
    history.record(conversation, "recording_began", by=by, at=at, **data)


@transaction.atomic
def recording_stopped(conversation: Conversation, *, by: Teammate | None, at: datetime, **data: Any) -> None:
    """The talk goes on, the recording does not: somebody wished so, or `because` the disk or the words failed."""
    history.record(conversation, "recording_stopped", by=by, at=at, **data)


@transaction.atomic
def recorded(conversation: Conversation, *, by: Teammate | None, at: datetime, **data: Any) -> None:
    """What was recorded can be listened to here, as long as it is kept."""
    history.record(conversation, "call_recorded", by=by, at=at, **data)


@transaction.atomic
def recording_deleted(conversation: Conversation, *, by: Teammate | None, at: datetime, **data: Any) -> None:
    """It is gone for good: somebody deleted it, or its time was over."""
    history.record(conversation, "recording_deleted", by=by, at=at, **data)


VERBS: dict[str, Callable[..., None]] = {
    "call_rang": rang,
    "call_answered": answered,
    "claim_lapsed": lapsed,
    "call_missed": missed,
    "call_transferred": transferred,
    "transfer_returned": returned,
    "call_ended": ended,
    "we_called": we_called,
    "they_answered": they_answered,
    "they_did_not_answer": they_did_not_answer,
    "recording_began": recording_began,
    "recording_stopped": recording_stopped,
    "call_recorded": recorded,
    "recording_deleted": recording_deleted,
}


def _talk(conversation: Conversation, *, by: Teammate | None, at: datetime) -> None:
    _keep(
        conversation,
        waiting_since=None,
        closed_at=None,
        paused_until=None,
        assignee_id=conversation.assignee_id or (by.pk if by else None),
        last_at=max(conversation.last_at, at),
        snippet=_("On the telephone"),
    )


def _keep(conversation: Conversation, **values: Any) -> None:
    for name, value in values.items():
        setattr(conversation, name, value)
    conversation.save(update_fields=[name.removesuffix("_id") for name in values])
