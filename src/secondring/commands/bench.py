"""Measure how quick it is here: pages, letters coming in, live desks, memory at rest, the first page, the set-up.

What each measures, how, and what we aim for is in bench/README.md. Nothing else should run on the machine meanwhile.

  ./secondring bench                                          everything, with companies that are made for it (an hour)
  ./secondring bench pages --messages 300000                  four pages at 10 thousand messages and at so many
  ./secondring bench pages --small /tmp/small --large /tmp/big    the same, with companies that `load` made before
  ./secondring bench letters --letters 1000                   a steady flow of letters through the inlet
  ./secondring bench live --desks 20                          from the 250 to one open desk, and to twenty
  ./secondring bench idle                                     memory of a desk where nobody works
  ./secondring bench weight                                   what a first visit costs over the wire
  ./secondring bench calls --held 50 100                      ringing, first sound, silence, calls held and set up
  ./secondring bench start --without-set-up                   until a desk answers, with the Python that runs this
  ./secondring bench idle weight --json bench/results/today.json   and keep the figures with their circumstances
"""

import argparse
import importlib
import json
import signal
import sys
from pathlib import Path
from typing import Any

from . import bench_here

# name -> (module, what it measures). A module offers `arguments(parser)` and `measure(options) -> figures`.
MEASURES: dict[str, tuple[str, str]] = {
    "pages": ("bench_pages", "inbox, conversation, search and look-up, at two sizes"),
    "letters": ("bench_letters", "letters a second through the inlet, and CPU a letter"),
    "live": ("bench_live", "from the 250 to the open desk"),
    "idle": ("bench_idle", "memory of all processes of a desk where nobody works"),
    "weight": ("bench_weight", "what a first visit costs over the wire"),
    "calls": ("bench_calls", "from the INVITE to the ring, from the click to the first sound, and many calls at once"),
    "start": ("bench_start", "from a clean clone to a desk, and the second start"),
}


def arguments(parser: argparse.ArgumentParser) -> None:
    known = ", ".join(f"{name} ({what})" for name, (_module, what) in MEASURES.items())
    parser.add_argument("names", nargs="*", metavar="NAME", help=f"what to measure; all when none is named: {known}")
    parser.add_argument("--json", type=Path, metavar="FILE", help="keep the figures and their circumstances here")
    for name in MEASURES:
        module = _module(name)
        module.arguments(parser.add_argument_group(name, MEASURES[name][1]))


def run(options: argparse.Namespace) -> int:
    """Measure, print, and keep."""
    names = options.names or list(MEASURES)
    unknown = [name for name in names if name not in MEASURES]
    if unknown:
        print(f"bench knows {', '.join(MEASURES)}, not {', '.join(unknown)}.", file=sys.stderr)
        return 2
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))  # the desks that are measured end with us
    kept: dict[str, Any] = {}
    for name in names:
        before = {"load": bench_here.load(), "yardstick": bench_here.yardstick()}
        figures = _module(name).measure(options)
        after = {"load": bench_here.load(), "yardstick": bench_here.yardstick()}
        kept[name] = {"before": before, "after": after, **figures}
        print(json.dumps({name: kept[name]}, indent=2), flush=True)
    if options.json:
        options.json.parent.mkdir(parents=True, exist_ok=True)
        options.json.write_text(json.dumps({"here": bench_here.describe(), **kept}, indent=2) + "\n")
    return 0


def _module(name: str) -> Any:
    return importlib.import_module(f"{__package__}.{MEASURES[name][0]}")
