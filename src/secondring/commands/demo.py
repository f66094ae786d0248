"""The whole desk with a believable company in it, on this machine only. What you did is kept until --fresh.

Example: ./secondring demo --world monday-after-launch
"""

import argparse
import json
import os
import shutil
import socket
import subprocess
import sys
from contextlib import ExitStack
from pathlib import Path

from .preparing import is_prepared
from .serve import prepare
from .supervising import AlreadyRunning, Supervisor, hold, say

WORLDS = ("quiet-morning", "monday-after-launch", "loud-lou", "empty")
EMAIL, PASSWORD = "mae@harbourrow.example", "second-ring-demo"
LETTER_TO = "hello@harbourrow.example"


def arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--port", type=int, default=8000, help="where the desk answers (default: 8000)")
    parser.add_argument("--dir", type=Path, default=Path("demo-data"), help="where it is kept (default: ./demo-data)")
    parser.add_argument("--world", choices=WORLDS, help="what has happened here (default: quiet-morning)")
    parser.add_argument("--fresh", action="store_true", help="forget what was done and begin anew")


def run(options: argparse.Namespace) -> int:
    """Build the world if there is none, print where it is, and serve until SIGTERM."""
    folder = options.dir.resolve()
    try:
        lock = hold(folder)
    except AlreadyRunning as already:
        say(str(already))
        return 1
    with lock, ExitStack() as claims:
        if options.fresh:
            _empty(folder)
        if not _free(options.port):
            say(f"Something else already listens on port {options.port}. Name another with --port.")
            return 1
        known = _told(folder)
        world = str(options.world or known.get("world") or WORLDS[0])
        if known and options.world and options.world != known.get("world"):
            say(f"This folder holds '{known.get('world')}'. Add --fresh for a new '{world}'.")
            return 1
        ports = _ports(known, claims)
        environment = _environment(folder, options.port, ports)
        stands = ports["outside"] == known.get("outside_port") and is_prepared(folder, environment)
        if not stands and (prepare(environment) or _build(world, environment)):
            return 1
        _tell(folder, options.port, ports, world)
        web = ["--host", "127.0.0.1", "--port", str(options.port)]
        outside = ["--folder", str(folder / "outside"), "--port", str(ports["outside"])]
        return Supervisor({"web": web, "worker": [], "phone": [], "outside": outside}, environment).run()


def _environment(folder: Path, port: int, ports: dict[str, int]) -> dict[str, str]:
    return {
        **{name: value for name, value in os.environ.items() if name != "SECONDRING_DATABASE_URL"},
        "SECONDRING_DIR": str(folder),
        "SECONDRING_URL": f"http://127.0.0.1:{port}",
        "SECONDRING_DURABLE": os.environ.get("SECONDRING_DURABLE", "no"),
        "SECONDRING_INLET": f"127.0.0.1:{ports['inlet']}",
        "SECONDRING_DEMO_OUTSIDE": str(ports["outside"]),
    }


def _build(world: str, environment: dict[str, str]) -> int:
    words = [sys.executable, "-m", "secondring.demo", world]
    return subprocess.run(words, env=environment, check=False).returncode


def _ports(known: dict[str, object], claims: ExitStack) -> dict[str, int]:
    """Ports are kept between starts while they are free: a mail program set up once goes on working, and nothing is rebuilt.

    claims: holds what was chosen from every other demo, until it is closed.
    """
    before, outside = known.get("smtp"), known.get("outside_port")
    wanted = int(before[1]) if isinstance(before, list) else 2525
    return {
        "inlet": wanted if _claimed(wanted, claims) else _any_port(claims),
        "outside": outside if isinstance(outside, int) and _claimed(outside, claims) else _any_port(claims),
    }


def _claimed(port: int, claims: ExitStack) -> bool:
    """Is this port free and now ours? Whoever will listen there starts half a minute from now; until then the same
    port of UDP stands for it, which only one demo can have.
    """
    if not _free(port):
        return False
    claim = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    try:
        claim.bind(("127.0.0.1", port))
    except OSError:
        claim.close()
        return False
    claims.enter_context(claim)
    return True


def _free(port: int) -> bool:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            return False
    return True


def _any_port(claims: ExitStack) -> int:
    while True:
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            port = int(probe.getsockname()[1])
        if _claimed(port, claims):
            return port


def _told(folder: Path) -> dict[str, object]:
    file = folder / "demo.json"
    return dict(json.loads(file.read_text())) if file.exists() else {}


def _empty(folder: Path) -> None:
    """Only what a demo makes; a folder named by mistake loses nothing else."""
    for name in ("blobs", "outside", "static"):
        shutil.rmtree(folder / name, ignore_errors=True)
    for file in [*folder.glob("secondring.sqlite3*"), folder / "demo.json", folder / "run" / "prepared"]:
        file.unlink(missing_ok=True)


def _tell(folder: Path, port: int, ports: dict[str, int], world: str) -> None:
    url = f"http://127.0.0.1:{port}/"
    told = {
        "url": url,
        "email": EMAIL,
        "password": PASSWORD,
        "smtp": ["127.0.0.1", ports["inlet"]],
        "letter_to": LETTER_TO,
        "world": world,
        "outside": str(folder / "outside"),
        "outside_port": ports["outside"],
    }
    (folder / "demo.json").write_text(json.dumps(told, indent=2) + "\n")
    say(f"""
The desk of Harbour Row is open.

  Address    {url}
  Log in     {EMAIL}   {PASSWORD}

Send it a letter, and watch it arrive (any mail program will do; this is one line):

  {_letter_line(ports["inlet"])}

Call it: press On duty on the desk, then open {url}call/ in another window (a private one, or another browser).
It rings on the desk, and two microphones of this machine talk with each other.

What you answer leaves by SMTP into {folder / "outside"}, one Maildir for each person.
Ctrl-C closes the desk; a second start keeps what was done.
""")


def _letter_line(port: int) -> str:
    """One line to paste into a terminal that has Python, as whoever started this does."""
    letter = f"To: {LETTER_TO}\\nFrom: Ana Lima <ana@example.org>\\nSubject: Is anybody there?\\n\\nI hope a person reads this."
    send = f"smtplib.SMTP('127.0.0.1', {port}).sendmail('ana@example.org', ['{LETTER_TO}'], '{letter}')"
    return f'python3 -c "import smtplib; {send}"'
