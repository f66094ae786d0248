"""The book of calls: rows written beside the sound, one short transaction each. Only the claim is waited for."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import F

from ..conversations import calling
from ..conversations.models import Conversation
from ..customers import remembering
from ..lib import broadcast
from ..lib.errors import NotPossible
from ..team import audiences
from ..team.models import Teammate
from . import callers
from .callers import Who
from .models import Call, CallLeg, Recording


@dataclass(frozen=True, slots=True, kw_only=True)
class Opened:
    """What is known of a call when it begins."""

    key: str
    node: str
    place: int
    at: datetime
    number: str = ""  # the customer's, in E.164 where it can be read so
    name: str = ""
    ours: str = ""  # the number of ours
    outgoing: bool = False
    was_open: bool = True
    is_test: bool = False
    ring_on: float = 2.0
    ring_off: float = 4.0
    by: int | None = None  # of an outgoing call: who dials
    customer: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class LegRow:
    """What became of one leg in one stretch of ringing or talking."""

    leg: str
    teammate: int | None
    began_at: datetime
    moments: dict[str, datetime] = field(default_factory=dict)  # rang_at, picked_at, flowing_at, ended_at
    because: str = ""


@transaction.atomic(durable=True)
def opened(call: Opened) -> Who:
    """Write the call down, and find out who it is. A number that is new makes a card with nothing on it but the number."""
    known = call.number or call.customer
    customer = None
    if call.customer is not None:
        customer = callers.by_pk(call.customer)
    elif known and not call.is_test:
        customer = callers.recognise(call.number, name=call.name, at=call.at)
    Call.objects.create(
        key=call.key,
        node=call.node,
        place_id=call.place,
        outgoing=call.outgoing,
        is_test=call.is_test,
        was_open=call.was_open,
        customer=customer,
        from_number=call.ours if call.outgoing else call.number,
        to_number=call.number if call.outgoing else call.ours,
        from_name=call.name[:200],
        ring_on=call.ring_on,
        ring_off=call.ring_off,
        began_at=call.at,
    )
    broadcast.send("calls", to=audiences.place(call.place))
    return callers.who(customer)


@transaction.atomic(durable=True)
def claim(key: str, leg: str, teammate: int | None, at: datetime) -> bool:
    """The first hand gets the call; False when somebody has it or it is over."""
    free = Call.objects.filter(key=key, claimed_at__isnull=True, ended_at__isnull=True)
    won = free.update(claimed_by=teammate, claimed_leg=leg, claimed_at=at, claim_no=F("claim_no") + 1)
    _tell_screens(key)
    return bool(won)


@transaction.atomic(durable=True)
def release(key: str, leg: str) -> bool:
    """The leg has it no more, and nobody has; False when it had not."""
    held = Call.objects.filter(key=key, claimed_leg=leg, ended_at__isnull=True)
    _tell_screens(key)
    return bool(held.update(claimed_by=None, claimed_leg="", claimed_at=None))


@transaction.atomic(durable=True)
def pass_on(key: str, leg: str, teammate: int | None, at: datetime) -> None:
    """Another leg has it now, without a moment in which nobody had."""
    running = Call.objects.filter(key=key, ended_at__isnull=True)
    running.update(claimed_by=teammate, claimed_leg=leg, claimed_at=at, claim_no=F("claim_no") + 1)
    _tell_screens(key)


@transaction.atomic(durable=True)
def write_down(key: str, verb: str, *, by: int | None, at: datetime, **data: Any) -> Call:
    """What happened in a call; into its conversation where one is chosen, else kept until it is."""
    call = Call.objects.select_for_update(of=("self",)).select_related("place", "customer").get(key=key)
    changed = _dates(call, verb, by, at, data)
    broadcast.send("calls", to=audiences.place(call.place_id))
    if call.is_test:
        call.save(update_fields=changed)
        return call
    _choose_home(call, verb, by=by, at=at)
    call.untold = [*call.untold, [verb, by, at.isoformat(), data]]
    _tell(call)
    call.save(update_fields=[*changed, "untold", "conversation", "customer"])
    return call


def add(call: Call, verb: str, *, by: int | None, at: datetime, **data: Any) -> None:
    """One more line of a call that the caller's transaction holds."""
    call.untold = [*call.untold, [verb, by, at.isoformat(), {"call": call.pk, **data}]]
    _tell(call)
    call.save(update_fields=["untold"])


@transaction.atomic(durable=True)
def belongs_to(key: str, conversation: int) -> None:
    """The call is about this matter, for it was made from there."""
    Call.objects.filter(key=key, conversation__isnull=True).update(conversation=conversation)


@transaction.atomic(durable=True)
def heard(key: str, at: datetime) -> None:
    """Sound flows both ways, for the first time."""
    Call.objects.filter(key=key, heard_at__isnull=True, answered_at__isnull=False).update(heard_at=at)


