"""What every answer of the house carries, and whose address a request really came from."""

from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.middleware.gzip import GZipMiddleware

from ..lib import client_address

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

    How the header is read stands in lib/client_address.py.
    """

    def answer(request: HttpRequest) -> HttpResponseBase:
        peer, proxies = request.META.get("REMOTE_ADDR", ""), settings.SECONDRING_PROXIES
        if client_address.is_proxy(peer, proxies):
            forwarded = request.META.get("HTTP_X_FORWARDED_FOR", "")
            request.META["REMOTE_ADDR"] = client_address.of(peer, forwarded, proxies)
            if request.META.get("HTTP_X_FORWARDED_PROTO") == "https":
                request.scope["scheme"] = "https"  # type: ignore[attr-defined]  # where ASGI keeps what is_secure() asks
        request.META["secondring.was_forwarded"] = "HTTP_X_FORWARDED_FOR" in request.META
        request.META.pop("HTTP_X_FORWARDED_FOR", None)
        return get_response(request)

    return answer


def small_pages(get_response: Next) -> Next:
    """Gzip pages and fragments, with Django's random padding so that their length tells nothing; files go as they are."""
    gzip = GZipMiddleware(get_response)

    def answer(request: HttpRequest) -> HttpResponseBase:
        response = get_response(request)
        is_page = response.headers.get("Content-Type", "").startswith("text/html")
        return gzip.process_response(request, response) if is_page and isinstance(response, HttpResponse) else response

    return answer
