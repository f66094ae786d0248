"""Header fields: found, unfolded and decoded (RFC 5322, 2047, 2231), however badly they were written."""

from __future__ import annotations

import binascii
import re
import urllib.parse
from collections.abc import Iterator
from dataclasses import dataclass, field

from . import charsets

MOST_BYTES = 1_000_000
MOST_FIELDS = 5_000
LONGEST_FIELD = 100_000
_NAME = re.compile(rb"([!-9;-~]{1,200})[ \t]*:")
# Bounded repeats: a header full of '=?' must not cost the square of its length.
_WORD = re.compile(r"=\?([^?\s]{1,80})\?([bBqQ])\?([^?]*(?:\?(?!=)[^?]*){0,6})\?=")
_BETWEEN = re.compile(r"(\?=)\s+(?==\?[^?\s]{1,80}\?[bBqQ]\?)")
_SPLIT_PARAM = re.compile(r"([^*]+)\*(?:(\d{1,3})(\*)?)?$")


@dataclass(frozen=True, slots=True)
class Headers:
    """The fields of one part, in order, names in lower case, values still as the bytes that came."""

    fields: tuple[tuple[str, bytes], ...] = ()
    strays: tuple[bytes, ...] = ()  # lines that are no header and belong to none
    charset: str = field(default="", compare=False)
    _values: dict[str, list[bytes]] = field(init=False, repr=False, compare=False)  # by name: a letter is asked often
    _texts: dict[str, list[str]] = field(init=False, repr=False, compare=False)  # the same unfolded, once asked for

    def __post_init__(self) -> None:
        values: dict[str, list[bytes]] = {}
        for name, value in self.fields:
            values.setdefault(name, []).append(value)
        object.__setattr__(self, "_values", values)
        object.__setattr__(self, "_texts", {})

    def __contains__(self, name: str) -> bool:
        return name in self._values

    def raw(self, name: str) -> str:
        """The first field of this name, unfolded, encoded words left as they are; '' when absent."""
        return next(self.every_raw(name), "")

    def every_raw(self, name: str) -> Iterator[str]:
        if name not in self._texts:
            self._texts[name] = [unfold(value, self.charset) for value in self._values.get(name, ())]
        return iter(self._texts[name])

    def words(self, name: str) -> str:
        """The first field of this name as a person reads it."""
        return decode_words(self.raw(name))

    def every(self, name: str) -> list[str]:
        return [decode_words(value) for value in self.every_raw(name)]


def split(block: bytes, charset: str = "") -> Headers:
    """Read a block of header lines. A line that is no header is kept as a stray."""
    fields: list[tuple[str, list[bytes]]] = []
    strays: list[bytes] = []
    for number, given in enumerate(block[:MOST_BYTES].split(b"\n")):
        line = given.rstrip(b"\r")
        if line[:1] in (b" ", b"\t") and fields:
            fields[-1][1].append(line)
        elif (number == 0 and line.startswith((b"From ", b">From "))) or not line.strip():
            continue  # the line that a mailbox file puts above each letter
        elif found := _NAME.match(line.lstrip()):
            if len(fields) == MOST_FIELDS:
                break
            fields.append((found[1].decode("ascii").lower(), [line.lstrip()[found.end() :]]))
        elif _continues(fields, line):
            fields[-1][1].append(b" " + line)
        else:
            strays.append(line)
    return Headers(tuple((name, b"\n".join(lines)) for name, lines in fields), tuple(strays), charset)


def looks_like_one(line: bytes) -> bool:
    """True when these bytes begin as a header field does."""
    return _NAME.match(line[:300]) is not None


def _continues(fields: list[tuple[str, list[bytes]]], line: bytes) -> bool:
    """True when a parameter lost the white space before it: the field above ends in a semicolon."""
    return bool(fields) and b"=" in line and fields[-1][1][-1].rstrip().endswith(b";")


def unfold(value: bytes, charset: str = "") -> str:
    """One line of text from a field's bytes; 8-bit bytes read as UTF-8, else as the letter's own charset."""
    value = re.sub(rb"\r?\n[ \t]?", b" ", value[:LONGEST_FIELD]).strip()
    if value.isascii() and b"\x1b" not in value:
        return charsets.clean(value.decode("ascii"))
    try:
        return charsets.clean(value.decode("utf-8"))
    except UnicodeDecodeError:
        return charsets.decode(value, charset)[0]


