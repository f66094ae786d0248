"""From a letter's parts to its words and its files."""

from __future__ import annotations

import hashlib
import html as html_entities
import re
from dataclasses import dataclass, field

from . import charsets, structure, tnef, transfer, two_forms
from .parsed import Attachment
from .structure import Part

_TEXT = {"text/plain", "text/html"}
_TNEF = {"application/ms-tnef", "application/vnd.ms-tnef"}
_UNSAFE = re.compile(r"[\x00-\x1f\x7f\u061c\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff]")
_STUFFED = re.compile(r"^ (?!>)", re.MULTILINE)
_FLOWS = re.compile(r"^((?!>|-- $).* )\n(?!>|-- $)", re.MULTILINE)
_FLOWS_DELETED = re.compile(r"^((?!>|-- $).*) \n(?!>|-- $)", re.MULTILINE)
_MARKED_UP = {"text/enriched", "text/richtext"}


@dataclass(slots=True)
class Bodies:
    """What was found so far: texts and pages in reading order, files, other parts that later readers want."""

    texts: list[str] = field(default_factory=list)
    pages: list[str] = field(default_factory=list)
    files: list[Attachment] = field(default_factory=list)
    calendars: list[str] = field(default_factory=list)
    salvaged: list[str] = field(default_factory=list)
    warnings: list[str] = field(default_factory=list)
    spoken: set[int] = field(default_factory=set)  # id() of the parts whose words these are
    apart: bool = False  # texts and pages are no two forms of the same

    @property
    def text(self) -> str:
        return "\n".join(self.texts).strip("\n") if any(text.strip() for text in self.texts) else ""

    @property
    def html(self) -> str:
        return "\n".join(self.pages) if any(page.strip() for page in self.pages) else ""


def gather(raw: bytes, root: Part) -> Bodies:
    """The words and files of a letter that was taken apart."""
    found = Bodies()
    for part in root.walk():
        if not part.is_multipart:
            _take(found, raw, part)
        elif not part.children:
            found.salvaged.append(_words_of(raw[part.start : part.end], part)[0])
    if root.headers.strays and not (found.text or found.html):
        found.salvaged.insert(0, charsets.decode(b"\n".join(root.headers.strays))[0])
    if not (found.text or found.html):
        _read_enclosed(found, raw, root)
    found.apart = two_forms.stand_apart(root, found.spoken)
    return found


def _take(found: Bodies, raw: bytes, part: Part) -> None:
    content, warning = part.content(raw)
    if warning:
        found.warnings.append(warning)
    if part.type == "text/calendar":
        found.calendars.append(charsets.decode(content, part.parameters.get("charset", ""))[0])
    if part.type in _TEXT and part.disposition != "attachment":
        _take_words(found, content, part)
    elif part.type == "message/rfc822" and part.is_implied:
        found.texts.append(_enclosed_words(content))
    elif part.type in _TNEF or (part.file_name.lower() == "winmail.dat" and tnef.looks_like_one(content)):
        _open_tnef(found, content, part)
    elif content.strip() or part.type not in _TEXT:
        found.files.append(_attachment(part, content))


def _take_words(found: Bodies, content: bytes, part: Part) -> None:
    if part.type == "text/plain" and b"begin " in content:
        uuencoded, content = transfer.split_uuencoded(content)
        found.files += [attachment(name, "application/octet-stream", data) for name, data in uuencoded]
    words, warning = _words_of(content, part)
    if warning:
        found.warnings.append(warning)
    (found.pages if part.type == "text/html" else found.texts).append(words)
    if words.strip():
        found.spoken.add(id(part))


def _words_of(content: bytes, part: Part) -> tuple[str, str]:
    label = part.parameters.get("charset", "")
    if part.type == "text/html" and charsets.codec_of(label) in (None, "cp1252"):
        label = charsets.charset_in_html(content) or label
    words, warning = charsets.decode(content, label)
    words = words.replace("\r\n", "\n").replace("\r", "\n")
    if part.type == "text/plain" and part.parameters.get("format", "").lower() == "flowed":
        words = unflowed(words, delete_space=part.parameters.get("delsp", "").lower() == "yes")
    return words, warning


def unflowed(text: str, *, delete_space: bool = False) -> str:
    """Paragraphs joined again (RFC 3676). Quoted lines stay as they are: the reader of quotes wants its marks."""
    text = _STUFFED.sub("", text)
    return (_FLOWS_DELETED if delete_space else _FLOWS).sub(r"\1", text)


def _attachment(part: Part, content: bytes) -> Attachment:
    content_id = part.headers.raw("content-id").strip().strip("<>").strip()
    is_inline = part.disposition == "inline" or (bool(content_id) and part.disposition != "attachment")
    return attachment(part.file_name, part.type, content, inline=is_inline, content_id=content_id)


def attachment(name: str, kind: str, content: bytes, *, inline: bool = False, content_id: str = "") -> Attachment:
    """A file with a name that is safe to show: no folders, no control or direction-turning signs, at most 200 letters."""
    name = _UNSAFE.sub("", re.split(r"[/\\]", name.strip())[-1]).strip(" .")
    if len(name) > 200:
        stem, dot, ending = name.rpartition(".")
        name = stem[: 199 - len(ending)] + dot + ending if dot and len(ending) < 20 else name[:200]
    return Attachment(name, kind, content, hashlib.sha256(content).hexdigest(), inline, content_id)


def _open_tnef(found: Bodies, content: bytes, part: Part) -> None:
    """Outlook's parcel: its files instead of itself, and its words where the letter has no others."""
    parcel = tnef.unpack(content)
    if parcel is None:
        found.files.append(_attachment(part, content))
        found.warnings.append("The file winmail.dat, which Outlook made, cannot be opened.")
        return
    found.files += [
        attachment(file.name, file.type or "application/octet-stream", file.content, content_id=file.content_id)
        for file in parcel.files
    ]
    if parcel.html and not found.html:
        found.pages.append(parcel.html)
    if parcel.text and not found.text:
        found.texts.append(parcel.text)


def _read_enclosed(found: Bodies, raw: bytes, root: Part) -> None:
    """A letter with no words of its own around another letter: the inner one's words are better than none."""
    for part in root.walk():
        if part.type == "message/rfc822" and not part.is_implied:
            found.salvaged.append(_enclosed_words(part.content(raw)[0]))
        elif part.type in _MARKED_UP:
            words, _ = _words_of(part.content(raw)[0], part)
            found.salvaged.append(html_entities.unescape(re.sub(r"<[^<>]{1,80}>", "", words)))


def _enclosed_words(content: bytes) -> str:
    """Subject, sender and plain words of a letter inside a letter (that one's own enclosures stay closed)."""
    inner = structure.straightened(content)
    part, _ = structure.take_apart(inner)
    lines = [f"{name.title()}: {words}" for name in ("from", "date", "subject") if (words := part.headers.words(name))]
    texts = [
        _words_of(leaf.content(inner)[0], leaf)[0]
        for leaf in part.walk()
        if leaf.type == "text/plain" and leaf.disposition != "attachment"
    ]
    return "\n".join([*lines, "", *texts]).strip()
