"""The machine under the desk fails: a full disk, a held database, a clock that steps. Nothing is lost, doubled, or half kept."""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from journeys.engines.process import private_folder
from journeys.own_desk import run

pytestmark = [pytest.mark.once, pytest.mark.needs("dovecot"), pytest.mark.timeout(600)]
HERE = Path(__file__).parent
DISK = "160m"  # the desk calls a disk nearly full that has less than 64 MB left


@pytest.fixture(params=["sqlite", "postgresql"])
def database(request: pytest.FixtureRequest) -> dict[str, str]:
    """The environment that names a fresh database of either kind."""
    if request.param == "sqlite":
        return {}
    return {"SECONDRING_DATABASE_URL": request.getfixturevalue("postgresql").new_database()}


@pytest.fixture
def folder() -> Iterator[Path]:
    with private_folder("own-desk") as folder:
        yield folder


@pytest.fixture
def small_disk(folder: Path) -> Iterator[Path]:
    """A disk of its own, in memory, that is really full when it is full."""
    disk = folder / "disk"
    disk.mkdir()
    mounted = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", f"size={DISK}", "tmpfs", disk], capture_output=True, check=False
    )
    if mounted.returncode:
        pytest.skip("Only root may mount a small disk here")
    try:
        yield disk
    finally:
        subprocess.run(["umount", "--lazy", disk], check=True)


def test_a_full_disk_takes_no_letter_says_so_and_goes_on_when_there_is_room(
    folder: Path, small_disk: Path, database: dict[str, str]
) -> None:
    run("journeys.troubles.full_disk", small_disk, {"OWN_DESK_LOGS": str(folder), **database})


def test_a_database_that_somebody_holds_costs_a_while_and_no_letter(folder: Path, database: dict[str, str]) -> None:
    run("journeys.troubles.held_database", folder, {"OWN_DESK_LOGS": str(folder), **database})


def test_a_clock_that_steps_strands_nothing_and_sends_nothing_twice(folder: Path) -> None:
    """On SQLite alone: no moment is the database's, all are told by us."""
    compiler = shutil.which("cc")
    if compiler is None:
        pytest.skip("no C compiler here to build the clock that steps")
    library, step = folder / "clock_step.so", folder / "step"
    subprocess.run([compiler, "-shared", "-fPIC", "-O2", "-o", library, HERE / "clock_step.c"], check=True)
    step.write_text("0")
    preload = {"LD_PRELOAD": str(library), "OWN_DESK_STEP": str(step), "OWN_DESK_LOGS": str(folder)}
    run("journeys.troubles.stepped_clock", folder, preload)


def test_the_stepping_clock_really_steps(folder: Path) -> None:
    compiler = shutil.which("cc")
    if compiler is None:
        pytest.skip("no C compiler here to build the clock that steps")
    library = folder / "clock_step.so"
    subprocess.run([compiler, "-shared", "-fPIC", "-O2", "-o", library, HERE / "clock_step.c"], check=True)
    (folder / "step").write_text("-3600")
    words = "import time,datetime;print(time.time()-datetime.datetime.now().timestamp());print(time.time())"
    said = subprocess.run(
        ["python3", "-c", words], capture_output=True, text=True, check=True, timeout=20,
        env={**os.environ, "LD_PRELOAD": str(library), "OWN_DESK_STEP": str(folder / "step")},
    ).stdout.split()  # fmt: skip
    now = float(subprocess.run(["date", "+%s"], capture_output=True, text=True, check=True).stdout)
    assert abs(float(said[0])) < 5
    assert 3500 < now - float(said[1]) < 3700
