"""The description of a call's sound (SDP, RFC 8866): read with distrust, cleaned for the telephone network, compared, and made.

What comes from outside may be broken on purpose: `read` gives a Description or raises BadSdp, and nothing else.
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from ipaddress import ip_address

PCMU, PCMA, EVENTS = "PCMU", "PCMA", "telephone-event"
STATIC = {0: PCMU, 8: PCMA}  # RFC 3551
OUR_EVENTS = 101  # the payload type of keys that are pressed, where the choice is ours
DIRECTIONS = ("sendrecv", "sendonly", "recvonly", "inactive")
MIRRORED = {"sendrecv": "sendrecv", "sendonly": "recvonly", "recvonly": "sendonly", "inactive": "inactive"}
# What a trunk needs to know; a browser's thousand bytes more would not fit into one UDP packet (RFC 3261 18.1.1).
FOR_TRUNKS = ("rtpmap:", "fmtp:", "ptime:", "maxptime:", "rtcp:", *DIRECTIONS)
PINNED = ("a=ssrc", "a=msid")  # what ties a browser to one sender; without them it follows whoever sends next
LONGEST, MOST_LINES, MOST_FORMATS = 64_000, 2_000, 64


class BadSdp(ValueError):
    """This describes no sound that we could carry."""


@dataclass(frozen=True, slots=True)
class Codec:
    """A way to write sound, and the number that stands for it in this description."""

    payload: int
    name: str


G711 = (Codec(0, PCMU), Codec(8, PCMA))
OURS = (*G711, Codec(OUR_EVENTS, EVENTS))


@dataclass(frozen=True, slots=True)
class Ice:
    """How a browser is reached and recognised (RFC 8839, RFC 8842). `candidates` are lines without "a=candidate:"."""

    ufrag: str
    pwd: str
    fingerprints: tuple[tuple[str, str], ...]
    setup: str = "actpass"
    candidates: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Description:
    """The first sound in an SDP: where to send, how it may be written; and the `others`, which we refuse."""

    address: str
    port: int
    codecs: tuple[Codec, ...]
    direction: str = "sendrecv"
    ice: Ice | None = None
    mid: str = ""
    before: tuple[str, ...] = ()  # m-lines of what stands before the sound, and after it
    after: tuple[str, ...] = ()
    formats: tuple[str, ...] = field(default=(), compare=False)

    @property
    def is_audible(self) -> bool:
        """Does the other side want to hear us just now?"""
        return self.port > 0 and self.address not in ("0.0.0.0", "::") and self.direction in ("sendrecv", "recvonly")

    def codec(self) -> Codec:
        """The first way to write sound that both know. Raises BadSdp when there is none."""
        for codec in self.codecs:
            if codec.name != EVENTS:
                return codec
        raise BadSdp("Neither G.711 µ-law nor A-law is among what is offered.")

    def events(self) -> int | None:
        """The payload type of pressed keys, when the other side sends them so (RFC 4733)."""
        return next((codec.payload for codec in self.codecs if codec.name == EVENTS), None)


@dataclass(slots=True)
class _Section:
    """The lines from one m= to the next; those before the first are the session's."""

    media: str = ""
    connection: str = ""
    attributes: list[str] = field(default_factory=list)

    def first(self, name: str) -> str | None:
        """The value of the first attribute of this name."""
        return next((a.partition(":")[2].strip() for a in self.attributes if a.partition(":")[0] == name), None)

    def all(self, name: str) -> list[str]:
        return [a.partition(":")[2].strip() for a in self.attributes if a.partition(":")[0] == name]


def read(text: str) -> Description:
    """The first sound described in `text`. Raises BadSdp."""
    session, sections = _sections(text)
    index = next((i for i, each in enumerate(sections) if each.media.startswith("audio ")), None)
    if index is None:
        raise BadSdp("No sound is described.")
    sound = sections[index]
    port, formats = _media(sound.media)
    address = _address(sound.connection or session.connection)
    return Description(
        address=address,
        port=port,
        codecs=tuple(_codecs(sound, formats)),
        direction=next((d for s in (sound, session) for d in DIRECTIONS if d in s.attributes), "sendrecv"),
        ice=_ice(sound, session),
        mid=_word(sound.first("mid") or ""),
        before=tuple(each.media for each in sections[:index]),
        after=tuple(each.media for each in sections[index + 1 :]),
        formats=tuple(formats),
    )


