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
from collections.abc import Mapping
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from . import bench_here

SMALL = 10_000
AIMS = {"inbox": 10.0, "conversation": 12.0, "search": 25.0, "by_number": 5.0, "by_address": 5.0}
WARM = 50
COMPANY = ["--open", "400", "--waiting", "200"]


def arguments(parser: Any) -> None:
    parser.add_argument("--messages", type=int, default=3_000_000, help="of the large company (default: 3 million)")
    parser.add_argument("--requests", type=int, default=1_000, help="of each kind (default: 1,000)")
    parser.add_argument("--small", type=Path, metavar="DIR", help="a folder that `load` filled; else one is made")
    parser.add_argument("--large", type=Path, metavar="DIR", help="likewise")
    parser.add_argument("--small-url", help="the PostgreSQL that holds the small company of --small")
    parser.add_argument("--large-url", help="likewise")


def measure(options: argparse.Namespace) -> dict[str, Any]:
    """Both sizes, and how many times slower the large one is."""
    small = _size(options.small, options.small_url, SMALL, options.requests)
    large = _size(options.large, options.large_url, options.messages, options.requests)
    ratios = {
        name: round(large["pages"][name]["p50"] / small["pages"][name]["p50"], 2)
        for name in small["pages"]
        if name in large["pages"]
    }
    return {"aims_p50_ms": AIMS, "small": small, "large": large, "ratio_of_p50": ratios}


def _size(folder: Path | None, url: str | None, messages: int, requests: int) -> dict[str, Any]:
    if folder is not None:
        return _ask(folder, url, requests)
    with TemporaryDirectory(prefix="secondring-bench-") as made:
        numbers = ["--messages", str(messages), "--conversations", str(max(messages // 6, 1))]
        words = ["load", "--dir", made, *numbers, "--customers", str(max(messages // 15, 1)), *COMPANY]
        subprocess.run([sys.executable, "-m", f"{__package__}.cli", *words], env=_environment(made, url), check=True)
        return _ask(Path(made), url, requests)


def _ask(folder: Path, url: str | None, requests: int) -> dict[str, Any]:
    words = [sys.executable, "-m", __name__, str(requests)]
    done = subprocess.run(words, env=_environment(str(folder), url), check=True, stdout=subprocess.PIPE)
    return dict(json.loads(done.stdout))


def _environment(folder: str, url: str | None) -> dict[str, str]:
    chosen = {"SECONDRING_DATABASE_URL": url} if url else {}
    others = {name: value for name, value in os.environ.items() if name != "SECONDRING_DATABASE_URL"}
    return {**others, **chosen, "SECONDRING_DIR": str(Path(folder).resolve())}


class Visitor:
    """A teammate whose browser speaks ASGI."""

    def __init__(self, application: Any, cookie: str) -> None:
        self.application = application
        self.headers = [(b"host", b"127.0.0.1:8000"), (b"cookie", cookie.encode()), (b"accept-encoding", b"gzip")]

    async def get(self, address: str) -> float:
        """Seconds from the request to the last byte of a page that is there."""
        path, _mark, query = address.partition("?")
        scope = {
            "type": "http", "asgi": {"version": "3.0"}, "http_version": "1.1", "method": "GET", "scheme": "http",
            "path": path, "raw_path": path.encode(), "query_string": query.encode(), "root_path": "",
            "headers": self.headers, "client": ("127.0.0.1", 9), "server": ("127.0.0.1", 8000),
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


async def visit(visitor: Visitor, addresses: Mapping[str, list[str]], requests: int) -> dict[str, Any]:
    """Every kind of page so many times, the addresses of its kind in turn."""
    found = {}
    for name, several in addresses.items():
        for number in range(WARM):
            await visitor.get(several[number % len(several)])
        cpu = time.process_time()
        times = [await visitor.get(several[number % len(several)]) for number in range(requests)]
        found[name] = {**bench_here.spread(times), "cpu": round(1000 * (time.process_time() - cpu) / requests, 2)}
    return found


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
    return {
        "inbox": ["/"],
        "conversation": [f"/conversations/{pk}/" for pk in conversations],
        **{f"search_{name}": [f"/search/?q={typed}"] for name, typed in words.items()},
        "by_number": [f"/people/?q=%2B{load.customer_number(pk)[1:]}" for pk in customers],
        "by_address": [f"/people/?q={load.customer_address(pk)}" for pk in customers],
    }


def common_and_rare() -> dict[str, str]:
    """What people might type: a word in most letters, one in a few of a thousand, both, a name nobody has."""
    from collections import Counter

    from ..conversations.models import Message

    count: Counter[str] = Counter()
    for text in Message.objects.order_by("pk").values_list("text", flat=True)[:5_000]:
        count.update(set(text.lower().replace(".", "").split()))
    ordered = [word for word, _times in count.most_common()]
    rare = next(word for word in ordered if count[word] <= 20)  # of 5,000: four in a thousand letters
    return {"common": ordered[0] + "%20", "rare": rare + "%20", "pair": f"{rare}%20{ordered[0]}%20", "none": "zzyzx"}


def main() -> None:
    """Inside the folder that SECONDRING_DIR names: print the figures as JSON."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "secondring.config.settings")
    from ..config.asgi import application

    visitor = Visitor(application, log_in())
    told = {"messages": _messages(), "database": _database(), "load": bench_here.load()}
    pages = asyncio.run(visit(visitor, sample(), int(sys.argv[1])))
    print(json.dumps({**told, "pages": pages}))


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
