"""Where the web calls us: a place of its own without a number, there when an owner opened it."""

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from ..conversations.channels import PHONE
from ..conversations.models import Place
from ..lib import broadcast
from ..team.models import Teammate
from .models import PhoneNumber


def the_site() -> Place | None:
    """The place web calls come to; None while there is no 'Call us' page."""
    return Place.objects.in_use().filter(channel=PHONE, phone_number__isnull=True).order_by("pk").first()


def numbers() -> list[str]:
    """Our numbers, for those who rather use a telephone."""
    return list(PhoneNumber.objects.in_use().order_by("pk").values_list("number", flat=True))


@transaction.atomic
def open_site(*, by: Teammate, at: datetime) -> Place:
    """Let people call from the web. Opens again what was closed, so that its people and hours stay."""
    place = Place.objects.filter(channel=PHONE, phone_number__isnull=True).order_by("pk").first()
    if place is None:
        place = Place.objects.create(channel=PHONE, name=_("Call us on the web"))
    elif place.retired_at is not None:
        place.retired_at = None
        place.save(update_fields=["retired_at"])
    broadcast.send("board")
    return place


@transaction.atomic
def close_site(place: Place, *, by: Teammate, at: datetime) -> Place:
    """No calls from the web any more."""
    place.retired_at = at
    place.save(update_fields=["retired_at"])
    broadcast.send("board")
    return place
