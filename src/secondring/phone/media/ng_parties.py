"""One party of a call at rtpengine, and the words in which rtpengine is told how each kind of device wants its sound.

Every party stands there twice: as its device, and as the voice that our own process has for it (music, words, keys, messages).
Device and voice are offered to one another once; who hears whom afterwards is an offer and an answer between those that
rtpengine knows already. `port-latching` keeps every port, so that no device ever learns of it.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from .. import sdp
from ..legs import Wire
from .ng import Word
from .rtp import UNHEARD

_ALWAYS: Mapping[str, Word] = {
    "replace": ["origin", "session-connection"],
    "flags": ["trust-address", "port-latching", "strict-source"],
}
PLAIN: Mapping[str, Word] = {
    **_ALWAYS,
    "ICE": "remove",
    "transport_protocol": "RTP/AVP",
    "rtcp_mux": ["demux"],
    "codec": {"strip": ["all"], "except": [sdp.PCMU, sdp.PCMA, sdp.EVENTS]},
}
BROWSER: Mapping[str, Word] = {
    **_ALWAYS,
    "flags": ["trust-address", "port-latching", "strict-source", "generate-mid"],
    "ICE": "force",
    "DTLS": "passive",
    "SDES": ["off"],
    "transport_protocol": "UDP/TLS/RTP/SAVPF",
    "rtcp_mux": ["offer", "require"],
}
# To a browser that offered: it has said all this itself, and rtpengine has chosen its part in DTLS when it heard it.
BROWSER_THAT_OFFERED = _ALWAYS


@dataclass(slots=True)
class Party:
    """What we know of one leg at rtpengine."""

    name: str
    tag: str  # another for each time it is offered anew
    wire: Wire
    offered_first: bool
    theirs: str = ""  # what its device said last
    voice: str = ""  # what our voice for it said last
    facing: str = ""  # what its device was told
    said: sdp.Description | None = None  # `theirs`, read
    partner: str = ""
    peer: str = ""  # the leg whose device it hears without us; "" while it hears our voice
    doings: set[str] = field(default_factory=set)  # what our voice does for it: held, playing, keeping, taped, pressing
    flows: bool = False
    packets: int = -1  # as they were when we looked last
    heard_at: float = 0.0

    @property
    def voice_tag(self) -> str:
        return f"{self.tag}.voice"

    @property
    def offer_words(self) -> Mapping[str, Word]:
        """For an offer to its device."""
        return PLAIN if self.wire == "rtp" else BROWSER

    @property
    def answer_words(self) -> Mapping[str, Word]:
        """For an answer to its device."""
        return PLAIN if self.wire == "rtp" else BROWSER_THAT_OFFERED

    def hears(self, text: str) -> None:
        """Its device said this. Raises BadSdp when that describes no sound that we could carry."""
        said = sdp.read(text)
        said.codec()
        if self.wire == "webrtc" and said.ice is None:
            raise sdp.BadSdp("A browser's sound has to be sealed.")
        self.theirs, self.said = text, said

    def told(self, text: str) -> str:
        """What its device is told."""
        self.facing = sdp.unpinned(text) if self.wire == "webrtc" else text
        return self.facing

    def counted(self, packets: int, now: float) -> bool:
        """Is it heard? Only a browser counts as lost: a telephone may be silent. packets: of it, -1 for unknown."""
        if self.wire != "webrtc" or not self.heard_at or packets < 0:
            return self.flows
        if packets != self.packets:
            self.packets, self.heard_at = packets, now
        return now - self.heard_at <= UNHEARD

    def writes_like(self, other: "Party") -> bool:
        """Do both write sound and keys in the same way, under the same numbers? Then it may pass without us."""
        if self.said is None or other.said is None or self.said.codec() != other.said.codec():
            return False
        keys = {each.said.events() for each in (self, other) if each.said} - {None}
        return len(keys) <= 1


def narrowed(voice: str, like: Party | None) -> str:
    """Our voice's offer, in the other party's way of writing alone, so that the two can be joined."""
    ours = sdp.read(voice)
    if like is None or like.said is None:
        return voice
    wanted = [like.said.codec(), *(codec for codec in like.said.codecs if codec.name == sdp.EVENTS)]
    if all(codec.name != sdp.EVENTS for codec in wanted):
        wanted.append(sdp.Codec(sdp.OUR_EVENTS, sdp.EVENTS))
    return sdp.plain(ours.address, ours.port, wanted)


def packets_of(known: Mapping[str, Any], tag: str) -> int:
    """How many packets of sound came from a device, as rtpengine's `query` says; -1 when it does not know it."""
    try:
        return int(known["tags"][tag]["medias"][0]["streams"][0]["stats"]["packets"])
    except (KeyError, IndexError, TypeError, ValueError):
        return -1


def leg_of(tag: str) -> str:
    """Whose device a tag is; "" for a voice.

    >>> leg_of("desk-12~3"), leg_of("desk-12~3.voice")
    ('desk-12', '')
    """
    found = re.fullmatch(r"(.+)~\d+", tag)
    return found[1] if found else ""


def ports_of(text: str) -> list[str]:
    """Where a description sends to; which ways of writing it names does not matter here."""
    return [line.split()[1] for line in text.splitlines() if line.startswith("m=")]
