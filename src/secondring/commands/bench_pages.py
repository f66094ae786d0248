"""Pages at two sizes of company: each size in a process of its own, asked through the ASGI application that uvicorn calls.

A request goes the whole way: middleware, session, view, template, gzip. Only the socket and HTTP's own parsing are left out.
"""

import argparse
import asyncio
import json
import os
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from itertools import cycle
from pathlib import Path
from statistics import mean, median
from tempfile import TemporaryDirectory
from typing import Any

from . import bench_here

SMALL = 10_000
AIMS = {"inbox": 10.0, "conversation": 12.0, "search": 25.0, "by_number": 5.0, "by_address": 5.0}
WARM, ROUNDS = 50, 20
TURNS, QUIET = (
    200_000,
    4.2,
)  # of the yardstick, and its milliseconds of CPU on this kind of machine when nothing else runs
COMPANY = ["--open", "400", "--waiting", "200"]


def arguments(parser: Any) -> None:
    parser.add_argument("--messages", type=int, default=3_000_000, help="of the large company (default: 3 million)")
    parser.add_argument("--requests", type=int, default=1_000, help="of each kind (default: 1,000)")
    parser.add_argument("--small", type=Path, metavar="DIR", help="a folder that `load` filled; else one is made")
    parser.add_argument("--large", type=Path, metavar="DIR", help="likewise")
    parser.add_argument("--small-url", help="the PostgreSQL that holds the small company of --small")
    parser.add_argument("--large-url", help="likewise")


