"""Who is told that something has changed. A name gives away when it changed, so it goes only to who may see the thing."""

from .models import Teammate

ANSWERING = "answering"  # everybody who talks with customers
LEADING = "leading"  # everybody who looks after people and mailboxes


def one(teammate_id: int) -> str:
    """Nobody but this teammate."""
    return f"person-{teammate_id}"


def place(place_id: int) -> str:
    """Whoever may see this place; the place itself says who that is."""
    return f"place-{place_id}"


def joined_by(teammate: Teammate) -> frozenset[str]:
    """The audiences this teammate belongs to, besides those of places."""
    answering = {ANSWERING} if teammate.answers else set()
    leading = {LEADING} if teammate.leads else set()
    return frozenset({one(teammate.pk), *answering, *leading})
