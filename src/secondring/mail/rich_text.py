"""Outlook's compressed rich text (MS-OXRTFCP), and the words or the HTML that it hides (MS-OXRTFEX)."""

from __future__ import annotations

import re
import struct

from . import charsets

_DICTIONARY = (
    b"{\\rtf1\\ansi\\mac\\deff0\\deftab720{\\fonttbl;}{\\f0\\fnil \\froman \\fswiss \\fmodern \\fscript "
    b"\\fdecor MS Sans SerifSymbolArialTimes New RomanCourier{\\colortbl\\red0\\green0\\blue0\r\n"
    b"\\par \\pard\\plain\\f0\\fs20\\b\\i\\u\\tab\\tx"
)
_MOST = 20_000_000
_TOKEN = re.compile(
    rb"\\([a-z]{1,32})(-?\d{1,9})? ?|\\'([0-9a-fA-F]{2})|\\(.)|([{}])|[\r\n]+|([^\\{}\r\n]+)", re.DOTALL
)
_SILENT = {b"fonttbl", b"colortbl", b"stylesheet", b"info", b"pict", b"header", b"footer", b"object", b"themedata"}
_SIGNS = {b"par": "\n", b"line": "\n", b"tab": "\t", b"lquote": "‘", b"rquote": "’", b"ldblquote": "“",
          b"rdblquote": "”", b"bullet": "•", b"endash": "–", b"emdash": "—"}  # fmt: skip


def unpacked(data: bytes) -> bytes:
    """The rich text itself (at most 20 MB); as much of it as can be read."""
    if len(data) < 16:
        return b""
    _, size, mark, _ = struct.unpack_from("<IIII", data)
    if mark == 0x414C454D:  # 'MELA': stored as it is
        return data[16 : 16 + size]
    out = bytearray(_DICTIONARY)
    at, most = 16, min(size, _MOST) + len(_DICTIONARY)
    while at < len(data) and len(out) < most:
        flags, at = data[at], at + 1
        for bit in range(8):
            if at >= len(data) or len(out) >= most:
                break
            if not flags >> bit & 1:
                out.append(data[at])
                at += 1
                continue
            pair = int.from_bytes(data[at : at + 2], "big")
            at += 2
            if not _copy(out, pair >> 4, (pair & 15) + 2):
                return bytes(out[len(_DICTIONARY) :])
    return bytes(out[len(_DICTIONARY) :])


def _copy(out: bytearray, place: int, length: int) -> bool:
    """Repeat what stands at `place` in the last 4,096 bytes; False at the end mark, which points at itself."""
    write = len(out) % 4096
    if place == write:
        return False
    start = len(out) - ((write - place) % 4096)
    if start < 0:
        return False
    for offset in range(length):
        out.append(out[start + offset])
    return True


def read(rtf: bytes) -> tuple[str, str]:
    """(HTML, '') where the text was made from HTML, else ('', plain words)."""
    from_html = b"\\fromhtml" in rtf[:1000]
    page = re.search(rb"\\ansicpg(\d{3,5})", rtf[:1000])
    codec = charsets.codec_of(f"cp{page[1].decode()}") if page else None
    words = "".join(_Reader(codec or "cp1252", from_html).pieces(rtf))
    return (words, "") if from_html else ("", words.strip())


class _Reader:
    """Walks the tokens. Groups nest, so what is silent or hidden is remembered for each."""

    def __init__(self, codec: str, from_html: bool) -> None:
        self.codec, self.from_html = codec, from_html
        self.groups: list[tuple[bool, bool, int]] = []
        self.silent, self.hidden, self.skip_after_unicode = False, False, 1
        self.to_skip = 0
        self.held = bytearray()
        self.out: list[str] = []

    def pieces(self, rtf: bytes) -> list[str]:
        for token in _TOKEN.finditer(rtf[:_MOST]):
            word, number, byte, sign, brace, words = token.groups()
            if brace:
                self._brace(brace)
            elif byte is not None:
                self._say_bytes(bytes((int(byte, 16),)))
            elif sign is not None:
                self._sign(sign)
            elif words is not None:
                self._say_bytes(words)
            elif word is not None:
                self._control(word, int(number) if number else None)
        self._flush()
        return self.out

    def _brace(self, brace: bytes) -> None:
        self._flush()
        if brace == b"{" and len(self.groups) < 5_000:
            self.groups.append((self.silent, self.hidden, self.skip_after_unicode))
        elif brace == b"}" and self.groups:
            self.silent, self.hidden, self.skip_after_unicode = self.groups.pop()

    def _sign(self, sign: bytes) -> None:
        if sign == b"*":
            self.silent = True  # until a control word says that we know this group
        elif sign in b"\\{}":
            self._say_bytes(sign)
        elif sign == b"~":
            self._say("\u00a0")

    def _control(self, word: bytes, number: int | None) -> None:
        if word == b"htmltag":
            self.silent, self.hidden = False, False
        elif word == b"htmlrtf":
            self.hidden = number != 0
        elif word in _SILENT:
            self.silent = True
        elif word == b"uc" and number is not None:
            self.skip_after_unicode = min(number, 10)
        elif word == b"u" and number is not None:
            self._say(chr(number % 65_536))
            self.to_skip = self.skip_after_unicode
        elif word in _SIGNS:
            self._say(_SIGNS[word])

    def _say_bytes(self, data: bytes) -> None:
        if self.to_skip:
            skipped = min(self.to_skip, len(data))
            self.to_skip, data = self.to_skip - skipped, data[skipped:]
        if not (self.silent or (self.hidden and self.from_html)):
            self.held += data

    def _say(self, words: str) -> None:
        self._flush()
        if not (self.silent or (self.hidden and self.from_html)):
            self.out.append(words)

    def _flush(self) -> None:
        if self.held:
            self.out.append(charsets.decode(bytes(self.held), self.codec)[0])
            self.held.clear()
