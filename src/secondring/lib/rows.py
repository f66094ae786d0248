"""Rows that every letter writes, by statements worked out once for each model.

Django works its statement out anew for every row, which takes five times as long as the database does. What the
fields make of their values is still Django's. For models of ours: no parents, no signals, ids given by the database.
"""

from collections.abc import Mapping
from functools import cache
from typing import Any, TypeVar

from django.db import connection, connections, models

Row = TypeVar("Row", bound=models.Model)
Fields = tuple["models.Field[Any, Any]", ...]


def insert(row: Row) -> Row:
    """Write a new row, which then has its id. Raises IntegrityError."""
    sql, fields = _insertion(type(row))
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            cursor.execute(sql, _values(row, fields))
            row.pk = cursor.lastrowid
        else:
            cursor.execute(f"{sql} RETURNING id", _values(row, fields))
            row.pk = cursor.fetchone()[0]
    row._state.adding, row._state.db = False, connection.alias
    return row


def insert_once(row: models.Model) -> bool:
    """Write a row that nobody needs the id of; False when there is one already, perhaps since a moment ago."""
    sql, fields = _insertion(type(row))
    with connection.cursor() as cursor:
        cursor.execute(f"{sql} ON CONFLICT DO NOTHING", _values(row, fields))
        return bool(cursor.rowcount)


def change(model: type[models.Model], values: Mapping[str, Any], **where: int) -> int:
    """Write these values into the rows that `where` names by plain numbers; how many there were."""
    sql, fields = _change(model, tuple(values), tuple(where))
    written = [_prepared(field, value) for field, value in zip(fields, values.values(), strict=True)]
    with connection.cursor() as cursor:
        cursor.execute(sql, [*written, *where.values()])
        return int(cursor.rowcount)


def _values(row: models.Model, fields: Fields) -> list[Any]:
    database = connections[connection.alias]  # itself, not its proxy, which each field would ask several times
    return [field.get_db_prep_save(field.pre_save(row, True), database) for field in fields]


def _prepared(field: "models.Field[Any, Any]", value: Any) -> Any:
    return field.get_db_prep_save(value.pk if isinstance(value, models.Model) else value, connection)


@cache
def _insertion(model: type[models.Model]) -> tuple[str, Fields]:
    fields = tuple(field for field in model._meta.local_concrete_fields if not field.primary_key)
    columns = ", ".join(f'"{field.column}"' for field in fields)
    return f'INSERT INTO "{model._meta.db_table}" ({columns}) VALUES ({", ".join(["%s"] * len(fields))})', fields


@cache
def _change(model: type[models.Model], names: tuple[str, ...], where: tuple[str, ...]) -> tuple[str, Fields]:
    fields = _fields(model, names)
    columns = ", ".join(f'"{field.column}" = %s' for field in fields)
    conditions = " AND ".join(f'"{field.column}" = %s' for field in _fields(model, where))
    return f'UPDATE "{model._meta.db_table}" SET {columns} WHERE {conditions}', fields


def _fields(model: type[models.Model], names: tuple[str, ...]) -> Fields:
    by_name = {field.name: field for field in model._meta.local_concrete_fields}
    by_name |= {field.attname: field for field in model._meta.local_concrete_fields}
    return tuple(by_name[name] for name in names)
