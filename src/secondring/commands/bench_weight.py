"""What a first visit to the desk costs over the wire: the inbox and every file that it asks for, as a browser gets them."""

import argparse
import gzip
import re
import urllib.request
from collections.abc import Iterator
from typing import Any
from urllib.parse import urljoin

from . import bench_desk
from .bench_idle import logged_in

AIM, FONTS_AIM = 60, 90  # kB
ASKED = re.compile(r'(?:<link rel="(?:stylesheet|icon|preload)"[^>]*?href|<script[^>]*?src|<use href)="([^"#]+)')
WITHIN = re.compile(r"""(?:\bfrom|\bimport)\s*["'](\.[^"']+)["']|url\(["']?([^"')]+)["']?\)""")


def arguments(parser: Any) -> None:
    """Nothing to choose."""


def measure(_options: argparse.Namespace) -> dict[str, Any]:
    """Kilobytes (1,000 bytes) by kind of file; fonts apart, since a browser keeps them for a year."""
    with bench_desk.filled() as desk:
        sizes = dict(_visit(logged_in(desk), f"{desk.url}/"))
    kinds: dict[str, float] = {}
    for address, size in sizes.items():
        kind = "page" if address.endswith("/") else address.rpartition(".")[2]
        kinds[kind] = round(kinds.get(kind, 0) + size / 1000, 1)
    fonts = kinds.pop("woff2", 0.0)
    return {
        "aim_kb": AIM, "fonts_aim_kb": FONTS_AIM, "without_fonts": round(sum(kinds.values()), 1), "fonts": fonts,
        "kinds": kinds, "requests": len(sizes), "largest": dict(sorted(sizes.items(), key=lambda each: -each[1])[:8]),
    }  # fmt: skip


def _visit(browser: urllib.request.OpenerDirector, page: str) -> Iterator[tuple[str, int]]:
    """Every address once, with the bytes of its answer as they come over the wire."""
    wanted, seen = [page], set[str]()
    while wanted:
        address = wanted.pop()
        if address in seen:
            continue
        seen.add(address)
        body, size = _get(browser, address)
        yield re.sub(r"\.[0-9a-f]{12}\.", ".", address), size
        if address == page:
            wanted += [urljoin(address, each) for each in ASKED.findall(body)]
        elif address.endswith((".js", ".css")):
            found = (one or other for one, other in WITHIN.findall(body))
            # A browser fetches a font when it first draws with it; all that a sheet names is the upper bound.
            wanted += [urljoin(address, each) for each in found if not each.startswith("data:")]


def _get(browser: urllib.request.OpenerDirector, address: str) -> tuple[str, int]:
    request = urllib.request.Request(address, headers={"Accept-Encoding": "gzip"})
    with browser.open(request, timeout=20) as answer:
        body: bytes = answer.read()
        plain = gzip.decompress(body) if answer.headers.get("Content-Encoding") == "gzip" else body
    return plain.decode("utf-8", "replace"), len(body)
