"""Content-Transfer-Encoding undone (RFC 2045, section 6), as much of it as can be had from damaged bytes."""

from __future__ import annotations

import binascii
import re

_ALPHABET = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"
_NOT_BASE64 = bytes(set(range(256)) - set(_ALPHABET) - {ord("=")})
_WHITE = b" \t\r\n\x0b\x0c\0"
_SOFT_BREAK = re.compile(rb"=[ \t]{1,200}(?=\r?\n)")
_UU_BEGIN = re.compile(rb"^begin(?:-base64)? ([0-7]{3,4}) ([^\r\n]{1,255})\r?$", re.MULTILINE)
_UU_END = re.compile(rb"^end[ \t]*\r?$", re.MULTILINE)


def decode(body: bytes, encoding: str, *, is_text: bool = False) -> tuple[bytes, str]:
    """The content, and a warning ('' when all was well). Never raises."""
    match encoding.strip().strip("\"'").lower().split(";")[0].split(" ")[0]:
        case "base64" | "b" | "x-base64":
            return _base64(body, is_text)
        case "quoted-printable" | "qp" | "q" | "quotedprintable":
            return binascii.a2b_qp(_SOFT_BREAK.sub(b"=", body)), ""
        case "x-uuencode" | "uuencode" | "x-uue" | "uue":
            files, rest = split_uuencoded(body)
            return (files[0][1], "") if files else (rest, "The uuencoded part cannot be read.")
        case "" | "7bit" | "8bit" | "binary" | "none" | "7-bit" | "8-bit" | "unknown":
            return body, ""
        case unknown:
            return body, f"The transfer encoding '{unknown[:40]}' is not known."


def _base64(body: bytes, is_text: bool) -> tuple[bytes, str]:
    first, padding, rest = body.partition(b"=")
    letters = first.translate(None, _NOT_BASE64)
    strange = len(first.translate(None, _WHITE)) - len(letters)
    if is_text and strange * 20 > len(letters):
        return body, "A part says it is base64 but is plain text."
    content, whole = _from_base64(letters)
    if padding and rest.strip(b"=" + _WHITE):
        content += _more_base64(rest)
    return content, "" if whole and not strange else "A base64 part is damaged."


def _more_base64(rest: bytes) -> bytes:
    """What follows the padding: another encoded piece joined on by a gateway, or a footer in plain words (left out)."""
    pieces = []
    for piece in rest.split(b"=")[:10_000]:
        letters = piece.translate(None, _NOT_BASE64)
        if len(letters) != len(piece.translate(None, b"\r\n\t\0 ")) or b" " in piece.strip():
            break
        pieces.append(_from_base64(letters)[0])
    return b"".join(pieces)


def _from_base64(letters: bytes) -> tuple[bytes, bool]:
    letters = letters.replace(b"=", b"")
    extra = len(letters) % 4
    if extra == 1:  # six bits are no byte: the last letter was cut off
        letters = letters[:-1]
    return binascii.a2b_base64(letters + b"==="[: -len(letters) % 4]), extra != 1


def split_uuencoded(text: bytes) -> tuple[list[tuple[str, bytes]], bytes]:
    """Files that stand uuencoded in a text (name, content), and the text without them."""
    files: list[tuple[str, bytes]] = []
    kept, at = [], 0
    while len(files) < 200 and (begin := _UU_BEGIN.search(text, at)):
        end = _UU_END.search(text, begin.end())
        content = _uu_lines(text[begin.end() : end.start()]) if end else None
        if end is None or content is None:
            break
        files.append((begin[2].decode("utf-8", "replace").strip(), content))
        kept.append(text[at : begin.start()])
        at = end.end()
    return files, b"".join(kept) + text[at:]


def _uu_lines(body: bytes) -> bytes | None:
    """The content of the lines between 'begin' and 'end'; None when they are no uuencoding at all."""
    content = []
    for line in body.splitlines():
        if not line.strip():
            continue
        length = (line[0] - 32) & 63
        needed = (length + 2) // 3 * 4 + 1
        try:
            content.append(binascii.a2b_uu(line[:needed]))
        except binascii.Error:
            return None
    return b"".join(content)