@transaction.atomic(durable=True)
def ended(key: str, because: str, at: datetime, legs: Iterable[LegRow] = ()) -> Call:
    """The call is over, with the record of its legs."""
    call = Call.objects.select_for_update(of=("self",)).get(key=key)
    call.ended_at, call.because = max(at, call.began_at), because
    call.save(update_fields=["ended_at", "because"])
    CallLeg.objects.bulk_create(_leg(call, each) for each in legs)
    broadcast.send("calls", to=audiences.place(call.place_id))
    return call


@transaction.atomic
def put_into(call: Call, conversation: Conversation | None, *, by: Teammate, at: datetime) -> Conversation:
    """Whoever answered says where the call belongs, with one key: an open matter of theirs, or a new one (None)."""
    row = Call.objects.select_for_update(of=("self",)).select_related("place", "customer").get(pk=call.pk)
    if row.conversation is not None:
        raise NotPossible(f"This call stands in “{row.conversation}” already.")
    if row.customer is None or (conversation is not None and conversation.customer_id != row.customer_id):
        raise NotPossible("That conversation is with somebody else.")
    row.conversation = conversation or calling.open_for(row.customer, row.place, at=row.began_at)
    _tell(row)
    row.save(update_fields=["conversation", "untold"])
    return row.conversation


@transaction.atomic
def name_caller(call: Call, name: str, *, by: Teammate, at: datetime) -> Call:
    """They have said what they are called: on their card, or, while nobody picked up and there is none, with the call."""
    row = Call.objects.select_for_update(of=("self",)).select_related("customer", "conversation").get(pk=call.pk)
    if row.customer is not None:
        remembering.describe(row.customer, by=by, at=at, name=name)
    row.from_name = name
    row.save(update_fields=["from_name"])
    broadcast.send("calls", to=audiences.place(row.place_id))
    return row


def homes(call: Call, *, by: Teammate) -> list[Conversation]:
    """Where the call may belong, for the person who answered to pick from; a new matter is always possible."""
    if call.customer is None:
        return []
    theirs = Conversation.objects.visible_to(by).filter(customer=call.customer)
    return list(theirs.open().newest_first()[:9]) or list(theirs.closed().newest_first()[:3])


def _dates(call: Call, verb: str, by: int | None, at: datetime, data: dict[str, Any]) -> list[str]:
    """What the row itself keeps of it. Adds to `data` what only the row knows."""
    data["call"] = call.pk
    if verb in ("call_answered", "they_answered") and call.answered_at is None:
        call.answered_at, call.answered_by_id = at, by
        return ["answered_at", "answered_by"]
    if verb == "call_missed":
        call.missed_at = call.missed_at or at
        data["since"] = call.began_at.isoformat()
        return ["missed_at"]
    if verb == "call_ended" and call.answered_at is not None:
        data["talked"] = round((at - call.answered_at).total_seconds())
    if "record" in verb:
        _recording(call, verb, by, at, data)
    return []


def _recording(call: Call, verb: str, by: int | None, at: datetime, data: dict[str, Any]) -> None:
    """The recording's own row, which every entry about it names."""
    if verb == "recording_began":
        Recording.objects.get_or_create(call=call, defaults={"began_at": at})
    rows = Recording.objects.filter(call=call)
    if verb == "recording_stopped":
        rows.update(stopped_at=at)
    if verb == "recording_deleted":
        rows.update(stopped_at=at, gone_at=at, gone_by=by, gone_because=data["because"])
    if verb == "call_recorded":
        rows.update(ended_at=at, seconds=data["seconds"])
    data["recording"] = rows.values_list("pk", flat=True).first()


def _choose_home(call: Call, verb: str, *, by: int | None, at: datetime) -> None:
    """One open matter: there. A missed call, or one that ended unplaced: there or into a new one. Else the person picks."""
    if call.conversation is not None or verb in ("call_rang", "claim_lapsed", "transfer_returned"):
        return
    if call.customer is None:
        call.customer = callers.recognise(call.from_number, name=call.from_name, at=at)
    answering = Teammate.objects.filter(pk=by).first() if by else None
    call.conversation = calling.only_open(call.customer, by=answering)
    is_over = verb in ("call_missed", "call_ended", "they_did_not_answer")
    if call.conversation is None and (is_over or not call.customer.conversations.exists()):
        call.conversation = calling.open_for(call.customer, call.place, at=call.began_at)


def _tell(call: Call) -> None:
    if call.conversation is None:
        return
    home = Conversation.objects.select_for_update(of=("self",)).get(pk=call.conversation.pk)
    people = Teammate.objects.in_bulk([by for _verb, by, _at, _data in call.untold if by])
    for verb, by, at, data in call.untold:
        calling.VERBS[verb](home, by=people.get(by), at=datetime.fromisoformat(at), **data)
    call.untold = []


def _tell_screens(key: str) -> None:
    """Somebody has it, or nobody any more; only those hear of it who may know of the call."""
    place = Call.objects.values_list("place", flat=True).filter(key=key).first()
    if place is not None:
        broadcast.send("calls", to=audiences.place(place))


def _leg(call: Call, row: LegRow) -> CallLeg:
    return CallLeg(
        call=call,
        leg=row.leg,
        teammate_id=row.teammate,
        began_at=row.began_at,
        because=row.because[:40],
        **row.moments,
    )
