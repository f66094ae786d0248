"""What every view does around its four steps: who asks, what may they see, show a page or its middle, refuse in a sentence."""

import json
from collections.abc import Callable
from functools import wraps
from typing import Any, Concatenate, ParamSpec, cast

from django.contrib import messages
from django.contrib.auth.views import redirect_to_login
from django.db import transaction
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme

from ..conversations.models import Conversation
from ..customers.models import Customer
from ..lib.errors import NotPossible
from ..lib.prepared import prepared
from ..team.models import Teammate
from . import asker, surroundings
from .live import hub

MARK = "secondring.mark"  # how far the hub had heard when the request came
P = ParamSpec("P")
View = Callable[Concatenate[HttpRequest, P], HttpResponseBase]


def teammate(request: HttpRequest) -> Teammate:
    """Who asks; only inside views that are a `screen` or a `deed`."""
    assert isinstance(request.user, Teammate)
    return request.user


def conversation(request: HttpRequest, pk: int) -> Conversation:
    """The conversation, if this teammate may see it; else it does not exist."""
    found = _conversation(pk, teammate(request))
    if not found:
        raise Http404
    return found[0]


@prepared
def _conversation(pk: int, teammate: Teammate) -> QuerySet[Conversation]:
    rows = Conversation.objects.visible_to(teammate).filter(pk=pk)
    return rows.select_related("customer", "assignee", "place")


def answering(request: HttpRequest) -> Teammate:
    """Who asks, if they talk with customers at all; for others there is nothing to write."""
    if not teammate(request).answers:
        raise Http404
    return teammate(request)


def customer(request: HttpRequest, pk: int) -> Customer:
    """The customer, if this teammate talks with customers at all."""
    rows = Customer.objects.prefetch_related("contact_points")
    return get_object_or_404(rows if teammate(request).answers else rows.none(), pk=pk)


def asks_for_fragment(request: HttpRequest) -> bool:
    """htmx asks for the middle only, except when it restores a page from the browser's history."""
    return "HX-Request" in request.headers and "HX-History-Restore-Request" not in request.headers


def screen(view: View[P]) -> View[P]:
    """A page or fragment for people who are logged in."""

    @wraps(view)
    def guarded(request: HttpRequest, *args: P.args, **kwargs: P.kwargs) -> HttpResponseBase:
        request.META[MARK] = hub.mark  # before anything is read
        if not request.user.is_authenticated:
            return _log_in_first(request)
        response = view(request, *args, **kwargs)
        response["Live-Mark"] = request.META[MARK]
        return response

    return cast(View[P], guarded)


def deed(view: View[P]) -> View[P]:
    """Changes the world: POST only, in one transaction, refused in a sentence."""

    @wraps(view)
    def guarded(request: HttpRequest, *args: P.args, **kwargs: P.kwargs) -> HttpResponseBase:
        if request.method != "POST":
            return HttpResponse(status=405, headers={"Allow": "POST"})
        if not request.user.is_authenticated:
            return _log_in_first(request)
        try:
            with transaction.atomic(durable=True):
                return view(request, *args, **kwargs)
        except NotPossible as sorry:
            return refused(request, str(sorry))

    return cast(View[P], guarded)


def show(request: HttpRequest, template: str, context: dict[str, Any], *, status: int = 200) -> HttpResponse:
    """The whole page, or what stands inside #main when htmx asks for it.

    The template extends `frame`. A fragment carries `rail` and `board` not at all: they stay where they are.
    """
    fragment = asks_for_fragment(request)
    around = {} if fragment else surroundings.of(asker.of(request), path=request.path)
    frame = "desk/_stage.html" if fragment else "desk/page.html"
    content = render_to_string(
        template, {"frame": frame, "mark": request.META.get(MARK, ""), **around, **context}, request
    )
    response = HttpResponse(content, status=status)
    response["Vary"] = "HX-Request"
    response["Cache-Control"] = "no-store"
    return response


def fragment(request: HttpRequest, template: str, context: dict[str, Any], *, status: int = 200) -> HttpResponse:
    """One piece, alone."""
    content = render_to_string(template, context, request)
    return HttpResponse(content, status=status, headers={"Cache-Control": "no-store"})


def done(
    request: HttpRequest,
    sentence: str,
    *,
    stale: tuple[str, ...] = (),
    then: str = "",
    tell: dict[str, Any] | None = None,
) -> HttpResponse:
    """The deed is done: say so; what carries one of the `stale` names is fetched again.

    then: where to go afterwards; without it one stays (scripts) or goes back to where one came from (none).
    tell: further events for the page.
    """
    if asks_for_fragment(request) and not then:
        return say(request, sentence, stale=stale)
    if sentence:
        messages.success(request, sentence)
    if asks_for_fragment(request):
        where = json.dumps({"path": then, "target": "#main"})
        return HttpResponse(headers={"HX-Location": where, "HX-Trigger": trigger(stale, also=tell)})
    return redirect(then or came_from(request))


def say(request: HttpRequest, sentence: str, *, wrong: bool = False, stale: tuple[str, ...] = ()) -> HttpResponse:
    """One sentence for the corner of the screen; nothing else on it changes."""
    context = {"words": sentence, "wrong": "error" if wrong else ""}
    content = render_to_string("desk/_say.html", context, request) if sentence else ""
    return HttpResponse(content, headers=_stale(stale), status=200 if content else 204)


def refused(request: HttpRequest, sentence: str) -> HttpResponse:
    """It was not possible, and why; nothing that was typed is lost."""
    if asks_for_fragment(request):
        response = say(request, sentence, wrong=True)
        response.status_code = 409
        return response
    messages.error(request, sentence)
    return redirect(came_from(request))


def came_from(request: HttpRequest) -> str:
    """The page of ours that the form named in `back`, or the one the browser says it was on, or the inbox."""
    for place in (request.POST.get("back", ""), request.headers.get("Referer", "")):
        if place and url_has_allowed_host_and_scheme(place, allowed_hosts={request.get_host()}):
            return place
    return reverse("desk:inbox")


def trigger(stale: tuple[str, ...], *, also: dict[str, Any] | None = None) -> str:
    """The header that tells the page what has changed."""
    return json.dumps({"sr:stale": {"names": list(stale)}, **(also or {})})


def _stale(names: tuple[str, ...]) -> dict[str, str]:
    return {"HX-Trigger": trigger(names)} if names else {}


def _log_in_first(request: HttpRequest) -> HttpResponse:
    """A fragment cannot show a log-in page: the whole tab goes there, and comes back to where it was."""
    if not asks_for_fragment(request):
        return redirect_to_login(request.get_full_path() if request.method == "GET" else came_from(request))
    back = request.headers.get("HX-Current-URL") or request.headers.get("Referer", "")
    there = redirect_to_login(back if url_has_allowed_host_and_scheme(back, {request.get_host()}) else "/")
    return HttpResponse(status=401, headers={"HX-Redirect": there["Location"]})
