"""Rewrites a stranger's CSS from a short list of what may stay: looks, but nothing that loads, moves, runs or covers.

Every byte that comes out was written here from a checked token; nothing is copied through.
"""

import re
from collections.abc import Callable, Iterable
from typing import Any

import tinycss2

from secondring.lib import safe_selectors
from secondring.lib.safe_properties import (
    FUNCTIONS,
    LOADING_FUNCTIONS,
    MAY_BE_NEGATIVE,
    PICTURES,
    PROPERTIES,
    UNITS,
    WORDY,
)

Picture = Callable[[str], str | None]
"""Given an address that CSS wants to load, returns one of our own to load in its place, or None to hold it back."""

_Token = Any  # tinycss2 has no types
_DEEPEST = 24
_LONGEST_SHEET = 400_000
_LONGEST_STYLE = 8_000
_LARGEST = 5_000
_IDENT = re.compile(r"-{0,2}[^\W\d][\w-]{0,80}")
_COLOUR = re.compile(r"[0-9a-fA-F]{3,8}")
_BRACKETS = re.compile(r"[(){}\[\]]|\burl\b", re.IGNORECASE)
_MEDIA = re.compile(r"[\w\s:,.()-]{1,300}")


class _Unsafe(Exception):
    """This declaration cannot stay."""


def declarations(style: str, *, picture: Picture) -> str:
    """Return what may stay of a `style` attribute, as declarations without any '<', '{' or '}'."""
    if len(style) > _LONGEST_STYLE or _too_deep(style):
        return ""
    return _declarations(tinycss2.parse_blocks_contents(style, skip_comments=True, skip_whitespace=True), picture)


def stylesheet(sheet: str, *, picture: Picture) -> str:
    """Return what may stay of a `<style>` block; classes, ids, body and html carry the names `safe_selectors` gives them."""
    if len(sheet) > _LONGEST_SHEET or _too_deep(sheet):
        return ""
    sheet = re.sub(r"<!--|-->|<!\[CDATA\[|\]\]>", " ", sheet)
    return _rules(tinycss2.parse_stylesheet(sheet, skip_comments=True, skip_whitespace=True), picture)


def _too_deep(text: str) -> bool:
    """Count nesting before parsing, because the parser's own serialisers recurse."""
    depth = 0
    for found in _BRACKETS.finditer(text):
        depth += {"(": 1, "{": 1, "[": 1, ")": -1, "}": -1, "]": -1}.get(found[0], 0)
        if depth > _DEEPEST:
            return True
    return False


def _rules(rules: Iterable[_Token], picture: Picture) -> str:
    return "".join(_rule(rule, picture) for rule in rules)


def _rule(rule: _Token, picture: Picture) -> str:
    if rule.type == "at-rule":
        return _at_rule(rule, picture)
    if rule.type != "qualified-rule":
        return ""
    body = _declarations(
        tinycss2.parse_blocks_contents(rule.content, skip_comments=True, skip_whitespace=True), picture
    )
    selectors = safe_selectors.renamed(rule.prelude)
    return f"{selectors}{{{body}}}\n" if body and selectors else ""


def _at_rule(rule: _Token, picture: Picture) -> str:
    """Keep @media; whatever else (@import, @font-face, @keyframes …) is only searched for what it wanted to load."""
    if rule.at_keyword.lower() != "media" or rule.content is None:
        for address in _addresses([*rule.prelude, *(rule.content or ())], strings=rule.at_keyword.lower() == "import"):
            picture(address)
        return ""
    condition = " ".join(tinycss2.serialize(rule.prelude).split())
    inside = _rules(tinycss2.parse_rule_list(rule.content, skip_comments=True, skip_whitespace=True), picture)
    if not inside or not _MEDIA.fullmatch(condition) or "prefers-color-scheme" in condition.lower():
        return ""  # the letter lies on paper of one colour, whatever the room is like
    return f"@media {condition}{{{inside}}}\n"


def _declarations(found: Iterable[_Token], picture: Picture) -> str:
    return ";".join(filter(None, (_declaration(one, picture) for one in found if one.type == "declaration")))


def _declaration(one: _Token, picture: Picture) -> str:
    name = one.lower_name
    shown = name in PICTURES
    ours = {address: picture(address) for address in _addresses(one.value)}
    if name not in PROPERTIES:
        return ""
    try:
        value = "".join(_written(token, name, ours if shown else {}) for token in one.value).strip()
    except _Unsafe:
        return ""
    if not value or (name == "position" and value.lower() not in ("static", "relative")):
        return ""
    return f"{name}:{value}{' !important' if one.important else ''}"


def _addresses(values: Iterable[_Token], *, strings: bool = False) -> list[str]:
    """Name every address the tokens would load, wherever it hides."""
    found: list[str] = []
    for token in values:
        if token.type == "url" or (strings and token.type == "string"):
            found.append(token.value)
        elif token.type == "function":
            found += _addresses(token.arguments, strings=token.lower_name in LOADING_FUNCTIONS)
        elif token.type in ("() block", "[] block", "{} block"):
            found += _addresses(token.content, strings=strings)
    return found


def _written(token: _Token, name: str, ours: dict[str, str | None]) -> str:
    match token.type:
        case "whitespace" | "comment":
            return " "
        case "ident" if _IDENT.fullmatch(token.value):
            return str(token.value)
        case "hash" if _COLOUR.fullmatch(token.value):
            return f"#{token.value}"
        case "string" if name in WORDY:
            return _string(token.value)
        case "literal" if token.value in (",", "/"):
            return str(token.value)
        case "number" | "percentage" | "dimension":
            return _number(token, name)
        case "url":
            return _address(token.value, ours)
        case "function":
            return _function(token, name, ours)
    raise _Unsafe


def _function(token: _Token, name: str, ours: dict[str, str | None]) -> str:
    if token.lower_name == "url" and [part.type for part in token.arguments] == ["string"]:
        return _address(token.arguments[0].value, ours)
    if token.lower_name not in FUNCTIONS:
        raise _Unsafe
    return f"{token.lower_name}({''.join(_argument(part, name) for part in token.arguments)})"


def _argument(token: _Token, name: str) -> str:
    if token.type == "literal" and token.value in ("+", "-", "*"):
        return str(token.value)
    if token.type == "() block":
        return f"({''.join(_argument(part, name) for part in token.content)})"
    return _written(token, name, {})


def _address(written: str, ours: dict[str, str | None]) -> str:
    address = ours.get(written)
    return f'url("{address}")' if address and re.fullmatch(r"[\w/:.?=&%~+,@-]+", address) else ""


def _string(words: str) -> str:
    return '"' + re.sub(r"[\x00-\x1f\x7f\"\\<>{}]", "", words)[:200] + '"'


def _number(token: _Token, name: str) -> str:
    """Write a number; refuse what could reach across the desk or stretch the paper for ever."""
    value, unit = float(token.value), ""
    if token.type == "dimension":
        unit = token.lower_unit
        if unit not in UNITS:
            raise _Unsafe
    if abs(value) * UNITS.get(unit, 1) > _LARGEST or (value < 0 and name not in MAY_BE_NEGATIVE):
        raise _Unsafe
    return f"{value:.6g}{'%' if token.type == 'percentage' else unit}"
