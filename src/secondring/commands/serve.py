"""The real thing: web, worker and phone, started and watched.

Example: ./secondring serve --dir /var/lib/secondring --url https://desk.example --behind-proxy 127.0.0.1
The first start prints a one-time code that the first page asks for.
"""

import argparse
import os
import subprocess
import sys
from collections.abc import Sequence
from ipaddress import ip_network
from pathlib import Path
from urllib.parse import urlsplit

from . import preparing
from .supervising import AlreadyRunning, Supervisor, hold, say

PROCESSES = ("web", "worker", "phone")
LOOPBACK = ("127.0.0.1", "localhost", "::1")


def arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--dir", type=Path, default=Path("data"), help="where everything is kept (default: ./data)")
    parser.add_argument("--url", help="the address people type, such as https://desk.example")
    parser.add_argument("--host", default="127.0.0.1", help="the address to listen on (default: this machine only)")
    parser.add_argument("--port", type=int, default=8000)
    parser.add_argument("--tls-cert", type=Path, help="certificate chain, when no proxy does HTTPS")
    parser.add_argument("--tls-key", type=Path)
    parser.add_argument(
        "--behind-proxy", nargs="+", default=[], metavar="ADDR", help="addresses or networks of proxies to believe"
    )
    parser.add_argument("--processes", default=",".join(PROCESSES), help="which to run here (default: all three)")
    parser.add_argument("--inlet", metavar="HOST:PORT", help="take letters by SMTP here, for mailboxes that allow it")


def run(options: argparse.Namespace) -> int:
    """Serve until SIGTERM."""
    folder = options.dir.resolve()
    problem = _problem(options)
    if problem:
        say(problem)
        return 2
    try:
        lock = hold(folder)
    except AlreadyRunning as already:
        say(str(already))
        return 1
    with lock:
        environment = environment_of(options, folder)
        if prepare(environment):
            return 1
        _greet(options, environment)
        return Supervisor(commands(options), environment).run()


def commands(options: argparse.Namespace) -> dict[str, list[str]]:
    """What each wanted process is started with."""
    web = ["--host", options.host, "--port", str(options.port)]
    if options.tls_cert:
        web += ["--tls-cert", str(options.tls_cert), "--tls-key", str(options.tls_key)]
    wanted = options.processes.split(",")
    return {name: web if name == "web" else [] for name in PROCESSES if name in wanted}


def environment_of(options: argparse.Namespace, folder: Path) -> dict[str, str]:
    """The environment of the children: ours, and what was typed."""
    environment = {**os.environ, "SECONDRING_DIR": str(folder), "SECONDRING_URL": address(options)}
    if options.behind_proxy:
        environment["SECONDRING_BEHIND_PROXY"] = " ".join(options.behind_proxy)
    if options.inlet:
        environment["SECONDRING_INLET"] = options.inlet
    return environment


def address(options: argparse.Namespace) -> str:
    """The address people type."""
    if options.url:
        return str(options.url).rstrip("/")
    scheme = "https" if options.tls_cert else "http"
    host = "127.0.0.1" if options.host in ("0.0.0.0", "::") else options.host
    return f"{scheme}://{host}:{options.port}"


def prepare(environment: dict[str, str]) -> int:
    """Bring the database and the static files up to date, in a process of its own; the supervisor stays small."""
    if preparing.is_prepared(Path(environment["SECONDRING_DIR"]), environment):
        return 0
    return subprocess.run(
        [sys.executable, "-m", "secondring.commands.preparing"], env=environment, check=False
    ).returncode


def _problem(options: argparse.Namespace) -> str | None:
    unknown = set(options.processes.split(",")) - set(PROCESSES)
    if unknown:
        return f"--processes knows web, worker and phone, not {', '.join(sorted(unknown))}."
    if bool(options.tls_cert) != bool(options.tls_key):
        return "--tls-cert and --tls-key belong together; name both."
    for file in (options.tls_cert, options.tls_key):
        if file and not file.is_file():
            return f"There is no file {file}. Name the certificate and its key with --tls-cert and --tls-key."
    if options.url and urlsplit(options.url).scheme not in ("http", "https"):
        return f"--url should begin with https:// (or http://), not '{options.url}'."
    return _problem_with_proxies(options.behind_proxy)


def _problem_with_proxies(words: Sequence[str]) -> str | None:
    for word in " ".join(words).replace(",", " ").split():
        try:
            ip_network(word, strict=False)
        except ValueError:
            return f"--behind-proxy wants addresses, such as 127.0.0.1 or 10.0.0.0/8, not '{word}'."
    return None


def _greet(options: argparse.Namespace, environment: dict[str, str]) -> None:
    parts = urlsplit(environment["SECONDRING_URL"])
    say(f"Second Ring is at {environment['SECONDRING_URL']}/")
    if parts.scheme != "https" and (parts.hostname not in LOOPBACK or options.host not in LOOPBACK):
        say(
            "Without HTTPS, browsers refuse the microphone, notices to a sleeping phone, and passkeys: put a proxy with a "
            "certificate in front (--url https://… --behind-proxy ADDR) or name one with --tls-cert and --tls-key."
        )
