"""Letters that tell of letters: what did not arrive, at whom, and why (RFC 3464, RFC 5965, and the many that follow neither)."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from . import bounce_reasons, charsets, headers, machine_words
from .addresses import addresses_in, bare
from .headers import Headers
from .parsed import Bounce, FailedRecipient, ParsedEmail
from .structure import Part

MOST_RECIPIENTS = 500
_LONGEST = 200_000
_ADDRESS = r"[^\s<>\"'()\[\]{},;:@=*]{1,64}@[A-Za-z0-9\[][^\s<>\"'(){},;:@=*]{0,254}"
_COPY = machine_words.any_of("copy_begins", flags=re.IGNORECASE | re.MULTILINE)
_OWN_LINE = re.compile(
    r"^[ \t*•>|#-]{0,60}(?:recipient:|address:|rcpt to:|[45]\d\d[ -](?:[45]\.\d\.\d )?)?[ \t]{0,20}"
    rf"(?:\"[^\"\n]{{0,100}}\"[ \t]{{0,20}}|\[smtp:)?<?({_ADDRESS})[>\]]?[ \t]{{0,20}}"
    r"(?:$|[:;,(\[].*$|\.\.\..*$|(?:on|-|\.{3})[ \t].*$|:)",
    re.IGNORECASE | re.MULTILINE,
)
_ADDRESSED = re.compile(rf"(?:was|originally) addressed(?: to)?,? <?({_ADDRESS})", re.IGNORECASE)
_NAMED = re.compile(
    r"(?:recipients?|address(?:es|ee)?|user(?:id)?|mailbox|rcpt to|undeliverable|to|for|attempts)"
    rf"\b[^\n@]{{0,60}}?<?({_ADDRESS})",
    re.IGNORECASE,
)
_ANY = re.compile(rf"<?({_ADDRESS})>?")
_OFFICE = re.compile(
    r"(?:post-?master|mail(?:er)?-daemon|abuse|no-?reply|do-?not-?reply|hostmaster|webmaster|root|support|help(?:desk)?)@",
    re.IGNORECASE,
)
_ORIGINAL_ID = re.compile(
    rb"^[> \t]*(?:original-)?message-id:[ \t]*(?:\r?\n[ \t]+)?(<[^<>\s]{1,990}>)", re.IGNORECASE | re.MULTILINE
)
_DELAYED = re.compile(
    r"warning only|delayed|still being retried|not yet been delivered|will (?:be retried|continue)", re.IGNORECASE
)
_REPLY_LINE = re.compile(r"(?<![\d.:#-])[45]\d\d[ -](?:[45]\.\d{1,3}\.\d{1,3}\b)?[^\n]*(?:\n(?![ \t]*\n)[^\n]*){0,2}")
_AFTER_DATA = re.compile(r"(?i)end of data|smtp command[\s:-]+data|after data|data command|response to data")
_COMMAND = re.compile(r"(?i)(?:after|reply to|response to|for)[ \t]+(?:mail from|rcpt to|end of data|data)")
_DSN_LINE = re.compile(r"^(?:final|original)-recipient[ \t]*:", re.IGNORECASE | re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Notice:
    """The machine's own words: what stands before the copy of our letter, and the fields it gives for programs."""

    words: str
    fields: str
    returned: str = ""


def notice(letter: ParsedEmail, root: Part, raw: bytes) -> Notice:
    """Separate what the other server says from what it gives back of our letter."""
    text = letter.text or letter.salvaged or _without_tags(letter.html)
    cut = _COPY.search(text[:_LONGEST])
    words, returned = (text[: cut.start()], text[cut.start() : _LONGEST]) if cut else (text[:_LONGEST], "")
    fields = [_decoded(part, raw) for part in root.walk() if part.type.endswith("delivery-status")]
    if not fields and _DSN_LINE.search(text[:_LONGEST]):
        fields = [text[:_LONGEST]]
    return Notice(words, "\n\n".join(fields)[:_LONGEST], returned)


def _decoded(part: Part, raw: bytes) -> str:
    words, _ = charsets.decode(part.content(raw)[0][:_LONGEST], part.parameters.get("charset", ""))
    return words.replace("\r\n", "\n").replace("\r", "\n")


def _without_tags(page: str) -> str:
    page = re.sub(r"(?i)<(?:br|p|div|tr|li|h\d)\b[^<>]{0,500}>", "\n", page[:_LONGEST])
    return re.sub(r"<[^<>]{0,2000}>", "", page).replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")


def read(letter: ParsedEmail, root: Part, raw: bytes) -> Bounce:
    """Whom our letter did not reach and why."""
    said = notice(letter, root, raw)
    ours = {address.email for address in (*letter.to, *letter.cc)}
    recipients = tuple(_from_fields(said)) or tuple(_from_words(letter, root, said, ours))
    recipients = tuple({one.email: one for one in reversed(recipients)}.values())[::-1][:MOST_RECIPIENTS]
    action = next((found.lower() for found in re.findall(r"(?im)^action[ \t]*:[ \t]*([a-z]+)", said.fields)), "failed")
    status, reason = (recipients[0].status, recipients[0].reason) if recipients else _judge(said.words, "", action)
    return Bounce(
        recipients=recipients,
        status=status,
        reason=reason,
        hard_bounce=bool(recipients) and action != "delayed" and bounce_reasons.is_hard(reason, status),
        action=action,
        original_message_id=_original_id(root, raw),
    )


def _judge(text: str, status: str, action: str) -> tuple[str, str]:
    if action in ("delivered", "relayed", "expanded"):
        return status or "2.1.5", "delivered"
    status = status or bounce_reasons.status_in(text)
    return status, bounce_reasons.reason_of(text, status)


