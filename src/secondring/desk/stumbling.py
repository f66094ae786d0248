"""When something fails that nobody foresaw: a sentence that says so, in the page or in its corner, and what was typed stays."""

import sys
from http import HTTPStatus

from django.http import HttpRequest, HttpResponse
from django.template.loader import render_to_string
from django.utils.translation import gettext as _

from ..lib.machine_trouble import Trouble, trouble_of
from . import pages

STATUS = {Trouble.FULL: HTTPStatus.INSUFFICIENT_STORAGE, Trouble.BUSY: HTTPStatus.SERVICE_UNAVAILABLE,
          Trouble.AWAY: HTTPStatus.SERVICE_UNAVAILABLE}  # fmt: skip


def stumbled(request: HttpRequest) -> HttpResponse:
    """Django's handler of the last resort. It asks no database, which may be what failed."""
    trouble = trouble_of(sys.exc_info()[1])
    says, because = words(trouble)
    status = STATUS.get(trouble, HTTPStatus.INTERNAL_SERVER_ERROR)
    if pages.asks_for_fragment(request):
        answer = pages.say(request, f"{says} {because}", wrong=True)
        answer["HX-Reswap"] = "none"  # the page stays as it is, with every word in it
        answer.status_code = status
    else:
        answer = HttpResponse(render_to_string("500.html", {"says": says, "because": because}), status=status)
    answer["Cache-Control"] = "no-store"
    if trouble in (Trouble.BUSY, Trouble.AWAY):
        answer["Retry-After"] = "5"
    return answer


def words(trouble: Trouble) -> tuple[str, str]:
    """What is the matter, and what to do."""
    match trouble:
        case Trouble.FULL:
            return _("The desk's disk is full."), _(
                "Nothing was changed. Letters wait where they are until an owner has made room; then try again."
            )
        case Trouble.BUSY:
            return _("The desk is busy writing something else."), _("Nothing was changed. Try again in a moment.")
        case Trouble.AWAY:
            return _("The desk cannot reach its database."), _(
                "Nothing was changed. Try again in a moment; if it stays so, tell an owner."
            )
    return _("That was our fault."), _(
        "The desk stumbled, and it has been written down. Letters keep arriving and leaving meanwhile. Try again; if it "
        "stumbles again, tell an owner what you were doing."
    )
