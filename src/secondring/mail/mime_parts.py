"""The parts of a letter in bytes, ASCII throughout: words, files, and several together (RFC 2045, RFC 2046, RFC 2231).

Written by hand, because the standard library decodes "=?…?=" inside names and ids, and so lets them break a line. The same parts
give the same bytes every time, so a letter sent again is the same letter.
"""

import base64
import hashlib
import re
from collections.abc import Sequence
from dataclasses import dataclass
from email import quoprimime
from typing import Final
from urllib.parse import quote

_CONTENT_ID: Final = re.compile(r"[\w!#$%&'*+/^`{|}~.@-]{1,300}", re.ASCII)
_TYPE: Final = re.compile(r"[a-zA-Z0-9][\w.+-]{0,80}/[a-zA-Z0-9][\w.+-]{0,80}", re.ASCII)
_PLAIN: Final = re.compile(r"[ -~]{0,70}")
_PIECE: Final = 54  # characters of an encoded file name in one line


@dataclass(frozen=True, slots=True)
class Part:
    """Header fields, one a line, and what they describe, already encoded; both with CR LF."""

    head: str
    body: bytes

    @property
    def raw(self) -> bytes:
        return self.head.encode("ascii") + b"\r\n" + self.body


def words(text: str, subtype: str) -> Part:
    """Plain text or HTML in UTF-8, in whichever encoding keeps it shortest."""
    lines = text.replace("\x00", "").splitlines()
    content = ("\n".join(lines) + "\n").encode("utf-8", errors="replace")
    head = f"Content-Type: text/{subtype}; charset=utf-8\r\nContent-Transfer-Encoding: "
    if content.isascii() and all(len(line) <= 76 and not line.startswith("From ") for line in lines):
        return Part(f"{head}7bit\r\n", content.replace(b"\n", b"\r\n"))
    if sum(byte > 127 for byte in content) * 3 > len(content):
        return Part(f"{head}base64\r\n", _base64(content.replace(b"\n", b"\r\n")))
    quoted = quoprimime.body_encode(content.decode("latin-1"), maxlinelen=76, eol="\r\n")
    return Part(f"{head}quoted-printable\r\n", quoted.encode("ascii"))


def file(content: bytes, *, type: str, name: str, disposition: str, content_id: str = "") -> Part:
    """A file under its name. A letter is enclosed as a mere file, because RFC 2046 (5.2.1) forbids to encode it as a letter."""
    known = _TYPE.fullmatch(type) and not type.lower().startswith(("message/", "multipart/"))
    head = f"Content-Type: {type if known else 'application/octet-stream'}\r\nContent-Transfer-Encoding: base64\r\n"
    head += f"Content-Disposition: {disposition};\r\n {_named(name)}\r\n"
    if _CONTENT_ID.fullmatch(content_id):
        head += f"Content-ID: <{content_id}>\r\n"
    return Part(head, _base64(content))


def together(kind: str, parts: Sequence[Part], seed: str) -> Part:
    """Several parts as one; a single one stays as it is. The boundary follows from seed and kind."""
    if len(parts) == 1:
        return parts[0]
    boundary = _boundary(kind, parts, seed)
    opening, closing = f"--{boundary}\r\n".encode(), f"--{boundary}--\r\n".encode()
    body = b"".join(opening + part.raw + b"\r\n" for part in parts) + closing
    return Part(f'Content-Type: multipart/{kind};\r\n boundary="{boundary}"\r\n', body)


def _boundary(kind: str, parts: Sequence[Part], seed: str) -> str:
    """A line that stands in none of the parts."""
    boundary = "=_" + hashlib.sha256(f"{kind} {seed}".encode()).hexdigest()[:32]
    while any(boundary.encode() in part.body for part in parts):
        boundary = "=_" + hashlib.sha256(boundary.encode()).hexdigest()[:32]
    return boundary


def _named(name: str) -> str:
    """The file name as a parameter; in another script, or too long for a line, in numbered pieces (RFC 2231)."""
    if _PLAIN.fullmatch(name) and "=?" not in name:
        escaped = name.replace("\\", "\\\\").replace('"', '\\"')
        return f'filename="{escaped}"'
    encoded = quote(name, safe="", errors="replace")
    pieces = re.findall(rf"(?:%..|[^%]){{1,{_PIECE // 3}}}", encoded)
    if len(pieces) == 1:
        return f"filename*=utf-8''{encoded}"
    pieces[0] = f"utf-8''{pieces[0]}"
    return ";\r\n ".join(f"filename*{at}*={piece}" for at, piece in enumerate(pieces))


def _base64(content: bytes) -> bytes:
    encoded = base64.b64encode(content)
    return b"".join(encoded[at : at + 76] + b"\r\n" for at in range(0, len(encoded), 76))
