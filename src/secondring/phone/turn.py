"""A way through networks that let no sound pass: a TURN server's, with a password that is good for a few hours. Pure."""

import base64
import hmac
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

LASTS = timedelta(hours=6)


@dataclass(frozen=True, slots=True)
class Turn:
    """The addresses of a TURN server, and the secret that it shares with us (coturn: use-auth-secret)."""

    urls: tuple[str, ...] = ()
    secret: str = ""


def read(words: list[str]) -> Turn:
    """Addresses, then the secret. Raises ValueError with a sentence."""
    if not words:
        return Turn()
    *urls, secret = words
    if not urls or not all(each.startswith(("turn:", "turns:")) for each in urls):
        raise ValueError(
            "SECONDRING_TURN should hold addresses such as turns:turn.example:443?transport=tcp, then the secret,"
            " separated by spaces."
        )
    return Turn(tuple(urls), secret)


def servers(turn: Turn, *, at: datetime) -> list[dict[str, Any]]:
    """What a browser is told (RTCIceServer). The name is the moment at which the password ends, signed with the secret.

    >>> servers(Turn(), at=datetime.min)
    []
    """
    if not turn.urls:
        return []
    name = str(int((at + LASTS).timestamp()))
    password = base64.b64encode(hmac.digest(turn.secret.encode(), name.encode(), "sha1")).decode()
    return [{"urls": list(turn.urls), "username": name, "credential": password}]
