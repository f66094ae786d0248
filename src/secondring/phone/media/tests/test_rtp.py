"""What is heard has no seam, whoever speaks: numbers and times go on, gaps stay gaps, keys are pressed once."""

import itertools
import struct

from hypothesis import given
from hypothesis import strategies as st

from .. import rtp


class Clock:
    now = 100.0

    def __call__(self) -> float:
        return self.now


def packet(number: int, stamp: int, *, sender: int = 1, kind: int = 0, sound: bytes = b"s" * 160) -> bytes:
    return struct.pack("!BBHII", 128, kind, number & 0xFFFF, stamp & 0xFFFFFFFF, sender) + sound


def sent(clock: Clock, out: rtp.Outgoing, *packets: bytes) -> list[tuple[int, int, int]]:
    written = []
    for each in packets:
        clock.now += 0.02
        written.append(rtp.stamps(out.forward(each, 0, b"x")))
    return written


def test_one_voice_follows_another_without_a_seam() -> None:
    clock = Clock()
    out = rtp.Outgoing(clock)
    first = sent(clock, out, packet(65534, 2**32 - 200), packet(65535, 2**32 - 40), packet(0, 120))
    clock.now += 1.0
    second = sent(clock, out, packet(7, 5000, sender=2), packet(8, 5160, sender=2))
    numbers = [number for number, _stamp, _sender in first + second]
    assert [(b - a) & 0xFFFF for a, b in itertools.pairwise(numbers)] == [1, 1, 1, 1]
    stamps = [stamp for _number, stamp, _sender in first + second]
    steps = [(b - a) & 0xFFFFFFFF for a, b in itertools.pairwise(stamps)]
    assert steps == [160, 160, 8160, 160], "the second of silence between the two is a second in the ear"
    assert {sender for *_rest, sender in first + second} == {out.sender}


def test_a_key_lasts_as_long_as_it_is_pressed_and_the_voice_goes_on_behind_it() -> None:
    clock = Clock()
    out, presses = rtp.Outgoing(clock), rtp.Presses()
    [before] = sent(clock, out, packet(10, 1000))
    presses.press("7x#")
    written = []
    while presses:
        clock.now += 0.02
        written += [out.key(101, event, begins=begins) for event, begins in presses.next()]
    [behind] = sent(clock, out, packet(30, 4000))
    heard = rtp.Keys()
    assert [key for each in written if (key := heard.pressed(each))] == ["7", "#"]
    seven = [each for each in written if rtp.payload(each)[0] == 7]
    assert [struct.unpack("!H", rtp.payload(each)[2:])[0] for each in seven] == [160, 320, 480, 640, 800, 800, 800]
    assert [rtp.payload(each)[1] >> 7 for each in seven] == [0, 0, 0, 0, 1, 1, 1]
    assert {rtp.stamps(each)[1] for each in seven} == {(before[1] + 160) & 0xFFFFFFFF}
    assert [each[1] >> 7 for each in seven] == [1, 0, 0, 0, 0, 0, 0], (
        "the marker says where it begins (RFC 4733 2.5.1.1)"
    )
    numbers = [before[0], *(rtp.stamps(each)[0] for each in written), behind[0]]
    assert {(b - a) & 0xFFFF for a, b in itertools.pairwise(numbers)} == {1}
    assert (behind[1] - before[1]) & 0xFFFFFFFF == 160 * 19, "nineteen frames later"


def test_what_was_lost_on_the_way_stays_lost_and_late_ones_find_their_place() -> None:
    clock = Clock()
    out = rtp.Outgoing(clock)
    one, late, three = sent(clock, out, packet(10, 1000), packet(12, 1320), packet(11, 1160))
    assert ((late[0] - one[0]) & 0xFFFF, (three[0] - one[0]) & 0xFFFF) == (2, 1)
    [after] = sent(clock, out, packet(13, 1480))
    assert (after[0] - one[0]) & 0xFFFF == 3


def test_our_own_sound_joins_in_and_leaves_again() -> None:
    clock = Clock()
    out = rtp.Outgoing(clock)
    [spoken] = sent(clock, out, packet(10, 1000))
    clock.now += 0.02
    ours = out.frame(0, b"m" * 160)
    clock.now += 0.02
    again = rtp.stamps(out.frame(0, b"m" * 160))
    [back] = sent(clock, out, packet(500, 9000))
    assert ours[1] & 128, "a marker says that something new begins"
    assert [(each[0] - spoken[0]) & 0xFFFF for each in (rtp.stamps(ours), again, back)] == [1, 2, 3]
    assert (again[1] - rtp.stamps(ours)[1]) & 0xFFFFFFFF == 160


@given(st.binary(max_size=400))
def test_any_bytes_are_a_packet_or_are_not(data: bytes) -> None:
    if rtp.is_rtp(data):
        assert len(rtp.payload(data)) <= len(data) - 12
        rtp.Keys().pressed(data)
        assert len(rtp.Outgoing().forward(data, 8, b"")) == 12


def test_control_packets_are_not_sound() -> None:
    assert not rtp.is_rtp(bytes([0x80, 200]) + bytes(20))
    assert not rtp.is_rtp(b"\x00\x01" + bytes(20))  # STUN
    assert rtp.is_rtp(packet(1, 1))


def test_extensions_and_padding_are_not_heard() -> None:
    extended = bytes([0x90]) + packet(1, 1)[1:12] + b"\xbe\xde\x00\x01abcd" + b"sound"
    padded = bytes([0xA0]) + packet(1, 1)[1:12] + b"sound\x00\x00\x03"
    assert (rtp.payload(extended), rtp.payload(padded)) == (b"sound", b"sound")


def test_a_key_is_pressed_once_however_many_packets_say_so() -> None:
    keys = rtp.Keys()

    def press(key: int, stamp: int) -> list[str]:
        return [
            keys.pressed(packet(n, stamp, sound=bytes([key, end | 10, 1, 0]))) for n, end in enumerate((0, 0, 128, 128))
        ]

    assert press(1, 1000) == ["1", "", "", ""]
    assert press(1, 3000) == ["1", "", "", ""]
    assert press(11, 4000)[0] == "#"
    assert press(200, 5000) == ["", "", "", ""]
