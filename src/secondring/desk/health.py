"""For machines that watch: alive, able to work, and counts. Nothing here says who anybody is."""

import time
from pathlib import Path

from django.conf import settings
from django.db import DatabaseError
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse

from ..conversations.models import Conversation, Delivery
from ..lib import clock
from ..lib.machine_trouble import ROOM, room
from ..mail.models import IncomingEmail, Mailbox
from ..team.models import House
from .live import hub

SILENT = 15.0  # seconds without a sign of life after which a process counts as away
LOOPBACK = ("127.0.0.1", "::1")


def alive(request: HttpRequest) -> HttpResponse:
    """/healthz: this process answers."""
    return HttpResponse("alive\n", content_type="text/plain")


def ready(request: HttpRequest) -> HttpResponse:
    """/readyz: database, disk, worker and phone process are as they should be. 503 and a sentence for each that has not."""
    problems = [problem for problem in (_database(), _disk(), _process("worker"), _process("phone")) if problem]
    return JsonResponse({"ready": not problems, "problems": problems}, status=503 if problems else 200)


def metrics(request: HttpRequest) -> HttpResponse:
    """/metrics, for Prometheus on this machine and for signed-in owners; nobody else learns that it is there."""
    forwarded = request.META.get("secondring.was_forwarded")  # by a proxy on this machine, for anybody at all
    local = request.META.get("REMOTE_ADDR") in LOOPBACK and not forwarded
    if not (local or (request.user.is_authenticated and request.user.is_owner)):
        raise Http404
    from prometheus_client import CONTENT_TYPE_LATEST, CollectorRegistry, Gauge, generate_latest

    registry = CollectorRegistry()
    for name, (words, value) in _measured().items():
        Gauge(name, words, registry=registry).set(value)
    return HttpResponse(generate_latest(registry), content_type=CONTENT_TYPE_LATEST)


def _measured() -> dict[str, tuple[str, float]]:
    """Name -> (what it is, how much)."""
    now = clock.now()
    longest = Conversation.objects.waiting().longest_waiting_first().first()
    due = Delivery.objects.due(now).first()
    return {
        "secondring_desks_open": ("open tabs of this web process", len(hub.desks)),
        "secondring_waiting": ("people who wait, at most 1000", Conversation.objects.waiting()[:1000].count()),
        "secondring_longest_waiting_seconds": (
            "how long the longest has waited",
            (now - longest.waiting_since).total_seconds() if longest and longest.waiting_since else 0,
        ),
        "secondring_letters_to_understand": (
            "kept, not yet understood, at most 1000",
            IncomingEmail.objects.to_understand()[:1000].count(),
        ),
        "secondring_letters_put_aside": (
            "put aside, at most 1000",
            IncomingEmail.objects.put_aside()[:1000].count(),
        ),
        "secondring_oldest_due_delivery_seconds": (
            "how long the oldest letter that should have left has been due",
            (now - due.due_at).total_seconds() if due else 0,
        ),
        "secondring_disk_free_bytes": ("room where letters are kept", room()),
        "secondring_mailboxes_in_trouble": (
            "mailboxes that cannot be read",
            Mailbox.objects.in_use().filter(trouble_since__isnull=False).count(),
        ),
    }


def _database() -> str | None:
    try:
        House.objects.exists()
    except DatabaseError:
        return "The database does not answer."
    return None


def _disk() -> str | None:
    return "The disk is nearly full." if room() < ROOM else None


def _process(name: str) -> str | None:
    sign = Path(settings.SECONDRING_DIR) / "run" / f"{name}.alive"
    try:
        silent = time.time() - sign.stat().st_mtime
    except OSError:
        return f"The {name} process has not been heard from."
    return f"The {name} process was last heard from {silent:.0f} s ago." if silent > SILENT else None
