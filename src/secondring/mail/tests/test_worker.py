"""The worker, as it starts in a process of its own."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

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
