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
from typing import TYPE_CHECKING

from .cli import set_up_django

if TYPE_CHECKING:
    from ..conversations.models import Conversation, Place
    from ..team.models import Teammate

BATCH = 5_000
YEARS = 8
OPEN_SHARE = 0.02  # of conversations that are open, at most MOST_OPEN
MOST_OPEN = 10_000
WORDS = 30_000


def arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--dir", type=Path, default=Path("data"), help="an empty folder, or one that load made")
    parser.add_argument("--customers", type=int, default=1_000)
    parser.add_argument("--conversations", type=int, default=2_000)
    parser.add_argument("--messages", type=int, default=10_000)
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
        self.open_every = max(int(1 / OPEN_SHARE), options.conversations // MOST_OPEN)

    def write(self) -> None:
        """Everything, in the order in which rows point to each other."""
        people, places = self._house()
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

    def _house(self) -> "tuple[list[Teammate], list[Place]]":
        from ..conversations.models import Place
        from ..mail.models import Mailbox
        from ..team.models import House, Teammate

        house = House.ours()
        house.name, house.first_run_done_at = "A company of any size", self.now
        house.save()
        people = [
            Teammate.objects.create_user(
                f"person{n}@harbourrow.example",
                "second-ring-load",
                name=f"Person {n}",
                role="owner" if n == 0 else "teammate",
            )
            for n in range(20)
        ]
        places = []
        for name in ("hello", "sellers", "press"):
            place = Place.objects.create(channel="mail", name=name)
            Mailbox.objects.create(place=place, address=f"{name}@harbourrow.example", connected_at=self.now)
            places.append(place)
        return people, places

    def _customers(self, ids: range) -> None:
        from ..customers import search as customer_search
        from ..customers.models import ContactPoint, Customer
        from ..lib import search, search_words

        at = self.now - timedelta(days=365 * YEARS)
        names = {pk: f"{self.random.choice(FIRST)} {self.random.choice(LAST)}" for pk in ids}
        Customer.objects.bulk_create(Customer(pk=pk, name=names[pk], first_contact_at=at) for pk in ids)
        ContactPoint.objects.bulk_create(
            point
            for pk in ids
            for point in (
                ContactPoint(customer_id=pk, kind="email", value=f"customer{pk}@example.org", added_at=at),
                ContactPoint(customer_id=pk, kind="phone", value=f"+4420{pk:08d}", added_at=at),
            )
        )
        words = [(pk, search_words.folded(f"{names[pk]} customer{pk}@example.org 4420{pk:08d}")) for pk in ids]
        search.put(customer_search.TABLE, words)

    def _conversations(self, ids: range, people: "list[Teammate]", places: "list[Place]") -> None:
        from ..conversations.models import Conversation

        Conversation.objects.bulk_create(self._conversation(pk, people, places) for pk in ids)

    def _conversation(self, pk: int, people: "list[Teammate]", places: "list[Place]") -> "Conversation":
        from ..conversations.models import Conversation

        at = self._moment(pk, self.options.conversations)
        is_open = pk % self.open_every == 0
        waits = is_open and pk % (self.open_every * 4) == 0
        return Conversation(
            pk=pk,
            token=f"{pk:020x}",
            customer_id=1 + (pk * 7919) % self.options.customers,
            place=places[pk % len(places)],
            channel="mail",
            subject=self.random.choice(self.sentences)[:80],
            assignee=people[pk % len(people)] if is_open and not waits else None,
            opened_at=at,
            last_at=at + timedelta(hours=3),
            closed_at=None if is_open else at + timedelta(hours=4),
            waiting_since=self.now - timedelta(seconds=pk % 5000) if waits else None,
            snippet=self.random.choice(self.sentences)[:150],
            message_count=max(1, self.options.messages // self.options.conversations),
        )

    def _messages(self, ids: range, people: "list[Teammate]") -> None:
        from ..conversations import search as message_search
        from ..conversations.models import Event, Message
        from ..lib import search, search_words

        rows = [self._message(pk, people) for pk in ids]
        Message.objects.bulk_create(rows)
        Event.objects.bulk_create(
            Event(
                conversation_id=row.conversation_id,
                customer_id=1 + (row.conversation_id * 7919) % self.options.customers,
                verb="we_replied" if row.from_us else "customer_wrote",
                by_id=row.author_id,
                at=row.at,
                message_id=row.pk,
            )
            for row in rows
        )
        search.put(message_search.TABLE, [(row.pk, search_words.folded(f"{row.subject} {row.text}")) for row in rows])

    def _message(self, pk: int, people: "list[Teammate]"):  # type: ignore[no-untyped-def]
        from ..conversations.models import Message

        conversation = 1 + (pk - 1) * self.options.conversations // self.options.messages
        ours = pk % 2 == 0
        text = " ".join(self.random.choices(self.sentences, k=5))
        return Message(
            pk=pk,
            conversation_id=conversation,
            customer_id=None if ours else 1 + (conversation * 7919) % self.options.customers,
            author=people[pk % len(people)] if ours else None,
            from_us=ours,
            channel="mail",
            sender_address="" if ours else f"customer{1 + (conversation * 7919) % self.options.customers}@example.org",
            text=text,
            said=text,
            at=self._moment(pk, self.options.messages),
            message_id=f"<{pk}@example.org>",
        )

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
            cursor.execute("ANALYZE")


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
