"""A call nobody had is a promised call back: what was said after the tone is kept, and the calls of a dead process are healed."""

import wave
from datetime import datetime
from pathlib import Path

from django.db import transaction

from ..conversations import receiving
from ..conversations.channels import PHONE
from ..conversations.models import Message
from ..conversations.receiving import Enclosure, Received
from ..lib import blobs
from . import booking
from .models import Call, Voicemail

SHORTEST = 1.0  # seconds; less is somebody putting the telephone down
DIED = "process-died"


def keep_message(key: str, recording: Path, *, at: datetime) -> Message | None:
    """Turn what was recorded into a message that waits like a letter. None when there is nothing to hear."""
    seconds = length(recording)
    if seconds < SHORTEST:
        recording.unlink(missing_ok=True)
        return None
    content = recording.read_bytes()
    sha256 = blobs.keep(content)
    message = _enter(key, sha256, len(content), seconds, at=at)
    recording.unlink(missing_ok=True)
    return message


def length(recording: Path) -> float:
    """Seconds of sound in a WAV file; 0 for none. A file whose writer died counts as long as its bytes are."""
    try:
        with wave.open(str(recording)) as file:
            return float(file.getnframes() / file.getframerate())
    except (OSError, EOFError, wave.Error):
        return 0.0


@transaction.atomic(durable=True)
def _enter(key: str, sha256: str, size: int, seconds: float, *, at: datetime) -> Message | None:
    call = Call.objects.select_for_update(of=("self",)).select_related("conversation", "customer", "place").get(key=key)
    if Voicemail.objects.filter(call=call).exists() or call.conversation is None or call.customer is None:
        return None
    received = Received(
        customer=call.customer,
        place=call.conversation.place,
        channel=PHONE,
        source_id=call.pk,
        sender_name=call.customer.name or call.from_name,
        sender_address=call.from_number,
        enclosures=[Enclosure(sha256, "message.wav", "audio/wav", size)],
    )
    message = receiving.receive(received, conversation=call.conversation, at=at, spoken=True)
    Voicemail.objects.create(call=call, sha256=sha256, seconds=seconds, message=message)
    return message


def heal(node: str, recordings: Path, *, at: datetime) -> list[Call]:
    """The phone process of this node died in the middle of these calls: they are over, and become calls back.

    A talk that broke off waits too: nobody knows how it would have ended. Returns the calls.
    """
    dead = list(Call.objects.running().filter(node=node).order_by("began_at"))
    for call in dead:
        verb = _last_word(call)
        if verb:
            booking.write_down(call.key, verb, by=None, at=at, because=DIED)
        booking.ended(call.key, DIED, at)
        message = recordings / f"{call.key}.wav"
        if message.exists():
            keep_message(call.key, message, at=at)
    return dead


def _last_word(call: Call) -> str:
    """What is still to be said of a call whose process died; "" when it was said that they wait."""
    if call.outgoing:
        return "call_ended" if call.answered_at else "they_did_not_answer"
    return "" if call.missed_at else "call_missed"
