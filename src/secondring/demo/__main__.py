"""python -m secondring.demo WORLD: build that world into SECONDRING_DIR, unless one stands there already."""

import os
import sys

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "secondring.config.settings")


def main(world: str) -> int:
    """Build it; the exit code."""
    import django

    django.setup()
    from ..lib import clock
    from ..lib.errors import NotPossible
    from .building import build

    try:
        build(world, now=clock.now(), outside=int(os.environ.get("SECONDRING_DEMO_OUTSIDE", "25")))
    except NotPossible as refusal:
        print(refusal, file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
