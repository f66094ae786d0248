"""Whether talks are recorded at a place: an owner's wish, never without the company's own words that say so."""

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from ..conversations.models import Place
from ..lib import blobs, broadcast
from ..lib.errors import NotPossible
from ..team import audiences
from ..team.models import Teammate
from .media import voice
from .models import PlaceWords
from .setting_up import CHANGED
from .speaking import as_telephone_sound

LONGEST_STAY = 3650  # days
LONGEST_CONSENT = 1000  # characters


def consent() -> str:
    """What a web caller reads before they press, unless the company has words of its own."""
    return _(
        "We record this call, so that we get right what you tell us. If you would rather not, say so when we pick up, "
        "and we stop at once and delete it."
    )


def consent_at(place: Place) -> str:
    """... at this place; "" where nothing is recorded."""
    words = PlaceWords.objects.filter(place=place, records=True).first()
    if words is None:
        return ""
    return words.consent or consent()


@transaction.atomic
def announce_with(place: Place, content: bytes, *, by: Teammate, at: datetime) -> PlaceWords:
    """Say this to both before a talk is recorded. Raises NotPossible, in words, for what cannot be heard."""
    _may(by)
    sound = as_telephone_sound(content)
    words, _made = PlaceWords.objects.get_or_create(place=place)
    words.notice, words.notice_seconds = blobs.keep(sound), round((len(sound) - 44) / 2 / voice.RATE, 1)
    words.save(update_fields=["notice", "notice_seconds"])
    broadcast.send(CHANGED, to=audiences.LEADING)
    return words


@transaction.atomic
def record_here(place: Place, *, consent: str, days: int, by: Teammate, at: datetime) -> PlaceWords:
    """Record talks at this place from the next call on; there must be words that say so.

    days: how long a recording stays, which holds for those that are here as well. Raises NotPossible, in words.
    """
    _may(by)
    words = PlaceWords.objects.select_for_update().filter(place=place).first()
    if words is None or not (words.notice and blobs.has(words.notice)):
        raise NotPossible(_("Say first, in your own words, that calls are recorded. Without them nothing is."))
    if not 1 <= days <= LONGEST_STAY:
        raise NotPossible(_("Keep them for one day at least, and %(most)s days at most.") % {"most": LONGEST_STAY})
    words.records, words.consent, words.keeps_days = True, consent.strip()[:LONGEST_CONSENT], days
    words.save(update_fields=["records", "consent", "keeps_days"])
    broadcast.send(CHANGED, to=audiences.LEADING)
    return words


@transaction.atomic
def record_no_more(place: Place, *, by: Teammate, at: datetime) -> None:
    """No talk is recorded here from the next call on. What was recorded stays as long as it would have."""
    _may(by)
    PlaceWords.objects.filter(place=place).update(records=False)
    broadcast.send(CHANGED, to=audiences.LEADING)


def _may(by: Teammate) -> None:
    if not by.is_owner:
        raise NotPossible(_("Only an owner decides whether calls are recorded."))
