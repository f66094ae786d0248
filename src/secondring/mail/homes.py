"""Which conversation a letter is at home in. The hints are the letter's; whether its writer may follow them is ours to say."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from django.db import connection
from django.db.models import QuerySet

from ..conversations import receiving
from ..conversations.models import Conversation, Message, Place
from ..lib import rows
from . import threads
from .models import EmailThread, IncomingEmail
from .ours import Ours, all_see
from .parsed import ParsedEmail

MOST_HINTS = 40  # Message-IDs looked up for one letter: the newest


@dataclass(frozen=True)
class Trail:
    """The conversations that a letter's hints lead to, the best first."""

    conversations: tuple[Conversation, ...] = ()

    def home(self, fits: Callable[[Conversation], bool]) -> Conversation | None:
        """The first of them that fits."""
        return next((each for each in self.conversations if fits(each)), None)


def trail(letter: ParsedEmail) -> Trail:
    """Follow the hints of a letter; at most two queries, none for a letter that answers nothing."""
    evidence = threads.evidence(letter)
    hints = [name[:998] for name in evidence.message_ids if name != letter.message_id][:MOST_HINTS]
    known = list(_threads(hints)) if hints else []
    found = _by_token(evidence.tokens) + [row.conversation for name in hints for row in known if row.message_id == name]
    return Trail(tuple({conversation.pk: conversation for conversation in found}.values()))


def _threads(names: list[str]) -> QuerySet[EmailThread]:
    return EmailThread.objects.filter(message_id__in=names).select_related("conversation__place").order_by("pk")


def _by_token(tokens: tuple[str, ...]) -> list[Conversation]:
    if not tokens:
        return []
    found = {each.token: each for each in Conversation.objects.select_related("place").filter(token__in=tokens)}
    return [found[token] for token in tokens if token in found]


def may_join(writer: str, conversation: Conversation, place: Place) -> bool:
    """May a letter from `writer` that came to `place` become part of it? Its people must see it there, and it must be theirs."""
    return all_see(place, conversation.place) and receiving.belongs(writer, conversation)


def enter(conversation: Conversation, message_id: str) -> None:
    """From now on an answer to this Message-ID finds the conversation."""
    if message_id:
        place_id = conversation.place_id
        rows.insert_once(EmailThread(place_id=place_id, message_id=message_id[:998], conversation=conversation))


def our_message(message_id: str) -> Message | None:
    """The letter of ours that carries this Message-ID."""
    known = EmailThread.objects.filter(message_id=message_id[:998]).values_list("conversation", flat=True)
    ours = Message.objects.filter(conversation__in=list(known), from_us=True, message_id=message_id[:998])
    return ours.select_related("conversation", "author").first() if message_id else None


@dataclass(frozen=True)
class Copies:
    """Letters that came before under the same Message-ID: the very same one, and whether others only share its name."""

    first: IncomingEmail | None = None
    namesake: bool = False


def copies(letter: IncomingEmail, parsed: ParsedEmail, ours: Ours) -> Copies:
    """Look for the same letter: mailbox, Message-ID and body agree. Without a Message-ID, bytes and a date must.

    (Two short letters without id and date may be the same words said twice, so they are two letters.)
    A copy in another mailbox counts when everybody who answers here can see it there.
    """
    if not parsed.message_id and parsed.date is None:
        return Copies()
    others = [each for each in _of_this_name(letter, parsed, ours) if each.fate not in ("", "duplicate", "aside")]
    same = (each for each in others if each.body_hash == parsed.body_hash and _is_seen_here(each, letter, ours))
    return Copies(
        first=next(same, None),
        namesake=any(each.body_hash != parsed.body_hash and each.mailbox_id == letter.mailbox_id for each in others),
    )


def _of_this_name(letter: IncomingEmail, parsed: ParsedEmail, ours: Ours) -> Sequence[IncomingEmail]:
    """Others with this Message-ID or, where there is none, with these bytes. Asked of every letter, so it is written out."""
    column, value = ("message_id", parsed.message_id[:998]) if parsed.message_id else ("sha256", letter.sha256)
    everywhere = sorted({mailbox.pk for mailbox in ours.by_address.values()} | {letter.mailbox_id})
    places = ", ".join(["%s"] * len(everywhere))
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT id FROM mail_incomingemail WHERE mailbox_id IN ({places}) AND {column} = %s AND id <> %s "
            "ORDER BY id LIMIT 50",
            [*everywhere, value, letter.pk],
        )
        found = [pk for (pk,) in cursor.fetchall()]
    return list(IncomingEmail.objects.filter(pk__in=found).order_by("pk")) if found else []


def _is_seen_here(copy: IncomingEmail, letter: IncomingEmail, ours: Ours) -> bool:
    if copy.mailbox_id == letter.mailbox_id:
        return True
    there = ours.by_pk(copy.mailbox_id)
    return there is not None and all_see(letter.mailbox.place, there.place)
