"""How many, of several things at once: one question to the database, and none counted further than anybody reads."""

from collections.abc import Callable, Hashable
from functools import wraps
from typing import Any, ParamSpec

from django.core.exceptions import EmptyResultSet
from django.db import connection
from django.db.models import QuerySet

from . import prepared
from .prepared import Values, Written

P = ParamSpec("P")
Several = dict[str, "QuerySet[Any]"]


def counted(most: int) -> Callable[[Callable[P, Several]], Callable[P, dict[str, int]]]:
    """Makes a function that names querysets answer how many rows each has, told up to `most`.

    It is `prepared`: what its arguments may be, and where they may go, stands there.
    """

    def of(build: Callable[P, Several]) -> Callable[P, dict[str, int]]:
        kept: dict[Hashable, _Count] = {}

        @wraps(build)
        def ask(*args: P.args, **kwargs: P.kwargs) -> dict[str, int]:
            values = Values(args, kwargs)
            count = kept.get(values.shape)
            if count is None:
                prepared.make_room(kept)
                count = kept[values.shape] = _Count(most, values.with_stand_ins(build), values)
            if prepared.is_checked:
                _names, sql, parameters = _together(most, build(*args, **kwargs))
                prepared.check(sql, parameters, count.written.filled(values))
            return count.asked(values)

        return ask

    return of


class _Count:
    """What is counted, written once. Those of which there can be none are not asked."""

    def __init__(self, most: int, several: Several, values: Values) -> None:
        self._none = dict.fromkeys(several, 0)
        self._asked, sql, parameters = _together(most, several)
        self.written: Written = values.written(sql, parameters)

    def asked(self, values: Values) -> dict[str, int]:
        if not self._asked:
            return dict(self._none)
        with connection.cursor() as cursor:
            cursor.execute(*self.written.filled(values))
            return self._none | dict(zip(self._asked, cursor.fetchone(), strict=True))


def _together(most: int, several: Several) -> tuple[list[str], str, list[Any]]:
    """The names of those that may have rows, and the question how many each has."""
    asked: list[str] = []
    parts: list[str] = []
    parameters: list[Any] = []
    for name, rows in several.items():
        try:
            sql, given = rows.order_by().values("pk")[:most].query.sql_with_params()
        except EmptyResultSet:  # somebody who may see nothing
            continue
        asked.append(name)
        parts.append(f"(SELECT COUNT(*) FROM ({sql}) AS counted)")
        parameters += given
    return asked, "SELECT " + ", ".join(parts), parameters
