"""A desk in real processes, letters in and out, and kills at every point where a kill could lose or double something."""

import os
import platform
import sqlite3
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from .cli import set_up_django
from .soak_processes import POINTS, Mortal, start
from .soak_traffic import Log, Senders, reply_to_all

DRAIN = 240.0  # seconds for what is left, once nobody is killed any more
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
    from journeys.engines import ENGINES
    from journeys.engines.dovecot import private_dovecot
    from journeys.engines.process import free_port, private_folder
    from journeys.engines.smtp_sink import private_sink

    program = ENGINES["dovecot"].path()
    if program is None:
        raise SystemExit(f"Dovecot is not installed here: apt-get install {ENGINES['dovecot'].package}")
    with private_folder("soak") as folder, private_dovecot(program) as dovecot:
        port, account = free_port(), dovecot.account("soak")
        environment = {
            "SECONDRING_DIR": str(folder), "SECONDRING_INLET": f"127.0.0.1:{port}", "SECONDRING_DURABLE": "yes",
        }  # fmt: skip
        with private_sink(user=account.address, password=account.password) as sink:
            _prepare(environment, account, sink)
            return Soak(plan, folder, environment, dovecot, account, sink, port).run()


def _prepare(environment: dict[str, str], account: Any, sink: Any) -> None:
    """Tables, a teammate, a mailbox of each kind; the mailbox is connected before any letter lies in it."""
    subprocess.run(
        [sys.executable, "-m", "secondring.commands.preparing"],
        env={**os.environ, **environment}, check=True, capture_output=True, timeout=120,
    )  # fmt: skip
    os.environ.update(environment)
    set_up_django()
    from ..conversations.models import Place
    from ..mail import fetching, imap
    from ..mail.models import Folder, Mailbox
    from ..team.models import Teammate

    Teammate.objects.create_user("bea@harbourrow.example", "correct horse battery", name="Bea")
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
        from journeys.engines.process import free_port

        self.plan, self.folder, self.environment = plan, folder, environment
        self.dovecot, self.account, self.sink, self.port = dovecot, account, sink, port
        self.log, self.stop, self.broken_lines = Log(), threading.Event(), 0
        web = ["--host", "127.0.0.1", "--port", str(free_port())]
        self.mortals = [
            self._mortal("worker", [], POINTS), self._mortal("web", web, [""]), self._mortal("phone", [], [""]),
        ]  # fmt: skip

    def run(self) -> dict[str, Any]:
        began = time.monotonic()
        self.sink.say(550, "5.1.1 No such person", at="rcpt", match="refused-")
        killers = [self._thread(mortal.run) for mortal in self.mortals]
        traffic = [self._thread(work) for work in self._traffic()]
        self._trouble()  # in this thread: a server goes when the thread that started it ends
        for thread in killers:
            thread.join(7200)
        with self._healthy_worker():
            for thread in traffic:
                thread.join(1800)
            left = self._drain()
        self.stop.set()
        return self._found(time.monotonic() - began, left)

    def _mortal(self, name: str, words: list[str], points: Any) -> Mortal:
        log = self.folder / f"{name}.log"
        return Mortal(name, words, self.environment, log, points, self.plan.kills, self.plan.seed)

    def _thread(self, work: Callable[[], None]) -> threading.Thread:
        thread = threading.Thread(target=work, daemon=True)
        thread.start()
        return thread

    def _traffic(self) -> list[Callable[[], None]]:
        senders = Senders(self.log, inlet=self.port, to=BOX, account=self.account, stop=self.stop, may=self._may)
        numbers = list(range(self.plan.letters))
        by_imap, by_smtp = numbers[::4], [number for number in numbers if number % 4]
        hands = [by_smtp[hand::4] for hand in range(4)]
        return [
            lambda: senders.by_imap(by_imap),
            *(lambda mine=mine: senders.by_smtp(mine) for mine in hands),
            lambda: reply_to_all(self.log, self.plan.replies, self.stop, self._may),
        ]

    def _may(self, share: float) -> bool:
        return share < self.mortals[0].progress

    def _trouble(self) -> None:
        """What goes wrong outside while processes die: servers that refuse, hang, vanish; a database that is held."""
        time.sleep(5)
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
        if os.environ.get("SECONDRING_DATABASE_URL"):
            return
        line = sqlite3.connect(self.folder / "secondring.sqlite3", timeout=30, isolation_level=None)
        line.execute("BEGIN IMMEDIATE")
        time.sleep(LOCKED)
        line.execute("ROLLBACK")
        line.close()

    @contextmanager
    def _healthy_worker(self) -> Iterator[None]:
        worker = start("worker", [], {**self.environment, "SECONDRING_FAULT": ""}, self.folder / "worker.log")
        try:
            yield
        finally:
            worker.terminate()
            self.stopped_with = worker.wait(20)

    def _drain(self) -> dict[str, int]:
        """Wait until everything has its place; what has none when the time is over."""
        from ..conversations.models import Delivery
        from ..mail.models import IncomingEmail

        until = time.monotonic() + DRAIN
        while True:
            left = {
                "not fetched": len(self.log.by_imap) - IncomingEmail.objects.filter(via="imap").count(),
                "not understood": IncomingEmail.objects.to_understand().count(),
                "not sent": Delivery.objects.outstanding().count(),
            }
            if not any(left.values()) or time.monotonic() > until:
                return left
            time.sleep(0.5)

    def _found(self, seconds: float, left: dict[str, int]) -> dict[str, Any]:
        from ..mail.models import IncomingEmail, Mailbox
        from .soak_oracle import judge

        kills = {mortal.name: dict(mortal.killed) for mortal in self.mortals}
        extra = sum(self.mortals[0].killed.values()) + self.broken_lines
        sent = self.sink.letters()
        wrong = judge(self.log, sent, extra_copies=extra)
        wrong += [f"{count} {what}" for what, count in left.items() if count]
        wrong += [f"{each.address}: {each.trouble}" for each in Mailbox.objects.exclude(trouble="")]
        wrong += [f"{m.name} ended by itself with {code}" for m in self.mortals for code in m.ended if code]
        if self.stopped_with:
            wrong.append(f"the worker was asked to stop and ended with {self.stopped_with}")
        return {
            "wrong": wrong,
            "plan": asdict(self.plan),
            "kills": kills,
            "accepted with 250": len(self.log.promised),
            "tries that broke after DATA": len(self.log.doubtful),
            "laid into the IMAP mailbox": len(self.log.by_imap),
            "fates": _counted(IncomingEmail.objects.values_list("fate", flat=True)),
            "replies": len(self.log.replies),
            "copies that left": sum(len(letter.recipients) for letter in sent),
            "seconds": round(seconds),
            "environment": _environment(),
        }


def _counted(words: Any) -> dict[str, int]:
    from collections import Counter

    return dict(sorted(Counter(words).items()))


def _environment() -> dict[str, Any]:
    from django.db import connection

    load = os.getloadavg()[0]
    return {
        "python": platform.python_version(), "system": platform.platform(), "cores": os.cpu_count(),
        "database": connection.vendor, "sqlite": sqlite3.sqlite_version, "load at the end": round(load, 1),
    }  # fmt: skip
