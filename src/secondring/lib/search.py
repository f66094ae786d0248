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

LONG = 40  # letters; longer words are numbers of things, and found whole
MOST_WORDS = 200  # that begin alike and are looked for one by one


def make(table: str, schema_editor: BaseDatabaseSchemaEditor, *, changes: bool) -> None:
    """Make the index; for migrations. changes: rows may be put again; otherwise SQLite keeps no copy of the words."""
    if schema_editor.connection.vendor == "sqlite":
        content = "" if changes else "content='', "
        schema_editor.execute(
            f"CREATE VIRTUAL TABLE {table} USING "
            f"fts5(words, {content}prefix='2 3', tokenize='unicode61 remove_diacritics 0')"
        )
    else:
        schema_editor.execute(f"CREATE TABLE {table} (id bigint PRIMARY KEY, words tsvector NOT NULL)")
        schema_editor.execute(_gin(table))


def make_known(table: str, schema_editor: BaseDatabaseSchemaEditor) -> None:
    """Make the list of all words that the index holds; for migrations. PostgreSQL needs none."""
    if schema_editor.connection.vendor == "sqlite":
        schema_editor.execute(f"CREATE TABLE {table}_known (word text PRIMARY KEY) WITHOUT ROWID")
        schema_editor.execute(f"CREATE VIRTUAL TABLE temp.{table}_terms USING fts5vocab(main, {table}, row)")
        schema_editor.execute(
            f"INSERT INTO {table}_known SELECT term FROM temp.{table}_terms WHERE length(term) <= {LONG}"
        )
        schema_editor.execute(f"DROP TABLE temp.{table}_terms")


def unmake(table: str, schema_editor: BaseDatabaseSchemaEditor) -> None:
    """Drop the index; for migrations."""
    schema_editor.execute(f"DROP TABLE IF EXISTS {table}")


def unmake_known(table: str, schema_editor: BaseDatabaseSchemaEditor) -> None:
    """Drop the list of words; for migrations."""
    schema_editor.execute(f"DROP TABLE IF EXISTS {table}_known")


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
    if connection.vendor == "sqlite":
        _know(table, many)


def _know(table: str, rows: Iterable[tuple[int, str]]) -> None:
    """Remember which words there are: beginnings are looked up among them (SQLite)."""
    words = json.dumps(list({word for _id, text in rows for word in text.split() if len(word) <= LONG}))
    connection.connection.execute(f"INSERT OR IGNORE INTO {table}_known SELECT value FROM json_each(?)", (words,))


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
        many = list(rows)
        connection.ensure_connection()
        connection.connection.executemany(f"INSERT INTO {table}(rowid, words) VALUES (?, ?)", many)
        _know(table, many)
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
        return f"SELECT rowid FROM {table} WHERE {table} MATCH %s", [_fts5(table, query)]
    return f"SELECT id FROM {table} WHERE words @@ to_tsquery('simple', %s)", [_tsquery(query)]


def newest(table: str, query: Query, *, before: int | None = None, limit: int) -> list[int]:
    """The highest ids that match, below `before`, highest first. `query` wants at least one term.

    Read straight from the index in its own order: as a part of a larger question, both engines would gather every
    match first, and a common word has millions.
    """
    sql, parameters = matching(table, query) if connection.vendor == "sqlite" else _rare_first(table, query)
    key = "rowid" if connection.vendor == "sqlite" else "id"
    if before is not None:
        sql, parameters = f"{sql} AND {key} < %s", [*parameters, before]
    if connection.vendor == "postgresql" and _is_rare(sql, parameters):
        # Without this the planner walks the primary key back through the whole table for a rare word.
        sql = f"WITH m AS MATERIALIZED ({sql}) SELECT id FROM m"
    with connection.cursor() as cursor:
        cursor.execute(f"{sql} ORDER BY {key} DESC LIMIT %s", [*parameters, limit])
        return [row[0] for row in cursor.fetchall()]


def _rare_first(table: str, query: Query) -> tuple[str, list[Any]]:
    """As `matching`, for PostgreSQL: beside rare words, common ones are looked for in what those have found.

    Left to itself the index merges their long lists with the short ones: three times the work in three million letters.
    """
    common = (
        () if len(query.wanted) < 2 else tuple(t for t in query.wanted if not _is_rare(*matching(table, Query((t,)))))
    )
    if not common or len(common) == len(query.wanted):
        return matching(table, query)
    rest = tuple(term for term in query.terms if term not in common)
    sql, parameters = matching(table, Query(rest))
    return f"{sql} AND (words @@ to_tsquery('simple', %s)) IS TRUE", [*parameters, _tsquery(Query(common))]


def _is_rare(sql: str, parameters: list[Any]) -> bool:
    """Does PostgreSQL's planner expect few enough hits that the index should be asked first?"""
    with connection.cursor() as cursor:
        cursor.execute("EXPLAIN (FORMAT JSON) " + sql, parameters)
        plan = cursor.fetchone()[0]
    plan = json.loads(plan) if isinstance(plan, str) else plan
    return bool(plan[0]["Plan"]["Plan Rows"] < FEW)


def _fts5(table: str, query: Query) -> str:
    """Every word is quoted, so nothing typed is ever an operator."""
    wanted = " AND ".join(_phrase(table, term) for term in query.wanted)
    return " NOT ".join([f"({wanted})", *(_phrase(table, term) for term in query.unwanted)])


def _phrase(table: str, term: Term) -> str:
    """A word of which only the beginning is known becomes the words that begin so, which FTS5 reads side by side.

    Left to itself it gathers all their rows before it gives the first: a quarter of a second for a common word in three
    million letters. It has an index of its own for beginnings of two and three letters, which have too many words.
    """
    begun = '"' + " ".join(term.words) + '"' + ("*" if term.begun else "")
    if not term.begun or len(term.words) != 1:
        return begun
    known = _beginning(table, term.words[0])
    return "(" + " OR ".join(f'"{word}"' for word in known) + ")" if 0 < len(known) <= MOST_WORDS else begun


def _beginning(table: str, word: str) -> list[str]:
    with connection.cursor() as cursor:
        sql = f"SELECT word FROM {table}_known WHERE word >= %s AND word < %s LIMIT %s"
        cursor.execute(sql, [word, word + chr(0x10FFFF), MOST_WORDS + 1])
        return [row[0] for row in cursor.fetchall()]


def _tsquery(query: Query) -> str:
    parts = [_words(term) for term in query.wanted] + ["!" + _words(term) for term in query.unwanted]
    return " & ".join(parts)


def _words(term: Term) -> str:
    quoted: Sequence[str] = [f"'{word}'" for word in term.words]
    text = " <-> ".join(quoted) + (":*" if term.begun else "")
    return f"({text})"
