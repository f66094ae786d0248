"""When a place is open. Its clock of waiting and its telephone follow these hours from the next moment on."""

import json
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from ..lib import broadcast
from ..lib.errors import NotPossible
from ..team.models import Teammate
from .models import Place


@transaction.atomic
def keep_hours(place: Place, hours: dict[str, Any], *, by: Teammate, at: datetime) -> Place:
    """hours: as `Hours.as_json` writes them; {} follows the house."""
    if not by.leads:
        raise NotPossible(_("A lead decides when we are here."))
    place.hours = json.loads(json.dumps(hours))
    place.save(update_fields=["hours"])
    broadcast.send("inbox", "board")
    return place
