"""A desk in real processes, letters in and out, and kills at every point where a kill could lose or double something."""

import os
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from datetime import timedelta
from functools import partial
from pathlib import Path
from typing import Any

from . import bench_here
from .cli import set_up_django
from .soak_processes import ANY, Hunter, Mortal, start
from .soak_traffic import Log, Senders

DRAIN = 1200.0  # seconds for what is left, once nobody is killed any more
LONGEST = 3 * 3600.0  # seconds of a whole run
COPYING = ("after-dot", "after-250", "written-down", ANY)  # kills that may cost a recipient a second copy
ROUNDS = 5  # of trouble
PEACE = 20.0  # seconds in which nothing goes wrong but kills
AWAY = 4.0  # seconds that the mail server is gone
LOCKED = 3.0  # seconds that somebody holds the database
BOX = "hello@harbourrow.example"


@dataclass(frozen=True)
class Plan:
    """How much of it."""

    seed: int
    kills: int
    letters: int
    replies: int


def soak(plan: Plan) -> dict[str, Any]:
    """Run the plan; what was found, `wrong` being empty when all is well."""
    from journeys.engines import ENGINES, process
    from journeys.engines.dovecot import private_dovecot
    from journeys.engines.process import free_port, private_folder
    from journeys.engines.smtp_sink import private_sink

    program = ENGINES["dovecot"].path()
    if program is None:
        raise SystemExit(f"Dovecot is not installed here: apt-get install {ENGINES['dovecot'].package}")
    process.LIFE = LONGEST
    with private_folder("soak") as folder, private_dovecot(program) as dovecot:
        port, account = free_port(), dovecot.account("soak")
        environment = {
            "SECONDRING_DIR": str(folder), "SECONDRING_INLET": f"127.0.0.1:{port}", "SECONDRING_DURABLE": "yes",
            "SECONDRING_URL": f"http://127.0.0.1:{free_port()}",
        }  # fmt: skip
        with private_sink(user=account.address, password=account.password) as sink:
            prepare(environment, account, sink)
            return Soak(plan, folder, environment, dovecot, account, sink, port).run()


def prepare(environment: dict[str, str], account: Any, sink: Any) -> None:
    """Tables, a teammate, a mailbox of each kind; the mailbox is connected before any letter lies in it."""
    subprocess.run(
        [sys.executable, "-m", "secondring.commands.preparing"],
        env={**os.environ, **environment}, check=True, capture_output=True, timeout=400,
    )  # fmt: skip
    os.environ.update(environment)
    set_up_django()
    from ..conversations.models import Place
    from ..mail import fetching, imap
    from ..mail.models import Folder, Mailbox
    from ..team.models import Role, Teammate
    from .soak_desk import EMAIL, PASSWORD

    Teammate.objects.create_user(EMAIL, PASSWORD, name="Bea", role=Role.OWNER)
    out = {"smtp_host": "localhost", "smtp_port": sink.port, "smtp_security": "none", "keeps_sent": False}
    place = Place.objects.create(channel="mail", name="hello")
    hello = Mailbox(place=place, address=BOX, login=account.address, accepts_direct=True, **out)
    box = Mailbox(place=Place.objects.create(channel="mail", name="soak"), address=account.address, **out)
    box.imap_host, box.imap_port, box.imap_security = "127.0.0.1", account.server.imap_port, "none"
    for mailbox in (hello, box):
        mailbox.password = account.password
        mailbox.save()
    with imap.Box(box) as line:
        fetching.look(line, box, Folder.INBOX, "INBOX", kept=lambda: None)


