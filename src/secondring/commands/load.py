"""Fill a folder (or the PostgreSQL that SECONDRING_DATABASE_URL names) with a company of any size; for measuring.

Example: ./secondring load --dir /tmp/big --customers 200000 --conversations 500000 --messages 3000000
"""

import argparse
import os
import random
import sys
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from itertools import islice
from pathlib import Path
from typing import Any

from .cli import set_up_django

BATCH = 5_000
YEARS = 8
EMAIL, PASSWORD = "person{}@harbourrow.example", "second-ring-load"
WORDS = 30_000


def arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--dir", type=Path, default=Path("data"), help="an empty folder, or one that load made")
    parser.add_argument("--customers", type=int, default=1_000)
    parser.add_argument("--conversations", type=int, default=2_000)
    parser.add_argument("--messages", type=int, default=10_000)
    parser.add_argument("--open", type=int, default=500, help="how many conversations are not done")
    parser.add_argument("--waiting", type=int, default=100, help="in how many of those somebody waits for us")
    parser.add_argument("--sellers", type=int, default=0, help="come with the shop, which is not built yet")
    parser.add_argument("--orders", type=int, default=0, help="come with the shop, which is not built yet")
    parser.add_argument("--seed", type=int, default=1)


def run(options: argparse.Namespace) -> int:
    """Write the company, with a line of progress; refuses a folder in which real people write."""
    if options.sellers or options.orders:
        print(
            "There are no sellers and orders yet; they come with the shop. Leave --sellers and --orders out.",
            file=sys.stderr,
        )
        return 2
    if options.messages < options.conversations or options.conversations < 1 or options.customers < 1:
        print("There must be at least one customer, and at least one message a conversation.", file=sys.stderr)
        return 2
    os.environ["SECONDRING_DIR"] = str(options.dir.resolve())
    set_up_django()
    from django.core.management import call_command

    from ..team.models import Teammate

    call_command("migrate", interactive=False, verbosity=0)
    if Teammate.objects.exists():
        print(f"{options.dir} already holds a company. Name an empty folder with --dir.", file=sys.stderr)
        return 2
    Company(options).write()
    return 0


