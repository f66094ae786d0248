"""An rtpengine of our own as an ordinary user: in user space, on free ports of this machine, with a life limit."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from journeys.engines.process import Server, private_folder

HEARD_WITHIN = 20.0  # seconds; on a busy machine it starts slowly
PORTS = (42000, 44999)  # for sound; above those that a relay takes in the tests


@dataclass(frozen=True)
class RtpEngine:
    """Where it listens for commands, and where it says which keys it heard."""

    server: Server
    port: int
    keys_port: int

    @property
    def setting(self) -> str:
        """As SECONDRING_PHONE_MEDIA names it."""
        return f"rtpengine 127.0.0.1:{self.port} {self.keys_port}"


@contextmanager
def private_rtpengine(program: Path, *, ports: tuple[int, int] = PORTS) -> Iterator[RtpEngine]:
    """A media server for as long as the block lasts."""
    with private_folder("rtpengine") as folder:
        port, keys_port = _free_udp_port(), _free_udp_port()
        argv: list[str | Path] = [
            program, "--config-file=none", "--foreground", "--log-stderr", "--log-level=4", "--table=-1",
            "--interface=127.0.0.1", f"--listen-ng=127.0.0.1:{port}", f"--dtmf-log-dest=127.0.0.1:{keys_port}",
            f"--port-min={ports[0]}", f"--port-max={ports[1]}", "--timeout=60", "--silent-timeout=3600",
            "--delete-delay=0", "--endpoint-learning=heuristic", "--num-threads=2", f"--pidfile={folder}/pid",
        ]  # fmt: skip
        server = Server(argv, folder=folder, name="rtpengine")
        try:
            server.wait_until(lambda: _answers(port), within=HEARD_WITHIN, what="answer")
            yield RtpEngine(server, port, keys_port)
        finally:
            server.stop()


def _answers(port: int) -> bool:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        probe.settimeout(0.2)
        probe.connect(("127.0.0.1", port))
        try:
            probe.send(b"hello d7:command4:pinge")
            return b"pong" in probe.recv(1000)
        except OSError:
            return False


def _free_udp_port() -> int:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
