"""What a machine finds about whether everybody can use a page: axe, spoken to through the debugger, past the page's policy."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from playwright.sync_api import Page

AXE = Path(__file__).parent / "vendor" / "axe.min.js"
RULES = ("wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice")
COLOURS = ("color-contrast", "link-in-text-block")  # the rules whose answer a theme can change, and the slow ones


def problems(page: Page, *, only: Sequence[str] = (), but: Sequence[str] = ()) -> list[str]:
    """What axe finds in the page itself, as sentences; frames hold other people's letters and are not looked into."""
    if not page.evaluate("'axe' in window"):
        page.evaluate(AXE.read_text())
    how = {"iframes": False, "resultTypes": ["violations"]}
    how |= {"runOnly": list(only or RULES), "rules": {name: {"enabled": False} for name in but}}
    found = page.evaluate("how => axe.run(document, how)", how)
    return [f"{v['id']}: {node['html'][:160]}" for v in found["violations"] for node in v["nodes"]]
