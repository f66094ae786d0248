"""Every letter that ever came, and what became of it. Nothing is lost quietly."""

from typing import Any
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404
from django.template.defaultfilters import filesizeformat
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from ..lib.errors import NotPossible
from ..mail.models import Fate, IncomingEmail
from . import asker, files, pages
from .asker import Asker
from .pages import deed, screen
from .shapes import HasName, Link, Someone

PAGE = 50
VIA = {
    "imap": gettext_lazy("fetched"), "sent": gettext_lazy("from the sent folder"), "inlet": gettext_lazy("came directly"),
    "history": gettext_lazy("brought in"),
    "demo": gettext_lazy("of the demo"),
}  # fmt: skip


@screen
def show(request: HttpRequest) -> HttpResponse:
    """All letters, newest first; ?fate= narrows, ?mailbox= too."""
    who = asker.of(request)
    fate = request.GET.get("fate", "")
    before = request.GET.get("before", "")
    rows = IncomingEmail.objects.visible_to(who.me).select_related(
        "mailbox", "became__customer", "became__author", "conversation"
    )
    rows = rows.filter(fate=fate) if fate in Fate.values else rows
    rows = rows.filter(pk__lt=int(before)) if before.isdecimal() else rows
    found = list(rows.newest_first()[: PAGE + 1])
    context = {
        "title": _("All letters"),
        "fates": _fates(request.path, fate),
        "letters": [_row(each, who) for each in found[:PAGE]],
        "more_href": f"{request.path}?{urlencode({'fate': fate, 'before': found[PAGE - 1].pk})}"
        if len(found) > PAGE
        else "",
    }
    if before and pages.asks_for_fragment(request):
        return pages.fragment(request, "desk/_letters_page.html", context)
    return pages.show(request, "desk/letters.html", context)


@screen
def source(request: HttpRequest, pk: int) -> HttpResponseBase:
    """The letter as it came."""
    return files.raw(get_object_or_404(IncomingEmail.objects.visible_to(pages.teammate(request)), pk=pk))


@deed
def retry(request: HttpRequest, pk: int) -> HttpResponse:
    """Try once more to understand a letter that was put aside."""
    letter = get_object_or_404(IncomingEmail.objects.visible_to(pages.teammate(request)), pk=pk)
    again = IncomingEmail.objects.filter(pk=letter.pk, fate=Fate.ASIDE)
    if not again.update(fate="", understood_at=None, because="", tries=0, lease_until=None):
        raise NotPossible(_("This letter is not put aside any more."))
    return pages.done(request, _("It will be read once more in a moment."), then=pages.came_from(request))


def _fates(here: str, fate: str) -> list[Link]:
    everything = Link(href=here, words=_("All"), is_current=not fate)
    return [everything, *(_fate_link(here, value, label, fate) for value, label in Fate.choices)]


def _fate_link(here: str, value: str, label: Any, fate: str) -> Link:
    return Link(href=f"{here}?{urlencode({'fate': value})}", words=str(label), is_current=value == fate)


def _sender(letter: IncomingEmail) -> HasName:
    """Who wrote it, as we know them; else as the letter says, else its address."""
    message = letter.became
    if message is None:
        return Someone(letter.sender or _("nobody"))
    known = message.author or message.customer
    return known if known is not None and known.name else Someone(message.signed)


def _fate(letter: IncomingEmail) -> str:
    """What became of it, as a sentence; and why, where it wants somebody's hand."""
    if not letter.fate:
        return _("Not read yet")
    words = letter.get_fate_display()
    said = words[:1].upper() + words[1:]
    return f"{said}: {letter.because}" if letter.because and letter.fate in (Fate.ASIDE, Fate.JUNK) else said


def _row(letter: IncomingEmail, who: Asker) -> dict[str, Any]:
    message = letter.became
    conversation = message.conversation_id if message else letter.conversation_id
    return {
        "pk": letter.pk,
        "who": _sender(letter),
        "subject": letter.subject or _("(no subject)"),
        "mailbox": letter.mailbox.address,
        "when": who.short(letter.kept_at),
        "came": ", ".join([str(VIA.get(letter.via, letter.via)), filesizeformat(letter.size)]),
        "fate": _fate(letter),
        "is_aside": letter.fate == Fate.ASIDE,
        "href": reverse("desk:conversation", args=[conversation]) if conversation else "",
        "source_href": reverse("desk:letter-source", args=[letter.pk]),
        "retry_href": reverse("desk:retry", args=[letter.pk]),
    }
