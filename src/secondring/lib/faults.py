"""Named moments at which a process can be told to die, so that a test kills it exactly where it hurts. Costs nothing unarmed.

SECONDRING_FAULT="after-dot:3" ends this process, as a power cut would, the third time it passes the point "after-dot".
"""

import os
import signal
from itertools import count


def _armed() -> tuple[str, int]:
    name, _colon, count = os.environ.get("SECONDRING_FAULT", "").partition(":")
    return name, int(count) if count.isdigit() else 1


_name, _count = _armed()
_passes = count(1)


def point(name: str) -> None:
    """Pass the moment `name`."""
    if name == _name and next(_passes) >= _count:
        os.kill(os.getpid(), signal.SIGKILL)