def _sections(text: str) -> tuple[_Section, list[_Section]]:
    if len(text) > LONGEST:
        raise BadSdp("The description is too long.")
    lines = re.split(r"\r\n|\n|\r", text.strip())
    if len(lines) > MOST_LINES or not lines[0].startswith("v=0"):
        raise BadSdp("This is no description of a session.")
    session = _Section()
    sections: list[_Section] = []
    for line in lines:
        here = sections[-1] if sections else session
        kind, value = line[:2], line[2:].strip()
        if kind == "m=":
            sections.append(_Section(media=_printable(value)))
        elif kind == "c=":
            here.connection = here.connection or value
        elif kind == "a=":
            here.attributes.append(_printable(value))
    return session, sections


def _printable(value: str) -> str:
    if any(not " " <= sign <= "~" for sign in value):
        return ""  # an attribute in other signs is none that we know
    return value


def _media(line: str) -> tuple[int, list[str]]:
    words = line.split()
    if len(words) < 4 or not re.fullmatch(r"\d{1,5}(/1)?", words[1]):
        raise BadSdp("The line of the sound cannot be read.")
    port = int(words[1].partition("/")[0])
    if port > 65535 or len(words) > 3 + MOST_FORMATS:
        raise BadSdp("The line of the sound cannot be right.")
    if words[2] not in ("RTP/AVP", "RTP/AVPF", "UDP/TLS/RTP/SAVPF", "UDP/TLS/RTP/SAVP"):
        raise BadSdp(f"Sound over {words[2][:40]} is not carried here.")
    return port, words[3:]


def _address(connection: str) -> str:
    words = connection.split()
    if len(words) != 3 or words[0] != "IN" or words[1] not in ("IP4", "IP6"):
        raise BadSdp("Where to send the sound is not said.")
    try:
        address = ip_address(words[2].partition("/")[0])
    except ValueError:
        raise BadSdp("Where to send the sound is no address.") from None
    if address.is_multicast:
        raise BadSdp("Sound is not sent to many at once.")
    return str(address)


def _codecs(sound: _Section, formats: Sequence[str]) -> Iterable[Codec]:
    names = dict(STATIC)
    for value in sound.all("rtpmap"):
        if found := re.fullmatch(r"(\d{1,3})\s+([^/\s]{1,40})/8000(/1)?", value):
            names[int(found[1])] = _known(found[2])
        elif other := re.match(r"(\d{1,3})\s", value):
            names.pop(int(other[1]), None)
    seen: set[str] = set()
    for word in formats:
        if re.fullmatch(r"\d{1,3}", word) and (name := names.get(int(word))) and name not in seen and int(word) < 128:
            seen.add(name)
            yield Codec(int(word), name)


def _known(name: str) -> str:
    return next((known for known in (PCMU, PCMA, EVENTS) if known.lower() == name.lower()), "")


def _ice(sound: _Section, session: _Section) -> Ice | None:
    def one(name: str) -> str:
        return sound.first(name) or session.first(name) or ""

    prints = [value.split() for value in (sound.all("fingerprint") or session.all("fingerprint"))]
    if not prints:
        return None
    ufrag, pwd, setup = one("ice-ufrag"), one("ice-pwd"), one("setup") or "actpass"
    if not re.fullmatch(r"[A-Za-z0-9+/]{4,256}", ufrag) or not re.fullmatch(r"[A-Za-z0-9+/]{22,256}", pwd):
        raise BadSdp("The browser's keys cannot be read.")
    if setup not in ("actpass", "active", "passive") or any(len(words) != 2 for words in prints):
        raise BadSdp("The browser's certificate cannot be read.")
    return Ice(
        ufrag, pwd, tuple((w[0].lower(), w[1].upper()) for w in prints), setup, tuple(sound.all("candidate")[:64])
    )


