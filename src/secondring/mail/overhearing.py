"""Letters of ours that come in: copies of what the desk sent, and what colleagues wrote from their own mail programs."""

from datetime import datetime

from django.utils.translation import gettext as _

from ..conversations import replying
from ..conversations.models import Conversation, Message
from ..customers import recognising
from ..team.models import Teammate
from . import homes, proof, received
from .addresses import Address
from .filed import Filed
from .keeping import SENT
from .models import Fate, IncomingEmail
from .ours import Ours
from .parsed import ParsedEmail
from .understood import Understood


def own(parsed: ParsedEmail, ours: Ours) -> Filed | None:
    """A letter that the desk itself sent, come back or lying in Sent; None when it is not."""
    is_from_us = parsed.from_ is not None and ours.has(parsed.from_.email)
    message = None
    if parsed.kind == "own":
        marked = f"<{parsed.own_mark.rpartition(' ')[0].strip()}>"
        message = homes.our_message(marked) or homes.our_message(parsed.message_id)
    elif is_from_us:
        message = homes.our_message(parsed.message_id)
    if message is None and parsed.kind != "own":
        return None
    because = _("It is a letter that we sent.")
    return Filed(Fate.OWN, because=because, conversation_id=message.conversation_id if message else None)


def elsewhere(
    row: IncomingEmail, understood: Understood, ours: Ours, trail: homes.Trail, *, at: datetime
) -> Filed | None:
    """What a colleague wrote from their own mail program joins its conversation, or begins one; None when nobody of us wrote it.

    From Sent everything is ours. In the inbox a letter may say so and lie: our addresses must be proven there, and a
    teammate's own address must know the thread and not be disproven.
    """
    parsed = understood.letter
    outside = [each for each in (*parsed.to, *parsed.cc) if not ours.has(each.email)]
    if is_sent_copy(row):
        return _ours(row, understood, trail, by=None, outside=outside, at=at)
    if parsed.from_ is None or not outside:
        return None
    verdict = proof.proven(parsed, row.mailbox.trusted_hosts).verdict
    if ours.has(parsed.from_.email):
        return _ours(row, understood, trail, by=None, outside=outside, at=at) if verdict == "proven" else None
    if verdict == "failed" or _home(row, trail, outside) is None:
        return None
    teammate = Teammate.objects.who_answer().filter(email=parsed.from_.email).first()
    return _ours(row, understood, trail, by=teammate, outside=outside, at=at) if teammate else None


def is_sent_copy(row: IncomingEmail) -> bool:
    """Does it lie in the mailbox's own Sent folder?"""
    return row.via == SENT or bool(row.envelope.get("sent"))


def _home(row: IncomingEmail, trail: homes.Trail, outside: list[Address]) -> Conversation | None:
    """The conversation that a letter of ours to these people continues."""
    return trail.home(lambda each: any(homes.may_join(who.email, each, row.mailbox.place) for who in outside))


def _ours(
    row: IncomingEmail,
    understood: Understood,
    trail: homes.Trail,
    *,
    by: Teammate | None,
    outside: list[Address],
    at: datetime,
) -> Filed:
    parsed = understood.letter
    if parsed.kind != "human":
        return Filed(Fate.OWN, because=_("Your mail provider sent it by itself: %s") % parsed.why_kind)
    if not outside:
        return Filed(Fate.OWN, because=_("A letter among ourselves."))
    message = _overhear(row, understood, trail, by=by, outside=outside, at=at)
    homes.enter(message.conversation, parsed.message_id)
    return Filed(Fate.MESSAGE, because=_("Written from another mail program."), became=message)


def _overhear(
    row: IncomingEmail,
    understood: Understood,
    trail: homes.Trail,
    *,
    by: Teammate | None,
    outside: list[Address],
    at: datetime,
) -> Message:
    parsed = understood.letter
    home = _home(row, trail, outside)
    sender = (parsed.from_.name, parsed.from_.email) if parsed.from_ else ("", row.mailbox.address)
    common = {"sender": sender, "source_id": row.pk, "at": at, "enclosures": received.enclosures(understood)}
    if home is not None:
        return replying.answered_elsewhere(home, _letter(understood), by=by, **common)  # type: ignore[arg-type]
    known = trail.home(lambda each: each.place_id == row.mailbox.place_id)
    if known is not None:  # sent on to somebody who is not in it
        return replying.answered_elsewhere(known, _letter(understood), by=by, answers=False, **common)  # type: ignore[arg-type]
    customer = recognising.recognise("email", outside[0].email, name=outside[0].name, at=at)
    return replying.wrote_first_elsewhere(customer, row.mailbox.place, _letter(understood), **common)  # type: ignore[arg-type]


def _letter(understood: Understood) -> replying.Letter:
    """Its words and its page, as they came: it is ours, but it was not written here, and is shown behind the same walls."""
    parsed = understood.letter
    return replying.Letter(
        text=understood.text,
        said=understood.said,
        html=understood.html,
        shows_both=understood.shows_both,
        subject=parsed.subject,
        to=[(each.name, each.email) for each in parsed.to],
        cc=[(each.name, each.email) for each in parsed.cc],
        message_id=parsed.message_id,
        in_reply_to=parsed.in_reply_to,
        references=parsed.references,
    )
