"""The first run of a new installation: whoever has read the terminal becomes the first owner."""

import secrets
from datetime import datetime
from zoneinfo import available_timezones

from django.contrib.auth.hashers import check_password, make_password
from django.db import transaction
from django.utils.translation import gettext as _

from ..lib.errors import NotPossible
from .models import House, Role, Teammate

ALPHABET = "23456789ABCDEFGHJKMNPQRSTVWXYZ"  # nothing that looks like something else


def is_needed() -> bool:
    """Has nobody ever come in?"""
    return House.ours().first_run_done_at is None and not Teammate.objects.exists()


def code_if_needed() -> str | None:
    """A fresh one-time code, while nobody has come in yet. The database keeps only its hash."""
    if not is_needed():
        return None
    code = "-".join("".join(secrets.choice(ALPHABET) for _ in range(4)) for _ in range(3))
    house = House.ours()
    house.first_run_code = make_password(code)
    house.save(update_fields=["first_run_code"])
    return code


def fits(code: str) -> bool:
    """Is this the code that stands in the terminal? Spaces, dashes and case don't matter."""
    typed = "".join(c for c in code.upper() if c.isalnum())
    spaced = "-".join(typed[i : i + 4] for i in range(0, len(typed), 4))
    return check_password(spaced, House.ours().first_run_code)


@transaction.atomic
def begin(*, company: str, time_zone: str, name: str, email: str, password: str, at: datetime) -> Teammate:
    """Open the house: its name, its clock, and its first owner. Raises NotPossible when somebody was quicker."""
    house = House.objects.select_for_update().get(pk=House.ours().pk)
    if house.first_run_done_at or Teammate.objects.exists():
        raise NotPossible(_("Somebody has already opened this house. Ask them to invite you."))
    house.name = company.strip()
    house.time_zone = time_zone if time_zone in available_timezones() else "UTC"
    house.first_run_code = ""
    house.first_run_done_at = at
    house.save(update_fields=["name", "time_zone", "first_run_code", "first_run_done_at"])
    owner: Teammate = Teammate.objects.create_user(email, password, name=name.strip(), role=Role.OWNER)
    return owner
