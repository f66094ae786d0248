"""The second leg of the tests: the same code on a newer Python with the newest Django, when this machine has one.

The product is written for Django 5.2; this leg tells early what the next long-term release will ask of it.
"""

from __future__ import annotations

import shutil
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

NEWER = ("3.14", "3.13", "3.12")
# Whole companies walked through twice already: long, and made of what the other tests look at singly.
LONG = ("src/secondring/desk/tests/test_walker.py", "src/secondring/demo/tests/test_building.py")
NOT_THERE = ("django==", "django-stubs", "djlint==", "greenlet==", "mypy==", "playwright==", "ruff==")


def newer_leg(root: Path) -> tuple[Sequence[str], str]:
    """The command that runs the rooms' tests there, and, when it cannot, the reason in a sentence."""
    python = _newer_python()
    if not python:
        return [], f"no Python newer than {sys.version_info[0]}.{sys.version_info[1]} was found."
    venv = root / ".venv" / "newer"
    try:
        _set_up(root, python, venv)
    except (subprocess.CalledProcessError, subprocess.TimeoutExpired) as reason:
        return [], f"{python} is here, but the newest Django could not be installed for it: {reason}"
    python = str(venv / "bin" / "python")
    return [
        python,
        "-W",
        "ignore",
        "-m",
        "pytest",
        "--engines=none",
        "-n",
        "3",
        *map("--ignore={}".format, LONG),
        "src",
    ], ""


def _newer_python() -> str:
    """A newer Python than ours that can make a virtual environment, newest first."""
    kept_by_pyenv = Path.home() / ".pyenv" / "versions"
    for version in NEWER:
        if sys.version_info >= tuple(map(int, version.split("."))):
            return ""
        places = [shutil.which(f"python{version}"), *sorted(map(str, kept_by_pyenv.glob(f"{version}.*/bin/python")))]
        for python in filter(None, places):
            if (
                subprocess.run([python, "-c", "import ensurepip, venv"], capture_output=True, check=False).returncode
                == 0
            ):
                return python
    return ""


def _set_up(root: Path, python: str, venv: Path) -> None:
    """Our pinned packages without the tools of `check`, and with a Django that may be newer than the product admits."""
    pinned = (root / "requirements" / "lock-dev.txt").read_text()
    made_for = venv / "made-for"
    if made_for.exists() and made_for.read_text() == pinned:
        return
    subprocess.run([python, "-m", "venv", "--clear", venv], check=True, timeout=120)
    kept = [line for line in pinned.splitlines() if not line.startswith(NOT_THERE)]
    (venv / "lock.txt").write_text("\n".join(kept))
    pip: list[str | Path] = [venv / "bin" / "python", "-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
    subprocess.run([*pip, "--no-deps", "-r", venv / "lock.txt"], check=True, timeout=600)
    subprocess.run([*pip, "Django>=6.0"], check=True, timeout=300)
    made_for.write_text(pinned)
