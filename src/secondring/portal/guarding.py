"""A stranger may call, and may not keep anybody from being called: short-lived tokens, few calls an address, few at once."""

import ipaddress

from django.core import signing
from django.core.cache import cache
from django.utils.crypto import salted_hmac

SALT = "secondring.call-us"
LIVES = 30 * 60  # seconds a page may lie open before its first call
CALLS, CALLS_IN = 6, 10 * 60  # from one address
LEFT, LEFT_IN = 4, 60 * 60  # numbers left for a call back
MOST_WAITING = 20  # strangers on the line at once, whom nobody has picked up yet


def token() -> str:
    """What a page of ours carries; without it nobody calls."""
    return signing.dumps("call", salt=SALT)


def is_ours(said: object) -> bool:
    """Is it a token of ours, young enough?"""
    try:
        return bool(signing.loads(str(said), salt=SALT, max_age=LIVES) == "call")
    except signing.BadSignature:
        return False


def may_call(address: str) -> bool:
    """Count this call from this address; False when it is one too many.

    This machine itself is not counted: it is somebody trying the page, or a proxy that hides everybody behind it.
    """
    return _is_here(address) or _counts("calls", address, CALLS, CALLS_IN)


def may_leave_word(address: str) -> bool:
    """Count this number left for a call back."""
    return _counts("words", address, LEFT, LEFT_IN)


def _is_here(address: str) -> bool:
    try:
        return ipaddress.ip_address(address).is_loopback
    except ValueError:
        return False


def _counts(what: str, address: str, most: int, seconds: int) -> bool:
    key = f"call-us-{what}-{salted_hmac(SALT, address).hexdigest()[:24]}"
    cache.add(key, 0, seconds)
    try:
        return bool(cache.incr(key) <= most)
    except ValueError:  # it ran out in this very moment
        return True
