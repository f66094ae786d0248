"""What docs/ says is what the code has: every setting, command, verb and dependency, and nothing that is gone."""

import re
import tomllib

from secondring.commands.cli import COMMANDS

from .reading import ROOT, calls, first_column, python_files, words_in


def test_every_setting_is_described_and_they_are_at_most_fifteen() -> None:
    read = {
        f"SECONDRING_{word}"
        for path in python_files()
        for reader in ("text", "words", "yes", "environment.text", "environment.words", "environment.yes")
        for call, scope in calls(path, reader)
        if call.args and path.parent.name == "config"
        for word in words_in(call.args[0], scope)
    }
    assert read == set(first_column("settings.md"))
    assert len(read) <= 15


def test_every_command_is_described_in_the_order_it_is_listed() -> None:
    assert first_column("commands.md") == list(COMMANDS)


def test_every_verb_of_the_history_is_described() -> None:
    recorded = {
        word
        for path in python_files()
        for call, scope in calls(path, "history.record")
        for word in words_in(call.args[1], scope)
    }
    assert recorded == set(first_column("events.md"))


def test_no_verb_is_hidden_from_this_comparison() -> None:
    hidden = [
        f"{path}:{call.lineno}"
        for path in python_files()
        for call, scope in calls(path, "history.record")
        if path.name != "history.py"
        and not any(words_in(call.args[1], each) for _, each in calls(path, "history.record"))
    ]
    assert hidden == []


def test_every_dependency_is_given_a_reason() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())
    wanted = [*project["project"]["dependencies"], *project["dependency-groups"]["dev"]]
    names = {re.split(r"[\[<>=;~ ]", each)[0] for each in wanted}
    assert names == set(first_column("dependencies.md"))


def test_the_locks_hold_what_the_project_asks_for_and_no_address() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())
    lock = (ROOT / "requirements" / "lock.txt").read_text()
    lock_dev = (ROOT / "requirements" / "lock-dev.txt").read_text()
    assert "://" not in lock + lock_dev
    assert set(lock.splitlines()) - set(lock_dev.splitlines()) <= {line for line in lock.splitlines() if ";" in line}
    for wanted, held in ((project["project"]["dependencies"], lock), (project["dependency-groups"]["dev"], lock_dev)):
        for each in wanted:
            name = re.split(r"[\[<>=;~ ]", each)[0].lower()
            assert re.search(rf"^{re.escape(name)}==", held, flags=re.MULTILINE), f"{name} is not in the lock"


def test_decisions_are_numbered_without_gaps() -> None:
    numbers = sorted(int(path.name[:4]) for path in (ROOT / "docs" / "decisions").glob("[0-9]*.md"))
    assert numbers == list(range(1, len(numbers) + 1))


def test_the_guide_for_those_who_change_it_stays_short() -> None:
    assert len((ROOT / "CONTRIBUTING.md").read_text().splitlines()) <= 200
