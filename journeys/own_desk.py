"""A desk of real processes that a test may drown, hold up and send through time: folder, database, servers of its own.

It lives in a process of its own (`python -m journeys.own_desk module.function FOLDER`): Django is set up for that folder there.
"""

from __future__ import annotations

import contextlib
import importlib
import os
import re
import smtplib
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from journeys.engines import ENGINES
from journeys.engines.dovecot import MailAccount, private_dovecot
from journeys.engines.process import free_port
from journeys.engines.smtp_sink import SMTPSink, private_sink

ROOT = Path(__file__).parents[1]
BOX = "hello@harbourrow.example"
PATIENCE = 90.0  # seconds; a busy machine is slow, a lost letter never comes


def run(scene: str, folder: Path, env: dict[str, str], *, within: float = 550.0) -> None:
    """Play `module.function` on a desk in `folder`, in a process of its own; fails with what it said."""
    environment = {name: value for name, value in os.environ.items() if not name.startswith("SECONDRING_")}
    environment |= {"PYTHONPATH": f"{ROOT / 'src'}:{ROOT}", "PYTHONUNBUFFERED": "1", **env}
    done = subprocess.run(
        [sys.executable, "-m", "journeys.own_desk", scene, str(folder)],
        env=environment, capture_output=True, text=True, timeout=within, check=False,
    )  # fmt: skip
    assert done.returncode == 0, f"{done.stdout[-3000:]}\n{done.stderr[-6000:]}"


@dataclass
class OwnDesk:
    """The desk, its mailboxes' outer ends, and its processes as they run."""

    folder: Path
    environment: dict[str, str]
    inlet: int
    account: MailAccount
    sink: SMTPSink
    processes: dict[str, subprocess.Popen[bytes]] = field(default_factory=dict)

    @property
    def url(self) -> str:
        return self.environment["SECONDRING_URL"]

    @contextmanager
    def at_work(self, *names: str) -> Iterator[None]:
        """These processes, until the end; none may have ended by itself."""
        from secondring.commands.soak_processes import answers, start

        web = ["--host", "127.0.0.1", "--port", self.url.rpartition(":")[2]]
        logs = Path(os.environ["OWN_DESK_LOGS"])
        for name in names:
            words = web if name == "web" else []
            self.processes[name] = start(name, words, self.environment, logs / f"{name}.log")
        try:
            ports = {"worker": self.inlet, "web": int(web[-1])}
            until(lambda: all(answers(ports[name]) for name in names), what="the desk to answer")
            yield
            ended = {name: process.poll() for name, process in self.processes.items()}
            assert not [name for name, code in ended.items() if code is not None], ended
        finally:
            for process in self.processes.values():
                process.terminate()
            for process in self.processes.values():
                with contextlib.suppress(subprocess.TimeoutExpired):
                    process.wait(20)
                process.kill()

    def send(self, raw: bytes, *, sender: str = "ana@example.org") -> tuple[int, str]:
        """Hand a letter to the inlet, once; what it said in the end."""
        with smtplib.SMTP("127.0.0.1", self.inlet, timeout=60) as smtp:
            smtp.ehlo()
            for code, said in (smtp.mail(sender), smtp.rcpt(BOX)):
                if code != 250:
                    return code, said.decode()
            code, said = smtp.data(raw)
            return code, said.decode()

    def send_until_kept(self, raw: bytes) -> None:
        """As mail servers do: again and again, until it says 250."""
        until(lambda: self.send(raw)[0] == 250, what="the inlet to keep a letter")

    def browser(self) -> Any:
        """Bea's, logged in: an httpx.Client that sends what a browser would."""
        import httpx

        from secondring.commands.soak_desk import EMAIL, PASSWORD

        bea = httpx.Client(base_url=self.url, headers={"Origin": self.url, "Referer": f"{self.url}/"}, timeout=60)
        answer = bea.post(
            "/account/login/", data={**hidden(bea.get("/account/login/").text), "login": EMAIL, "password": PASSWORD}
        )
        assert answer.status_code == 302, answer.text
        return bea


def hidden(page: str) -> dict[str, str]:
    """What a form on the page carries unseen."""
    return dict(re.findall(r'name="(csrfmiddlewaretoken|once|answers)" value="([^"]*)"', page))


def until(true: Callable[[], object], *, within: float = PATIENCE, what: str = "it") -> None:
    """Wait for it. Raises AssertionError saying what did not come."""
    ends = time.monotonic() + within
    while not true():
        assert time.monotonic() < ends, f"waited {within:g} s for {what}"
        time.sleep(0.1)


@contextmanager
def own_desk(folder: Path) -> Iterator[OwnDesk]:
    """Tables, Bea, a mailbox with an inlet and one by IMAP; Django is set up for it in this process."""
    from secondring.commands.soak_faults import prepare

    program = ENGINES["dovecot"].path()
    assert program
    with ExitStack() as around:
        dovecot = around.enter_context(private_dovecot(program))
        account, inlet = dovecot.account("own"), free_port()
        sink = around.enter_context(private_sink(user=account.address, password=account.password))
        environment = {
            "SECONDRING_DIR": str(folder), "SECONDRING_INLET": f"127.0.0.1:{inlet}", "SECONDRING_DURABLE": "yes",
            "SECONDRING_URL": f"http://127.0.0.1:{free_port()}",
        }  # fmt: skip
        prepare(environment, account, sink)
        yield OwnDesk(folder, environment, inlet, account, sink)


def main(scene: str, folder: str) -> None:
    module, _dot, name = scene.rpartition(".")
    play = getattr(importlib.import_module(module), name)
    with own_desk(Path(folder)) as desk:
        play(desk)


if __name__ == "__main__":
    main(*sys.argv[1:])
