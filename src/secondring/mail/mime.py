"""Bytes to letter: what every letter says, however badly it was written; it never raises and never drops a word."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Collection
from dataclasses import replace
from typing import Any

from . import bodies, calendar_invite, dates, machine, proof, structure, threads
from .addresses import addresses_in
from .headers import Headers
from .parsed import Attachment, Bounce, ParsedEmail
from .structure import Part

_ID = re.compile(r"<([^<>\s]{1,990})>")
_LOOSE_ID = re.compile(r"[^\s<>,;\"]{1,500}@[^\s<>,;\"]{1,490}")
_IDENTITY = ("from", "to", "cc", "subject", "date")
_ARRIVED = ("delivered-to", "x-original-to", "envelope-to", "x-envelope-to", "x-delivered-to", "x-forwarded-to")
_MOST_WARNINGS = 50
_MOST_REFERENCES = 1_000
_LONGEST_SUBJECT = 2_000

OwnMark = Callable[[str, str], bool]


def parse(raw: bytes, *, own: OwnMark | None = None, our_addresses: Collection[str] = ()) -> ParsedEmail:
    """The letter in these bytes. Never raises: what cannot be read is said in `warnings`.

    `own(message_id, mark)` says whether a letter is one of ours come back (mark: its Second-Ring-Message header).
    `our_addresses`: a list that is one of our own mailboxes (a Google Group for support) makes no letter a list's.
    """
    try:
        return _parse(raw, own, frozenset(address.lower() for address in our_addresses))
    except Exception as error:  # the one place: a letter that defeats us must still be seen by a person
        words = f"This letter could not be read ({type(error).__name__}: {str(error)[:200]})."
        salvaged = raw[:200_000].decode("utf-8", "replace").replace("\0", "")
        return ParsedEmail(salvaged=salvaged, kind="human", warnings=(words,), body_hash=body_hash(raw))


def _parse(raw: bytes, own: OwnMark | None, our_addresses: frozenset[str]) -> ParsedEmail:
    straight = structure.straightened(raw)
    root, warnings = structure.take_apart(straight)
    found = bodies.gather(straight, root)
    letter = _envelope(root)
    letter = replace(
        letter,
        text=found.text,
        html=found.html,
        apart=found.apart,
        salvaged="" if found.text or found.html else "\n".join(found.salvaged).strip(),
        attachments=tuple(found.files),
        invitation=calendar_invite.read(found.calendars),
        body_hash=_body_hash(straight, root),
        warnings=_warnings(root.headers, letter, warnings + found.warnings),
    )
    return machine.judged(letter, root, straight, own=own, our_addresses=our_addresses)


def _envelope(root: Part) -> ParsedEmail:
    fields = Headers(root.headers.fields, root.headers.strays, _charset(root))
    senders = addresses_in(fields.every_raw("from"))
    sender = addresses_in([fields.raw("sender")])
    arrived = addresses_in(value for name in _ARRIVED for value in fields.every_raw(name))
    to, cc = addresses_in(fields.every_raw("to")), addresses_in(fields.every_raw("cc"))
    return ParsedEmail(
        message_id=message_id_in(fields.raw("message-id")),
        in_reply_to=next(iter(ids_in(fields.raw("in-reply-to"))), ""),
        references=tuple(ids_in(" ".join(fields.every_raw("references"))))[-_MOST_REFERENCES:],
        date=dates.read(fields.raw("date")),
        subject=re.sub(r"\s+", " ", fields.words("subject")).strip()[:_LONGEST_SUBJECT],
        senders=senders,
        sender=sender[0] if sender and sender[0] not in senders else None,
        to=to,
        cc=cc,
        reply_to=addresses_in(fields.every_raw("reply-to")),
        delivered_to=arrived,
        return_path=_return_path(fields),
        reply_tokens=threads.tokens_in(address.email for address in (*to, *cc, *arrived)),
        own_mark=fields.raw(threads.OWN_MARK_HEADER)[:500],
        auth_results=proof.auth_results(fields),
        hops=proof.hops(fields),
        thread_topic=fields.words("thread-topic")[:_LONGEST_SUBJECT],
        language=fields.raw("content-language")[:40],
    )


def _charset(root: Part) -> str:
    """What raw 8-bit headers are probably written in: the charset of the first part that names one."""
    return next((part.parameters["charset"] for part in root.walk() if part.parameters.get("charset")), "")


def _return_path(fields: Headers) -> str | None:
    if "return-path" not in fields:
        return None
    return next((address.email for address in addresses_in([fields.raw("return-path")])), "")


def message_id_in(text: str) -> str:
    """A Message-ID with its brackets, or what stands there instead; '' when nothing does."""
    return next(iter(ids_in(text)), text.strip()[:998])


def ids_in(text: str) -> list[str]:
    """The message ids in a References or In-Reply-To header, each once, in order, with brackets."""
    found = [f"<{name}>" for name in _ID.findall(text)] or [f"<{name}>" for name in _LOOSE_ID.findall(text)]
    return list(dict.fromkeys(found))


def _warnings(fields: Headers, letter: ParsedEmail, found: list[str]) -> tuple[str, ...]:
    if not fields.fields:
        found = ["This has no headers at all; it may be no letter.", *found]
    elif not letter.senders:
        found = ["The letter does not say who wrote it.", *found]
    if len(letter.senders) > 1:
        found = ["The letter says that several people wrote it.", *found]
    if fields.strays:
        found = [*found, "Some lines among the headers are no headers."]
    return tuple(dict.fromkeys(found))[:_MOST_WARNINGS]


def body_hash(raw: bytes) -> str:
    """SHA-256 that stays the same on every road a letter takes: trace and transport headers don't count.

    Hashed are From, To, Cc, Subject and Date (unfolded, white space folded) and the body with its line ends made one and
    white space at the end removed. Left out: Received, Return-Path, Authentication-Results, DKIM, X-… and all
    else that servers add. One letter is one whose mailbox, Message-ID and this hash agree.
    """
    straight = structure.straightened(raw)
    return _body_hash(straight, structure.take_apart(straight)[0])


def _body_hash(straight: bytes, root: Part) -> str:
    identity = [" ".join(root.headers.raw(name).split()) for name in _IDENTITY]
    body = straight[root.start :].replace(b"\r\n", b"\n").rstrip(b"\r\n \t")
    return hashlib.sha256("\n".join(identity).encode("utf-8", "replace") + b"\n\n" + body).hexdigest()


def _attachment(file: Attachment) -> dict[str, Any]:
    return {
        "name": file.name or None,
        "type": file.type,
        "size": file.size,
        "sha256": file.sha256,
        "inline": file.inline,
    }


def as_dict(
    letter: ParsedEmail,
    file: str,
    *,
    safe_html: Callable[[ParsedEmail], str],
    visible: Callable[[ParsedEmail], str],
) -> dict[str, Any]:
    """What `inspect mail` prints for a letter: bare addresses, null or empty where the letter says nothing."""
    bounce = letter.bounce or Bounce()
    return {
        "file": file,
        "message_id": letter.message_id or None,
        "in_reply_to": letter.in_reply_to or None,
        "references": list(letter.references),
        "date": letter.date.isoformat() if letter.date else None,
        "subject": letter.subject,
        "from": [address.email for address in letter.senders],
        "to": [address.email for address in letter.to],
        "cc": [address.email for address in letter.cc],
        "reply_to": [address.email for address in letter.reply_to],
        "text": letter.text,
        "html": letter.html,
        "safe_html": safe_html(letter),
        "visible": visible(letter),
        "attachments": [_attachment(each) for each in letter.attachments],
        "attachment_sha256": [each.sha256 for each in letter.attachments],
        "kind": letter.kind,
        "auto_replied": letter.auto_replied,
        "status": bounce.status or None,
        "reason": bounce.reason or None,
        "hard_bounce": bounce.hard_bounce,
        "recipients": [recipient.email for recipient in bounce.recipients],
        "warnings": list(letter.warnings),
    }