def decode_words(text: str) -> str:
    """Undo RFC 2047 encoded words, also those inside quotes, glued together, or split in mid-character."""
    if "=?" not in text:
        return text
    text = _BETWEEN.sub(r"\1", text)
    out: list[str] = []
    at, held, held_charset = 0, b"", ""
    for word in _WORD.finditer(text):
        between = text[at : word.start()]
        charset = word[1].split("*")[0].lower()
        data = _decode_word(word[2], word[3])
        if held and (between or charset != held_charset):
            out.append(charsets.decode(held, held_charset)[0])
            held = b""
        out.append(between)
        held, held_charset = held + data, charset
        at = word.end()
    out += [charsets.decode(held, held_charset)[0], text[at:]]
    return re.sub(r"[\r\n]+[ \t]*", " ", "".join(out))


def _decode_word(encoding: str, text: str) -> bytes:
    data = text.encode("utf-8", "replace")
    if encoding in "qQ":
        return binascii.a2b_qp(data.replace(b" ", b"_"), header=True)
    letters = re.sub(rb"[^A-Za-z0-9+/]", b"", data)
    letters = letters[:-1] if len(letters) % 4 == 1 else letters
    return binascii.a2b_base64(letters + b"=" * (-len(letters) % 4))


def parameters(text: str) -> tuple[str, dict[str, str]]:
    """'text/plain; charset="x"' -> ('text/plain', {'charset': 'x'}); forgives what mail programs get wrong."""
    value, _, rest = text.partition(";")
    head, _, loose = value.strip().partition(" ")
    if "=" in head:  # 'name="x.pdf"; …' with nothing before it
        head, rest = "", text
    elif "=" in loose:  # 'application/pdf name="x.pdf"'
        rest = loose + ";" + rest
    plain: dict[str, str] = {}
    pieces: dict[str, dict[int, tuple[str, bool]]] = {}
    for name, given in _pairs(rest):
        if split_param := _SPLIT_PARAM.match(name):
            encoded = split_param[2] is None or bool(split_param[3])
            pieces.setdefault(split_param[1], {}).setdefault(int(split_param[2] or 0), (given, encoded))
        else:
            plain.setdefault(name, decode_words(given))
    for name, numbered in pieces.items():
        plain[name] = _joined(numbered)
    return head.strip().strip("\"'").lower(), plain


def _pairs(text: str) -> Iterator[tuple[str, str]]:
    """name=value pairs up to 200, quotes undone; an unquoted value runs to the next semicolon."""
    at, count = 0, 0
    while at < len(text) and count < 200:
        equals = text.find("=", at)
        if equals < 0:
            return
        name = text[at:equals].rpartition(";")[2].strip().lower()
        start = equals + 1 + len(text[equals + 1 :]) - len(text[equals + 1 :].lstrip())
        value, at = _quoted(text, start + 1) if text[start : start + 1] == '"' else _bare(text, start)
        count += 1
        if name:
            yield name, value


def _quoted(text: str, at: int) -> tuple[str, int]:
    out = []
    while at < len(text) and text[at] != '"':
        if text[at] == "\\" and at + 1 < len(text) and text[at + 1] in '"\\':
            at += 1
        out.append(text[at])
        at += 1
    return "".join(out), at + 1


def _bare(text: str, start: int) -> tuple[str, int]:
    end = text.find(";", start)
    end = len(text) if end < 0 else end
    value = text[start:end].strip()
    if next_pair := re.search(r"[ \t]+[A-Za-z][A-Za-z0-9_*-]{0,40}=(?=[\"\w])", value):  # the semicolon was forgotten
        return value[: next_pair.start()], start + next_pair.start()
    return value, end + 1


def _joined(numbered: dict[int, tuple[str, bool]]) -> str:
    """RFC 2231: the pieces in their order, percent signs undone, in the charset that the first one names."""
    first, encoded = numbered[min(numbered)]
    charset, marks, rest = first.partition("'")
    if encoded and marks:
        numbered = {**numbered, min(numbered): (rest.partition("'")[2], True)}
    else:
        charset = ""
    data = b"".join(
        urllib.parse.unquote_to_bytes(piece) if coded else piece.encode("utf-8", "replace")
        for _, (piece, coded) in sorted(numbered.items())
    )
    return decode_words(charsets.decode(data, charset)[0])