def measure(options: argparse.Namespace) -> dict[str, Any]:
    """Both sizes, and how many times slower the large one is. They are asked in turns, so that a busy moment is shared."""
    with ExitStack() as stack:
        sizes = {
            "small": stack.enter_context(_company(options.small, options.small_url, SMALL)),
            "large": stack.enter_context(_company(options.large, options.large_url, options.messages)),
        }
        told = {name: size.told for name, size in sizes.items()}
        for kind in told["small"]["kinds"]:
            for size in sizes.values():
                size.ask(kind, WARM)
        asked = {name: {kind: Times() for kind in told["small"]["kinds"]} for name in sizes}
        for _round in range(ROUNDS):
            for kind in told["small"]["kinds"]:
                for name, size in sizes.items():
                    asked[name][kind].add(size.ask(kind, max(1, options.requests // ROUNDS)))
    pages = {name: {kind: times.told() for kind, times in kinds.items()} for name, kinds in asked.items()}
    ratios = {
        kind: {what: round(pages["large"][kind][what] / pages["small"][kind][what], 2) for what in ("p50", "cpu")}
        for kind in pages["small"]
    }
    return {"aims_p50_ms": AIMS, "aim_ratio": 1.3, "told": told, "pages": pages, "large_by_small": ratios}


@dataclass
class Times:
    """Seconds of each request of one kind; of each round the CPU seconds of a request, and how fast the machine was."""

    seconds: list[float] = field(default_factory=list)
    cpu: list[float] = field(default_factory=list)
    quiet: list[float] = field(default_factory=list)  # CPU seconds of a request, were the machine at QUIET

    def add(self, answer: dict[str, Any]) -> None:
        self.seconds += answer["seconds"]
        self.cpu.append(answer["cpu"])
        self.quiet.append(answer["cpu"] * QUIET / answer["yardstick"])

    def told(self) -> dict[str, float]:
        """Milliseconds; the CPU of the middle round."""
        cpu, quiet = round(1000 * median(self.cpu), 2), round(1000 * median(self.quiet), 2)
        return {**bench_here.spread(self.seconds), "cpu": cpu, "cpu_at_quiet": quiet}


class Company:
    """One size of company, in a process of its own that answers when asked."""

    def __init__(self, folder: Path, url: str | None) -> None:
        words = [sys.executable, "-W", "ignore", "-m", __name__]
        self._process = subprocess.Popen(
            words, env=_environment(folder, url), stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        )
        self.told = self._answer()

    def ask(self, kind: str, times: int) -> dict[str, Any]:
        """Request pages of this kind so many times, one after the other."""
        assert self._process.stdin is not None
        self._process.stdin.write(json.dumps([kind, times]) + "\n")
        self._process.stdin.flush()
        return self._answer()

    def _answer(self) -> dict[str, Any]:
        assert self._process.stdout is not None
        line = self._process.stdout.readline()
        if not line:
            raise RuntimeError(f"The measured process ended with {self._process.wait(5)}.")
        return dict(json.loads(line))

    def close(self) -> None:
        self._process.kill()
        self._process.wait(10)


@contextmanager
def _company(folder: Path | None, url: str | None, messages: int) -> Iterator[Company]:
    with TemporaryDirectory(prefix="secondring-bench-") as made:
        if folder is None:
            numbers = ["--messages", str(messages), "--conversations", str(max(messages // 6, 1))]
            words = ["load", "--dir", made, *numbers, "--customers", str(max(messages // 15, 1)), *COMPANY]
            environment = _environment(Path(made), url)
            subprocess.run([sys.executable, "-m", f"{__package__}.cli", *words], env=environment, check=True)
        company = Company(folder or Path(made), url)
        try:
            yield company
        finally:
            company.close()


def _environment(folder: Path, url: str | None) -> dict[str, str]:
    chosen = {"SECONDRING_DATABASE_URL": url} if url else {}
    others = {name: value for name, value in os.environ.items() if name != "SECONDRING_DATABASE_URL"}
    return {**others, **chosen, "SECONDRING_DIR": str(folder.resolve())}


class Visitor:
    """A teammate whose browser speaks ASGI."""

    def __init__(self, application: Any, cookie: str) -> None:
        self.application = application
        self.headers = [(b"host", b"127.0.0.1:8000"), (b"cookie", cookie.encode()), (b"accept-encoding", b"gzip")]

    async def get(self, address: str) -> float:
        """Seconds from the request to the last byte of a page that is there; of its middle for '#main' behind it."""
        address, _hash, middle = address.partition("#")
        path, _mark, query = address.partition("?")
        scope = {
            "type": "http", "asgi": {"version": "3.0"}, "http_version": "1.1", "method": "GET", "scheme": "http",
            "path": path, "raw_path": path.encode(), "query_string": query.encode(), "root_path": "",
            "headers": [*self.headers, (b"hx-request", b"true")] if middle else self.headers,
            "client": ("127.0.0.1", 9), "server": ("127.0.0.1", 8000),
        }  # fmt: skip
        said: list[dict[str, Any]] = []
        asked, gone = iter([{"type": "http.request", "body": b""}]), asyncio.Event()

        async def receive() -> Mapping[str, Any]:
            for message in asked:
                return message
            await gone.wait()
            return {"type": "http.disconnect"}

        async def send(message: dict[str, Any]) -> None:
            said.append(message)

        began = time.perf_counter()
        await self.application(scope, receive, send)
        took = time.perf_counter() - began
        if said[0]["status"] != 200:
            raise RuntimeError(f"{address} answered {said[0]['status']}")
        return took


def answer(visitor: Visitor, addresses: Mapping[str, list[str]]) -> None:
    """Read what is asked from standard input, a line each, until it ends."""
    loop, turns = asyncio.new_event_loop(), {kind: cycle(several) for kind, several in addresses.items()}

    async def several(kind: str, times: int) -> list[float]:
        return [await visitor.get(next(turns[kind])) for _ in range(times)]

    for line in sys.stdin:
        kind, times = json.loads(line)
        before = bench_here.yardstick(TURNS)["cpu"]
        cpu = time.process_time()
        seconds = loop.run_until_complete(several(kind, times))
        cpu = (time.process_time() - cpu) / times
        slow = mean((before, bench_here.yardstick(TURNS)["cpu"]))
        print(json.dumps({"seconds": seconds, "cpu": cpu, "yardstick": slow}), flush=True)


def log_in() -> str:
    """The cookie of a teammate who answers in every place, without being the owner."""
    from django.conf import settings
    from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
    from django.contrib.sessions.backends.db import SessionStore

    from ..team.models import Teammate

    me = Teammate.objects.filter(role="teammate").earliest("pk")
    session = SessionStore()
    session[SESSION_KEY], session[HASH_SESSION_KEY] = str(me.pk), me.get_session_auth_hash()
    session[BACKEND_SESSION_KEY] = settings.AUTHENTICATION_BACKENDS[0]
    session.create()
    return f"{settings.SESSION_COOKIE_NAME}={session.session_key}"


def sample() -> dict[str, list[str]]:
    """Addresses to visit: spread over the whole company, the same share of it at every size."""
    from ..conversations.models import Conversation
    from ..customers.models import Customer
    from . import load

    last_conversation = Conversation.objects.latest("pk").pk
    last_customer = Customer.objects.latest("pk").pk
    conversations = [1 + number * (last_conversation - 1) // 100 for number in range(100)]
    customers = [1 + number * (last_customer - 1) // 100 for number in range(100)]
    words = common_and_rare()
    kinds = {
        "inbox": ["/"],
        "conversation": [f"/conversations/{pk}/" for pk in conversations],
        **{f"search_{name}": [f"/search/?q={typed}"] for name, typed in words.items()},
        "by_number": [f"/people/?q=%2B{load.customer_number(pk)[1:]}" for pk in customers],
        "by_address": [f"/people/?q={load.customer_address(pk)}" for pk in customers],
    }
    middles = {f"{kind}_middle": [f"{address}#main" for address in several] for kind, several in kinds.items()}
    return {**kinds, **middles}


def common_and_rare() -> dict[str, str]:
    """What people might type: a word in most letters, one in a few of a thousand, both, a name nobody has."""
    from collections import Counter

    from ..conversations.models import Message

    count: Counter[str] = Counter()
    for text in Message.objects.order_by("pk").values_list("text", flat=True)[:5_000]:
        count.update(set(text.lower().replace(".", "").split()))
    ordered = [word for word, _times in count.most_common()]
    rare = next(word for word in ordered if count[word] <= 20)  # of 5,000: four in a thousand letters
    return {
        "common": ordered[0] + "%20",
        "rare": rare + "%20",
        "pair": f"{rare}%20{ordered[0]}%20",
        "none": "zzyzx",
        "begun": ordered[0][:4],
    }


def main() -> None:
    """Inside the folder that SECONDRING_DIR names: answer until nobody asks any more."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "secondring.config.settings")
    from django.core.management import call_command

    from ..config.asgi import application

    call_command("migrate", interactive=False, verbosity=0)
    addresses = sample()
    told = {"messages": _messages(), "database": _database(), "kinds": list(addresses)}
    print(json.dumps(told), flush=True)
    answer(Visitor(application, log_in()), addresses)


def _messages() -> int:
    from ..conversations.models import Message

    return int(Message.objects.latest("pk").pk)


def _database() -> str:
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("SELECT sqlite_version()" if connection.vendor == "sqlite" else "SHOW server_version")
        return f"{connection.display_name} {cursor.fetchone()[0]}"


if __name__ == "__main__":
    main()
