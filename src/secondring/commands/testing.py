"""Runs the tests. Alone: everything that needs no real engine, on SQLite, in under three minutes.

Examples:
  ./secondring test                          the short run
  ./secondring test src/secondring/mail -x   a part of it, with pytest's own options; engines that are found are used
  ./secondring test --all                    with every engine, on SQLite and PostgreSQL, and once more on a newer Python
  ./secondring test --database postgresql    on PostgreSQL only
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from .newer_python import newer_leg

ROOT = Path(__file__).parents[3]
PYTEST = [sys.executable, "-m", "pytest"]
ON_POSTGRESQL = [sys.executable, "-m", "journeys.engines.with_postgresql"]

# Telephones ring in real time and mail servers are waited for: three files at once keep two cores busy.
SIDE_BY_SIDE = ["-n", "3", "--dist", "loadfile", "--no-loadscope-reorder"]

passes_on = True  # what is not ours is pytest's


@dataclass(frozen=True)
class Leg:
    """One run of pytest: what it is called, its command line, and, when it cannot run here, why."""

    name: str
    command: Sequence[str]
    not_here: str = ""


def arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--all", action="store_true", help="every engine, both databases; a missing engine is a failure"
    )
    parser.add_argument(
        "--database", choices=["sqlite", "postgresql", "both"], help="default: sqlite; with --all: both"
    )
    parser.usage = "secondring test [--all] [--database DATABASE] [pytest arguments]"


def run(options: argparse.Namespace, rest: Sequence[str] = ()) -> int:
    """Runs each leg to its end, then says how many passed."""
    if not (ROOT / "journeys").is_dir():
        print("The tests live in a checkout of Second Ring, not in an installed copy.", file=sys.stderr)
        return 2
    failed = [leg.name for leg in legs(every=options.all, database=options.database, rest=rest) if not _passes(leg)]
    if failed:
        print(f"\nTests failed: {'; '.join(failed)}.")
        return 1
    print("\nAll tests passed.")
    return 0


def legs(*, every: bool, database: str | None, rest: Sequence[str]) -> list[Leg]:
    """The runs that were asked for, in order."""
    chosen = database or ("both" if every else "sqlite")
    # Named tests are meant: use what is there. The short run stays short: no engines.
    engines = "all" if every else "found" if rest else "none"
    # Small runs start sooner without helpers, and pytest's own -n wins over ours.
    workers = [] if rest and not every else SIDE_BY_SIDE
    pytest = [*PYTEST, f"--engines={engines}", *workers, *rest]
    planned = []
    if chosen in ("sqlite", "both"):
        planned.append(Leg("on SQLite", pytest))
    if chosen in ("postgresql", "both"):
        # Browsers look at desks on SQLite, and parsers at none: the run on SQLite has just done that.
        once = ["--skip-once"] if chosen == "both" and not rest else []
        planned.append(Leg("on PostgreSQL", [*ON_POSTGRESQL, *pytest, *once]))
    if every and not rest:
        command, not_here = newer_leg(ROOT)
        planned.append(Leg("on a newer Python and Django", command, not_here))
    return planned


def _passes(leg: Leg) -> bool:
    print(f"\n== Tests {leg.name} ==", flush=True)
    if leg.not_here:
        print(f"Skipped: {leg.not_here}", flush=True)
        return True
    started = time.monotonic()
    # Processes that tests start find the product and the journeys by this, whichever Python runs them.
    path = os.pathsep.join(map(str, [ROOT / "src", ROOT]))
    done = subprocess.run(leg.command, cwd=ROOT, env={**os.environ, "PYTHONPATH": path}, check=False)
    print(f"Tests {leg.name}: {time.monotonic() - started:.0f} s", flush=True)
    return done.returncode == 0
