"""Two kinds of people for the tests of sound: one with a telephone, one with a browser; and a way to hear what each heard."""

import asyncio
import contextlib
import fractions
import itertools
import socket
import struct
import time
from collections.abc import AsyncIterator, Iterator
from typing import Any

import aioice.ice
import numpy
from aiortc import MediaStreamTrack, RTCConfiguration, RTCPeerConnection, RTCSessionDescription
from av import AudioFrame

from secondring.phone import sdp
from secondring.phone.media import voice

RATE = 8000
aioice.ice.get_host_addresses = lambda use_ipv4, use_ipv6: ["127.0.0.1"]


def loudest(samples: Any, rate: int = RATE) -> float:
    """The loudest pitch (Hz); 0 when there is next to nothing to hear."""
    samples = numpy.asarray(samples, dtype=float)
    if len(samples) < rate // 5 or numpy.sqrt(numpy.mean(samples**2)) < 100:
        return 0.0
    spectrum = numpy.abs(numpy.fft.rfft(samples * numpy.hanning(len(samples))))
    return float(numpy.argmax(spectrum) * rate / len(samples))


class Telephone(asyncio.DatagramProtocol):
    """A party on the telephone network: sends a tone, keeps what it hears."""

    def __init__(self, pitch: float, *, codec: str = sdp.PCMU, address: str = "127.0.0.1") -> None:
        self._address = address
        self.codecs = [
            sdp.Codec(0, sdp.PCMU) if codec == sdp.PCMU else sdp.Codec(8, sdp.PCMA),
            sdp.Codec(101, sdp.EVENTS),
        ]
        sound = voice.tone((pitch,), 1.0)
        self._frames = [f if codec == sdp.PCMU else f.translate(voice.ALAW_OF_ULAW) for f in voice.frames(sound)]
        self._codec = codec
        self.heard: list[tuple[float, bytes]] = []
        self.keys: list[int] = []
        self._presses: list[tuple[int, int]] = []
        self.numbers: list[tuple[int, int]] = []  # sender and number of each packet
        self.speaks = True

    @contextlib.asynccontextmanager
    async def line(self) -> AsyncIterator["Telephone"]:
        loop = asyncio.get_running_loop()
        self._transport, _ = await loop.create_datagram_endpoint(lambda: self, local_addr=(self._address, 0))
        task: asyncio.Task[None] | None = None
        try:
            yield self
        finally:
            for task in asyncio.all_tasks():
                if task.get_name() == f"tone-{id(self)}":
                    task.cancel()
            self._transport.close()

    @property
    def port(self) -> int:
        return int(self._transport.get_extra_info("sockname")[1])

    def sdp(self) -> str:
        return sdp.plain(self._address, self.port, self.codecs)

    def talk_to(self, text: str) -> None:
        theirs = sdp.read(text)
        self.remote = (theirs.address, theirs.port)
        asyncio.get_running_loop().create_task(self._talk(), name=f"tone-{id(self)}")

    async def _talk(self) -> None:
        due = time.monotonic()
        for number in range(10**6):
            if self.speaks:
                head = struct.pack("!BBHII", 128, self.codecs[0].payload, number & 0xFFFF, 160 * number, 0x1234)
                self._transport.sendto(head + self._frames[number % len(self._frames)], self.remote)
            due += 0.02
            await asyncio.sleep(max(0, due - time.monotonic()))

    def press(self, key: int) -> None:
        """One key, in five packets, the end of it three times."""
        for number, end in enumerate((0, 0, 128, 128, 128)):
            event = struct.pack("!BBH", key, end | 10, 160 * (number + 1))
            self._transport.sendto(struct.pack("!BBHII", 128, 101, 500 + number, 4000, 0x1234) + event, self.remote)

    def steps(self, since: int = 0) -> list[int]:
        """From each packet to the sender's next; 1 where nothing was lost."""
        pairs = itertools.pairwise(self.numbers[since:])
        return [(after - before) & 0xFFFF for (one, before), (other, after) in pairs if one == other]

    def pressed(self) -> list[int]:
        """The keys that were pressed for us, each once: all packets of one press bear one time."""
        return [key for key, _stamp in dict.fromkeys(self._presses)]

    def datagram_received(self, data: bytes, address: Any) -> None:
        self.numbers.append((int.from_bytes(data[8:12]), int.from_bytes(data[2:4])))
        if data[1] & 127 == 101:
            self.keys.append(data[12])
            self._presses.append((data[12], int.from_bytes(data[4:8])))
        else:
            sound = data[12:].translate(voice.ULAW_OF_ALAW) if self._codec == sdp.PCMA else data[12:]
            self.heard.append((time.monotonic(), sound))

    def hears(self, seconds: float = 0.6) -> float:
        """The loudest pitch of the last moments."""
        since = time.monotonic() - seconds
        recent = b"".join(sound for at, sound in self.heard if at > since)
        return loudest([voice.LINEAR_OF_ULAW[byte] for byte in recent])