def _word(value: str) -> str:
    return value if re.fullmatch(r"[A-Za-z0-9_.!#$%&'*+^`{|}~-]{0,32}", value) else ""


def clean(text: str) -> str:
    """For the telephone network: only the attributes that it knows, so that an INVITE fits into one packet.

    >>> clean("v=0\\r\\na=rtpmap:0 PCMU/8000\\r\\na=msid:x y\\r\\n")
    'v=0\\r\\na=rtpmap:0 PCMU/8000\\r\\n'
    """
    return _joined(line for line in text.splitlines() if not line.startswith("a=") or line[2:].startswith(FOR_TRUNKS))


def unpinned(text: str) -> str:
    """For browsers: nothing that ties them to one sender, so that a transfer needs no word with them."""
    return _joined(line for line in text.splitlines() if not line.startswith(PINNED))


def same_way(one: str, other: str) -> bool:
    """Would sound go the same way after either? Compares what is sent where (m= and c=), not versions and order of words."""

    def way(text: str) -> list[str]:
        return [line.strip() for line in text.splitlines() if line.startswith(("m=", "c="))]

    return way(one) == way(other)


def plain(
    address: str, port: int, codecs: Sequence[Codec], *, answer_to: Description | None = None, version: int = 1
) -> str:
    """Sound in the open, as the telephone network wants it. As an answer it refuses all but the sound."""
    family = f"IP{ip_address(address).version}"
    direction = MIRRORED[answer_to.direction] if answer_to else "sendrecv"
    sound = [
        f"m=audio {port} RTP/AVP {' '.join(str(codec.payload) for codec in codecs)}",
        f"c=IN {family} {address}",
        *_maps(codecs),
        "a=ptime:20",
        f"a={direction}",
    ]
    head = ["v=0", f"o=- {port} {version} IN {family} {address}", "s=-", f"c=IN {family} {address}", "t=0 0"]
    return _joined([*head, *_among_others(sound, answer_to)])


def web(ice: Ice, codecs: Sequence[Codec], *, answer_to: Description | None = None, version: int = 1) -> str:
    """Sealed sound, as browsers want it."""
    mid = (answer_to.mid if answer_to else "") or "0"
    sound = [
        f"m=audio 9 UDP/TLS/RTP/SAVPF {' '.join(str(codec.payload) for codec in codecs)}",
        "c=IN IP4 0.0.0.0",
        f"a=mid:{mid}",
        f"a={MIRRORED[answer_to.direction] if answer_to else 'sendrecv'}",
        "a=rtcp-mux",
        *_maps(codecs),
        f"a=ice-ufrag:{ice.ufrag}",
        f"a=ice-pwd:{ice.pwd}",
        *(f"a=fingerprint:{algorithm} {value}" for algorithm, value in ice.fingerprints),
        f"a=setup:{ice.setup}",
        *(f"a=candidate:{candidate}" for candidate in ice.candidates),
        "a=end-of-candidates",
    ]
    head = ["v=0", f"o=- 1 {version} IN IP4 0.0.0.0", "s=-", "t=0 0", f"a=group:BUNDLE {mid}"]
    return _joined([*head, *_among_others(sound, answer_to)])


def _maps(codecs: Sequence[Codec]) -> Iterable[str]:
    for codec in codecs:
        yield f"a=rtpmap:{codec.payload} {codec.name}/8000"
        if codec.name == EVENTS:
            yield f"a=fmtp:{codec.payload} 0-16"


def _among_others(sound: list[str], answer_to: Description | None) -> list[str]:
    if answer_to is None:
        return sound
    return [*map(_refused, answer_to.before), *sound, *map(_refused, answer_to.after)]


def _refused(media: str) -> str:
    words = media.split()
    return f"m={' '.join([words[0], '0', *words[2:]])}" if len(words) > 3 else "m=image 0 udptl t38"


def _joined(lines: Iterable[str]) -> str:
    return "".join(f"{line}\r\n" for line in lines)
