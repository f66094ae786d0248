"""Full text in the product's own database: FTS5 on SQLite, a GIN index on PostgreSQL, one face for both.

An index is a table (id, words) that a room's migration makes with `make`. Words are folded by `search_words`.
"""

import json
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any

from django.db import connection
from django.db.backends.base.schema import BaseDatabaseSchemaEditor

from .search_words import Query, Term

FEW = (
    50_000  # PostgreSQL: below this estimate the index is asked first, above it walking back from the newest is quicker
)


def make(table: str, schema_editor: BaseDatabaseSchemaEditor, *, changes: bool) -> None:
    """Make the index; for migrations. changes: rows may be put again; otherwise SQLite keeps no copy of the words."""
    if schema_editor.connection.vendor == "sqlite":
        content = "" if changes else "content='', "
        schema_editor.execute(
            f"CREATE VIRTUAL TABLE {table} USING fts5(words, {content}tokenize='unicode61 remove_diacritics 0')"
        )
    else:
        schema_editor.execute(f"CREATE TABLE {table} (id bigint PRIMARY KEY, words tsvector NOT NULL)")
        schema_editor.execute(_gin(table))


def unmake(table: str, schema_editor: BaseDatabaseSchemaEditor) -> None:
    """Drop the index; for migrations."""
    schema_editor.execute(f"DROP TABLE IF EXISTS {table}")


def put(table: str, rows: Iterable[tuple[int, str]]) -> None:
    """Keep the folded words of each (id, words), in the caller's transaction. Putting again needs `changes`."""
    many = list(rows)
    if connection.vendor == "sqlite":
        sql = f"INSERT OR REPLACE INTO {table}(rowid, words) VALUES (%s, %s)"
    else:
        sql = (
            f"INSERT INTO {table}(id, words) VALUES (%s, to_tsvector('simple', %s)) "
            "ON CONFLICT (id) DO UPDATE SET words = excluded.words"
        )
    with connection.cursor() as cursor:
        cursor.executemany(sql, many)


@contextmanager
def filling(*tables: str) -> Iterator[None]:
    """Around the first filling of large indexes with `fill`: each is sorted once at the end, not row by row."""
    sqlite = connection.vendor == "sqlite"
    with connection.cursor() as cursor:
        for table in tables:
            cursor.execute(_gather(table, 128 * 2**20) if sqlite else f"DROP INDEX {table}_words")
    yield
    with connection.cursor() as cursor:
        for table in tables:
            cursor.execute(_gather(table, 2**20) if sqlite else _gin(table))


def fill(table: str, rows: Iterable[tuple[int, str]]) -> None:
    """As `put`, for many new rows at once, inside `filling`."""
    if connection.vendor == "sqlite":
        connection.ensure_connection()
        connection.connection.executemany(f"INSERT INTO {table}(rowid, words) VALUES (?, ?)", rows)
        return
    with connection.cursor() as cursor:
        cursor.execute("CREATE TEMPORARY TABLE filling (id bigint, words text) ON COMMIT DROP")
        with cursor.copy("COPY filling FROM STDIN") as line:
            for row in rows:
                line.write_row(row)
        cursor.execute(f"INSERT INTO {table} SELECT id, to_tsvector('simple', words) FROM filling")
        cursor.execute("DROP TABLE filling")


def _gin(table: str) -> str:
    return f"CREATE INDEX {table}_words ON {table} USING gin (words) WITH (fastupdate = off)"


def _gather(table: str, size: int) -> str:
    """FTS5 gathers so many bytes of words before it writes a segment; 1 MB unless told."""
    return f"INSERT INTO {table}({table}, rank) VALUES ('hashsize', {size})"


def matching(table: str, query: Query) -> tuple[str, list[Any]]:
    """A subquery giving the ids that match, for `id IN (…)`, and its parameters. `query` wants at least one term."""
    if connection.vendor == "sqlite":
        return f"SELECT rowid FROM {table} WHERE {table} MATCH %s", [_fts5(query)]
    return f"SELECT id FROM {table} WHERE words @@ to_tsquery('simple', %s)", [_tsquery(query)]


def is_rare(table: str, query: Query) -> bool:
    """PostgreSQL: does the planner expect few enough hits that the index should be asked first?"""
    sql, parameters = matching(table, query)
    with connection.cursor() as cursor:
        cursor.execute("EXPLAIN (FORMAT JSON) " + sql, parameters)
        plan = cursor.fetchone()[0]
    plan = json.loads(plan) if isinstance(plan, str) else plan
    return bool(plan[0]["Plan"]["Plan Rows"] < FEW)


def _fts5(query: Query) -> str:
    """Every word is quoted, so nothing typed is ever an operator."""
    wanted = " AND ".join(map(_phrase, query.wanted))
    return " NOT ".join([f"({wanted})", *map(_phrase, query.unwanted)])


def _phrase(term: Term) -> str:
    return '"' + " ".join(term.words) + '"' + ("*" if term.begun else "")


def _tsquery(query: Query) -> str:
    parts = [_words(term) for term in query.wanted] + ["!" + _words(term) for term in query.unwanted]
    return " & ".join(parts)


def _words(term: Term) -> str:
    quoted: Sequence[str] = [f"'{word}'" for word in term.words]
    text = " <-> ".join(quoted) + (":*" if term.begun else "")
    return f"({text})"
