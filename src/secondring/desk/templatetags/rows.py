"""Rows of lists, drawn once for as long as they say the same: only the clock in them is new at every look."""

import secrets
from dataclasses import dataclass, field, fields
from functools import lru_cache
from typing import Any

from django import template
from django.template.loader import get_template
from django.utils.safestring import SafeString
from django.utils.translation import get_language

from ..shapes import HasName, Line
from .marks import told, waiting_ring, waiting_time

register = template.Library()

KEPT = 2_000  # rows, some 3 kB each: the lists of a day
# What is drawn where the clock and the form's token go, until they do. Nobody who writes to us can guess it.
GAPS = {f"{secrets.token_hex(8)}-{name}": name for name in ("ring", "time", "token")}
RING, TIME, TOKEN = GAPS
NOT_PLAIN = {"who", "holder", "tags", "wait"}
PLAIN = [each.name for each in fields(Line) if each.name not in NOT_PLAIN]


@dataclass(frozen=True, slots=True)
class _Row:
    """A line, equal to every other that says the same."""

    says: tuple[Any, ...]
    line: Line = field(compare=False)


@register.simple_tag
def row(line: Line, csrf_token: str = "") -> SafeString:
    """One row of a list, for a <ul>."""
    clock = {"ring": waiting_ring(line.wait), "time": waiting_time(line.wait)}
    return SafeString(_drawn(_Row(_said(line), line)) % {**clock, "token": told(csrf_token)})


@lru_cache(maxsize=KEPT)
def _drawn(row: _Row) -> str:
    """The row, to be filled by %."""
    context = {"line": row.line, "ring": RING, "time": TIME, "csrf_token": TOKEN}
    drawn = get_template("desk/_line.html").render(context).replace("%", "%%")
    for gap, name in GAPS.items():
        drawn = drawn.replace(gap, f"%({name})s")
    return drawn


def _said(line: Line) -> tuple[Any, ...]:
    plain = (getattr(line, name) for name in PLAIN)
    return (get_language(), _someone(line.who), _someone(line.holder), tuple(line.tags), *plain)


def _someone(who: HasName | None) -> tuple[Any, ...] | None:
    if who is None:
        return None
    return (str(who.name), *(getattr(who, what, None) for what in ("pk", "face", "picture")))
