"""Two letters of a stranger in one moment are one person's."""

import time
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connection, transaction

from secondring import testing as t
from secondring.customers import recognising
from secondring.customers.models import ContactPoint, Customer

ADDRESS = "new@example.org"


def found_elsewhere() -> int:
    try:
        return int(recognising.recognise("email", ADDRESS, name="New", at=t.MONDAY).pk)
    finally:
        connection.close()


def somebody_waits() -> bool:
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM pg_locks WHERE NOT granted")
        return bool(cursor.fetchone()[0])


@pytest.mark.django_db(transaction=True)
def test_whoever_comes_second_finds_whom_the_first_has_made() -> None:
    if connection.vendor != "postgresql":
        pytest.skip("SQLite writes one by one")
    with ThreadPoolExecutor(1) as other:
        with transaction.atomic():
            first = recognising.recognise("email", ADDRESS, name="New", at=t.MONDAY)
            second = other.submit(found_elsewhere)
            until = time.monotonic() + 20
            while not somebody_waits() and time.monotonic() < until:
                time.sleep(0.02)
            assert not second.done()
        assert second.result(20) == first.pk
    assert (Customer.objects.count(), ContactPoint.objects.count()) == (1, 1)
