"""The first run of a new installation: whoever has read the terminal becomes the first owner."""

import secrets

from django.contrib.auth.hashers import check_password, make_password

from .models import House, Teammate

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
