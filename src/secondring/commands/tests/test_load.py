"""A company of any size has the rows and the words that the product itself would have written."""

import argparse
from collections.abc import Iterator

import pytest
from django.db import connection

from secondring.commands import load
from secondring.conversations import search
from secondring.conversations.models import Conversation, Event, Message
from secondring.customers import recognising
from secondring.customers import search as customer_search
from secondring.lib import search_words
from secondring.team.models import Teammate

pytestmark = pytest.mark.django_db(transaction=True)


def empty_the_indices() -> None:
    """They have no model, so nothing empties them between tests that really commit."""
    for table in (search.TABLE, customer_search.TABLE):
        contentless = connection.vendor == "sqlite" and table == search.TABLE
        with connection.cursor() as cursor:
            cursor.execute(
                f"INSERT INTO {table}({table}) VALUES ('delete-all')" if contentless else f"DELETE FROM {table}"
            )


@pytest.fixture
def company() -> Iterator[load.Company]:
    empty_the_indices()
    options = argparse.Namespace(seed=3, customers=30, conversations=40, messages=120, open=20, waiting=10)
    company = load.Company(options)
    company.write()
    yield company
    empty_the_indices()


def test_rows_are_as_many_as_were_asked_for(company: load.Company):
    assert (Conversation.objects.count(), Message.objects.count(), Event.objects.count()) == (40, 120, 120)
    assert Conversation.objects.open().count() == 20
    assert Conversation.objects.waiting().count() == 10
    assert not Conversation.objects.get(pk=1).is_junk


def words(kept: str) -> list[str]:
    return sorted(search_words.fold(kept))


def test_every_message_is_found_by_what_the_product_would_keep_of_it(company: load.Company):
    me = Teammate.objects.earliest("pk")
    for message in Message.objects.select_related("author")[:20]:
        row = (message.pk, 0, message.customer_id, message.author_id, 0, 0, "", message.text)
        assert words(company._words(row)) == words(search.words_of(message))
        said = " ".join(message.text.split()[:6])
        found = search.messages(search_words.parse(f'"{said}"'), by=me, limit=100)
        assert message.pk in found


def test_customers_are_found_by_number_and_address(company: load.Company):
    number, address = load.customer_number(7), load.customer_address(7)
    assert [each.pk for each in customer_search.customers(number)] == [7]
    assert [each.pk for each in customer_search.customers(address)] == [7]
    assert 7 in [each.pk for each in customer_search.customers(number[-8:])]
    assert recognising.find("phone", number).pk == 7
