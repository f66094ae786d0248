"""Which page opens a live line: browsers send our cookie along whoever wrote the page, and say in Origin who did."""

from typing import Any
from urllib.parse import urlsplit

from django.conf import settings


def is_ours(scope: dict[str, Any]) -> bool:
    """Does this ASGI socket come from a page of our own, under the name it was asked for or one we trust (RFC 6455, 10.2)?"""
    headers = dict(scope["headers"])
    origin = urlsplit(headers.get(b"origin", b"").decode("latin-1"))
    asked = headers.get(b"host", b"").decode("latin-1")
    return origin.netloc == asked or f"{origin.scheme}://{origin.netloc}" in settings.CSRF_TRUSTED_ORIGINS
