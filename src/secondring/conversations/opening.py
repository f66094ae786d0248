"""When a place is open, and to whom. Its clock of waiting, its telephone and the desks follow from the next moment on."""

import json
from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from ..lib import broadcast
from ..lib.errors import NotPossible
from ..team import audiences
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


@transaction.atomic
def open_to(place: Place, people: Iterable[Teammate], *, everyone: bool, by: Teammate, at: datetime) -> Place:
    """Everybody answers here, or these. Whether `by` may decide that is for the room of its channel to say.

    Raises NotPossible when nobody would.
    """
    chosen = list(people)
    if not everyone and not chosen:
        raise NotPossible(_("Choose at least one person, or everybody."))
    place.everyone = everyone
    place.save(update_fields=["everyone"])
    place.members.set([] if everyone else chosen)
    broadcast.send(f"access-{audiences.place(place.pk)}", to=audiences.LEADING)
    return place
