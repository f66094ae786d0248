"""The real programs that journeys run against: which they are, where they are found, and what to install when they are not.

A missing engine is a visible skip; with `--engines=all` it is a failure that names the package. Nothing here is a mock.
"""

from __future__ import annotations

import os
import shutil
from dataclasses import dataclass
from pathlib import Path

import pytest

SYSTEM_PATH = ":".join(
    [os.environ.get("PATH", ""), "/usr/sbin", "/usr/local/sbin", "/usr/local/bin", "/opt/homebrew/bin"]
)


@dataclass(frozen=True)
class Engine:
    """A program a test needs, by any of its names, and the Debian package that brings it."""

    name: str
    package: str
    programs: tuple[str, ...]

    def path(self) -> Path | None:
        """Where the program is, or None when this machine has none."""
        for program in self.programs:
            if found := shutil.which(program, path=SYSTEM_PATH):
                return Path(found)
            if beside := sorted(Path("/usr/lib/postgresql").glob(f"*/bin/{program}"), key=_version, reverse=True):
                return beside[0]
        return None


def _version(path: Path) -> float:
    return float(path.parent.parent.name)


ENGINES = {
    engine.name: engine
    for engine in [
        Engine("postgresql", "postgresql", ("initdb",)),
        Engine("dovecot", "dovecot-imapd dovecot-lmtpd", ("dovecot",)),
        Engine("chromium", "chromium", ("chromium", "google-chrome", "chromium-browser")),
        Engine("firefox", "firefox-esr", ("firefox-esr", "firefox")),
        Engine("nginx", "nginx", ("nginx",)),
        Engine("caddy", "caddy", ("caddy",)),
        Engine("node", "nodejs", ("node",)),
        Engine("poppler", "poppler-utils", ("pdftotext",)),
        Engine("sipp", "sip-tester", ("sipp",)),
        Engine("baresip", "baresip-core", ("baresip",)),
        Engine(
            "rtpengine", "rtpengine-daemon", ("rtpengine",)
        ),  # not the package rtpengine, which wants a kernel module
    ]
}


def need(name: str, config: pytest.Config) -> Path:
    """The path of an engine. Skips the test when it is missing or not wanted, fails it when every engine was asked for."""
    engine, wanted = ENGINES[name], config.getoption("engines")
    if wanted == "none":
        pytest.skip(f"runs against the real {name}: ./secondring test --all")
    if path := engine.path():
        return path
    missing = f"{name} is not installed here: apt-get install {engine.package}"
    if wanted == "all":
        pytest.fail(missing, pytrace=False)
    pytest.skip(missing)