def _from_fields(said: Notice) -> Iterator[FailedRecipient]:
    """The per-recipient blocks of a delivery status (RFC 3464, section 2.3)."""
    for block in re.split(r"\n[ \t]*\n", said.fields)[: MOST_RECIPIENTS * 2]:
        fields = headers.split(block.encode("utf-8", "replace"))
        final, original = (_typed_address(fields.raw(f"{which}-recipient")) for which in ("final", "original"))
        if not (final or original):
            continue
        action = (fields.raw("action").lower().split() or ["failed"])[0].strip("();")
        if action in ("delivered", "relayed", "expanded") and _DSN_LINE.search(said.fields.replace(block, "", 1)):
            continue  # this one got it; others in the same report did not
        diagnostic = re.sub(r"^\s*[\w.-]+\s*;\s*", "", fields.raw("diagnostic-code"))
        told = diagnostic or _below(said.words, final) or _below(said.words, original)
        yield _recipient(original or final, told, fields.raw("status"), action, said.words)


def _below(words: str, email: str) -> str:
    """What the notice for people says beside this address, up to the next one."""
    at = words.lower().find(email) if email else -1
    if at < 0:
        return ""
    after = at + len(email)
    following = _OWN_LINE.search(words, after, after + 2_000)
    return words[at : following.start() if following else after + 1_000]


def _typed_address(value: str) -> str:
    """'rfc822;ana@example.com' -> 'ana@example.com'."""
    value = re.sub(r"\([^()]{0,200}\)", "", value)
    return bare(value.partition(";")[2] or value) if "@" in value else ""


def _recipient(email: str, diagnostic: str, status: str, action: str, words: str) -> FailedRecipient:
    status = bounce_reasons.status_in(status)
    told = bounce_reasons.status_in(diagnostic)
    if told and (not status or status.endswith(".0.0") or told[0] == status[0] == "5"):
        status = told
    status, reason = _judge(_saying(diagnostic) or words, status, action)
    for more in (diagnostic, words):
        if reason == "undefined" and more:
            reason = bounce_reasons.reason_of(more, status)
    if reason == "userunknown" and _AFTER_DATA.search(f"{diagnostic} {words[:5_000]}"):
        reason = "filtered"  # they knew the address until they had read the letter
    shown = re.sub(r"\s+", " ", _saying(diagnostic)).strip()[:1_000]
    permanent = bounce_reasons.is_permanent(status, diagnostic, otherwise=True) and action != "delayed"
    return FailedRecipient(email, reason, bounce_reasons.WORDS[reason], status, permanent, shown)


def _saying(diagnostic: str) -> str:
    """The line with the other server's refusal in a longer report, and which command it answered."""
    found = _REPLY_LINE.search(diagnostic)
    if found is None:
        return diagnostic
    command = _COMMAND.findall(diagnostic[max(0, found.start() - 120) : found.start()])
    return f"{command[-1]}: {found[0]}" if command else found[0]


def _from_words(letter: ParsedEmail, root: Part, said: Notice, ours: set[str]) -> Iterator[FailedRecipient]:
    """Recipients of the servers that write to people only."""
    listed = [address.email for address in addresses_in(root.headers.every_raw("x-failed-recipients"))]
    places = [(email, said.words.lower().find(email)) for email in listed] or _places(said.words, ours)
    if not places:
        places = [(email, -1) for email in _in_returned(said, ours)]
    action = "delayed" if _DELAYED.search(f"{letter.subject}\n{said.words[:3_000]}") else "failed"
    for number, (email, at) in enumerate(places):
        end = places[number + 1][1] if number + 1 < len(places) and at >= 0 else len(said.words)
        diagnostic = said.words[at:end] if at >= 0 else said.words
        yield _recipient(email, diagnostic[:3_000], "", action, f"{letter.subject}\n{said.words}")


def _places(words: str, ours: set[str]) -> list[tuple[str, int]]:
    """Addresses in the notice and where they stand: those on a line of their own are worth most."""
    for pattern in (_ADDRESSED, _OWN_LINE, _NAMED, _ANY):
        found: dict[str, int] = {}
        for match in pattern.finditer(words[:50_000]):
            email = match[1].rstrip(".>]").lower()
            if email not in ours and not _OFFICE.match(email) and "." in email.rpartition("@")[2]:
                found.setdefault(email, match.start())
        if found:
            return list(found.items())
    return []


def _in_returned(said: Notice, ours: set[str]) -> list[str]:
    """Nothing named: then it was the one to whom the letter that came back was written."""
    fields: Headers = headers.split(said.returned[:20_000].partition("\n")[2].lstrip("\n").encode("utf-8", "replace"))
    return [address.email for address in addresses_in(fields.every_raw("to")) if address.email not in ours][:1]


def _original_id(root: Part, raw: bytes) -> str:
    found = _ORIGINAL_ID.search(raw, root.start, root.start + 500_000)
    return found[1].decode("utf-8", "replace") if found else ""


def complaint(letter: ParsedEmail, root: Part, raw: bytes) -> Bounce:
    """What somebody complained about (RFC 5965)."""
    report = "\n".join(_decoded(part, raw) for part in root.walk() if part.type == "message/feedback-report")
    fields = headers.split(report.encode("utf-8", "replace"))
    emails = [bare(value) for name in ("original-rcpt-to", "removal-recipient") for value in fields.every_raw(name)]
    words = bounce_reasons.WORDS["feedback"]
    return Bounce(
        recipients=tuple(FailedRecipient(email, "feedback", words) for email in dict.fromkeys(emails) if email)[
            :MOST_RECIPIENTS
        ],
        reason="feedback",
        feedback_type=fields.raw("feedback-type").lower()[:40] or ("opt-out" if not report else "abuse"),
        original_message_id=_original_id(root, raw),
    )
