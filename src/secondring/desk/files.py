"""Files that came with a letter or go with one. What a stranger named and typed is not believed: only the bytes decide."""

import io
import re
from pathlib import Path
from typing import BinaryIO

from django.http import FileResponse, Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404

from ..conversations.models import Attachment, Conversation, Message
from ..lib import blobs, file_types
from ..mail.models import IncomingEmail
from ..team.models import Teammate
from . import pages
from .pages import screen

SMALL = 480  # pixels of the longer side of a picture in the timeline
MOST_PIXELS = 50_000_000
HEAD = 40_000  # bytes that tell what a file is
PLAYED = ("audio/", "video/")
RANGE = re.compile(r"bytes=(\d*)-(\d*)")


@screen
def show(request: HttpRequest, pk: int) -> HttpResponseBase:
    """An attachment. Pictures, sounds and PDF open in the browser, everything else is kept on disk. ?small: a small picture."""
    me = pages.teammate(request)
    attachment = get_object_or_404(Attachment.objects.select_related("draft"), pk=pk)
    if not _is_for(me, attachment):
        raise Http404
    if not blobs.has(attachment.sha256):
        raise Http404
    file = blobs.path(attachment.sha256).open("rb")
    kind = _kind(file)
    if "small" in request.GET and kind.startswith("image/"):
        return _kept(_small(file), {})
    headers = file_types.headers_for(attachment.name or "file", kind, inline=True)
    if kind.startswith(PLAYED):
        headers["Content-Type"] = kind  # a player reads it; nothing in a sound can run
    return _kept(_part(request, file) or FileResponse(file), headers)


@screen
def source(request: HttpRequest, pk: int) -> HttpResponseBase:
    """The letter of a message as it came, byte for byte."""
    message = get_object_or_404(Message.objects.visible_to(pages.teammate(request)), pk=pk)
    return raw(get_object_or_404(IncomingEmail, pk=message.source_id))


def raw(letter: IncomingEmail) -> HttpResponseBase:
    """The bytes of a letter, to be kept on disk and never opened here."""
    if not blobs.has(letter.sha256):
        raise Http404
    file = blobs.path(letter.sha256).open("rb")
    return _kept(FileResponse(file), file_types.headers_for(f"letter-{letter.pk}.eml", file_types.UNKNOWN))


def played(request: HttpRequest, sound: Path) -> HttpResponseBase:
    """A WAV file of ours, piece by piece as a player asks; it may be gone tomorrow, so no browser keeps it."""
    file = sound.open("rb")
    headers = {"Content-Type": "audio/wav", "Content-Disposition": "inline"}
    response = _kept(_part(request, file) or FileResponse(file), headers)
    response["Cache-Control"] = "private, no-store"
    return response


def _is_for(me: Teammate, attachment: Attachment) -> bool:
    """What hangs on a letter goes with the letter; what waits in a draft is its author's, while they may answer there."""
    if attachment.message_id is not None:
        return Message.objects.visible_to(me).filter(pk=attachment.message_id).exists()
    draft = attachment.draft
    if draft is None or draft.author_id != me.pk:
        return False
    return not draft.conversation_id or Conversation.objects.visible_to(me).filter(pk=draft.conversation_id).exists()


def _kind(file: BinaryIO) -> str:
    kind = file_types.sniff(file.read(HEAD))
    file.seek(0)
    return kind


def _small(file: BinaryIO) -> HttpResponse:
    """The picture at most SMALL wide and high. One that cannot be drawn, or unpacks beyond measure, is none."""
    from PIL import Image, UnidentifiedImageError

    try:
        with file, Image.open(file) as picture:
            if picture.width * picture.height > MOST_PIXELS:
                raise Http404
            picture.draft("RGB", (SMALL, SMALL))
            picture.thumbnail((SMALL, SMALL))
            see_through = picture.mode in ("RGBA", "LA", "P")
            whole = picture.convert("RGBA" if see_through else "RGB")
    except (UnidentifiedImageError, OSError, ValueError, Image.DecompressionBombError):
        raise Http404 from None
    out = io.BytesIO()
    whole.save(out, "PNG" if see_through else "JPEG", quality=82)
    return HttpResponse(out.getvalue(), content_type="image/png" if see_through else "image/jpeg")


def _part(request: HttpRequest, file: BinaryIO) -> HttpResponse | None:
    """The piece a player asks for (RFC 9110, section 14): without it no browser can wind a sound forward."""
    asked = RANGE.fullmatch(request.headers.get("Range", ""))
    if asked is None or not any(asked.groups()):
        return None
    size = file.seek(0, io.SEEK_END)
    first = int(asked[1]) if asked[1] else max(0, size - int(asked[2]))
    last = min(int(asked[2]), size - 1) if asked[1] and asked[2] else size - 1
    if first > last:
        return HttpResponse(status=416, headers={"Content-Range": f"bytes */{size}"})
    file.seek(first)
    with file:
        content = file.read(last - first + 1)
    return HttpResponse(content, status=206, headers={"Content-Range": f"bytes {first}-{last}/{size}"})


def _kept(response: HttpResponseBase, headers: dict[str, str]) -> HttpResponseBase:
    for name, value in headers.items():
        response[name] = value
    response["X-Content-Type-Options"] = "nosniff"
    response["Accept-Ranges"] = "bytes"
    response["Cache-Control"] = "private, max-age=86400, immutable"
    return response
