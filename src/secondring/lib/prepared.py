"""Questions asked at every look: Django writes their SQL once, and each asking fills in who asks, about what, since when.

Writing the SQL of a list takes Django some twenty times as long as SQLite takes to answer it. A function that builds a
queryset from nothing but its arguments can be `prepared`: its SQL is kept for each shape of the arguments, and what stands
in them as a value goes where a stand-in went when it was written.
"""

import copy
from collections.abc import Callable, Hashable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import wraps
from typing import Any, ParamSpec, TypeVar

from django.core.exceptions import EmptyResultSet
from django.db import connection
from django.db.models import QuerySet

P = ParamSpec("P")
Row = TypeVar("Row")
Answer = TypeVar("Answer")

SHAPES = 300  # kept of one question. A list of numbers has a shape for each length
is_checked = False  # the tests write every question anew as well, and compare
_FIRST = -918_273_645  # where a number goes; fits into every column of numbers, and nobody has it
_DAY = datetime(1901, 2, 3, 4, 5, 6, tzinfo=UTC)


class Given(str):
    """Words that go into a condition as they are, equal to something. Other words make the shape."""


_PLAIN = (int, datetime, Given)


def prepared(build: Callable[P, "QuerySet[Any, Row]"]) -> Callable[P, list[Row]]:
    """`build` answers with its rows, read.

    Whole numbers, moments, `Given` words, tuples of numbers and people of the team are values: they may go into
    conditions and nowhere else (not into slices, not into `if`). All other arguments make the shape. Of a person the
    shape keeps the `standing`, all that a question may ask of them but who they are; `like_me` makes somebody else of
    the same.
    """
    kept: dict[Hashable, _Question] = {}

    @wraps(build)
    def ask(*args: P.args, **kwargs: P.kwargs) -> list[Row]:
        values = Values(args, kwargs)
        question = kept.get(values.shape)
        if question is None:  # two threads may both write it; neither looks again, for a third may be making room
            make_room(kept)
            question = kept[values.shape] = _Question(values.with_stand_ins(build), values)
        if is_checked and question.written:
            check(*build(*args, **kwargs).query.sql_with_params(), question.written.filled(values))
        return question.asked(values)

    return ask


def make_room(kept: dict[Hashable, Any]) -> None:
    """Begin anew where somebody asks in ever new shapes."""
    if len(kept) >= SHAPES:
        kept.clear()


class Values:
    """The values among these arguments, and the shape that is left without them."""

    def __init__(self, args: Sequence[Any], kwargs: dict[str, Any]) -> None:
        self._args, self._kwargs = args, kwargs
        self._given: list[Any] = []
        self.shape: Hashable = (
            connection.vendor,
            *(self._part(each) for each in args),
            *((name, self._part(each)) for name, each in kwargs.items()),
        )

    def _part(self, given: Any) -> Hashable:
        """Keeps the value, or the values in it; what is left is its shape."""
        kind: type = given.__class__  # not type(): the one who asks may be wrapped until somebody looks
        if kind in _PLAIN:
            self._given.append(given)
            return kind
        if kind is tuple and all(type(each) is int for each in given):
            self._given += given
            return kind, len(given)
        if hasattr(kind, "like_me"):
            self._given.append(given.pk)
            return kind, given.standing
        if hasattr(kind, "pk"):
            raise TypeError(f"A {kind.__name__} is no shape: what a question asks of it may change. Give its number.")
        return given  # type: ignore[no-any-return]

    def with_stand_ins(self, build: Callable[P, Answer]) -> Answer:
        """What `build` makes of the same shape, with a stand-in where each value was."""
        others = iter(self._stand_ins)
        args = [_replaced(each, others) for each in self._args]
        return build(*args, **{name: _replaced(each, others) for name, each in self._kwargs.items()})

    @property
    def _stand_ins(self) -> list[Any]:
        return [_stand_in(each, place) for place, each in enumerate(self._given)]

    def written(self, sql: str, parameters: Sequence[Any]) -> "Written":
        """SQL that was written with the stand-ins."""
        places = {_adapted(each): number for number, each in enumerate(self._stand_ins)}
        gaps = [places.get(each) if isinstance(each, Hashable) else None for each in parameters]
        return Written(sql, tuple(parameters), tuple(gaps))

    @property
    def adapted(self) -> list[Any]:
        """The values as this database wants to be given them."""
        return [_adapted(each) for each in self._given]


@dataclass(frozen=True, slots=True)
class Written:
    """SQL with gaps: for each parameter, which value goes there (None: it stays)."""

    sql: str
    parameters: tuple[Any, ...]
    gaps: tuple[int | None, ...]

    def filled(self, values: Values) -> tuple[str, tuple[Any, ...]]:
        """The parameters with the values in their gaps, each of the type that the database was told of."""
        given = values.adapted
        return self.sql, tuple(
            each if gap is None else type(each)(given[gap]) if isinstance(each, int) else given[gap]
            for each, gap in zip(self.parameters, self.gaps, strict=True)
        )


def _stand_in(value: Any, place: int) -> Any:
    """Of the same type, and nobody's."""
    if isinstance(value, datetime):
        return _DAY.replace(microsecond=1 + place)
    return Given(_FIRST - place) if isinstance(value, Given) else _FIRST - place


def _replaced(given: Any, others: Iterator[Any]) -> Any:
    """The argument with the next stand-ins for its values; goes where `Values._part` went."""
    kind = given.__class__
    if kind in _PLAIN:
        return next(others)
    if kind is tuple and all(type(each) is int for each in given):
        return tuple(next(others) for _each in given)
    return given.like_me(next(others)) if hasattr(kind, "like_me") else given


def _adapted(value: Any) -> Any:
    """As this database wants to be given it."""
    return connection.ops.adapt_datetimefield_value(value) if isinstance(value, datetime) else value


class _Question:
    """A queryset that was written once; `written` is None where there is never an answer."""

    def __init__(self, rows: "QuerySet[Any, Any]", values: Values) -> None:
        self._rows = rows
        self._compiler = rows.query.get_compiler(using=rows.db)
        self.written: Written | None = None
        with suppress(EmptyResultSet):
            self.written = values.written(*self._compiler.as_sql())
            columns = [column for column, _sql, _name in self._compiler.select[: self._compiler.col_count]]
            self._converters = self._compiler.get_converters(columns)

    def asked(self, values: Values) -> list[Any]:
        """A queryset like the kept one reads the rows, so that all that hangs on them comes as ever; nobody gets hold of it."""
        if self.written is None:
            return []
        filled = self.written.filled(values)
        compiler = copy.copy(self._compiler)
        compiler.connection = connection
        compiler.as_sql = lambda *_args, **_kwargs: filled
        compiler.get_converters = lambda _columns: self._converters
        rows = self._rows.all()
        rows.query.get_compiler = lambda *_args, **_kwargs: compiler  # type: ignore[method-assign]
        return list(rows)


def check(sql: str, parameters: Sequence[Any], kept: tuple[str, tuple[Any, ...]]) -> None:
    """What was kept says what is written anew."""
    assert (sql, tuple(parameters)) == kept, "What a prepared question was given did not go into its conditions alone."
