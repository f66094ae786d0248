"""'Call me now': the desk rings at oneself, and says in plain words whether both directions were heard."""

from datetime import timedelta
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _

from ..lib import clock
from ..phone import trying
from ..phone.models import Call, TestCall
from . import asker, pages
from .asker import Asker
from .pages import deed, screen

SLOW = timedelta(seconds=8)  # after which a test that has not begun will not


@screen
def show(request: HttpRequest) -> HttpResponse:
    """The last test and what came of it, alone."""
    pages.answering(request)
    return pages.fragment(request, "desk/settings/_test_call.html", told(asker.of(request)))


@deed
def begin(request: HttpRequest) -> HttpResponse:
    """Call me now. The page then asks the telephone for it, so that it rings only where somebody looks."""
    me = pages.answering(request)
    test = trying.call_me(me, telephone=request.POST.get("at") == "telephone", at=clock.now())
    if not pages.asks_for_fragment(request):
        return pages.done(request, _("This needs a browser that runs scripts, as every call does."))
    response = pages.fragment(request, "desk/settings/_test_call.html", told(asker.of(request)))
    response["HX-Trigger"] = pages.trigger((), also={"sr:dial": {"call": test.key}})
    return response


@deed
def heard(request: HttpRequest, key: str) -> HttpResponse:
    """Whether I heard it."""
    test = get_object_or_404(TestCall, key=key, teammate=pages.answering(request))
    trying.heard_you(test, request.POST.get("heard") == "yes", at=clock.now())
    if not pages.asks_for_fragment(request):
        return pages.done(request, "")
    return pages.fragment(request, "desk/settings/_test_call.html", told(asker.of(request)))


def told(who: Asker) -> dict[str, Any]:
    """What the page says of the last test."""
    test = trying.last_of(who.me, who.at)
    call = Call.objects.filter(key=test.key).first() if test else None
    return {
        "test": test,
        "says": _says(test, call, who) if test else "",
        "goes_on": test is not None and test.ended_at is None and not _is_late(test, who),
        "asks": test is not None and bool(test.picked_at) and test.they_heard is None,
        "well": test is not None and bool(test.picked_at) and test.they_heard is True and _was_heard(test),
        "has_number": bool((who.me.preferences.get("telephone") or {}).get("number")),
    }


def _says(test: TestCall, call: Call | None, who: Asker) -> str:
    if test.ended_at is None:
        return _while_it_lasts(test, call, who)
    if test.picked_at is None:
        if test.number:
            return _("Your telephone was not picked up, or 1 was not pressed. So it does not ring for customers yet.")
        return _(
            "It rang for forty seconds and nobody picked up. Did you hear it? The lamp at the lower left says what to mend."
        )
    return _both_ways(test)


def _while_it_lasts(test: TestCall, call: Call | None, who: Asker) -> str:
    if call is not None and call.answered_at is not None:
        return _("Listen. After the tone say a few words; then you hear them again.")
    if _is_late(test, who):
        return _("The telephone did not begin. It may be restarting; try again in a moment.")
    if test.number:
        return _("Your telephone rings in a moment. Pick up, and press 1 when you are asked to.")
    return _("It rings at your desk, as if a customer called. Pick up.")


def _both_ways(test: TestCall) -> str:
    if not _was_heard(test):
        return _(
            "We heard nothing from you. Is the right microphone chosen, and is it on? If you heard us, calls would be one-sided."
        )
    if test.they_heard is None:
        return _("We heard you well. Did you hear us, and yourself?")
    if test.they_heard:
        return _("Both directions work: we heard you, and you heard us.")
    return _("We heard you, but you did not hear us. Look at the loudspeaker that is chosen, and at its volume.")


def _was_heard(test: TestCall) -> bool:
    return (test.loudness or 0) >= trying.AUDIBLE


def _is_late(test: TestCall, who: Asker) -> bool:
    return test.begun_at is None and who.at > test.asked_at + SLOW
