"""The sound of a call for tests without any: it writes down what it is told, and its tapes hold a few spoken words."""

from pathlib import Path
from typing import Any

from secondring.phone.legs import Wire
from secondring.phone.media.voice import HERE
from secondring.phone.orders import Sound


class FakeSession:
    def __init__(self) -> None:
        self.log: list[str] = []
        self.is_closed = False
        self.message_file = self.tape_file = Path()

    def sounds(self, **chosen: Any) -> None:
        """Nothing is heard here."""

    async def offered(self, leg: str, sdp: str, wire: Wire) -> None: ...

    async def answer(self, leg: str) -> str:
        return ""

    async def offer(self, leg: str, wire: Wire) -> str:
        return ""

    async def answered(self, leg: str, sdp: str) -> None: ...

    def bridge(self, leg: str, to: str) -> None:
        self.log.append(f"bridge {leg} {to}")

    def hold(self, leg: str) -> None:
        self.log.append(f"hold {leg}")

    def resume(self, leg: str) -> None:
        self.log.append(f"resume {leg}")

    def play(self, leg: str, sound: Sound) -> None:
        self.log.append(f"play {leg} {sound}")

    def stop_playing(self, leg: str) -> None:
        self.log.append(f"stop {leg}")

    def record(self, leg: str, to: Path) -> None:
        self.log.append(f"record {leg}")
        self.message_file = to

    def tape(self, leg: str, to: Path) -> None:
        self.log.append(f"tape {leg}")
        self.tape_file = to
        to.write_bytes(Path(HERE / "test-call.wav").read_bytes())

    def untape(self, leg: str, *, forget: bool = False) -> None:
        self.log.append(f"untape {leg}{' and forget' if forget else ''}")
        if forget:
            self.tape_file.unlink()

    def press(self, leg: str, keys: str) -> None:
        self.log.append(f"press {leg} {keys}")

    def remove(self, leg: str) -> None:
        self.log.append(f"remove {leg}")

    def close(self) -> None:
        self.is_closed = True
