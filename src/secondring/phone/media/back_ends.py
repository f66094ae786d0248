"""Which back end carries the sound, as SECONDRING_PHONE_MEDIA says: `relay`, or `rtpengine` and where it listens."""

from collections.abc import Callable, Sequence
from datetime import datetime
from ipaddress import ip_address
from typing import TypeAlias

from .ports import Places
from .relay import Relay
from .rtpengine import Rtpengine

BackEnd: TypeAlias = Relay | Rtpengine
Make: TypeAlias = Callable[[Places, Callable[[], datetime]], BackEnd]


def read(words: Sequence[str]) -> Make:
    """From the setting's words, what makes the back end. Raises ValueError with a sentence."""
    name, *rest = words or ["relay"]
    if name == "relay" and not rest:
        return Relay
    if name != "rtpengine" or not 1 <= len(rest) <= 2:
        raise ValueError("SECONDRING_PHONE_MEDIA should be 'relay', or look like 'rtpengine 127.0.0.1:2223'.")
    address, keys_port = _address(rest[0]), _port(rest[1]) if rest[1:] else 0
    return lambda places, now: Rtpengine(places, now, address=address, keys_port=keys_port)


def rtpengine_at(words: Sequence[str]) -> tuple[str, int] | None:
    """Where the rtpengine of this setting listens; None for another. Raises ValueError with a sentence."""
    read(words)
    return _address(words[1]) if words and words[0] == "rtpengine" else None


def _address(word: str) -> tuple[str, int]:
    host, _colon, port = word.rpartition(":")
    try:
        return str(ip_address(host)), _port(port)
    except ValueError:
        raise ValueError(f"SECONDRING_PHONE_MEDIA: '{word}' is no address such as 127.0.0.1:2223.") from None


def _port(word: str) -> int:
    if not word.isdigit() or not 0 < int(word) < 65536:
        raise ValueError(f"SECONDRING_PHONE_MEDIA: '{word}' is no port.")
    return int(word)
