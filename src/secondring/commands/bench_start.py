"""From nothing to a desk: the set-up of a clean clone, the first `demo`, and a second start, until /healthz answers."""

import argparse
import os
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from . import bench_desk

AIM = 2.0  # seconds of a second start
PATIENCE = 600.0
TIMES = 5


def arguments(parser: Any) -> None:
    parser.add_argument("--without-set-up", action="store_true", help="measure starts with the Python that runs this")


def measure(options: argparse.Namespace) -> dict[str, Any]:
    """Seconds: with uv where it is found, and with venv and pip."""
    if options.without_set_up:
        return {"aim_s": AIM, "here": _starts(None)}
    found = {"uv": _starts("uv")} if shutil.which("uv") else {}
    return {"aim_s": AIM, **found, "pip": _starts("pip")}


def _starts(installer: str | None) -> dict[str, Any]:
    home = Path(__file__).parents[3]
    with TemporaryDirectory(prefix="secondring-bench-") as made:
        clone, folder = Path(made) / "clone", Path(made) / "desk"
        subprocess.run(["git", "clone", "-q", str(home), str(clone)], check=True, timeout=PATIENCE)
        start = clone / "secondring"
        environment = _environment(installer)
        took = {}
        if installer is not None:
            began = time.perf_counter()
            subprocess.run([str(start), "--help"], env=environment, check=True, timeout=PATIENCE, capture_output=True)
            took["set_up"] = round(time.perf_counter() - began, 1)
        else:
            environment["PYTHONPATH"] = str(clone / "src")
        words = [str(start)] if installer else [sys.executable, "-m", f"{__package__}.cli"]
        took["first_demo"] = _until_it_answers([*words, "demo"], folder, environment)
        for command in ("demo", "serve"):
            again = sorted(_until_it_answers([*words, command], folder, environment) for _ in range(TIMES))
            took[f"second_{command}"], took[f"second_{command}_slowest"] = again[TIMES // 2], again[-1]
    return took


def _environment(installer: str | None) -> dict[str, str]:
    """What somebody who cloned it would have: nothing of ours, Python's own ways, and uv only where it is measured."""
    left_out = ("SECONDRING_", "PYTHON", "VIRTUAL_ENV", "DJANGO_")
    environment = {name: value for name, value in os.environ.items() if not name.startswith(left_out)}
    folders = environment.get("PATH", "").split(os.pathsep)
    if installer == "pip":
        folders = [folder for folder in folders if not (Path(folder) / "uv").exists()]
    return {**environment, "PATH": os.pathsep.join(folders)}


def _until_it_answers(words: list[str], folder: Path, environment: dict[str, str]) -> float:
    port = bench_desk.free_port()
    began = time.perf_counter()
    process = subprocess.Popen(
        [*words, "--dir", str(folder), "--port", str(port)],
        env=environment, start_new_session=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
    )  # fmt: skip
    try:
        bench_desk.wait_for(f"http://127.0.0.1:{port}/healthz", process, within=PATIENCE)
        return round(time.perf_counter() - began, 2)
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait(30)
