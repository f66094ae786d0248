"""The web process's end of the link: frames go to whoever listens for their kind of party; all learn when the line is lost."""

from collections.abc import Callable
from pathlib import Path

from . import link
from .frames import Frame

Hear = Callable[[Frame], None]
Stands = Callable[[bool], None]


class Switchboard:
    """Desks and visitors share one line to the phone process. Asyncio only; nothing here waits."""

    def __init__(self) -> None:
        self._line = link.Client(self._heard, stands=self._stands)
        self._ears: dict[str, tuple[Hear, Stands]] = {}

    @property
    def is_up(self) -> bool:
        """Would a call reach this process now?"""
        return self._line.is_up

    def listen(self, kind: str, hear: Hear, *, stands: Stands) -> None:
        """kind: 'desk' or 'visitor'. stands: called when the line stands, and when it is lost."""
        self._ears[kind] = (hear, stands)

    def say(self, frame: Frame) -> None:
        """Say it to the phone process, if it is there."""
        self._line.send(frame)

    async def run(self, folder: Path) -> None:
        """Hold the line until cancelled."""
        await self._line.run(link.path_in(folder))

    def _heard(self, frame: Frame) -> None:
        ears = self._ears.get(frame.to.partition("-")[0])
        if ears is not None:
            ears[0](frame)

    def _stands(self, up: bool) -> None:
        for _hear, stands in self._ears.values():
            stands(up)


switchboard = Switchboard()
