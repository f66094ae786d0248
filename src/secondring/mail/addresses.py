"""Who a letter is from and to: bare addresses in lower case, names as a person reads them (RFC 5322, section 3.4)."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

from .headers import decode_words

MOST = 2_000
_TOKEN = re.compile(r'"(?:[^"\\]|\\.)*(?:"|$)|<[^<>]*(?:>|$)|[,;:()]|[^",;:()<]+|.', re.DOTALL)
_BARE = re.compile(r"[^\s<>\"(),;:\[\]\\]{1,320}@[^\s<>\"(),;:@\\]{1,255}")
_QUOTED_LOCAL = re.compile(r'"((?:[^"\\]|\\.){1,200})"@([^\s<>",;:@]{1,255})')


@dataclass(frozen=True, slots=True)
class Address:
    """One person's address: `email` bare and lower-case, `name` as they write it, '' when they don't."""

    email: str
    name: str = ""


def addresses_in(values: Iterable[str]) -> tuple[Address, ...]:
    """Every address in these header values (encoded words still in them), each once, at most 2,000."""
    found: dict[str, Address] = {}
    for value in values:
        for piece in _pieces(value):
            address = _address(piece)
            if address and (address.email not in found or not found[address.email].name):
                found[address.email] = address
            if len(found) == MOST:
                return tuple(found.values())
    return tuple(found.values())


def _pieces(value: str) -> list[list[str]]:
    """One list of tokens for each mailbox: split at commas and semicolons outside quotes, brackets and comments."""
    pieces: list[list[str]] = [[]]
    depth = 0
    for token in _TOKEN.findall(value):
        if token == "(":
            depth += 1
        if token in ",;" and not depth:
            pieces.append([])
        elif token == ":" and not depth:
            pieces[-1].clear()  # the name of a group
        else:
            pieces[-1].append(token)
        if token == ")":
            depth = max(0, depth - 1)
    return pieces


def _address(tokens: list[str]) -> Address | None:
    bracket = next((token for token in reversed(tokens) if token.startswith("<") and "@" in token), "")
    name = _name([token for token in tokens if token != bracket])
    email = bare(bracket.strip("<>")) if bracket else _loose_email(tokens)
    if not email:
        decoded = decode_words("".join(tokens))
        inside = _BARE.search(decoded) if decoded != "".join(tokens) else None
        return Address(inside[0].lower(), decoded[: inside.start()].strip(' "<')) if inside else None
    return Address(email, "" if name.lower() == email else name)


def _loose_email(tokens: list[str]) -> str:
    """An address without brackets; a comment beside it is its name."""
    outside, _ = _comments(tokens)
    return bare(outside)


def bare(text: str) -> str:
    """The address in a piece of text, without source route or quotes that it does not need; '' when there is none."""
    text = decode_words(text).strip()
    if quoted := _QUOTED_LOCAL.search(text):
        local = re.sub(r"\\(.)", r"\1", quoted[1])
        plain = re.fullmatch(r"[^\s<>\"(),;:\[\]\\@]+", local)
        return f"{local if plain else quoted[0].rpartition('@')[0]}@{quoted[2]}".lower()
    if text.startswith("@") and ":" in text:  # <@relay.example:ana@example.com>
        text = text.partition(":")[2]
    found = _BARE.search(text)
    return found[0].rstrip(".>").lower() if found else ""


def _name(tokens: list[str]) -> str:
    outside, comment = _comments(tokens)
    words = re.sub(r"\s+", " ", decode_words(outside)).strip()
    if words.startswith('"') and words.endswith('"') and len(words) > 1:
        words = words[1:-1].strip()
    if not words or _BARE.fullmatch(words):
        words = decode_words(comment).strip() or words
    return re.sub(r"\s+", " ", re.sub(r'\\(["\\])', r"\1", words)).strip("'\" ")


def _comments(tokens: list[str]) -> tuple[str, str]:
    """What stands outside round brackets, and what inside."""
    outside: list[str] = []
    inside: list[str] = []
    depth = 0
    for token in tokens:
        if token == "(":
            depth += 1
        elif token == ")" and depth:
            depth -= 1
        else:
            (inside if depth else outside).append(token)
    return "".join(outside), "".join(inside)
