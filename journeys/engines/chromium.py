"""The distribution's Chromium through Playwright: no browser is ever downloaded."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from playwright.sync_api import Browser, Page, sync_playwright

FLAGS = [
    "--no-sandbox",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


@contextmanager
def chromium_browser(program: Path) -> Iterator[Browser]:
    """One browser. Playwright keeps an event loop in this thread, so a test that uses it asks the desk, not the ORM."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=program, args=FLAGS, timeout=60_000)
        try:
            yield browser
        finally:
            browser.close()


class WatchedPage:
    """A page in a context of its own, and everything that went wrong in it: script errors, CSP refusals, failed requests."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.troubles: list[str] = []
        page.on("pageerror", lambda error: self.troubles.append(f"script: {error}"))
        page.on("console", lambda line: self.troubles.append(f"console: {line.text}") if line.type == "error" else None)


@contextmanager
def new_page(browser: Browser, *, width: int = 1440, height: int = 900, dark: bool = False) -> Iterator[WatchedPage]:
    """A fresh, signed-out visitor."""
    context = browser.new_context(
        viewport={"width": width, "height": height}, color_scheme="dark" if dark else "light", ignore_https_errors=True
    )
    context.set_default_timeout(15_000)
    try:
        yield WatchedPage(context.new_page())
    finally:
        context.close()