class Soak:
    """One run."""

    def __init__(
        self, plan: Plan, folder: Path, environment: dict[str, str], dovecot: Any, account: Any, sink: Any, port: int
    ) -> None:
        self.plan, self.folder, self.environment = plan, folder, environment
        self.dovecot, self.account, self.sink, self.port = dovecot, account, sink, port
        self.log, self.stop, self.broken_lines, self.read_again = Log(), threading.Event(), 0, 0
        self.stopped_with: dict[str, int] = {}
        self.words = ["--host", "127.0.0.1", "--port", environment["SECONDRING_URL"].rpartition(":")[2]]
        self.worker, self.web, self.phone = (
            self._mortal("worker"),
            self._mortal("web", *self.words),
            self._mortal("phone"),
        )
        self.web.beside, self.worker.beside, self.phone.beside = self.worker, self.web, self.worker
        self.mortals = [self.worker, self.web, self.phone]
        self.hunter = Hunter(self.worker, plan.kills, plan.seed)

    def run(self) -> dict[str, Any]:
        began = time.monotonic()
        self.sink.say(550, "5.1.1 No such person", at="rcpt", match="refused-")
        killers = [self._thread(partial(self._die_and_stay, mortal)) for mortal in self.mortals]
        killers.append(self._thread(self.hunter.run))
        traffic = [self._thread(work) for work in self._traffic()]
        for _round in range(ROUNDS):
            self._trouble()  # in this thread: a server goes when the thread that started it ends
        for thread in killers:
            thread.join(LONGEST)
        killed_for = time.monotonic() - began
        with self._healthy("worker"), self._healthy("web", *self.words):
            for thread in traffic:
                thread.join(1800)
            left = self._drain()
        self.stop.set()
        return {
            **self._found(left),
            "seconds": {"with kills": round(killed_for), "in all": round(time.monotonic() - began)},
        }

    def _mortal(self, name: str, *words: str) -> Mortal:
        return Mortal(name, words, self.environment, self.folder / f"{name}.log", self.plan.kills, self.plan.seed)

    def _die_and_stay(self, mortal: Mortal) -> None:
        """Whoever has died often enough lives on for the others, which need its work."""
        mortal.run()
        with self._healthy(mortal.name, *mortal.words):
            while not all(each.is_done for each in self.mortals):
                time.sleep(0.1)

    def _thread(self, work: Callable[[], None]) -> threading.Thread:
        thread = threading.Thread(target=work, daemon=True)
        thread.start()
        return thread

    def _traffic(self) -> list[Callable[[], None]]:
        from .soak_desk import Teammate

        bea = Teammate(self.log, self.environment["SECONDRING_URL"], self.stop, self._may)
        senders = Senders(self.log, inlet=self.port, to=BOX, account=self.account, stop=self.stop, may=self._may)
        numbers = list(range(self.plan.letters))
        by_imap, by_smtp = numbers[::4], [number for number in numbers if number % 4]
        hands = [by_smtp[hand::4] for hand in range(4)]
        return [
            lambda: senders.by_imap(by_imap),
            *(lambda mine=mine: senders.by_smtp(mine) for mine in hands),
            lambda: bea.reply_to(self.plan.replies),
        ]

    def _may(self, share: float) -> bool:
        return share < min(self.worker.progress, self.web.progress)

    def _trouble(self) -> None:
        """What goes wrong outside while processes die: servers that refuse, hang, vanish; a database that is held."""
        time.sleep(PEACE)
        self.sink.say(451, "4.3.0 Try later", at="rcpt", match="person-", times=3)
        self.sink.hang_up(at="dot", times=2, keep=True)
        self.broken_lines += 2
        self.sink.hang(at="data", times=1)
        time.sleep(3)
        self.dovecot.stop()
        time.sleep(AWAY)
        self.dovecot.start()
        self._hold_the_database()

    def _hold_the_database(self) -> None:
        """Somebody else writes, and takes their time."""
        from django.db import connection, transaction

        with transaction.atomic(), connection.cursor() as cursor:  # IMMEDIATE on SQLite: nobody else may write
            if connection.vendor == "postgresql":
                cursor.execute("LOCK TABLE mail_incomingemail, conversations_delivery IN EXCLUSIVE MODE")
            time.sleep(LOCKED)

    @contextmanager
    def _healthy(self, name: str, *words: str) -> Iterator[None]:
        process = start(name, words, {**self.environment, "SECONDRING_FAULT": ""}, self.folder / f"{name}.log")
        try:
            yield
        finally:
            process.terminate()
            self.stopped_with[name] = process.wait(20)

    def _drain(self) -> dict[str, int]:
        """Wait until everything has its place; what has none when the time is over."""
        from ..conversations.models import Delivery
        from ..lib import clock
        from ..mail.models import IncomingEmail

        until = time.monotonic() + DRAIN
        self.sink.be_kind()
        self.sink.say(550, "5.1.1 No such person", at="rcpt", match="refused-")
        while True:
            self.read_again += self._read_again()
            # What was refused for a while need not wait out the minutes till its next try.
            at = clock.now()
            Delivery.objects.outstanding().filter(due_at__gt=at + timedelta(seconds=10)).update(due_at=at)
            left = {
                "not fetched": len(self.log.by_imap) - IncomingEmail.objects.filter(via="imap").count(),
                "not understood": IncomingEmail.objects.to_understand().count(),
                "not sent": Delivery.objects.outstanding().count(),
            }
            if not any(left.values()) or time.monotonic() > until:
                return left
            time.sleep(0.5)

    def _read_again(self) -> int:
        """Letters whose readers we killed too often lie aside; somebody has them read once more, as the desk lets them."""
        from ..lib import clock
        from ..mail import understanding
        from ..mail.models import IncomingEmail
        from ..team.models import Teammate

        bea = Teammate.objects.get()
        aside = list(IncomingEmail.objects.put_aside().filter(because__contains="reader broke down"))
        for letter in aside:
            understanding.again(letter, by=bea, at=clock.now())
        return len(aside)

    def _found(self, left: dict[str, int]) -> dict[str, Any]:
        from ..mail.models import IncomingEmail

        sent = self.sink.letters()
        readers = {"reader": dict(self.hunter.killed)}
        return {
            "wrong": self._wrong(sent, left),
            "plan": asdict(self.plan),
            "kills": {mortal.name: dict(sorted(mortal.killed.items())) for mortal in self.mortals} | readers,
            "accepted with 250": len(self.log.promised),
            "tries that broke after DATA": len(self.log.doubtful),
            "laid into the IMAP mailbox": len(self.log.by_imap),
            "fates": _counted(IncomingEmail.objects.values_list("fate", flat=True)),
            "put aside after three dead readers, then read again": self.read_again,
            "replies": len(self.log.replies),
            "tries to reply that broke": self.log.tries_to_reply,
            "copies that left": sum(len(letter.recipients) for letter in sent),
            "environment": _environment(),
        }

    def _wrong(self, sent: list[Any], left: dict[str, int]) -> list[str]:
        from ..mail.models import Mailbox
        from .soak_oracle import judge

        extra = sum(self.worker.killed[point] for point in COPYING) + self.broken_lines
        wrong = judge(self.log, sent, extra_copies=extra)
        wrong += [f"{count} {what}" for what, count in left.items() if count]
        wrong += [f"{each.address}: {each.trouble}" for each in Mailbox.objects.exclude(trouble="")]
        wrong += [f"{m.name} ended by itself with {code}" for m in self.mortals for code in m.ended if code]
        wrong += [f"{name} was asked to stop and ended with {code}" for name, code in self.stopped_with.items() if code]
        kills = {**{m.name: m.killed for m in self.mortals}, "reader": self.hunter.killed}
        few = [name for name, killed in kills.items() if killed.total() < self.plan.kills]
        return wrong + [f"{name} was killed only {kills[name].total()} times" for name in few]


def _counted(words: Any) -> dict[str, int]:
    from collections import Counter

    return dict(sorted(Counter(words).items()))


def _environment() -> dict[str, Any]:
    from django.db import connection

    return {**bench_here.describe(), "database": connection.vendor, "load at the end": bench_here.load()}
