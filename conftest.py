"""What every test shares."""

import os
import tempfile

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "secondring.config.settings")
os.environ.setdefault("SECONDRING_DIR", tempfile.mkdtemp(prefix="secondring-test-"))
os.environ.setdefault("SECONDRING_DURABLE", "no")
