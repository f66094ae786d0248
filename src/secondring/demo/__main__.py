"""python -m secondring.demo WORLD: build that world into SECONDRING_DIR, unless one stands there already."""

import os
import sys
from datetime import timedelta

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "secondring.config.settings")

BUILDING = timedelta(seconds=12)


def main(world: str) -> int:
    """Build it; the exit code."""
    import django

    django.setup()
    from ..lib import clock
    from ..lib.errors import NotPossible
    from .building import build

    try:
        # Who "wrote a moment ago" should have, when the desk opens and not when the building began.
        opening = clock.now() + BUILDING
        build(world, now=opening, outside=int(os.environ.get("SECONDRING_DEMO_OUTSIDE", "25")))
    except NotPossible as refusal:
        print(refusal, file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
