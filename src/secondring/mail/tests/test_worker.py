"""The worker, as it starts in a process of its own."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path

from secondring.mail.worker import WallClock

SOURCE = Path(__file__).parents[3]
STARTED_ALONE = """
import django
django.setup()
from secondring.lib import jobs
from secondring.mail import worker
print(*sorted(jobs._known))
"""


def test_the_worker_knows_every_kind_of_work_that_anybody_may_put_on_its_list() -> None:
    files = SOURCE.rglob("secondring/*/*.py")
    enqueued = sorted(
        name for file in files for name in re.findall(r'^@job\("(.+?)"\)', file.read_text(), re.MULTILINE)
    )
    said = subprocess.run(
        [sys.executable, "-c", STARTED_ALONE],
        env={**os.environ, "PYTHONPATH": str(SOURCE), "DJANGO_SETTINGS_MODULE": "secondring.config.settings"},
        capture_output=True, text=True, timeout=60, check=True,
    )  # fmt: skip
    assert said.stdout.split() == enqueued
    assert enqueued


def test_a_wall_clock_that_was_set_back_is_noticed_once() -> None:
    wall, at = WallClock(), datetime.now(UTC)
    assert wall.was_set_back(at)  # nobody knows what happened before we came
    assert not wall.was_set_back(at + timedelta(seconds=1))
    assert not wall.was_set_back(at + timedelta(hours=1))
    assert wall.was_set_back(at)
    assert not wall.was_set_back(at)
