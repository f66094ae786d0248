"""The company's own recorded words: looked at, turned into what a telephone carries, kept by their hash as other files are."""

import io
import tempfile
import wave
from datetime import datetime
from pathlib import Path

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

LARGEST = 30 * 2**20  # bytes; two minutes of the finest WAV
SHORTEST = 1.0  # seconds
QUIETEST = 300  # of 32767: a microphone that was muted records less


@transaction.atomic
def greet_with(place: Place, content: bytes, *, by: Teammate, at: datetime) -> PlaceWords:
    """Say this to who calls when nobody is there. Raises NotPossible, in words, for what is no greeting."""
    _may(by)
    sound = as_telephone_sound(content)
    words, _made = PlaceWords.objects.get_or_create(place=place)
    words.greeting = blobs.keep(sound)
    words.greeting_seconds = round((len(sound) - 44) / 2 / voice.RATE, 1)
    words.save(update_fields=["greeting", "greeting_seconds"])
    broadcast.send(CHANGED, to=audiences.LEADING)
    return words


@transaction.atomic
def greet_no_more(place: Place, *, by: Teammate, at: datetime) -> None:
    """Only the tone is heard again."""
    _may(by)
    PlaceWords.objects.filter(place=place).update(greeting="", greeting_seconds=0)
    broadcast.send(CHANGED, to=audiences.LEADING)


def as_telephone_sound(content: bytes) -> bytes:
    """A WAV file at 8 kHz, 16 bits, one channel, of any WAV file. Raises NotPossible when there is nothing to hear in it."""
    if len(content) > LARGEST:
        raise NotPossible(_("That is too long. Two minutes are enough."))
    with tempfile.NamedTemporaryFile(suffix=".wav") as file:
        file.write(content)
        file.flush()
        try:
            frames = voice.words(Path(file.name))
        except ValueError:
            raise NotPossible(_("That is not a WAV file we can read. Save it as WAV, or record it here.")) from None
    sound = b"".join(frames)
    if len(sound) < SHORTEST * voice.RATE:
        raise NotPossible(_("That is too short to be heard. Say a sentence."))
    samples = voice.samples_of_ulaw(sound)
    if max(abs(voice.LINEAR_OF_ULAW[each]) for each in set(sound)) < QUIETEST:
        raise NotPossible(_("There is nothing to hear in it. Was the microphone on?"))
    return _wav(samples)


def _wav(samples: bytes) -> bytes:
    made = io.BytesIO()
    with wave.open(made, "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(voice.RATE)
        file.writeframes(samples)
    return made.getvalue()


def _may(by: Teammate) -> None:
    if not by.leads:
        raise NotPossible(_("A lead looks after the telephone."))
