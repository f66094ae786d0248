"""SDP is read with distrust: a Description or BadSdp, whatever comes; what we write is read back as it was meant."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from .. import sdp
from ..sdp import BadSdp, Codec

TRUNK = "\r\n".join(
    "v=0|o=- 5 5 IN IP4 192.0.2.7|s=call|c=IN IP4 192.0.2.7|t=0 0|m=audio 49170 RTP/AVP 18 8 0 96|a=rtpmap:18 G729/8000|"
    "a=rtpmap:96 telephone-event/8000|a=fmtp:96 0-16|a=ptime:20|a=sendrecv|".split("|")
)
BROWSER = "\r\n".join(
    "v=0|o=- 7 2 IN IP4 127.0.0.1|s=-|t=0 0|a=group:BUNDLE 0|a=msid-semantic: WMS *|"
    "m=audio 9 UDP/TLS/RTP/SAVPF 111 63 9 0 8 110 126|c=IN IP4 0.0.0.0|a=rtcp:9 IN IP4 0.0.0.0|a=ice-ufrag:ab/+|"
    "a=ice-pwd:aaaaaaaaaaaaaaaaaaaaaaaa|a=fingerprint:sha-256 AB:CD|a=setup:actpass|a=mid:0|a=extmap:1 urn:x|a=sendrecv|"
    "a=msid:- 12|a=rtcp-mux|a=rtpmap:111 opus/48000/2|a=fmtp:111 minptime=10|a=rtpmap:0 PCMU/8000|a=rtpmap:8 PCMA/8000|"
    "a=rtpmap:110 telephone-event/48000|a=rtpmap:126 telephone-event/8000|a=ssrc:1 cname:x|"
    "a=candidate:1 1 udp 2113937151 192.0.2.9 50000 typ host|".split("|")
)


def test_a_trunk_says_where_and_how_it_wants_its_sound() -> None:
    read = sdp.read(TRUNK)
    assert (read.address, read.port) == ("192.0.2.7", 49170)
    assert read.codecs == (Codec(8, "PCMA"), Codec(0, "PCMU"), Codec(96, "telephone-event"))
    assert read.codec().name == "PCMA"
    assert read.events() == 96
    assert read.ice is None


def test_a_browser_says_how_it_is_reached_and_known() -> None:
    read = sdp.read(BROWSER)
    assert read.ice == sdp.Ice(
        "ab/+",
        "a" * 24,
        (("sha-256", "AB:CD"),),
        "actpass",
        ("1 1 udp 2113937151 192.0.2.9 50000 typ host",),
    )
    assert read.codecs == (Codec(0, "PCMU"), Codec(8, "PCMA"), Codec(126, "telephone-event"))


def test_the_first_sound_counts_and_all_else_is_refused_in_its_place() -> None:
    two = (
        TRUNK.replace("m=audio", "m=video 5000 RTP/AVP 31\r\na=rtpmap:31 H261/90000\r\nm=audio")
        + "m=image 6000 udptl t38\r\n"
    )
    answer = sdp.plain("192.0.2.1", 30000, [Codec(8, "PCMA")], answer_to=sdp.read(two))
    assert [line for line in answer.splitlines() if line.startswith("m=")] == [
        "m=video 0 RTP/AVP 31",
        "m=audio 30000 RTP/AVP 8",
        "m=image 0 udptl t38",
    ]


@pytest.mark.parametrize(
    ("theirs", "ours"), [("sendonly", "recvonly"), ("inactive", "inactive"), ("recvonly", "sendonly")]
)
def test_a_carrier_that_holds_is_answered_in_the_mirror(theirs: str, ours: str) -> None:
    held = sdp.read(TRUNK.replace("sendrecv", theirs))
    assert held.is_audible == (theirs == "recvonly")
    assert f"a={ours}\r\n" in sdp.plain("192.0.2.1", 30000, [Codec(8, "PCMA")], answer_to=held)


def test_the_old_way_to_hold_is_understood() -> None:
    assert not sdp.read(TRUNK.replace("192.0.2.7", "0.0.0.0")).is_audible


def test_what_goes_to_the_trunk_fits_into_one_packet_and_tells_nothing_of_the_browser() -> None:
    cleaned = sdp.clean(BROWSER)
    assert "a=rtpmap:0 PCMU/8000" in cleaned
    assert not [word for word in ("ice", "fingerprint", "msid", "ssrc", "extmap", "candidate") if word in cleaned]


def test_a_browser_is_not_tied_to_one_voice() -> None:
    assert "ssrc" not in sdp.unpinned(BROWSER)
    assert "a=msid:" not in sdp.unpinned(BROWSER)
    assert "a=fingerprint" in sdp.unpinned(BROWSER)


def test_only_where_and_how_decides_whether_a_trunk_must_be_told() -> None:
    assert sdp.same_way(TRUNK, TRUNK.replace("o=- 5 5", "o=- 5 6"))
    assert not sdp.same_way(TRUNK, TRUNK.replace("49170", "49172"))
    assert not sdp.same_way(TRUNK, TRUNK.replace("192.0.2.7", "192.0.2.8"))


@pytest.mark.parametrize(
    "broken",
    [
        "",
        "v=0\r\n",
        TRUNK.replace("49170", "99999"),
        TRUNK.replace("49170", "-1"),
        TRUNK.replace("RTP/AVP", "RTP/SAVP"),
        TRUNK.replace("192.0.2.7", "example.com"),
        TRUNK.replace("192.0.2.7", "239.1.1.1"),
        TRUNK.replace("c=IN IP4 192.0.2.7", ""),
        TRUNK.replace("m=audio 49170 RTP/AVP 18 8 0 96", "m=audio 1 RTP/AVP " + "0 " * 500),
        BROWSER.replace("a=ice-ufrag:ab/+", "a=ice-ufrag:a"),
        BROWSER.replace("a=setup:actpass", "a=setup:holdconn"),
        BROWSER.replace("sha-256 AB:CD", "sha-256"),
        "v=0\r\n" + "a=x\r\n" * 40_000,
    ],
)
def test_a_broken_description_is_refused_in_a_sentence(broken: str) -> None:
    with pytest.raises(BadSdp, match=r"\.$"):
        sdp.read(broken).codec()


def test_a_call_that_only_knows_other_codecs_is_refused() -> None:
    with pytest.raises(BadSdp, match=r"G\.711"):
        sdp.read(TRUNK.replace("18 8 0 96", "18 96")).codec()


def test_a_payload_type_may_be_given_away() -> None:
    assert sdp.read(TRUNK + "a=rtpmap:8 L16/44100\r\n").codec().name == "PCMU"


LINES = st.lists(
    st.sampled_from([*TRUNK.split("\r\n"), *BROWSER.split("\r\n"), "m=", "a=", "c=", "m=audio", "a=rtpmap:", "\x00"])
    | st.text(max_size=30),
    max_size=40,
)


@settings(deadline=None)
@given(LINES, st.sampled_from(["\r\n", "\n", "\r", "\n\n"]))
def test_whatever_comes_it_is_read_or_refused_and_never_worse(lines: list[str], end: str) -> None:
    text = end.join(["v=0", *lines])
    try:
        read = sdp.read(text)
        answer = sdp.plain("192.0.2.1", 30000, [read.codec()], answer_to=read)
    except BadSdp:
        return
    again = sdp.read(answer)
    assert again.port == 30000
    assert len(again.before) == len(read.before)
    assert all(line[1:2] == "=" for line in answer.splitlines()), "nothing of theirs broke a line of ours"


@given(st.permutations(sdp.OURS), st.integers(1, 65535))
def test_what_we_write_is_read_as_it_was_meant(codecs: list[Codec], port: int) -> None:
    read = sdp.read(sdp.plain("192.0.2.1", port, codecs))
    assert (read.port, read.codecs, read.direction) == (port, tuple(codecs), "sendrecv")
    ice = sdp.Ice("abcd", "x" * 22, (("sha-256", "AB:CD"),), "active", ("1 1 udp 1 192.0.2.1 5 typ host",))
    assert sdp.read(sdp.web(ice, codecs)).ice == ice


@given(st.text())
def test_cleaning_never_fails_and_cleans_only_once(text: str) -> None:
    assert sdp.clean(sdp.clean(text)) == sdp.clean(text)
