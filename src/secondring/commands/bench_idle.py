"""Memory of a desk where nobody works just now: the proportional set size (PSS) of `serve` and all that it started.

Twice: just started, and after a first page and a first letter, when everything that loads late is loaded.
"""

import argparse
import http.cookiejar
import smtplib
import time
import urllib.parse
import urllib.request
from email.message import EmailMessage
from pathlib import Path
from typing import Any

from . import bench_desk, load

AIM = 250  # MB
SETTLE = 5.0  # seconds


def arguments(parser: Any) -> None:
    """Nothing to choose."""


def measure(_options: argparse.Namespace) -> dict[str, Any]:
    """Megabytes by process."""
    with bench_desk.filled() as desk:
        time.sleep(SETTLE)
        started = _memory(desk)
        _work(desk)
        time.sleep(SETTLE)
        return {"aim_mb": AIM, "started": started, "after_work": _memory(desk)}


def _work(desk: bench_desk.Desk) -> None:
    """Log in, read three pages, receive a letter."""
    browser = logged_in(desk)
    for path in ("/", "/conversations/1/", "/search/?q=hello"):
        browser.open(desk.url + path, timeout=20).read()
    letter = EmailMessage()
    letter["From"], letter["To"] = "ana@example.org", "hello@harbourrow.example"
    letter["Subject"], letter["Message-ID"] = "Is anybody there?", "<1@example.org>"
    letter.set_content("I hope a person reads this.")
    letter.add_alternative("<p>I hope a <b>person</b> reads this.</p>", subtype="html")
    with smtplib.SMTP("127.0.0.1", desk.inlet, timeout=20) as door:
        door.send_message(letter)


def logged_in(desk: bench_desk.Desk) -> urllib.request.OpenerDirector:
    """A browser of sorts, with a teammate's session in it."""
    return urllib.request.build_opener(urllib.request.HTTPCookieProcessor(cookies(desk, 1)))


def cookies(desk: bench_desk.Desk, number: int) -> http.cookiejar.CookieJar:
    """What the browser of the teammate with this number holds after logging in."""
    jar = http.cookiejar.CookieJar()
    browser = urllib.request.build_opener(urllib.request.HTTPCookieProcessor(jar))
    door = browser.open(f"{desk.url}/log-in/", timeout=20).geturl()
    token = next(cookie.value for cookie in jar if "csrf" in cookie.name)
    form = {"login": load.EMAIL.format(number), "password": load.PASSWORD, "csrfmiddlewaretoken": token or ""}
    browser.open(urllib.request.Request(door, urllib.parse.urlencode(form).encode(), {"Referer": door}), timeout=20)
    if not any("session" in cookie.name for cookie in jar):
        raise RuntimeError("Nobody could log in to the desk that is measured.")
    return jar


def _memory(desk: bench_desk.Desk) -> dict[str, float]:
    each = {f"{name} {pid}": _pss(pid) for pid, name in bench_desk.family(desk.pid).items()}
    return {**{name.partition(" ")[0]: size for name, size in each.items()}, "all": round(sum(each.values()), 1)}


def _pss(pid: int) -> float:
    lines = Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()
    return round(next(int(line.split()[1]) for line in lines if line.startswith("Pss:")) / 1024, 1)