class Company:
    """A deterministic company: the same options and seed give the same rows."""

    def __init__(self, options: argparse.Namespace) -> None:
        self.options = options
        self.random = random.Random(options.seed)
        self.now = datetime.now(UTC).replace(microsecond=0)
        self.sentences = _sentences(self.random)
        self.open_every = max(1, options.conversations // min(options.open, options.conversations))
        self.names: dict[int, str] = {}  # of our people
        self.waits_every = self.open_every * max(1, options.open // max(1, options.waiting))

    def write(self) -> None:
        """Everything, in the order in which rows point to each other."""
        from ..conversations.search import TABLE as MESSAGES
        from ..customers.search import TABLE as CUSTOMERS
        from ..lib import search
        from .load_rows import in_a_hurry

        people, places = self._house()
        with in_a_hurry(), search.filling(MESSAGES, CUSTOMERS):
            self._in_batches("customers", self.options.customers, self._customers)
            self._in_batches(
                "conversations", self.options.conversations, lambda ids: self._conversations(ids, people, places)
            )
            self._in_batches("messages", self.options.messages, lambda ids: self._messages(ids, people))
        self._settle()

    def _in_batches(self, what: str, total: int, write: Callable[[range], None]) -> None:
        from django.db import transaction

        began = time.monotonic()
        for first in range(1, total + 1, BATCH):
            with transaction.atomic():
                write(range(first, min(first + BATCH, total + 1)))
            done = min(first + BATCH - 1, total)
            pace = done / max(time.monotonic() - began, 0.001)
            print(f"\r{what:14} {done:>10,} of {total:,}  {pace:,.0f} a second ", end="", file=sys.stderr, flush=True)
        print(file=sys.stderr)

    def _house(self) -> tuple[list[int], list[int]]:
        """The house, its people and its mailboxes; the ids of the people, and of the places."""
        from django.contrib.auth.hashers import make_password

        from ..conversations.models import Place
        from ..mail.models import Mailbox
        from ..team.models import House, Teammate

        house = House.ours()
        house.name, house.first_run_done_at = "A company of any size", self.now
        house.save()
        password = make_password(PASSWORD)
        people = Teammate.objects.bulk_create(
            Teammate(
                email=EMAIL.format(n), password=password, name=f"Person {n}", role="owner" if n == 0 else "teammate"
            )
            for n in range(20)
        )
        places = []
        for name in ("hello", "sellers", "press"):
            place = Place.objects.create(channel="mail", name=name)
            Mailbox.objects.create(
                place=place, address=f"{name}@harbourrow.example", connected_at=self.now, accepts_direct=True
            )
            places.append(place.pk)
        self.names = {person.pk: person.name for person in people}
        return list(self.names), places

    def _customers(self, ids: range) -> None:
        from ..customers import search as customer_search
        from ..customers.models import ContactPoint, Customer
        from ..lib import search
        from .load_rows import Table, moment

        at = moment(self.now - timedelta(days=365 * YEARS))
        chance = self.random
        names = {pk: f"{chance.choice(FIRST)} {chance.choice(LAST)}" for pk in ids}
        Table(Customer, "id", "name", "first_contact_at").write((pk, name, at) for pk, name in names.items())
        points = {pk: (("email", customer_address(pk)), ("phone", customer_number(pk))) for pk in ids}
        Table(ContactPoint, "customer_id", "kind", "value", "added_at").write(
            (pk, kind, value, at) for pk in ids for kind, value in points[pk]
        )
        search.fill(customer_search.TABLE, ((pk, customer_search.words_for(names[pk], "", points[pk])) for pk in ids))

    def _conversations(self, ids: range, people: list[int], places: list[int]) -> None:
        from ..conversations.models import Conversation
        from .load_rows import Table

        columns = (
            "id token customer_id place_id channel subject assignee_id opened_at last_at closed_at waiting_since snippet "
            "message_count"
        )
        table = Table(Conversation, *columns.split())
        table.write(self._conversation(pk, people, places) for pk in ids)

    def _conversation(self, pk: int, people: list[int], places: list[int]) -> tuple[Any, ...]:
        from .load_rows import moment

        at = self._moment(pk, self.options.conversations)
        is_open, waits = pk % self.open_every == 0, pk % self.waits_every == 0
        return (
            pk,
            f"{pk:020x}",
            self._customer_of(pk),
            places[pk % len(places)],
            "mail",
            self.random.choice(self.sentences)[:80],
            people[pk % len(people)] if is_open and not waits else None,
            moment(at),
            moment(at + timedelta(hours=3)),
            None if is_open else moment(at + timedelta(hours=4)),
            moment(self.now - timedelta(seconds=pk % 5000)) if waits else None,
            self.random.choice(self.sentences)[:150],
            max(1, self.options.messages // self.options.conversations),
        )

    def _messages(self, ids: range, people: list[int]) -> None:
        from ..conversations import search as message_search
        from ..conversations.models import Event, Message
        from ..lib import search
        from .load_rows import Table

        rows = [self._message(pk, people) for pk in ids]
        Table(
            Message,
            *"id conversation_id customer_id author_id from_us channel sender_address text said at message_id".split(),
        ).write(rows)
        Table(Event, "conversation_id", "customer_id", "verb", "by_id", "at", "message_id").write(
            (row[1], self._customer_of(row[1]), "we_replied" if row[4] else "customer_wrote", row[3], row[9], row[0])
            for row in rows
        )
        search.fill(message_search.TABLE, ((row[0], self._words(row)) for row in rows))

    def _message(self, pk: int, people: list[int]) -> tuple[Any, ...]:
        from .load_rows import moment

        conversation = 1 + (pk - 1) * self.options.conversations // self.options.messages
        ours = pk % 2 == 0
        customer = self._customer_of(conversation)
        text = " ".join(self.random.choices(self.sentences, k=5))
        return (
            pk,
            conversation,
            None if ours else customer,
            people[pk % len(people)] if ours else None,
            ours,
            "mail",
            "" if ours else customer_address(customer),
            text,
            text,
            moment(self._moment(pk, self.options.messages)),
            f"<{pk}@example.org>",
        )

    def _words(self, row: tuple[Any, ...]) -> str:
        """What conversations.search would keep of this message; its sentences are plain enough to fold by lower()."""
        customer = row[2]
        if customer is None:
            first, number = self.names[row[3]].lower().split()
            return f"{first} {number} {row[7].lower()} xfrom{first} xfrom{number}"
        return f"customer{customer} example org {row[7].lower()} xfromcustomer{customer} xfromexample xfromorg"

    def _customer_of(self, conversation: int) -> int:
        return 1 + (conversation * 7919) % int(self.options.customers)

    def _moment(self, pk: int, of: int) -> datetime:
        return self.now - timedelta(days=365 * YEARS) * (1 - pk / of) - timedelta(minutes=5)

    def _settle(self) -> None:
        """Let the databases know what they hold; PostgreSQL's counters go on where our numbers end."""
        from django.core.management.color import no_style
        from django.db import connection

        from ..conversations.models import Conversation, Message
        from ..customers.models import Customer

        with connection.cursor() as cursor:
            for sql in connection.ops.sequence_reset_sql(no_style(), [Customer, Conversation, Message]):
                cursor.execute(sql)
            cursor.execute("ANALYZE" if connection.vendor == "sqlite" else "VACUUM ANALYZE")


def customer_address(pk: int) -> str:
    """The e-mail address of the customer with this number."""
    return f"customer{pk}@example.org"


def customer_number(pk: int) -> str:
    """The telephone number of the customer with this number."""
    return f"+4420{pk:08d}"


FIRST = "Ana Bea Cal Dev Eva Finn Gwen Hye Inês Jana Kofi Lou Malik Noor Otis Pia Ruth Sam Tom Wim".split()
LAST = "Abelson Carvalho Diaz Eriksen Fofana Gruber Haddad Ito Jansen Kovač Lima Mensah Novotná Okafor Park Rossi Silva".split()


def _sentences(chance: random.Random) -> list[str]:
    """Twenty thousand sentences of made-up words, some words common and most of them rare, as in any language."""
    syllables = [consonant + vowel for consonant in "bdfgklmnprstv" for vowel in "aeio"]
    words = list(islice(_new_words(chance, syllables), WORDS))
    weights = [1 / (rank + 3) for rank in range(WORDS)]
    flat = chance.choices(words, weights, k=200_000)
    return [" ".join(flat[n : n + 10]).capitalize() + "." for n in range(0, len(flat), 10)]


def _new_words(chance: random.Random, syllables: list[str]) -> Iterator[str]:
    seen: set[str] = set()
    while True:
        word = "".join(chance.choices(syllables, k=chance.choice((2, 2, 3, 3, 4))))
        if word not in seen:
            seen.add(word)
            yield word
