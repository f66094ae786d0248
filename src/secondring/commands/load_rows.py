"""Many rows at once: INSERT with many on SQLite, COPY on PostgreSQL; what a row does not say is the model's default."""

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime
from typing import Any

from django.db import connection, models

Row = Sequence[Any]


class Table:
    """A model's table, filled by position: `columns` are the names of fields, as in `conversation_id`."""

    def __init__(self, model: type[models.Model], *columns: str) -> None:
        fields = {field.attname: field for field in model._meta.concrete_fields}
        others = [field for name, field in fields.items() if name not in columns and not field.primary_key]
        self.name = model._meta.db_table
        self.columns = [str(fields[name].column) for name in columns] + [str(field.column) for field in others]
        self.rest = tuple(_default(field) for field in others)

    def write(self, rows: Iterable[Row]) -> None:
        """Write these rows, in the caller's transaction."""
        whole = ((*row, *self.rest) for row in rows)
        if connection.vendor == "sqlite":
            _insert(self.name, self.columns, whole)
        else:
            copy(self.name, self.columns, whole)


def _default(field: "models.Field[Any, Any]") -> Any:
    return field.get_db_prep_save(field.get_default(), connection)


def _insert(table: str, columns: Sequence[str], rows: Iterable[Row]) -> None:
    names = ", ".join(f'"{column}"' for column in columns)
    sql = f'INSERT INTO "{table}" ({names}) VALUES ({", ".join("?" * len(columns))})'
    connection.ensure_connection()
    connection.connection.executemany(sql, rows)


def copy(table: str, columns: Sequence[str], rows: Iterable[Row]) -> None:
    """PostgreSQL's own way to take many rows."""
    names = ", ".join(f'"{column}"' for column in columns)
    with connection.cursor() as cursor, cursor.copy(f'COPY "{table}" ({names}) FROM STDIN') as line:
        for row in rows:
            line.write_row(row)


def moment(at: datetime) -> Any:
    """A moment as this database's driver takes it."""
    return at.replace(tzinfo=None).isoformat(" ") if connection.vendor == "sqlite" else at


@contextmanager
def in_a_hurry() -> Iterator[None]:
    """Inside, speed comes before safety: a load that dies is begun again."""
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            cursor.execute("PRAGMA synchronous=OFF")
            cursor.execute("PRAGMA cache_size=-1000000")
        else:
            cursor.execute("SET synchronous_commit = off")
            cursor.execute("SET maintenance_work_mem = '1GB'")
            cursor.execute("SELECT current_setting('is_superuser')")
            if cursor.fetchone() == ("on",):  # where the server is ours it need not look whom each row points to
                cursor.execute("SET session_replication_role = replica")
    yield
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("RESET session_replication_role")
