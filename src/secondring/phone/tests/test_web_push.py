"""What wakes a browser, byte by byte: the example of RFC 8291, and a signature as RFC 8292 wants it."""

import json

import pytest
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import encode_dss_signature
from hypothesis import given, settings
from hypothesis import strategies as st

from secondring.phone import web_push

from .push_service import Device


def key(private: str) -> ec.EllipticCurvePrivateKey:
    return ec.derive_private_key(int.from_bytes(web_push.read(private), "big"), web_push.CURVE)


def test_the_example_of_the_standard_comes_out_letter_by_letter() -> None:
    """RFC 8291, section 5 and appendix A."""
    theirs = key("q1dXpw3UpT5VOmu_cf_v6ih07Aems3njxI-JWgLcM94")
    body = web_push.seal(
        b"When I grow up, I want to be a watermelon",
        public=web_push.point(theirs),
        secret=web_push.read("BTBZMqHH6r4Tts7J_aSIgg"),
        ours=key("yfWPiYE-n46HLnH0KqZOF1fJJU3MYrct3AELtAQ-oRw"),
        salt=web_push.read("DGv6ra1nlYgDCS1FRnbzlw"),
    )
    assert web_push.written(body) == (
        "DGv6ra1nlYgDCS1FRnbzlwAAEABBBP4z9KsN6nGRTbVYI_c7VJSPQTBtkgcy27ml"
        "mlMoZIIgDll6e3vCYLocInmYWAmS6TlzAC8wEqKK6PBru3jl7A_yl95bQpu6cVPT"
        "pK4Mqgkf1CXztLVBSt2Ks3oZwbuwXPXLWyouBWLVWGNWQexSgSxsj_Qulcy4a-fN"
    )


@settings(max_examples=25, deadline=None)
@given(st.binary(max_size=web_push.LONGEST))
def test_the_browser_it_is_for_opens_it_and_no_other(words: bytes) -> None:
    device = Device()
    body = web_push.seal(words, public=web_push.point(device.key), secret=device.secret)
    assert len(body) <= 4096
    assert device.opens(body) == words
    with pytest.raises(InvalidTag):
        Device().opens(body)


def test_what_no_push_service_takes_is_refused_here() -> None:
    device = Device()
    with pytest.raises(ValueError, match="holds"):
        web_push.seal(b"x" * (web_push.LONGEST + 1), public=web_push.point(device.key), secret=device.secret)


def test_our_signature_names_the_service_and_can_be_checked() -> None:
    ours = web_push.new_key()
    said = web_push.authorization(
        ours, origin="https://push.example", subject="https://desk.example", expires=1_800_000_000
    )
    token, public = said.removeprefix("vapid t=").split(", k=")
    head, claims, signature = token.split(".")
    assert json.loads(web_push.read(head)) == {"typ": "JWT", "alg": "ES256"}
    assert json.loads(web_push.read(claims)) == {
        "aud": "https://push.example",
        "exp": 1_800_000_000,
        "sub": "https://desk.example",
    }
    raw = web_push.read(signature)
    r, s = int.from_bytes(raw[:32], "big"), int.from_bytes(raw[32:], "big")
    shown = ec.EllipticCurvePublicKey.from_encoded_point(web_push.CURVE, web_push.read(public))
    shown.verify(encode_dss_signature(r, s), f"{head}.{claims}".encode(), ec.ECDSA(hashes.SHA256()))


@pytest.mark.parametrize(("public", "secret"), [("", ""), ("BAAA", "c2l4dGVlbiBzZWNyZXRzLg"), ("??", "!!"), ("é", "é")])
def test_keys_that_no_browser_gives_are_none(public: str, secret: str) -> None:
    assert not web_push.are_keys(public, secret)
    assert not web_push.are_keys(Device().public, "c2hvcnQ")
