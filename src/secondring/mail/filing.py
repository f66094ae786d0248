"""What machines send is filed quietly, never dropped: bounces and complaints at the letter they mean, the rest findable."""

from datetime import datetime

from django.utils.translation import gettext as _

from ..conversations import history, outbox
from ..conversations.models import Conversation, Delivery, Message
from ..customers.models import ContactPoint
from . import homes
from .filed import Filed
from .keeping import HISTORY
from .models import Fate, IncomingEmail
from .ours import Ours
from .parsed import Bounce, FailedRecipient, ParsedEmail


def file(row: IncomingEmail, parsed: ParsedEmail, trail: homes.Trail, *, ours: Ours, at: datetime) -> Filed:
    """Give a machine's letter its place."""
    match parsed.kind:
        case "bounce":
            return _bounce(row, parsed, trail, at=at)
        case "complaint":
            return _complaint(row, parsed, trail, at=at)
        case "auto_reply":
            return _auto_reply(row, parsed, trail, at=at)
        case _:
            return Filed(Fate.LIST, because=parsed.why_kind)


def _bounce(row: IncomingEmail, parsed: ParsedEmail, trail: homes.Trail, *, at: datetime) -> Filed:
    """Mark the very recipient that was not reached. A warning that somebody's server is still trying marks nobody."""
    bounce = parsed.bounce or Bounce()
    message = _meant(parsed, trail)
    because = bounce.reason or parsed.why_kind
    if message is None:
        return Filed(Fate.BOUNCE, because=_("A letter that we do not know came back. %s") % because)
    is_news = row.via != HISTORY and row.mailbox.place_id == message.conversation.place_id
    if is_news and bounce.action not in ("delayed", "delivered", "relayed", "expanded"):
        for failed in bounce.recipients:
            _not_reached(message, failed, alone=len(bounce.recipients) == 1, hard=bounce.hard_bounce, at=at)
    return Filed(Fate.BOUNCE, because=because, conversation_id=message.conversation_id)


def _meant(parsed: ParsedEmail, trail: homes.Trail) -> Message | None:
    """The letter of ours that a machine's letter is about, by a Message-ID it names."""
    names = [
        parsed.bounce.original_message_id if parsed.bounce else "",
        parsed.in_reply_to,
        *reversed(parsed.references),
    ]
    found = (homes.our_message(name) for name in dict.fromkeys(names) if name)
    return next((message for message in found if message is not None), None)


def _not_reached(message: Message, failed: FailedRecipient, *, alone: bool, hard: bool, at: datetime) -> None:
    delivery = _delivery(message, failed, alone=alone)
    if delivery is None:
        return
    outbox.bounced(delivery, because=failed.words, at=at)
    if hard and failed.permanent:
        points = ContactPoint.objects.emails().filter(value=delivery.recipient, failing_since__isnull=True)
        points.update(failing_since=at, because=failed.words[:300])


def _delivery(message: Message, failed: FailedRecipient, *, alone: bool) -> Delivery | None:
    """The recipient that is meant. One that forwards bounces under another name; where there is one each, it is that one."""
    sent = {
        each.recipient: each for each in message.deliveries.select_related("message__conversation", "message__author")
    }
    found = sent.get(failed.email.lower())
    return found or (next(iter(sent.values())) if alone and len(sent) == 1 else None)


def _complaint(row: IncomingEmail, parsed: ParsedEmail, trail: homes.Trail, *, at: datetime) -> Filed:
    message = _meant(parsed, trail)
    if message is not None and row.via != HISTORY:
        kind = parsed.bounce.feedback_type if parsed.bounce else ""
        history.record(message.conversation, "complaint_came", by=None, at=at, letter=row.pk, kind=kind)
    return Filed(Fate.COMPLAINT, because=parsed.why_kind, conversation_id=message.conversation_id if message else None)


def _auto_reply(row: IncomingEmail, parsed: ParsedEmail, trail: homes.Trail, *, at: datetime) -> Filed:
    sender = parsed.from_.email if parsed.from_ else ""
    home = trail.home(lambda each: homes.may_join(sender, each, row.mailbox.place))
    if home is not None and row.via != HISTORY:
        _note(home, row, sender, at=at)
    return Filed(Fate.AUTO_REPLY, because=parsed.why_kind, conversation_id=home.pk if home else None)


def _note(conversation: Conversation, row: IncomingEmail, sender: str, *, at: datetime) -> None:
    history.record(conversation, "auto_reply_came", by=None, at=at, letter=row.pk, sender=sender)
