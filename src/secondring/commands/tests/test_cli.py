"""What one types, and what it says to those who mistype."""

import os
import subprocess
import sys

import pytest

from secondring.commands import cli

from .reading import ROOT

COMMAND = [sys.executable, "-m", "secondring.commands.cli"]
HERE = {**os.environ, "PYTHONPATH": str(ROOT / "src")}


def test_alone_it_lists_every_command(capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main([]) == 0
    listed = capsys.readouterr().out
    assert all(f"  {name} " in listed for name in cli.COMMANDS)


def test_an_unknown_command_is_named_in_a_sentence(capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["serf"]) == 2
    assert "There is no command 'serf'." in capsys.readouterr().err


def test_a_word_that_a_command_does_not_know_is_refused(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit, match="2"):
        cli.main(["check", "--hurry"])
    assert "'--hurry' is not understood here" in capsys.readouterr().err


def test_a_reader_that_has_seen_enough_is_not_answered_with_a_traceback() -> None:
    reader = subprocess.Popen(["true"], stdin=subprocess.PIPE)
    reader.wait(timeout=20)
    done = subprocess.run(
        COMMAND, stdout=reader.stdin, stderr=subprocess.PIPE, text=True, check=False, timeout=60, env=HERE
    )
    assert (done.returncode, done.stderr) == (0, "")
