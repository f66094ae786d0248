"""Long runs that kill and count.

Example: ./secondring soak faults --seed 7
kills web, worker and phone again and again (-9) while letters arrive by SMTP and IMAP and replies leave; then counts whether
anything was lost or doubled. It needs Dovecot, and a checkout (the engines live beside the tests).

Example: ./secondring soak races --races 200
lets two hands reach for one ringing call in the same moment, and counts who has it.
"""

import argparse
import json
import random
import sys
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[3]


def arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("run", choices=["faults", "races"], help="faults: kill and count; races: two hands, one call")
    parser.add_argument("--seed", type=int, help="the same kills again (default: a new one, printed)")
    parser.add_argument("--kills", type=int, default=50, help="of each process, at least (default: 50)")
    parser.add_argument("--letters", type=int, default=2000, help="that arrive (default: 2000)")
    parser.add_argument("--replies", type=int, default=200, help="that leave (default: 200)")
    parser.add_argument("--races", type=int, default=200, help="of two hands (default: 200)")
    parser.add_argument("--json", type=Path, metavar="FILE", help="write what was found, with the environment")


def run(options: argparse.Namespace) -> int:
    """Run it; 0 when nothing was lost and nothing doubled."""
    if not (ROOT / "journeys").is_dir():
        print("The engines of this run live in a checkout of Second Ring, not in an installed copy.", file=sys.stderr)
        return 2
    sys.path.insert(0, str(ROOT))
    seed = options.seed if options.seed is not None else random.SystemRandom().randrange(10**6)
    print(f"seed {seed}", flush=True)
    found = _races(options, seed) if options.run == "races" else _faults(options, seed)
    text = json.dumps(found, indent=2, ensure_ascii=False)
    if options.json:
        options.json.parent.mkdir(parents=True, exist_ok=True)
        options.json.write_text(text + "\n")
    print(text)
    return 1 if found["wrong"] else 0


def _faults(options: argparse.Namespace, seed: int) -> dict[str, Any]:
    from .soak_faults import Plan, soak

    return soak(Plan(seed=seed, kills=options.kills, letters=options.letters, replies=options.replies))


def _races(options: argparse.Namespace, seed: int) -> dict[str, Any]:
    from .soak_races import soak

    return soak(options.races, seed=seed)
