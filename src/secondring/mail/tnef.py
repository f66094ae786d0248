"""Outlook's winmail.dat opened: the words and files inside it (MS-OXTNEF)."""

from __future__ import annotations

import struct
from collections.abc import Iterator
from dataclasses import dataclass, field, replace

from . import charsets, rich_text

_SIGNATURE = b"\x78\x9f\x3e\x22"
_ATT_BODY, _ATT_CODEPAGE, _ATT_MAPI = 0x0002800C, 0x00069007, 0x00069003
_ATT_REND_DATA, _ATT_TITLE, _ATT_DATA, _ATT_PROPERTIES = 0x00069002, 0x00018010, 0x0006800F, 0x00069005
_BODY, _HTML, _RTF = 0x1000, 0x1013, 0x1009
_LONG_NAME, _NAME, _MIME_TYPE, _CONTENT_ID, _DATA = 0x3707, 0x3704, 0x370E, 0x3712, 0x3701
_FIXED = {0x02: 4, 0x03: 4, 0x04: 4, 0x05: 8, 0x06: 8, 0x07: 8, 0x0A: 4, 0x0B: 4, 0x14: 8, 0x40: 8, 0x48: 16}
_MOST_FILES = 500
_MOST_ATTRIBUTES = 20_000


@dataclass(frozen=True, slots=True)
class File:
    """A file in the parcel."""

    name: str = ""
    type: str = ""
    content: bytes = b""
    content_id: str = ""


@dataclass(slots=True)
class Parcel:
    """What winmail.dat held."""

    text: str = ""
    html: str = ""
    files: list[File] = field(default_factory=list)


def looks_like_one(data: bytes) -> bool:
    return data.startswith(_SIGNATURE)


def unpack(data: bytes) -> Parcel | None:
    """What is inside, as far as it can be read; None when it is no TNEF at all. Never raises."""
    if not looks_like_one(data):
        return None
    parcel, codepage = Parcel(), "cp1252"
    for attribute, value in _attributes(data):
        if attribute == _ATT_CODEPAGE and len(value) >= 4:
            codepage = charsets.codec_of(f"cp{struct.unpack_from('<I', value)[0]}") or "cp1252"
        elif attribute == _ATT_BODY:
            parcel.text = charsets.decode(value.rstrip(b"\0"), codepage)[0]
        elif attribute == _ATT_MAPI:
            _read_body(parcel, value, codepage)
        elif attribute == _ATT_REND_DATA and len(parcel.files) < _MOST_FILES:
            parcel.files.append(File())
        elif parcel.files:
            parcel.files[-1] = _with(parcel.files[-1], attribute, value, codepage)
    parcel.files = [file for file in parcel.files if file.content]
    return parcel


def _attributes(data: bytes) -> Iterator[tuple[int, bytes]]:
    """Level (1), attribute (4), length (4), value, checksum (2), one after another."""
    at = 6
    for _ in range(_MOST_ATTRIBUTES):
        if at + 9 > len(data):
            return
        attribute, length = struct.unpack_from("<II", data, at + 1)
        yield attribute, data[at + 9 : at + 9 + length]
        at += 9 + length + 2


def _with(file: File, attribute: int, value: bytes, codepage: str) -> File:
    if attribute == _ATT_TITLE:
        return replace(file, name=file.name or charsets.decode(value.rstrip(b"\0"), codepage)[0])
    if attribute == _ATT_DATA:
        return replace(file, content=value)
    if attribute != _ATT_PROPERTIES:
        return file
    told = dict(_properties(value))
    name = _words(told.get(_LONG_NAME) or told.get(_NAME), codepage)
    return File(
        name or file.name,
        _words(told.get(_MIME_TYPE), codepage) or file.type,
        file.content or _embedded(told.get(_DATA)),
        _words(told.get(_CONTENT_ID), codepage).strip("<>") or file.content_id,
    )


def _embedded(value: tuple[int, bytes] | None) -> bytes:
    """A letter or object kept as a property: the bytes after its sixteen-byte interface name."""
    return value[1][16:] if value and value[0] == 0x0D else b""


def _read_body(parcel: Parcel, value: bytes, codepage: str) -> None:
    told = dict(_properties(value))
    parcel.text = _words(told.get(_BODY), codepage) or parcel.text
    if page := told.get(_HTML):
        parcel.html = charsets.decode(page[1].rstrip(b"\0"), charsets.charset_in_html(page[1]) or codepage)[0]
    if not parcel.html and (packed := told.get(_RTF)):
        page_words, text = rich_text.read(rich_text.unpacked(packed[1]))
        parcel.html, parcel.text = page_words, parcel.text or text


def _words(value: tuple[int, bytes] | None, codepage: str) -> str:
    if value is None:
        return ""
    kind, data = value
    label = "utf-16-le" if kind == 0x1F else codepage
    return charsets.decode(data, label)[0].rstrip("\0")


def _properties(value: bytes) -> Iterator[tuple[int, tuple[int, bytes]]]:
    """MAPI properties: number -> (kind, bytes). Stops at the first that cannot be read."""
    try:
        (count,) = struct.unpack_from("<I", value)
        at = 4
        for _ in range(min(count, 5_000)):
            kind, number = struct.unpack_from("<HH", value, at)
            at = _after_name(value, at + 4) if number >= 0x8000 else at + 4
            first, at = _value(value, at, kind)
            yield number, (kind & 0x0FFF, first)
    except struct.error:
        return


def _after_name(value: bytes, at: int) -> int:
    """A named property: sixteen bytes of set, then a number or a name in UTF-16."""
    (by_name,) = struct.unpack_from("<I", value, at + 16)
    if not by_name:
        return at + 24
    length = int.from_bytes(value[at + 20 : at + 24], "little")
    return at + 24 + length + -length % 4


def _value(value: bytes, at: int, kind: int) -> tuple[bytes, int]:
    """The first value of a property, and where the next property begins."""
    is_many, kind = kind & 0x1000, kind & 0x0FFF
    if kind in _FIXED and not is_many:
        return value[at : at + _FIXED[kind]], at + _FIXED[kind]
    (count,) = struct.unpack_from("<I", value, at)
    at += 4
    if kind in _FIXED:
        return value[at : at + _FIXED[kind]], at + count * _FIXED[kind]
    first = b""
    for number in range(min(count, 5_000)):
        (length,) = struct.unpack_from("<I", value, at)
        first = first if number else value[at + 4 : at + 4 + length]
        at += 4 + length + -length % 4
    return first, at
