"""What became of a letter."""

from __future__ import annotations

from dataclasses import dataclass, replace

from ..conversations.models import Message
from .models import Fate, IncomingEmail


@dataclass(frozen=True)
class Filed:
    """The fate of a letter, why, and what it became or concerns."""

    fate: Fate
    because: str = ""
    became: Message | None = None
    duplicate_of: IncomingEmail | None = None
    conversation_id: int | None = None

    def noting(self, words: str) -> Filed:
        """The same, with one more thing worth knowing."""
        return replace(self, because=f"{self.because} {words}".strip())
