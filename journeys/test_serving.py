"""`serve` keeps its processes alive, stops cleanly, and never runs twice on one folder."""

import json
import os
import signal
import subprocess
import sys
import urllib.error
import urllib.request
from pathlib import Path

import pytest

from journeys.desks import answers, serve
from journeys.engines.process import private_folder


def test_a_process_that_dies_is_started_again_and_a_second_start_is_refused_with_a_sentence() -> None:
    with private_folder("serve") as folder, serve(folder) as desk:
        before = desk.pid_of("web")
        os.kill(before, signal.SIGKILL)
        desk.server.wait_until(lambda: answers(f"{desk.url}/healthz"), what="come back")
        assert desk.pid_of("web") != before
        second = _second_start(folder)
        assert second.returncode == 1
        assert "already runs" in second.stderr
        assert "Traceback" not in second.stderr


def test_it_stops_cleanly_on_sigterm_and_leaves_nobody_behind() -> None:
    with private_folder("serve") as folder, serve(folder) as desk:
        pids = [desk.pid_of(name) for name in ("web", "worker", "phone")]
        desk.server.stop(within=25)
        assert desk.server.process.returncode == 0
        assert not any(Path(f"/proc/{pid}").exists() for pid in pids)


def test_the_children_go_when_the_supervisor_is_killed() -> None:
    with private_folder("serve") as folder, serve(folder) as desk:
        pid = desk.pid_of("web")
        os.kill(desk.server.pid, signal.SIGKILL)
        desk.server.process.wait(10)
        until_gone = [None for _ in range(100) if Path(f"/proc/{pid}").exists() and not _wait()]
        assert not Path(f"/proc/{pid}").exists(), f"still there after {len(until_gone) / 10} s"


def test_ready_says_in_a_sentence_who_has_not_been_heard_from() -> None:
    with private_folder("serve") as folder, serve(folder, "--processes", "web") as desk:
        with pytest.raises(urllib.error.HTTPError) as refused:
            urllib.request.urlopen(f"{desk.url}/readyz", timeout=5)
        assert refused.value.code == 503
        assert "The worker process has not been heard from." in json.loads(refused.value.read())["problems"]


def _second_start(folder: Path) -> "subprocess.CompletedProcess[str]":
    words = [sys.executable, "-m", "secondring.commands.cli", "serve", "--dir", str(folder), "--port", "1"]
    source = str(Path(__file__).parents[1] / "src")
    return subprocess.run(
        words, env={**os.environ, "PYTHONPATH": source}, capture_output=True, text=True, timeout=60, check=False
    )


def _wait() -> bool:
    import time

    time.sleep(0.1)
    return False
