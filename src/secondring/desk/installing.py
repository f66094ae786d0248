"""The desk as an app: what a browser needs to install it, and the devices that are woken when it rings."""

from pathlib import Path

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.templatetags.static import static
from django.urls import reverse
from django.views.decorators.http import require_safe

from ..lib import clock
from ..phone import subscribing
from ..team.models import House
from . import pages
from .pages import deed

WORKER = Path(__file__).parents[1] / "phone" / "static" / "phone" / "service-worker.js"
PAPER = "#ffffff"


@require_safe
def manifest(request: HttpRequest) -> HttpResponse:
    """The app's name and face. Browsers ask without a log-in, so it tells nothing but the house's name."""
    home = reverse("desk:inbox")
    icons = [{"src": static(f"desk/marks/app-{size}.png"), "sizes": f"{size}x{size}", "type": "image/png",
              "purpose": purpose} for size in (192, 512) for purpose in ("any", "maskable")]  # fmt: skip
    app = {
        "name": House.ours().name or "Second Ring",
        "short_name": "Second Ring",
        "id": home,
        "start_url": home,
        "scope": home,
        "display": "standalone",
        "background_color": PAPER,
        "theme_color": PAPER,
        "icons": icons,
    }
    return JsonResponse(app, content_type="application/manifest+json", headers={"Cache-Control": "max-age=3600"})


@require_safe
def worker(request: HttpRequest) -> HttpResponse:
    """The service worker, at the top, so that it may serve the whole desk."""
    content = WORKER.read_bytes()
    return HttpResponse(content, content_type="text/javascript; charset=utf-8", headers={"Cache-Control": "no-cache"})


@deed
def subscribe(request: HttpRequest) -> HttpResponse:
    """Wake this browser when it rings at me."""
    said = {name: request.POST.get(name, "") for name in ("endpoint", "public", "secret")}
    key = request.session.session_key or ""
    subscribing.subscribe(pages.answering(request), **said, session=key, at=clock.now())
    return HttpResponse(status=204)


@deed
def unsubscribe(request: HttpRequest) -> HttpResponse:
    """Wake it no more."""
    endpoint = request.POST.get("endpoint", "")
    subscribing.unsubscribe(pages.answering(request), endpoint=endpoint, at=clock.now())
    return HttpResponse(status=204)
