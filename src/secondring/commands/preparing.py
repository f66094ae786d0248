"""Bring a folder up to date before serving from it: tables, static files, and the code for the first run."""

import hashlib
import os
import sys
from pathlib import Path

from .cli import set_up_django

HOME = Path(__file__).resolve().parents[1]


def stamp(environment: dict[str, str]) -> str:
    """What the folder was last prepared for, in a word: tables, static files, database. Cheap; no Django."""
    files = [
        HOME / "config/static.py",
        *HOME.glob("*/migrations/*.py"),
        *(f for f in HOME.glob("*/static/**/*") if f.is_file()),
    ]
    said = [f"{file.relative_to(HOME)} {file.stat().st_mtime_ns} {file.stat().st_size}" for file in sorted(files)]
    return hashlib.sha256("\n".join([environment.get("SECONDRING_DATABASE_URL", ""), *said]).encode()).hexdigest()


def is_prepared(folder: Path, environment: dict[str, str]) -> bool:
    """Has nothing changed since this folder was last prepared, and has somebody come in already?"""
    kept = folder / "run" / "prepared"
    embedded = "SECONDRING_DATABASE_URL" not in environment
    if not kept.exists() or (embedded and not (folder / "secondring.sqlite3").exists()):
        return False
    return kept.read_text() == stamp(environment)


def main() -> int:
    """Migrate, collect, and print the one-time code while nobody has used it. Returns an exit code."""
    set_up_django()
    from django.core.management import call_command
    from django.db import OperationalError, connection

    try:
        call_command("migrate", interactive=False, verbosity=0)
    except OperationalError as problem:
        where = (
            "the database" if connection.vendor == "postgresql" else f"the folder {connection.settings_dict['NAME']}"
        )
        print(f"Second Ring cannot open {where}: {str(problem).strip()}", file=sys.stderr)
        return 1
    call_command("collectstatic", interactive=False, verbosity=0)
    if not _print_code():
        _keep_stamp()
    return 0


def _keep_stamp() -> None:
    from django.conf import settings

    kept = Path(settings.SECONDRING_DIR) / "run" / "prepared"
    kept.parent.mkdir(parents=True, exist_ok=True)
    kept.write_text(stamp(dict(os.environ)))


def _print_code() -> bool:
    """Is there still nobody? A demo brings its own people, right after this."""
    from ..team import first_run

    if "SECONDRING_DEMO_OUTSIDE" in os.environ:
        return False
    code = first_run.code_if_needed()
    if code:
        print(f"First run: open the address below and type this code: {code}", file=sys.stderr)
    return code is not None


if __name__ == "__main__":
    sys.exit(main())
