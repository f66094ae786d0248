"""The setting that names who carries the sound."""

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
