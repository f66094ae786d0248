"""The setting that names who carries the sound."""

import subprocess
import sys

import pytest

from secondring.lib import clock

from .. import back_ends
from ..ports import Places
from ..relay import Relay
from ..rtpengine import Rtpengine


@pytest.mark.parametrize(
    "said", ["rtpengine", "asterisk 127.0.0.1:2223", "rtpengine here:2223", "rtpengine 127.0.0.1:0", "relay 1 2"]
)
def test_a_setting_that_names_no_back_end_is_refused_in_a_sentence(said: str) -> None:
    with pytest.raises(ValueError, match=r"SECONDRING_PHONE_MEDIA.*\.$"):
        back_ends.read(said.split())


def test_the_setting_names_the_back_end() -> None:
    assert isinstance(back_ends.read([])(Places(), clock.now), Relay)
    made = back_ends.read(["rtpengine", "127.0.0.1:2223", "2224"])(Places(), clock.now)
    assert isinstance(made, Rtpengine)
    assert (made._address, made._keys_port) == (("127.0.0.1", 2223), 2224)


def test_what_only_the_sound_s_own_process_needs_is_not_loaded_by_who_names_the_back_end() -> None:
    """The telephone process of a house where nobody talks is light."""
    said = "import sys, secondring.phone.media.back_ends as b; print(*{'aiortc', 'aioice', 'OpenSSL', 'av'} & set(sys.modules))"
    loaded = subprocess.run([sys.executable, "-c", said], check=True, capture_output=True, text=True, timeout=60)
    assert loaded.stdout.split() == []
