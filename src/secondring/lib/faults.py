"""Named moments at which a process can be told to die, so that a test kills it exactly where it hurts. Costs nothing unarmed.

SECONDRING_FAULT="after-dot:3 reading:20" ends a process, as a power cut would, the third time it passes the point "after-dot",
or the twentieth time it passes "reading". It says so on stderr, where whoever counts the dead finds it.
"""

import os
import signal
from collections.abc import Iterator
from itertools import count

SAYS = "killed at"


def _armed(orders: str) -> dict[str, Iterator[int]]:
    """Each point that was named, and how many more times it may be passed, this one included."""
    named = (order.partition(":") for order in orders.split())
    return {name: count(int(times) if times.isdigit() else 1, -1) for name, _colon, times in named}


_left = _armed(os.environ.get("SECONDRING_FAULT", ""))


def point(name: str) -> None:
    """Pass the moment `name`."""
    if name in _left and next(_left[name]) <= 1:
        os.write(2, f"{SAYS} {name}\n".encode())
        os.kill(os.getpid(), signal.SIGKILL)
