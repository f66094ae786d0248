"""What the pages that people open all day ask of the database goes by an index, however large the company grows.

Every question that a page puts is explained afterwards. A small table is rightly read whole; so SQLite may not know how small
it is, and for PostgreSQL reading whole is made too dear: where it is planned all the same, there is no index to go by.
"""

import argparse
import re
from collections.abc import Iterator
from typing import Any

import pytest
from django.db import connection
from django.test import Client

from secondring.commands import load
from secondring.team.models import Teammate

from .test_load import empty_the_indices

pytestmark = pytest.mark.django_db(transaction=True)

GROW = "conversation message event attachment delivery nudge".split()
LARGE = {f"conversations_{name}" for name in GROW} | {
    "customers_customer", "customers_contactpoint", "mail_incomingemail", "mail_emailthread",
    "phone_call", "phone_callleg", "phone_callout",
}  # fmt: skip


@pytest.fixture
def company() -> Iterator[None]:
    empty_the_indices()
    options = argparse.Namespace(seed=3, customers=30, conversations=60, messages=240, open=30, waiting=15)
    load.Company(options).write()
    _forget_how_small_it_is()
    yield
    empty_the_indices()


@pytest.mark.parametrize(
    "address",
    [
        "/", "/inbox/mine/", "/inbox/open/", "/inbox/done/", "/inbox/counts/", "/inbox/waiting-now/", "/letters/",
        "/conversations/30/", "/people/7/", f"/people/?q={load.customer_address(7)}",
        f"/people/?q=%2B{load.customer_number(7)[1:]}", "/palette/?q=ana", "/calls/",
        "/calls/figures/", "/calls/?after=2026-01-01T00:00:00%2B00:00~9",
    ],
)  # fmt: skip
def test_no_table_that_grows_is_read_whole(company: None, client: Client, address: str):
    client.force_login(
        Teammate.objects.filter(role="teammate").earliest("pk"), "django.contrib.auth.backends.ModelBackend"
    )
    client.get(address)  # what is asked only once in the life of a process is none of our business here
    asked = _asked(client, address)
    assert asked, "the page asked nothing"
    whole = {sql: plan for sql, plan in ((sql, _plan(sql, given)) for sql, given in asked) if _reads_whole(plan)}
    assert whole == {}


def test_a_question_without_an_index_is_noticed(company: None):
    plan = _plan("SELECT id FROM conversations_message WHERE sender_name = %s", ("Ana",))
    assert _reads_whole(plan) == {"conversations_message"}
    assert not _reads_whole(_plan("SELECT text FROM conversations_message WHERE id = %s", (7,)))


def _forget_how_small_it_is() -> None:
    """SQLite, when it knows how few rows there are, rightly reads them all; when it does not know it expects many."""
    if connection.vendor == "sqlite":
        with connection.cursor() as cursor:
            cursor.execute("DELETE FROM sqlite_stat1")
            cursor.execute("ANALYZE sqlite_schema")


def _asked(client: Client, address: str) -> list[tuple[str, Any]]:
    asked: list[tuple[str, Any]] = []

    def note(execute: Any, sql: str, given: Any, many: bool, context: dict[str, Any]) -> Any:
        if sql.lstrip().upper().startswith(("SELECT", "WITH")):
            asked.append((sql, given))
        return execute(sql, given, many, context)

    with connection.execute_wrapper(note):
        assert client.get(address).status_code == 200
    return asked


def _plan(sql: str, given: Any) -> str:
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            cursor.execute(f"EXPLAIN QUERY PLAN {sql}", given)
            return "\n".join(row[3] for row in cursor.fetchall())
        cursor.execute("SET enable_seqscan = off")
        try:
            cursor.execute(f"EXPLAIN {sql}", given)
            return "\n".join(row[0] for row in cursor.fetchall())
        finally:
            cursor.execute("RESET enable_seqscan")


def _reads_whole(plan: str) -> set[str]:
    if connection.vendor == "sqlite":
        return {table for table in re.findall(r"SCAN (\w+)(?! USING)\b", plan) if table in LARGE}
    return {table for table in re.findall(r"Seq Scan on (\w+)", plan) if table in LARGE}
