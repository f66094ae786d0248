"""What every test shares: a folder of its own for the desk's state, and the real engines."""

import os
import shutil
import tempfile

import django
import pytest
from django.conf import settings

from secondring.lib import prepared

pytest_plugins = ["journeys.engines.fixtures"]

# Set here and not in pyproject: pytest-django would read the settings, and with them the folder, before this file.
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "secondring.config.settings")
os.environ.setdefault("SECONDRING_DURABLE", "no")
_made_here = "" if "SECONDRING_DIR" in os.environ else tempfile.mkdtemp(prefix="secondring-test-")
os.environ.setdefault("SECONDRING_DIR", _made_here)


def pytest_configure(config: pytest.Config) -> None:
    django.setup()
    prepared.is_checked = True
    # A real password hash takes a third of a second on purpose; thousands of tests need not pay it.
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]


def pytest_unconfigure(config: pytest.Config) -> None:
    """The process that made the folder takes it away; xdist's workers inherit it."""
    if _made_here:
        shutil.rmtree(_made_here, ignore_errors=True)
