"""The inbox: everyone who waits, longest first."""

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from ..conversations.models import Conversation


@login_required
def show(request: HttpRequest) -> HttpResponse:
    """Everyone who waits."""
    assert request.user.is_authenticated
    waiting = Conversation.objects.visible_to(request.user).waiting().with_people().longest_waiting_first()[:100]
    return render(request, "desk/inbox.html", {"waiting": waiting})
