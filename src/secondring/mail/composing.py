"""Writes a letter of ours as the bytes that leave: the same letter gives the same words to every mail program.

Pure: nothing is looked up here. No field can smuggle in another header, and no header line grows longer than servers take.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from email.header import Header
from email.utils import format_datetime, quote
from typing import Final

from ..lib.errors import NotPossible
from ..lib.html_text import text_of
from . import mime_parts
from .addresses import Address
from .mime_parts import Part

OWN_MARK: Final = "Second-Ring-Message"
MOST_REFERENCES: Final = 20  # RFC 5322 lets them grow for ever; servers cut long headers at places of their choosing

_CONTROL: Final = re.compile(r"[\x00-\x1f\x7f\x80-\x9f\u2028\u2029]+")
_ADDRESS: Final = re.compile(
    r"[^\s<>()\[\],;:\\\"@\x00-\x1f\x7f-\x9f]{1,128}@[^\s<>()\[\],;:\\\"@\x00-\x1f\x7f-\x9f]{1,255}"
)
_MESSAGE_ID: Final = re.compile(r"<[!-;=?-~]{1,900}>")
_PLAIN_NAME: Final = re.compile(r"[A-Za-z0-9 !#$%&'*+/=?^_`{|}~-]*")
_LONG_WORD: Final = re.compile(r"\S{60}")


@dataclass(frozen=True, slots=True)
class Enclosure:
    """A file that goes with a letter. One whose content_id (without brackets) the HTML shows as cid: stands inside it."""

    name: str
    type: str
    content: bytes
    content_id: str = ""


@dataclass(frozen=True, slots=True)
class OutgoingLetter:
    """All that a letter of ours says.

    html is taken as it is and must have been made safe. bcc is for the envelope alone. message_id has its brackets and was fixed
    when the letter was written. automatic is for the desk's own acknowledging line, never for a person's letter.
    """

    sender: Address
    to: tuple[Address, ...]
    subject: str
    text: str
    message_id: str
    date: datetime
    html: str = ""
    cc: tuple[Address, ...] = ()
    bcc: tuple[Address, ...] = ()
    reply_to: str = ""
    in_reply_to: str = ""
    references: tuple[str, ...] = ()
    enclosures: tuple[Enclosure, ...] = ()
    mark: str = ""
    automatic: bool = False

    @property
    def recipients(self) -> tuple[str, ...]:
        """Every address the letter goes to, each once, for the envelope."""
        return tuple(dict.fromkeys(person.email for person in (*self.to, *self.cc, *self.bcc)))


def compose(letter: OutgoingLetter) -> bytes:
    """The letter as RFC 5322 and MIME write it, ASCII throughout (except addresses that are not), lines ended by CR LF.

    Raises NotPossible when an address is none, ValueError when the Message-ID or the date is unfit.
    """
    head = "".join(f"{name}: {value}\r\n" for name, value in _headers(letter))
    return head.encode() + _body(letter).raw


def answering(message_id: str, references: Sequence[str]) -> tuple[str, tuple[str, ...]]:
    """In-Reply-To and References of an answer to the letter with these (RFC 5322, section 3.6.4).

    Of a long chain the first and the latest are kept: the first is what Gmail and Apple Mail hang the thread on.
    """
    chain = [known for known in dict.fromkeys((*references, message_id)) if _MESSAGE_ID.fullmatch(known)]
    if len(chain) > MOST_REFERENCES:
        chain = [chain[0], *chain[-MOST_REFERENCES + 1 :]]
    return (message_id if message_id in chain else ""), tuple(chain)


def _headers(letter: OutgoingLetter) -> Iterator[tuple[str, str]]:
    if not _MESSAGE_ID.fullmatch(letter.message_id):
        raise ValueError(f"not a Message-ID: {letter.message_id!r}")
    if letter.date.tzinfo is None:
        raise ValueError("a letter's date needs its time zone")
    yield "From", _person(letter.sender)
    if letter.reply_to:
        yield "Reply-To", _address(letter.reply_to)
    for name, people in (("To", letter.to), ("Cc", letter.cc)):
        if people:
            yield name, ",\r\n ".join(map(_person, people))
    yield "Subject", _words(letter.subject, name="Subject")
    yield "Date", format_datetime(letter.date)
    yield "Message-ID", letter.message_id
    if _MESSAGE_ID.fullmatch(letter.in_reply_to):
        yield "In-Reply-To", letter.in_reply_to
    references = [known for known in letter.references if _MESSAGE_ID.fullmatch(known)]
    if references:
        yield "References", "\r\n ".join(references)
    if letter.mark:
        yield OWN_MARK, _words(letter.mark, name=OWN_MARK)
    if letter.automatic:  # RFC 3834, and what Exchange heeds
        yield "Auto-Submitted", "auto-replied"
        yield "X-Auto-Response-Suppress", "All"
    yield "MIME-Version", "1.0"


def _person(person: Address) -> str:
    name = one_line(person.name)
    if not name:
        return _address(person.email)
    plain = name.isascii() and len(name) < 60 and "=?" not in name
    if plain and _PLAIN_NAME.fullmatch(name):
        shown = name
    elif plain:
        shown = f'"{quote(name)}"'
    else:
        shown = _encoded(name, "Reply-To")
    return f"{shown}\r\n <{_address(person.email)}>" if len(shown) > 40 else f"{shown} <{_address(person.email)}>"


def _address(address: str) -> str:
    """An address fit for a header; a domain in another script as the network writes it (RFC 3490)."""
    if not _ADDRESS.fullmatch(address):
        raise NotPossible(
            f"“{one_line(address)}” is not an address we can write to. Please look whether a letter is missing."
        )
    local, domain = address.split("@")
    try:
        return f"{local}@{domain if domain.isascii() else domain.encode('idna').decode()}"
    except UnicodeError:
        raise NotPossible(
            f"“{address}” names a place that does not exist. Please look at the part after the @."
        ) from None


def one_line(text: str) -> str:
    """The text without line breaks and other signs that steer: what can never become a second header."""
    return " ".join(_CONTROL.sub(" ", text).encode("utf-8", errors="replace").decode().split())


def _words(text: str, *, name: str) -> str:
    text = one_line(text)
    if text.isascii() and "=?" not in text and not _LONG_WORD.search(text):
        return Header(text, "us-ascii", maxlinelen=76, header_name=name).encode(linesep="\r\n")
    return _encoded(text, name)


def _encoded(text: str, name: str) -> str:
    """Words in another script (RFC 2047), in as many pieces as the line needs."""
    return Header(text, "utf-8", maxlinelen=74, header_name=name).encode(linesep="\r\n")


def _body(letter: OutgoingLetter) -> Part:
    """Text and HTML are alternatives, pictures belong to the HTML, files lie beside all (RFC 2046, RFC 2387)."""
    inside = [file for file in letter.enclosures if file.content_id and f"cid:{file.content_id}" in letter.html]
    beside = [file for file in letter.enclosures if file not in inside]
    body = mime_parts.words(letter.text or text_of(letter.html), "plain")
    if letter.html:
        pictures = [_file(file, "inline") for file in inside]
        page = mime_parts.together(
            "related", [mime_parts.words(_page(letter.html), "html"), *pictures], letter.message_id
        )
        body = mime_parts.together("alternative", [body, page], letter.message_id)
    return mime_parts.together("mixed", [body, *(_file(file, "attachment") for file in beside)], letter.message_id)


def _page(html: str) -> str:
    if "<html" in html[:500].lower():
        return html
    return f'<!DOCTYPE html>\n<html><head><meta charset="utf-8"></head><body>\n{html}\n</body></html>'


def _file(file: Enclosure, disposition: str) -> Part:
    name = one_line(file.name).replace("/", "_").replace("\\", "_")[:200] or "file"
    return mime_parts.file(file.content, type=file.type, name=name, disposition=disposition, content_id=file.content_id)
