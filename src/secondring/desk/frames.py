"""A letter in its own dress, in a frame where nothing runs and nothing loads from elsewhere unless a person asked for it."""

from collections.abc import Callable

from django.core import signing
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse

from ..conversations.models import Message
from ..lib import file_types, letter_frame, safe_html
from ..lib.errors import WorldFailed
from . import pages
from .pages import screen

SALT, AGE = "pictures", 60 * 60  # seconds for which having asked counts
MOST_BYTES, SECONDS = 8 * 2**20, 10.0  # of one picture from elsewhere
THEMES = {"light": "light", "dark": "dark"}


@screen
def frame(request: HttpRequest, pk: int) -> HttpResponse:
    """The letter alone, as a document of its own. ?with=… shows pictures from elsewhere, for whoever pressed the button."""
    message = _message(request, pk)
    inline = {
        each.content_id: reverse("desk:file", args=[each.pk]) for each in message.attachments.all() if each.content_id
    }
    shows = _asked(request, message)
    safe = safe_html.clean(message.html, inline=inline, show_remote=_fetches(message) if shows else None)
    theme = THEMES.get(request.COOKIES.get("theme", ""), "auto")
    document = letter_frame.frame_document(safe, theme=theme)  # type: ignore[arg-type]
    return HttpResponse(document.html, headers=document.headers)


@screen
def show_pictures(request: HttpRequest, pk: int) -> HttpResponse:
    """Show the pictures from elsewhere: the sender may notice, so only a person's click does it, and only for this letter."""
    if request.method != "POST":
        return HttpResponse(status=405, headers={"Allow": "POST"})
    message = _message(request, pk)
    token = signing.dumps([message.pk, pages.teammate(request).pk], salt=SALT)
    href = f"{reverse('desk:frame', args=[message.pk])}?with={token}"
    if not pages.asks_for_fragment(request):
        return redirect(href)
    return pages.fragment(request, "desk/_frame.html", {"frame_href": href, "signed": message.signed})


@screen
def picture(request: HttpRequest, pk: int, token: str) -> HttpResponse:
    """One picture from elsewhere, fetched by us: the sender learns nothing of the person who looks."""
    from ..lib import remote  # and with it DNS and HTTP, which few processes ever need

    message = _message(request, pk)
    try:
        address = signing.loads(token, salt=f"{SALT}-{message.pk}", max_age=AGE)
        found = remote.fetch(address, limit_bytes=MOST_BYTES, time_limit=SECONDS)
    except (signing.BadSignature, WorldFailed):
        raise Http404 from None
    if file_types.is_picture_bomb(found.content):
        raise Http404
    headers = file_types.headers_for("picture", found.type, inline=True)
    return HttpResponse(found.content, headers={**headers, "Cache-Control": "private, max-age=3600"})


def _message(request: HttpRequest, pk: int) -> Message:
    rows = Message.objects.visible_to(pages.teammate(request)).prefetch_related("attachments")
    return get_object_or_404(rows.exclude(html=""), pk=pk)


def _asked(request: HttpRequest, message: Message) -> bool:
    try:
        allowed = signing.loads(request.GET.get("with", ""), salt=SALT, max_age=AGE)
    except signing.BadSignature:
        return False
    return bool(allowed == [message.pk, pages.teammate(request).pk])


def _fetches(message: Message) -> Callable[[str], str]:
    """Our own address for a picture elsewhere. It is signed, so this door fetches nothing but what the letter names."""

    def address(outside: str) -> str:
        return reverse("desk:remote", args=[message.pk, signing.dumps(outside, salt=f"{SALT}-{message.pk}")])

    return address
