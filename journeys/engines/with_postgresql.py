"""Runs a command against a private PostgreSQL: `python -m journeys.engines.with_postgresql pytest src/secondring/mail`."""

from __future__ import annotations

import os
import subprocess
import sys

from journeys.engines import ENGINES, process
from journeys.engines.postgresql import private_postgresql

LONGEST = 4 * 3600.0  # seconds that a command may take


def main(command: list[str]) -> int:
    """Gives the command SECONDRING_DATABASE_URL and passes its exit code on."""
    engine = ENGINES["postgresql"]
    initdb = engine.path()
    if not initdb:
        print(f"PostgreSQL is not installed here: apt-get install {engine.package}", file=sys.stderr)
        return 1
    process.LIFE = LONGEST
    with private_postgresql(initdb) as cluster:
        env = {**os.environ, "SECONDRING_DATABASE_URL": cluster.new_database()}
        return subprocess.run(command, env=env, check=False).returncode


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
