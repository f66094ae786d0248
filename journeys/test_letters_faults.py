"""A small run of `soak faults`: kills at the points where it hurts, and nothing is lost or doubled."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest


@pytest.mark.once
@pytest.mark.needs("dovecot")
@pytest.mark.timeout(600)
def test_nothing_is_lost_or_doubled_by_kills(tmp_path: Path, repository: Path) -> None:
    found = tmp_path / "found.json"
    words = [
        "soak",
        "faults",
        "--seed",
        "3",
        "--kills",
        "6",
        "--letters",
        "60",
        "--replies",
        "10",
        "--json",
        str(found),
    ]
    environment = {name: value for name, value in os.environ.items() if not name.startswith("SECONDRING_")}
    done = subprocess.run(
        [sys.executable, "-m", "secondring.commands.cli", *words],
        env={**environment, "PYTHONPATH": f"{repository / 'src'}:{repository}"},
        capture_output=True, text=True, timeout=580, check=False,
    )  # fmt: skip
    assert found.exists(), done.stderr[-2000:]
    assert json.loads(found.read_text())["wrong"] == []
    assert done.returncode == 0
