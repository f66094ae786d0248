"""What the reader in its own process makes of a letter: a value without the weight of its files, which are kept already."""

from __future__ import annotations

import struct
from dataclasses import dataclass

from secondring.mail.parsed import ParsedEmail

HEAD = struct.Struct(">Q?")  # before each answer: its length in bytes, and whether the reader leaves after it


@dataclass(frozen=True, slots=True)
class File:
    """A file that came along; its bytes lie in the blobs."""

    sha256: str
    name: str
    type: str
    size: int
    inline: bool = False
    content_id: str = ""


@dataclass(frozen=True, slots=True)
class Understood:
    """A letter in words. `letter` is without its attachments: they are `files`. `said` is what the person wrote themselves."""

    letter: ParsedEmail
    text: str
    said: str
    html: str
    shows_both: bool = False  # text and html each say something of their own
    files: tuple[File, ...] = ()
