"""Pictures of people and of what they make, and their music. A new one has a new address, so browsers keep them."""

from django.contrib.auth.decorators import login_required
from django.http import FileResponse, Http404, HttpRequest, HttpResponseBase
from django.shortcuts import get_object_or_404
from django.views.decorators.http import require_safe

from ..customers.models import Customer, Work
from ..lib import blobs
from ..team.models import Teammate

STARTS = {
    b"\x89PNG\r\n\x1a\n": "image/png",
    b"\xff\xd8\xff": "image/jpeg",
    b"GIF8": "image/gif",
    b"ID3": "audio/mpeg",
    b"\xff\xfb": "audio/mpeg",
    b"OggS": "audio/ogg",
    b"fLaC": "audio/flac",
}
BRANDS = {b"WEBP": "image/webp", b"WAVE": "audio/wav"}  # inside RIFF, at the ninth byte


@login_required
@require_safe
def picture(request: HttpRequest, sha256: str) -> HttpResponseBase:
    """A face, the look of a site, or a cover. Other files of the house do not come out of this door."""
    if not (Teammate.objects.filter(face=sha256).exists() or (_answers(request) and _is_a_customers(sha256))):
        raise Http404
    return _file(sha256, "image/")


@login_required
@require_safe
def sound(request: HttpRequest, work_id: int) -> HttpResponseBase:
    """A minute of what they play."""
    if not _answers(request):
        raise Http404
    return _file(get_object_or_404(Work, pk=work_id).sound, "audio/")


def _answers(request: HttpRequest) -> bool:
    return isinstance(request.user, Teammate) and request.user.answers


def _is_a_customers(sha256: str) -> bool:
    return (
        Customer.objects.filter(face=sha256).exists()
        or Customer.objects.filter(site_picture=sha256).exists()
        or Work.objects.filter(cover=sha256).exists()
    )


def kind_of(start: bytes) -> str:
    """The media type by the first bytes; we never believe a name.

    >>> kind_of(b"RIFF....WEBPVP8 ")
    'image/webp'
    """
    if start[:4] == b"RIFF":
        return BRANDS.get(start[8:12], "")
    return next((kind for sign, kind in STARTS.items() if start.startswith(sign)), "")


def _file(sha256: str, family: str) -> HttpResponseBase:
    if not sha256 or not blobs.has(sha256):
        raise Http404
    file = blobs.path(sha256).open("rb")
    kind = kind_of(file.read(16))
    if not kind.startswith(family):
        file.close()
        raise Http404
    file.seek(0)
    return FileResponse(file, content_type=kind, headers={"Cache-Control": "private, max-age=31536000, immutable"})
