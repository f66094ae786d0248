"""Checks what a reader would: format, lint, types (Python and JavaScript), the one-way street, templates, migrations, docs.

Example: ./secondring check
"""

from __future__ import annotations

import argparse
import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parents[3]
BIN = Path(sys.executable).parent
TYPESCRIPT = "7.0.2"
PYTHON = ["src", "journeys", "conftest.py"]


@dataclass(frozen=True)
class Skip:
    """Why a step cannot be done here."""

    why: str


Command = Sequence[str | Path]
Step = tuple[str, Callable[[], Command | Skip]]


def arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("names", nargs="*", metavar="step", help=f"only these: {', '.join(name for name, _ in STEPS)}")


def run(options: argparse.Namespace) -> int:
    """Does every step, shows what those that failed printed, and ends with the count."""
    unknown = set(options.names) - {name for name, _ in STEPS}
    if unknown:
        print(f"There is no step called {', '.join(sorted(unknown))}. See ./secondring check --help.", file=sys.stderr)
        return 2
    outcomes = [_do(name, command()) for name, command in STEPS if not options.names or name in options.names]
    counts = {word: outcomes.count(word) for word in ("passed", "failed", "skipped")}
    print(f"\ncheck: {counts['passed']} passed, {counts['failed']} failed, {counts['skipped']} skipped")
    return 1 if counts["failed"] else 0


def _do(name: str, command: Command | Skip) -> str:
    print(f"{name:12}", end="", flush=True)
    if isinstance(command, Skip):
        print(f"skipped: {command.why}", flush=True)
        return "skipped"
    started = time.monotonic()
    with tempfile.TemporaryDirectory(
        prefix="secondring-check-"
    ) as folder:  # settings want one, and yours stays untouched
        env = {**os.environ, "SECONDRING_DIR": folder}
        done = subprocess.run(command, cwd=ROOT, env=env, capture_output=True, text=True, check=False)
    seconds = time.monotonic() - started
    if done.returncode == 0:
        print(f"ok ({seconds:.1f} s)", flush=True)
        return "passed"
    print(f"FAILED ({seconds:.1f} s)\n{done.stdout}{done.stderr}", flush=True)
    return "failed"


def _javascript_types() -> Command | Skip:
    """TypeScript reads the modules as they are; it is fetched once into the venv and never needed to run the product."""
    if not list(ROOT.glob("src/secondring/*/static/**/*.js")):
        return Skip("there is no JavaScript yet.")
    if not shutil.which("node") or not shutil.which("npm"):
        return Skip("Node is not here; it only checks the scripts, nothing needs it to run.")
    folder = BIN.parent / f"typescript-{TYPESCRIPT}"
    compiler = folder / "node_modules" / ".bin" / "tsc"
    if not compiler.exists():
        install: Command = [
            "npm",
            "install",
            "--silent",
            "--no-fund",
            "--no-audit",
            "--prefix",
            folder,
            f"typescript@{TYPESCRIPT}",
        ]
        if subprocess.run(install, capture_output=True, check=False, timeout=300).returncode:
            return Skip("TypeScript could not be fetched with npm.")
    return [compiler, "--project", "jsconfig.json"]


def _javascript_tests() -> Command | Skip:
    tests = sorted(ROOT.glob("src/secondring/*/tests/**/*.test.js"))
    if not tests:
        return Skip("there are none yet.")
    if not shutil.which("node"):
        return Skip("Node is not here.")
    return ["node", "--test", *tests]


def _templates() -> Command | Skip:
    templates = sorted({path.parent for path in ROOT.glob("src/secondring/**/templates/**/*.html")})
    return [BIN / "djlint", "--lint", "--quiet", "src"] if templates else Skip("there are none yet.")


def _house() -> Command:
    """The tests that compare the house with what is written about it."""
    files = sorted(
        [*ROOT.glob("src/secondring/**/tests/test_house*.py"), *ROOT.glob("src/secondring/**/tests/test_docs*.py")]
    )
    return [sys.executable, "-m", "pytest", "-q", "--engines=none", *files]


STEPS: list[Step] = [
    ("format", lambda: [BIN / "ruff", "format", "--check", *PYTHON]),
    ("lint", lambda: [BIN / "ruff", "check", *PYTHON]),
    ("types", lambda: [BIN / "mypy"]),
    ("street", lambda: [BIN / "lint-imports", "--no-cache"]),
    ("templates", _templates),
    ("scripts", _javascript_types),
    ("script-tests", _javascript_tests),
    ("migrations", lambda: [BIN / "secondring", "django", "makemigrations", "--check", "--dry-run"]),
    ("house", _house),
]
