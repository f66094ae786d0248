"""Two hands reach for one ringing call in the same moment, two hundred times: exactly one has it, as the book says too."""

import asyncio
import os
from collections import Counter
from typing import Any

from . import bench_here


def soak(times: int, *, seed: int) -> dict[str, Any]:
    """Run them against a telephone process of their own; `wrong` is empty when all is well."""
    from journeys import races
    from journeys.engines.process import private_folder
    from journeys.engines.telephone_house import telephone_house

    database = os.environ.get("SECONDRING_DATABASE_URL", "")
    with private_folder("races") as folder, telephone_house(folder, SECONDRING_DATABASE_URL=database) as house:
        found = asyncio.run(races.run(house, times, seed=seed))
    return {
        "wrong": found.wrong,
        "seed": seed,
        "races": times,
        "won": dict(sorted(Counter(found.won).items())),
        "hands apart at most, ms": 1000 * races.APART,
        "environment": {
            **bench_here.describe(),
            "database": "postgresql" if database else "sqlite",
            "load at the end": bench_here.load(),
        },
    }
