"""What must be true after any number of kills: nothing lost, nothing doubled, everything with one fate."""

from collections import Counter
from typing import Any

from ..conversations.models import Delivery, Message
from ..mail.models import IncomingEmail
from .soak_traffic import Log

QUIET = {"bounce", "auto_reply", "complaint", "list", "own", "junk", "aside"}


def judge(log: Log, sent: list[Any], *, extra_copies: int) -> list[str]:
    """Sentences about what is wrong; none when all is well. sent: the letters that the outer server kept."""
    rows: list[dict[str, Any]] = list(IncomingEmail.objects.order_by("pk").values())  # type: ignore[arg-type]
    return [
        *log.refusals,
        *_promises(log, rows),
        *_by_imap(log, rows),
        *_fates(log, rows),
        *_replies(log, sent, extra_copies),
    ]


def _promises(log: Log, rows: list[dict[str, Any]]) -> list[str]:
    """Every 250 has exactly one row; a try without one has at most one; there are no rows that nobody sent."""
    kept = Counter(row["envelope"].get("from", "") for row in rows if row["via"] == "inlet")
    wrong = [f"{sender} was answered 250 and has {kept[sender]} rows" for sender in log.promised if kept[sender] != 1]
    wrong += [f"{sender} was not answered and has {kept[sender]} rows" for sender in log.doubtful if kept[sender] > 1]
    known = log.promised.keys() | log.doubtful.keys()
    return wrong + [f"{sender} has a row and was never sent" for sender in kept if sender not in known]


def _by_imap(log: Log, rows: list[dict[str, Any]]) -> list[str]:
    """Every letter in the mailbox has exactly one row."""
    kept = Counter(row["message_id"] for row in rows if row["via"] == "imap")
    return [f"{name} lies in the mailbox and has {kept[name]} rows" for name in log.by_imap if kept[name] != 1]


def _fates(log: Log, rows: list[dict[str, Any]]) -> list[str]:
    """Every row has one fate; of each letter one copy has the expected one, and the others are duplicates of it."""
    wrong = [f"letter {row['id']} was never understood" for row in rows if not row["fate"]]
    by_source = Counter(Message.objects.filter(from_us=False).values_list("source_id", flat=True))
    first: dict[str, list[dict[str, Any]]] = {}
    for row in rows:
        messages = by_source[row["id"]]
        wanted = 1 if row["fate"] in ("message", "junk") else 0
        if messages != wanted:
            wrong.append(f"letter {row['id']} is '{row['fate']}' and became {messages} messages")
        if row["fate"] != "duplicate":
            first.setdefault(row["message_id"], []).append(row)
    ids = {row["id"]: row for row in rows}
    for row in rows:
        original = ids.get(row["duplicate_of_id"])
        if row["fate"] == "duplicate" and (original is None or original["message_id"] != row["message_id"]):
            wrong.append(f"letter {row['id']} is a duplicate of {row['duplicate_of_id']}, which is another letter")
    for name, fate in log.expected.items():
        found = [row["fate"] for row in first.get(name, [])]
        if found != [fate]:
            wrong.append(f"{name} should be once '{fate}' and is {found}")
    return wrong


def _replies(log: Log, sent: list[Any], extra_copies: int) -> list[str]:
    """Each reply is one message; whom it is for was reached or refused in words; copies: at most one a kill, under one name."""
    wrong = []
    ours = dict(Message.objects.filter(from_us=True).values_list("message_id", "conversation_id"))
    for once, conversation in log.replies.items():
        found = [pk for name, pk in ours.items() if name.startswith(f"<{once}@")]
        if found != [conversation]:
            wrong.append(f"the reply in conversation {conversation} is there {len(found)} times")
    known = {name for name in ours if name[1:].partition("@")[0] in log.replies}
    if len(known) != Message.objects.filter(from_us=True).count():
        wrong.append("there are replies that nobody wrote, or one twice")
    return [*wrong, *_deliveries(sent, extra_copies), *_strangers(sent, set(ours))]


def _deliveries(sent: list[Any], extra_copies: int) -> list[str]:
    copies: Counter[tuple[str, str]] = Counter(
        (str(letter.message["Message-ID"]), recipient) for letter in sent for recipient in letter.recipients
    )
    wrong, wanted = [], 0
    for delivery in Delivery.objects.filter(message__from_us=True).select_related("message"):
        key = (delivery.message.message_id, delivery.recipient)
        refused = delivery.recipient.startswith("refused-")
        if refused and (delivery.refused_at is None or copies[key]):
            wrong.append(f"{delivery.recipient} should have been refused")
        if not refused and (delivery.sent_at is None or not copies[key]):
            wrong.append(f"reply {delivery.message_id} did not reach {delivery.recipient} ({delivery.because})")
        wanted += not refused
    extra = sum(copies.values()) - wanted
    if extra > extra_copies:
        wrong.append(f"{extra} copies too many left, and only {extra_copies} kills can explain one each")
    return wrong


def _strangers(sent: list[Any], ours: set[str]) -> list[str]:
    names = {str(letter.message["Message-ID"]) for letter in sent}
    return [f"{name} left and is no reply of ours" for name in sorted(names - ours)]
