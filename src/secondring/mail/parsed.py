"""What a letter says once it is understood: frozen values, without a thought of where they are kept."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Literal

from .addresses import Address

Kind = Literal["human", "auto_reply", "bounce", "complaint", "list", "own"]


@dataclass(frozen=True, slots=True)
class Attachment:
    """A file that came with a letter. `name` is safe to show and '' when none was given; `content_id` has no brackets."""

    name: str
    type: str
    content: bytes = field(repr=False)
    sha256: str
    inline: bool = False
    content_id: str = ""

    @property
    def size(self) -> int:
        """In bytes."""
        return len(self.content)


@dataclass(frozen=True, slots=True)
class FailedRecipient:
    """One address that a letter of ours did not reach (or not yet), and why in words that one can say to a person."""

    email: str
    reason: str
    words: str
    status: str = ""  # RFC 3463, such as 5.1.1
    permanent: bool = False
    diagnostic: str = ""  # what the other server said, as it said it


@dataclass(frozen=True, slots=True)
class Bounce:
    """What a bounce or a complaint tells: about whom, why, and which letter of ours it means."""

    recipients: tuple[FailedRecipient, ...] = ()
    status: str = ""
    reason: str = ""
    hard_bounce: bool = False  # the address itself is no good: do not write there again
    action: str = ""  # failed, delayed, delivered, relayed, expanded (RFC 3464, section 2.3.3)
    feedback_type: str = ""  # of a complaint: abuse, fraud, opt-out … (RFC 5965)
    original_message_id: str = ""


@dataclass(frozen=True, slots=True)
class MailingList:
    """The list that passed a letter on (RFC 2919, 2369)."""

    id: str
    post: str = ""
    unsubscribe: tuple[str, ...] = ()
    one_click: bool = False  # RFC 8058


@dataclass(frozen=True, slots=True)
class Invitation:
    """A calendar invitation (RFC 5545, 5546). Whole days have dates, others aware UTC datetimes."""

    method: str  # REQUEST, CANCEL, REPLY, PUBLISH …
    summary: str = ""
    start: datetime | date | None = None
    end: datetime | date | None = None
    place: str = ""
    organiser: str = ""
    organiser_name: str = ""
    attendees: tuple[str, ...] = ()
    uid: str = ""
    repeats: bool = False


@dataclass(frozen=True, slots=True)
class Junk:
    """What the provider's own filter said; `is_junk` is None when it said nothing."""

    is_junk: bool | None = None
    score: float | None = None
    source: str = ""  # the header that said so


@dataclass(frozen=True, slots=True)
class Hop:
    """One Received line: the server that took the letter in, from where, and when (aware UTC)."""

    by: str
    came_from: str = ""
    at: datetime | None = None


@dataclass(frozen=True, slots=True)
class AuthResults:
    """One Authentication-Results header (RFC 8601): who judged, and each method's verdict with what it was about."""

    server: str
    verdicts: tuple[tuple[str, str, Mapping[str, str]], ...] = ()  # ("dkim", "pass", {"header.d": "example.com"})


@dataclass(frozen=True, slots=True)
class ParsedEmail:
    """A letter. Absent text is '', absent lists are empty, an absent date is None; addresses are bare and lower-case."""

    message_id: str = ""
    in_reply_to: str = ""
    references: tuple[str, ...] = ()  # oldest first, as written
    date: datetime | None = None  # what the sender's clock said, aware UTC
    subject: str = ""
    senders: tuple[Address, ...] = ()  # From; nearly always one
    sender: Address | None = None  # the Sender header, when it is not From
    to: tuple[Address, ...] = ()
    cc: tuple[Address, ...] = ()
    reply_to: tuple[Address, ...] = ()
    delivered_to: tuple[Address, ...] = ()  # Delivered-To, X-Original-To, Envelope-To: where it really came in
    return_path: str | None = None  # '' is the null path <> of machines; None: not told
    text: str = ""  # the text/plain parts
    html: str = ""  # the text/html parts
    apart: bool = False  # text and html stand beside each other, not as two forms of the same
    salvaged: str = ""  # words that stand in no proper part; only where text and html are empty
    attachments: tuple[Attachment, ...] = ()
    kind: Kind = "human"
    auto_replied: bool = False  # may the desk send its one acknowledging line
    auto_submitted: str = ""
    why_kind: str = ""  # in words: what showed that it is no person's letter
    bounce: Bounce | None = None
    mailing_list: MailingList | None = None
    invitation: Invitation | None = None
    junk: Junk = Junk()
    reply_tokens: tuple[str, ...] = ()
    own_mark: str = ""
    auth_results: tuple[AuthResults, ...] = ()  # the topmost first
    hops: tuple[Hop, ...] = ()  # the nearest first
    thread_topic: str = ""
    language: str = ""
    body_hash: str = ""
    warnings: tuple[str, ...] = ()

    @property
    def from_(self) -> Address | None:
        """The person who wrote, as the letter says."""
        return self.senders[0] if self.senders else None

    @property
    def readable_text(self) -> str:
        """The plain words, however damaged the letter; '' when it has only HTML, files or nothing."""
        return self.text or self.salvaged
