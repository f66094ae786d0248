"""Gives a stranger's CSS selectors new names, so that a letter can style itself and nothing of ours.

Class and id 'price' become 'l-price'; body and html become the two boxes the letter lies in.
"""

import re
from collections.abc import Iterator
from typing import Any

import tinycss2

PREFIX = "l-"
HTML_CLASS = "letter-html"
BODY_CLASS = "letter-body"

_Token = Any  # tinycss2 has no types
_NAME = re.compile(r"[\w-]{1,80}")
_TAG = re.compile(r"[a-zA-Z][a-zA-Z0-9]{0,20}")
_PSEUDO = frozenset(
    "link visited hover active focus first-child last-child only-child first-of-type last-of-type only-of-type empty"
    " before after first-line first-letter".split()
)
_COUNTING = frozenset("nth-child nth-last-child nth-of-type nth-last-of-type".split())
_CHOOSING = frozenset("not is where".split())
_PLAIN_ATTRIBUTES = frozenset("align valign width height bgcolor border lang dir type start href src alt title".split())
_MOST_SELECTORS = 200
_END = tinycss2.ast.ParseError(0, 0, "end", "the selector ends here")


class _Unsafe(Exception):
    """This selector cannot stay."""


def own_name(name: str) -> str:
    """Return the name under which a letter's class or id lives, or '' if it is no name."""
    return PREFIX + name if _NAME.fullmatch(name) else ""


def renamed(prelude: list[_Token]) -> str:
    """Return the selectors of a rule with our names, leaving out those we cannot vouch for."""
    kept = []
    for one in _split(prelude)[:_MOST_SELECTORS]:
        try:
            kept.append(_selector(one))
        except _Unsafe:
            continue
    return ",".join(filter(None, kept))


def _split(prelude: list[_Token]) -> list[list[_Token]]:
    groups: list[list[_Token]] = [[]]
    for token in prelude:
        if token.type == "literal" and token.value == ",":
            groups.append([])
        else:
            groups[-1].append(token)
    return groups


def _selector(parts: list[_Token]) -> str:
    following = iter(parts)
    return "".join(_part(token, following) for token in following).strip()


def _part(token: _Token, following: Iterator[_Token]) -> str:
    match token.type:
        case "whitespace" | "comment":
            return " "
        case "ident":
            return _tag(token.value)
        case "hash" if own_name(token.value):
            return "#" + str(tinycss2.serialize_identifier(own_name(token.value)))
        case "literal" if token.value in ("*", ">", "+", "~"):
            return str(token.value)
        case "literal" if token.value == ".":
            return _class(next(following, _END))
        case "literal" if token.value == ":":
            return _pseudo(next(following, _END), following)
        case "[] block":
            return _attribute([part for part in token.content if part.type != "whitespace"])
    raise _Unsafe


def _tag(name: str) -> str:
    if not _TAG.fullmatch(name):
        raise _Unsafe
    return str({"html": "." + HTML_CLASS, "body": "." + BODY_CLASS}.get(name.lower(), name.lower()))


def _class(token: _Token) -> str:
    if token.type != "ident" or not own_name(token.value):
        raise _Unsafe
    return "." + str(tinycss2.serialize_identifier(own_name(token.value)))


def _pseudo(token: _Token, following: Iterator[_Token]) -> str:
    if token.type == "literal" and token.value == ":":
        return _pseudo(next(following, _END), following)
    if token.type == "ident":
        name = token.value.lower()
        if name == "root":
            return "." + HTML_CLASS
        if name in _PSEUDO:
            return f":{name}"
    if token.type == "function":
        return _pseudo_function(token)
    raise _Unsafe


def _pseudo_function(token: _Token) -> str:
    if token.lower_name in _CHOOSING and (chosen := renamed(token.arguments)):
        return f":{token.lower_name}({chosen})"
    place = tinycss2.serialize(token.arguments).strip().lower()
    if token.lower_name in _COUNTING and re.fullmatch(r"[0-9n+ -]{1,20}|odd|even", place):
        return f":{token.lower_name}({place})"
    raise _Unsafe


def _attribute(parts: list[_Token]) -> str:
    """Translate [class="a b"], [id=a] and the plain ones; '[class*=a]' may stay, since our names hold the old ones."""
    name = parts[0].value.lower() if parts and parts[0].type == "ident" else ""
    if len(parts) == 1 and name in _PLAIN_ATTRIBUTES:
        return f"[{name}]"
    sign = "".join(str(getattr(part, "value", "?")) for part in parts[1:-1])
    if len(parts) < 3 or parts[-1].type not in ("string", "ident") or sign not in ("=", "~=", "*=", "^="):
        raise _Unsafe
    value = parts[-1].value
    if not re.fullmatch(r"[\w .:/#-]{1,80}", value):
        raise _Unsafe
    if name == "class" and sign in ("=", "~="):
        return "".join("." + str(tinycss2.serialize_identifier(PREFIX + one)) for one in value.split())
    if name in ("class", "id"):
        return f'[{name}{sign}"{PREFIX if sign != "*=" else ""}{value}"]'
    if name not in _PLAIN_ATTRIBUTES:
        raise _Unsafe
    return f'[{name}{sign}"{value}"]'
