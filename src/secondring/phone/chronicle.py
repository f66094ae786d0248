"""What call control notes becomes a line of the book, with the few facts that cannot be looked up later."""

from typing import Any

from . import booking
from .book import Book
from .happenings import teammate_of
from .live_call import LiveCall
from .orders import Note
from .rings import rings_before, rings_heard


def write_down(book: Book, live: LiveCall, note: Note) -> None:
    """Have the book keep it. A call that nobody answered ends without another word: that it was missed says it."""
    state = live.state
    if note.verb == "call_ended" and state.answered_at is None:
        return
    facts = {**note.data, **_counted(live, note.verb)}
    book.write(booking.write_down, live.key, note.verb, by=teammate_of(note.leg), at=state.looked_at, **facts)


def keep_owner(book: Book, live: LiveCall) -> None:
    """The row says who has the call; of a call that is over, who had it last."""
    owner = live.state.owner
    if owner == live.claimed_leg or live.is_over:
        return
    if owner:
        book.write(booking.pass_on, live.key, owner, teammate_of(owner), live.state.looked_at)
    else:
        book.write(booking.release, live.key, live.claimed_leg)
    live.claimed_leg = owner


def _counted(live: LiveCall, verb: str) -> dict[str, Any]:
    """How often it rang, and how long they waited, in seconds."""
    if verb not in ("call_answered", "call_missed") or (verb == "call_missed" and live.state.answered_at):
        return {}
    waited = live.state.looked_at - live.state.rings_from
    count = rings_heard if verb == "call_answered" else rings_before
    return {"ring": count(waited, live.state.cadence), "waited": round(waited.total_seconds(), 1)}
