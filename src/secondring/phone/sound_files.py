"""Where the sound of a call is kept while it lasts, and who picks it up when the call is over."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from pathlib import Path

from . import missing, recording
from .book import Book
from .call_state import Taping
from .carrying import Files
from .live_call import LiveCall
from .timers import Timers

WHOLE_AFTER = timedelta(seconds=1)  # the media may still be writing the last words
TAPED = (Taping.ON, Taping.ENDED, Taping.BROKEN, Taping.FORGOTTEN)


@dataclass(frozen=True, slots=True)
class SoundFiles:
    """`folder`: of messages, until they are picked up. Talks that are recorded stay where they are written."""

    folder: Path

    def make_room(self) -> None:
        """The folders. Raises OSError."""
        self.folder.mkdir(parents=True, exist_ok=True)
        recording.folder().mkdir(parents=True, exist_ok=True)

    def of(self, key: str) -> Files:
        return Files(self.folder / f"{key}.wav", recording.file_of(key))

    def pick_up(self, live: LiveCall, at: datetime, book: Book, timers: Timers) -> None:
        """The call is over: what was said after the greeting becomes a message, the talk an entry."""
        files, due = self.of(live.key), at + WHOLE_AFTER
        if live.state.message_at is not None:
            timers.at(due, partial(book.write, missing.keep_message, live.key, files.message, at=at))
        if live.state.taping in TAPED:
            timers.at(due, partial(book.write, recording.keep, live.key, at=at))
