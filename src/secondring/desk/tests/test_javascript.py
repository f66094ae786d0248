"""The desk's modules, tested by Node's own runner where Node is present."""

import shutil
import subprocess
from pathlib import Path

import pytest

HERE = Path(__file__).parent


@pytest.mark.skipif(shutil.which("node") is None, reason="Node is not here: the modules' own tests did not run")
def test_the_modules_pass_their_own_tests():
    files = sorted(map(str, HERE.glob("*.test.js")))
    assert files
    ran = subprocess.run(["node", "--test", *files], capture_output=True, text=True, timeout=60, check=False)
    assert ran.returncode == 0, ran.stdout + ran.stderr
