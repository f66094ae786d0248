"""The bootstrap script: what it says when something is missing, and that it does its work once."""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from journeys.engines.process import ordinary_user, private_folder

SCRIPT = Path(__file__).parents[1] / "secondring"

# A Python that makes a venv and "installs" quickly, counting each time, so that the script itself is what is tested.
PRETENDING = r"""#!/bin/sh
case "$*" in
  *"version_info[:2]"*) echo "{version}"; exit 0 ;;
  *"version_info < (3, 11)"*) exit {too_old} ;;
  *"import ensurepip, venv"*) exit {bare} ;;
  *"-m venv"*)
    mkdir -p "$4/bin"
    cp "$0" "$4/bin/python"
    printf '#!/bin/sh\necho "ran: $*"\n' >"$4/bin/secondring"
    chmod +x "$4/bin/secondring" ;;
  *"-m pip install"*) echo "$*" >>"{log}"; sleep {slow}; exit {broken} ;;
  *flock*) exec {real} "$@" ;;
esac
"""


class Checkout:
    """A copy of the script with its locks, and a PATH with nothing on it but the tools and a pretended Python."""

    def __init__(self, folder: Path, tools: Path) -> None:
        self.folder, self.tools, self.log = folder, tools, tools / "installed.log"
        (folder / "requirements").mkdir(parents=True)
        shutil.copy(SCRIPT, folder / "secondring")
        for name in ("requirements/lock.txt", "requirements/lock-dev.txt", "pyproject.toml"):
            (folder / name).write_text("first\n")
        for tool in (
            "sh",
            "cat",
            "cksum",
            "dirname",
            "readlink",
            "rm",
            "tail",
            "id",
            "mkdir",
            "cp",
            "chmod",
            "sleep",
            "env",
        ):
            (tools / tool).symlink_to(shutil.which(tool) or tool)
        self.python()

    def python(
        self, *, version: str = "3.11", too_old: int = 0, bare: int = 0, broken: int = 0, slow: float = 0
    ) -> None:
        real = shutil.which("python3.11", path="/usr/bin:/usr/local/bin") or shutil.which("python3")
        text = PRETENDING.format(
            version=version, too_old=too_old, bare=bare, broken=broken, slow=slow, log=self.log, real=real
        )
        (self.tools / "python3").write_text(text)
        (self.tools / "python3").chmod(0o755)

    def start(self, *words: str, script: Path | None = None) -> subprocess.Popen[str]:
        return subprocess.Popen(
            [script or self.folder / "secondring", *words],
            env={"PATH": str(self.tools), "HOME": str(self.tools)},
            cwd="/",
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )

    def run(self, *words: str, script: Path | None = None) -> tuple[int, str, str]:
        process = self.start(*words, script=script)
        out, err = process.communicate(timeout=60)
        return process.returncode, out, err

    def installs(self) -> list[str]:
        return self.log.read_text().splitlines() if self.log.exists() else []


@pytest.fixture
def checkout() -> Iterator[Checkout]:
    with private_folder("checkout") as folder:
        (folder / "tools").mkdir()
        yield Checkout(folder / "a folder with spaces", folder / "tools")


def test_it_sets_up_once_and_then_runs_at_once(checkout: Checkout) -> None:
    assert checkout.run("demo", "--port", "9000")[:2] == (0, "ran: demo --port 9000\n")
    assert len(checkout.installs()) == 2
    assert checkout.run("serve") == (0, "ran: serve\n", "")
    assert len(checkout.installs()) == 2


def test_a_changed_lock_is_installed_at_the_next_start(checkout: Checkout) -> None:
    checkout.run("demo")
    (checkout.folder / "requirements" / "lock.txt").write_text("second\n")
    checkout.run("demo")
    assert len(checkout.installs()) == 4


def test_the_tests_bring_their_own_tools_and_the_product_is_set_up_with_them(checkout: Checkout) -> None:
    checkout.run("test")
    assert "lock-dev.txt" in checkout.installs()[0]
    checkout.run("demo")
    assert len(checkout.installs()) == 2


def test_two_first_starts_at_once_set_up_once(checkout: Checkout) -> None:
    checkout.python(slow=0.5)
    starts = [checkout.start("demo") for _ in range(3)]
    said = [start.communicate(timeout=60)[0] for start in starts]
    assert said == ["ran: demo\n"] * 3
    assert len(checkout.installs()) == 2


def test_a_checkout_that_was_moved_is_set_up_again(checkout: Checkout) -> None:
    checkout.run("demo")
    checkout.folder = checkout.folder.rename(checkout.folder.with_name("elsewhere"))
    assert checkout.run("demo")[1] == "ran: demo\n"
    assert len(checkout.installs()) == 4


def test_a_link_to_it_leads_to_the_checkout(checkout: Checkout, tmp_path: Path) -> None:
    (tmp_path / "bin").mkdir()
    (tmp_path / "bin" / "desk").symlink_to(checkout.folder / "secondring")
    assert checkout.run("demo", script=tmp_path / "bin" / "desk")[1] == "ran: demo\n"
    assert (checkout.folder / ".venv").is_dir()


def without_venv(checkout: Checkout) -> None:
    checkout.python(bare=1)


def too_old(checkout: Checkout) -> None:
    checkout.python(version="3.9", too_old=1)


def without_python(checkout: Checkout) -> None:
    (checkout.tools / "python3").unlink()


@pytest.mark.parametrize(
    ("world", "words"),
    [
        (without_venv, "On Debian and Ubuntu: sudo apt install python3-venv"),
        (too_old, "needs Python 3.11 or newer, and the newest found here is 3.9"),
        (without_python, "none was found. On Debian and Ubuntu: sudo apt install python3 python3-venv"),
    ],
)
def test_what_is_missing_is_said_in_a_sentence(
    checkout: Checkout, world: Callable[[Checkout], None], words: str
) -> None:
    world(checkout)
    code, _, said = checkout.run("demo")
    assert (code, words in said) == (1, True), said


def test_a_failed_install_is_shown_and_tried_again(checkout: Checkout) -> None:
    checkout.python(broken=1)
    code, _, said = checkout.run("demo")
    assert code == 1
    assert "The set-up stopped here" in said
    checkout.python()
    (checkout.folder / ".venv" / "bin" / "python").write_text((checkout.tools / "python3").read_text())
    assert checkout.run("demo")[1] == "ran: demo\n"


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can become somebody who may not write here")
def test_a_folder_that_cannot_be_written_to_is_named(checkout: Checkout) -> None:
    done = subprocess.run(
        [checkout.folder / "secondring", "demo"],
        env={"PATH": str(checkout.tools)},
        cwd="/",
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
        **ordinary_user(),
    )
    assert done.returncode == 1
    assert "cannot be written to by nobody" in done.stderr
