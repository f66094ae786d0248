"""Where and when a measurement was made, and how figures are summed up: without these a figure says nothing."""

import os
import platform
import sqlite3
import subprocess
import time
from collections.abc import Sequence
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path
from typing import Any


def describe() -> dict[str, Any]:
    """The machine, the programs, the commit, the moment."""
    return {
        "at": datetime.now(UTC).isoformat(timespec="seconds"),
        "commit": _commit(),
        "cpu": _cpu(),
        "cores": os.cpu_count(),
        "memory_gb": round(os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30),
        "system": platform.platform(),
        "python": platform.python_version(),
        "django": version("Django"),
        "sqlite": sqlite3.sqlite_version,
        "nice": os.getpriority(os.PRIO_PROCESS, 0),
    }


def load() -> list[float]:
    """The load average of the last 1, 5 and 15 minutes."""
    return [round(each, 2) for each in os.getloadavg()]


def yardstick(turns: int = 1_000_000) -> dict[str, float]:
    """Milliseconds, by the clock and of CPU, for so many turns of an empty loop: how slow this machine is just now."""
    clock, cpu = time.perf_counter(), time.process_time()
    for _ in range(turns):
        pass
    return {
        "wall": round(1000 * (time.perf_counter() - clock), 2),
        "cpu": round(1000 * (time.process_time() - cpu), 2),
    }


def spread(seconds: Sequence[float]) -> dict[str, float]:
    """Milliseconds: the middle one, the one that 95 of 100 stay under, and the ends."""
    sorted_ = sorted(seconds)

    def at(share: float) -> float:
        return round(1000 * sorted_[min(len(sorted_) - 1, int(share * len(sorted_)))], 2)

    return {"p50": at(0.5), "p95": at(0.95), "p99": at(0.99), "least": at(0), "most": at(1), "times": len(sorted_)}


def _commit() -> str:
    try:
        words = ["git", "-C", str(Path(__file__).parent), "describe", "--always", "--dirty", "--exclude=*"]
        return subprocess.run(words, capture_output=True, text=True, check=True, timeout=10).stdout.strip()
    except (OSError, subprocess.SubprocessError):
        return "unknown"


def _cpu() -> str:
    try:
        lines = Path("/proc/cpuinfo").read_text().splitlines()
    except OSError:
        return platform.processor()
    return next((line.partition(":")[2].strip() for line in lines if line.startswith("model name")), platform.machine())
