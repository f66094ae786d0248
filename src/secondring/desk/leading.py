"""What only leads and owners may open: for everybody else it does not exist."""

from django.http import Http404, HttpRequest

from . import asker
from .asker import Asker


def asker_of(request: HttpRequest) -> Asker:
    """Who asks, if they lead."""
    who = asker.of(request)
    if not who.me.leads:
        raise Http404
    return who
