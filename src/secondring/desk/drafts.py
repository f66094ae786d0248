"""Drafts are kept while one types. The newest typing wins, and whoever typed in two places is told."""

from typing import Any

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.translation import gettext as _

from ..conversations import drafting
from ..conversations.models import Attachment, Conversation, Draft, Place
from ..lib import clock, html_text
from ..lib.errors import NotPossible
from ..team.models import Teammate
from . import asker, composer, enclosing, letters_shown, our_html, pages, recipients
from .pages import deed
from .recipients import Recipients

KINDS = (Draft.REPLY, Draft.NOTE, Draft.FORWARD, Draft.FIRST)


@deed
def keep(request: HttpRequest) -> HttpResponse:
    """Keep what stands in the composer. Answers {draft, version, saved}; 409 with words typed elsewhere; 410 when it is gone.

    version: the one this tab knows; when another tab has kept since, nothing is overwritten unless `anyway` is said.
    """
    who = asker.of(request)
    found = _conversation(request)
    draft = _draft(request, found)
    if draft is None and request.POST.get("draft"):
        return JsonResponse({}, status=410)  # sent or thrown away in another window: what is typed now is a new one
    if draft is not None and _is_newer(draft, request):
        return JsonResponse(_newer(draft, who), status=409)
    kept = drafting.keep(found, _kind(request), by=who.me, at=who.at, draft=draft, **_values(request, found))
    return JsonResponse({"draft": kept.pk, "version": kept.version, "saved": composer.saved(kept, who)})


@deed
def drop(request: HttpRequest, pk: int) -> HttpResponse:
    """Throw these words away."""
    draft = get_object_or_404(Draft, pk=pk, author=pages.teammate(request))
    drafting.drop(draft)
    return pages.done(request, _("Thrown away."))


@deed
def upload(request: HttpRequest) -> HttpResponse:
    """Enclose a file, or with `inline` a picture among the words, in the draft; the draft begins with it if need be."""
    who = asker.of(request)
    pages.answering(request)
    found = _conversation(request)
    file = request.FILES.get("file")
    if file is None:
        raise NotPossible(_("No file came along. Please try once more."))
    draft = _draft(request, found)
    if draft is None:
        draft = drafting.keep(found, _kind(request), by=who.me, at=who.at, **_values(request, found))
    kept = enclosing.keep(file, by=who.me, at=who.at, draft=draft, inline="inline" in request.POST)
    enclosing.check_size(Attachment.objects.filter(draft=draft))
    return JsonResponse(_uploaded(request, kept, draft))


@deed
def remove(request: HttpRequest, pk: int) -> HttpResponse:
    """Take a file out of the draft again."""
    me = pages.teammate(request)
    get_object_or_404(Attachment, pk=pk, draft__author=me, message=None).delete()
    return HttpResponse(status=200) if pages.asks_for_fragment(request) else pages.done(request, "")


def begin_forward(found: Conversation, number: str, *, by: Teammate) -> None:
    """A forwarded letter takes its files along: they are laid into the draft, once."""
    message = composer.message_of(found, number)
    if message is None or Draft.objects.filter(author=by, conversation=found, kind=Draft.FORWARD).exists():
        return
    draft = drafting.keep(found, Draft.FORWARD, by=by, at=clock.now(), answers=message)
    for each in message.attachments.all():
        enclosing.copy(each, draft=draft, by=by, at=clock.now())


def _conversation(request: HttpRequest) -> Conversation | None:
    number = request.GET.get("conversation", "")
    return pages.conversation(request, int(number)) if number.isdecimal() else None


def _draft(request: HttpRequest, found: Conversation | None) -> Draft | None:
    """The draft this tab writes on: the one it names, else the one of this kind in this conversation."""
    mine = Draft.objects.filter(author=pages.answering(request), conversation=found)
    number = request.POST.get("draft", "")
    named = mine.filter(pk=int(number)).first() if number.isdecimal() else None
    if named is not None and named.kind != _kind(request):
        return drafting.turn_into(named, _kind(request))
    if named is None and found is not None and not number:
        return mine.filter(kind=_kind(request)).first()
    return named


def _kind(request: HttpRequest) -> str:
    kind = request.POST.get("kind", "")
    return kind if kind in KINDS else (Draft.REPLY if request.GET.get("conversation") else Draft.FIRST)


def _words(request: HttpRequest) -> str:
    html = request.POST.get("html", "")
    words = html or our_html.from_plain(request.POST.get("words", ""))
    return our_html.clean(words, pictures=lambda number: f"/files/{number}/")


def _values(request: HttpRequest, found: Conversation | None) -> dict[str, Any]:
    post = request.POST
    values: dict[str, Any] = {
        "html": _words(request),
        "subject": post.get("subject", "")[:400],
        "recipients": _as_typed(post.get("to", ""), post.get("cc", ""), post.get("bcc", "")),
    }
    if found is None:
        number = post.get("place", "")
        places = Place.objects.visible_to(pages.teammate(request))
        values["place"] = places.filter(pk=int(number)).first() if number.isdecimal() else None
    else:
        values["answers"] = composer.message_of(found, post.get("answers", ""))
    return values


def _as_typed(to: str, cc: str, bcc: str) -> dict[str, list[list[str]]]:
    """Addresses that can be read; half-typed ones are not worth refusing a draft for."""
    try:
        return Recipients(recipients.read(to), recipients.read(cc), recipients.read(bcc)).as_json
    except NotPossible:
        return {}


def _is_newer(draft: Draft, request: HttpRequest) -> bool:
    """Was it kept by another window since, with other words, and nobody has said 'anyway'?"""
    if "anyway" in request.POST or str(draft.version) == request.POST.get("version", "0"):
        return False
    return html_text.text_of(draft.html).split() != html_text.text_of(_words(request)).split()


def _newer(draft: Draft, who: asker.Asker) -> dict[str, Any]:
    sentence = _("You wrote on from another window at %(moment)s.") % {"moment": who.short(draft.at)}
    return {"draft": draft.pk, "version": draft.version, "html": draft.html, "sentence": sentence}


def _uploaded(request: HttpRequest, kept: Attachment, draft: Draft) -> dict[str, Any]:
    file = letters_shown.file_of(kept, remove_href=reverse("desk:remove-file", args=[kept.pk]))
    tile = render_to_string("desk/_file.html", {"file": file}, request)
    return {"draft": draft.pk, "version": draft.version, "file": kept.pk, "src": f"/files/{kept.pk}/", "tile": tile}