class _Tone(MediaStreamTrack):
    kind = "audio"

    def __init__(self, pitch: float) -> None:
        super().__init__()
        self._pitch, self._at, self._began = pitch, 0, 0.0
        self.muted = False

    async def recv(self) -> AudioFrame:
        self._began = self._began or time.monotonic()
        await asyncio.sleep(max(0, self._began + self._at / RATE - time.monotonic()))
        times = numpy.arange(self._at, self._at + 160)
        wave = 8000 * numpy.sin(2 * numpy.pi * self._pitch * times / RATE) * (not self.muted)
        frame = AudioFrame.from_ndarray(wave.astype("int16").reshape(1, -1), format="s16", layout="mono")
        frame.sample_rate, frame.pts, frame.time_base = RATE, self._at, fractions.Fraction(1, RATE)
        self._at += 160
        return frame


class Person:
    """Somebody at a browser: a second hand's WebRTC."""

    def __init__(self, pitch: float) -> None:
        self.peer = RTCPeerConnection(RTCConfiguration(iceServers=[]))
        self.tone = _Tone(pitch)
        self.heard: list[tuple[float, Any]] = []
        self._tasks: list[asyncio.Task[None]] = []
        self.peer.on("track", lambda track: self._tasks.append(asyncio.ensure_future(self._listen(track))))

    async def _listen(self, track: Any) -> None:
        with contextlib.suppress(Exception):
            while True:
                frame = await track.recv()
                self.heard.append((time.monotonic(), frame.to_ndarray().reshape(-1).copy()))

    async def answer(self, offer: str) -> str:
        await self.peer.setRemoteDescription(RTCSessionDescription(offer, "offer"))
        self.peer.addTrack(self.tone)
        await self.peer.setLocalDescription(await self.peer.createAnswer())
        return str(self.peer.localDescription.sdp)

    async def offer(self) -> str:
        self.peer.addTrack(self.tone)
        await self.peer.setLocalDescription(await self.peer.createOffer())
        return str(self.peer.localDescription.sdp)

    async def answered(self, text: str) -> None:
        await self.peer.setRemoteDescription(RTCSessionDescription(text, "answer"))

    def hears(self, seconds: float = 0.6) -> float:
        since = time.monotonic() - seconds
        recent = [samples for at, samples in self.heard if at > since]
        return loudest(numpy.concatenate(recent)) if recent else 0.0

    async def leave(self) -> None:
        for task in self._tasks:
            task.cancel()
        await self.peer.close()


async def soon(true: Any, *, within: float = 8.0, what: str = "") -> None:
    """Waits until `true()`; says what was waited for when it does not come."""
    until = time.monotonic() + within
    while not true():
        assert time.monotonic() < until, what or "it did not come true in time"
        await asyncio.sleep(0.02)


def near(pitch: float, wanted: float) -> bool:
    return abs(pitch - wanted) < 12


def free_udp_port() -> int:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def frames_of(file: Any) -> Iterator[int]:
    import wave

    with wave.open(str(file)) as source:
        yield from struct.unpack(f"<{source.getnframes()}h", source.readframes(source.getnframes()))
