"""Which conversation a letter means, and what our own letters carry so that answers find home.

How the programs that people use decide that two letters belong together; a reply of ours must satisfy all three:

- *Gmail* wants both: an id of the thread in References or In-Reply-To, and the same subject but for Re:, Fwd: and the like.
  So a reply keeps the subject of what it answers, under one "Re:" (`conversations.subjects.of_answer`).
- *Outlook* follows References and In-Reply-To (Exchange also Thread-Index, and Thread-Topic = the first subject, when both
  are there). We send Thread-Topic only if the letter had one, and never Thread-Index: a wrong one tears threads.
- *Apple Mail* follows References and In-Reply-To; without them it compares subjects. Both must name the letter answered,
  and a letter written first carries neither.

The token in the reply address is ours alone and outlives programs that lose the headers. It names a conversation, never a
person: who wrote is told by the letter itself.
"""

from __future__ import annotations

import hashlib
import hmac
import re
import secrets
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Literal

from .parsed import ParsedEmail

OWN_MARK_HEADER = "second-ring-message"
MOST_REFERENCES = 30
_TOKEN = re.compile(r"[a-z0-9]{4,40}")
_TOKEN_IN_ADDRESS = re.compile(r"\+r-([a-z0-9]{4,40})@", re.IGNORECASE)
_ALPHABET = "abcdefghijkmnpqrstuvwxyz23456789"  # none that look alike; addresses may come back in any case
Source = Literal["reply_token", "in_reply_to", "references", "returned_letter"]


@dataclass(frozen=True, slots=True)
class Candidate:
    """One hint at a conversation: where it stood, and the token or message id (with brackets)."""

    source: Source
    value: str


@dataclass(frozen=True, slots=True)
class Evidence:
    """The hints in the order of their worth. The first that is known *and* fits the sender decides; none opens a new one."""

    candidates: tuple[Candidate, ...] = ()

    @property
    def tokens(self) -> tuple[str, ...]:
        return tuple(one.value for one in self.candidates if one.source == "reply_token")

    @property
    def message_ids(self) -> tuple[str, ...]:
        return tuple(one.value for one in self.candidates if one.source != "reply_token")


def evidence(letter: ParsedEmail) -> Evidence:
    """Reply token, then In-Reply-To, then References with the newest first, then the letter that a bounce gives back."""
    found = [Candidate("reply_token", token) for token in letter.reply_tokens]
    if letter.in_reply_to:
        found.append(Candidate("in_reply_to", letter.in_reply_to))
    found += [Candidate("references", name) for name in reversed(letter.references)]
    if letter.bounce and letter.bounce.original_message_id:
        found.append(Candidate("returned_letter", letter.bounce.original_message_id))
    seen: dict[str, Candidate] = {}
    for one in found:
        seen.setdefault(one.value, one)
    return Evidence(tuple(seen.values()))


def new_token() -> str:
    """A token that nobody guesses (80 bits) and every mail program leaves alone."""
    return "".join(secrets.choice(_ALPHABET) for _ in range(16))


def reply_address(address: str, token: str) -> str:
    """hello@shop.example, k7m… -> hello+r-k7m…@shop.example. ValueError when that could not be an address."""
    local, at, host = address.rpartition("@")
    if not (local and at and host) or not _TOKEN.fullmatch(token):
        raise ValueError(f"{address!r} and {token!r} make no reply address.")
    if len(local) + len(token) + 3 > 64:  # RFC 5321, section 4.5.3.1.1
        raise ValueError(f"{address!r} is too long to carry a token.")
    return f"{local}+r-{token}@{host}"


def tokens_in(addresses: Iterable[str]) -> tuple[str, ...]:
    """The reply tokens in these addresses, each once, in order."""
    return tuple(dict.fromkeys(found[1].lower() for one in addresses if (found := _TOKEN_IN_ADDRESS.search(one))))


def without_token(address: str) -> str:
    """The mailbox's own address again; any other address comes back as it is."""
    return _TOKEN_IN_ADDRESS.sub("@", address)


def new_message_id(domain: str) -> str:
    """A Message-ID of our own, with brackets, that never repeats (120 bits)."""
    return f"<{secrets.token_hex(15)}@{domain}>"


def references_for(
    parent_references: Sequence[str], parent_message_id: str, parent_in_reply_to: str = ""
) -> tuple[str, ...]:
    """What a reply's References must hold (RFC 5322, section 3.6.4): the parent's own, then the parent.

    At most 30 ids: the first, which names the thread, and the newest, which mail programs look at.
    """
    above = list(parent_references) or ([parent_in_reply_to] if parent_in_reply_to else [])
    chain = [name for name in above if name and name != parent_message_id]
    chain = list(dict.fromkeys(chain)) + ([parent_message_id] if parent_message_id else [])
    if len(chain) > MOST_REFERENCES:
        chain = [chain[0], *chain[-(MOST_REFERENCES - 1) :]]
    return tuple(chain)


def own_mark(message_id: str, *, key: bytes) -> str:
    """What our letters carry in Second-Ring-Message, so that one that comes back is known although a gateway renamed it."""
    name = message_id.strip("<> ")
    return f"{name} {hmac.new(key, name.encode(), hashlib.sha256).hexdigest()[:32]}"


def is_own_mark(mark: str, *, key: bytes) -> bool:
    """True for a mark that this house made; nobody else can, so nobody can hide a letter by claiming to be us."""
    name = mark.strip().rpartition(" ")[0].strip()
    return bool(name) and hmac.compare_digest(own_mark(name, key=key).encode(), mark.strip().encode())
