"""What every answer of the house carries, and whose address a request really came from."""

from collections.abc import Callable
from ipaddress import IPv4Address, IPv6Address, ip_address

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.middleware.gzip import GZipMiddleware

Address = IPv4Address | IPv6Address
Next = Callable[[HttpRequest], HttpResponseBase]

PAGE_CSP = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' blob: data:; font-src 'self'; "
    "media-src 'self' blob:; connect-src 'self'; frame-src 'self' blob:; manifest-src 'self'; worker-src 'self'; "
    "form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)


def content_security_policy(get_response: Next) -> Next:
    """Send PAGE_CSP with every answer that does not bring a policy of its own."""

    def answer(request: HttpRequest) -> HttpResponseBase:
        response = get_response(request)
        response.headers.setdefault("Content-Security-Policy", PAGE_CSP)
        response.headers.setdefault("Permissions-Policy", "microphone=(self), camera=(), geolocation=()")
        response.headers.setdefault("Cross-Origin-Opener-Policy", "same-origin")
        return response

    return answer


def real_client_address(get_response: Next) -> Next:
    """Believe X-Forwarded-For and -Proto from the proxies named by --behind-proxy, and from nobody else.

    The header is read from the right; the first address that is not one of our proxies is the client.
    """

    def answer(request: HttpRequest) -> HttpResponseBase:
        peer = _address(request.META.get("REMOTE_ADDR", ""))
        if peer is not None and _is_proxy(peer):
            request.META["REMOTE_ADDR"] = str(_client(request.META.get("HTTP_X_FORWARDED_FOR", ""), peer))
            if request.META.get("HTTP_X_FORWARDED_PROTO") == "https":
                request.scope["scheme"] = "https"  # type: ignore[attr-defined]  # where ASGI keeps what is_secure() asks
        request.META["secondring.was_forwarded"] = "HTTP_X_FORWARDED_FOR" in request.META
        request.META.pop("HTTP_X_FORWARDED_FOR", None)
        return get_response(request)

    return answer


def _client(forwarded: str, proxy: Address) -> Address:
    """Whom the proxy speaks for. What it did not write itself, or what is no address, counts for nothing."""
    for hop in reversed(forwarded.split(",")):
        found = _address(hop)
        if found is None:
            return proxy
        if not _is_proxy(found):
            return found
    return proxy


def _is_proxy(address: Address) -> bool:
    return any(address in network for network in settings.SECONDRING_PROXIES)


def _address(text: str) -> Address | None:
    """An address as proxies write it: bare, with a port, in brackets; IPv4 in the clothes of IPv6 is IPv4."""
    text = text.strip()
    bare = text[1:].partition("]")[0] if text.startswith("[") else text
    try:
        found = ip_address(bare if bare.count(":") != 1 else bare.partition(":")[0])
    except ValueError:
        return None
    return getattr(found, "ipv4_mapped", None) or found


def small_pages(get_response: Next) -> Next:
    """Gzip pages and fragments, with Django's random padding so that their length tells nothing; files go as they are."""
    gzip = GZipMiddleware(get_response)

    def answer(request: HttpRequest) -> HttpResponseBase:
        response = get_response(request)
        is_page = response.headers.get("Content-Type", "").startswith("text/html")
        return gzip.process_response(request, response) if is_page and isinstance(response, HttpResponse) else response

    return answer
