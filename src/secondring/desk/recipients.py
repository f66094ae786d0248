"""Whom a letter goes to: reading what somebody typed, and whom an answer is for. Never ourselves. Pure."""

import re
from collections.abc import Iterable, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.utils.translation import gettext as _

from ..conversations.replying import Address
from ..lib.errors import NotPossible

MOST = 100
PIECE = re.compile(r'(?:"[^"]*"|<[^>]*>|[^,;\n"<])+')  # up to a comma, semicolon or line end that is not inside quotes
NAMED = re.compile(r"(.*?)\s*<\s*([^<>]*?)\s*>", re.DOTALL)
SPECIAL = re.compile(r'[,;:<>@"()\[\]\\]')


@dataclass(frozen=True, slots=True)
class Recipients:
    """Three sides of an envelope."""

    to: tuple[Address, ...] = ()
    cc: tuple[Address, ...] = ()
    bcc: tuple[Address, ...] = ()

    @property
    def all(self) -> tuple[Address, ...]:
        return (*self.to, *self.cc, *self.bcc)

    @property
    def as_json(self) -> dict[str, list[list[str]]]:
        return {"to": [*map(list, self.to)], "cc": [*map(list, self.cc)], "bcc": [*map(list, self.bcc)]}


def read(written: str) -> tuple[Address, ...]:
    """The people named in 'Ana Lima <ana@example.org>, sam@example.org'; commas, semicolons or lines between.

    Raises NotPossible naming what is no address. Each address once.

    >>> read("Ana Lima <Ana@Example.org>; sam@example.org")
    (('Ana Lima', 'ana@example.org'), ('', 'sam@example.org'))
    """
    found: dict[str, Address] = {}
    for piece in PIECE.findall(written):
        if not piece.strip():
            continue
        named = NAMED.fullmatch(piece.strip())
        name, address = (named[1], named[2]) if named else ("", piece.strip())
        bare = _checked(address)
        found.setdefault(bare, (" ".join(name.replace('"', "").split()), bare))
    if len(found) > MOST:
        raise NotPossible(_("That are more than %(most)s people. Write to fewer at once.") % {"most": MOST})
    return tuple(found.values())


def written(people: Iterable[Sequence[str]]) -> str:
    """The same people as somebody could have typed them.

    >>> written([["Lima, Ana", "ana@example.org"], ["", "sam@example.org"]])
    '"Lima, Ana" <ana@example.org>, sam@example.org'
    """
    return ", ".join(f"{_quoted(name)} <{address}>" if name else address for name, address in people)


def _quoted(name: str) -> str:
    plain = name.replace('"', "").replace("\\", "")
    return f'"{plain}"' if SPECIAL.search(plain) else plain


def answering(recipients: dict[str, list[list[str]]], sender: Address, ours: AbstractSet[str]) -> Recipients:
    """Whom an answer to everybody is for: the sender (or whom they ask to answer to), the others in copy, never us.

    recipients: as a message keeps them; "reply_to" is honoured when it is there. ours: every address of every mailbox.
    """
    to = _others(recipients.get("reply_to") or [list(sender)], ours) or _others([list(sender)], ours)
    already = {address for _name, address in to}
    cc = _others([*recipients.get("to", []), *recipients.get("cc", [])], ours)
    return Recipients(tuple(to), tuple(each for each in cc if each[1] not in already))


def once_more(recipients: dict[str, list[list[str]]], ours: AbstractSet[str]) -> Recipients:
    """Whom a second letter of ours is for: those of the first."""
    sides = (tuple(_others(recipients.get(side, []), ours)) for side in ("to", "cc", "bcc"))
    return Recipients(*sides)


def _others(people: Iterable[Sequence[str]], ours: AbstractSet[str]) -> list[Address]:
    unique: dict[str, Address] = {}
    for name, address in people:
        bare = address.strip().lower()
        if bare and not _is_ours(bare, ours):
            unique.setdefault(bare, (name, bare))
    return list(unique.values())


def _is_ours(address: str, ours: AbstractSet[str]) -> bool:
    """Also with a reply token or anything else after a plus."""
    local, _at, domain = address.partition("@")
    return address in ours or f"{local.partition('+')[0]}@{domain}" in ours


def _checked(address: str) -> str:
    bare = address.strip().lower()
    try:
        validate_email(bare)
    except ValidationError:
        raise NotPossible(_("“%(address)s” is not an e-mail address.") % {"address": address.strip()}) from None
    return bare
