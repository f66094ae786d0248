"""A sender is proven only by a server that we trust, and only for the domain they write from."""

from datetime import UTC, datetime

import pytest

from secondring.mail import mime
from secondring.mail.proof import DkimCheck, aligned, proven, reached_us_at
from secondring.mail.tests.letters import letter, raw

GOOGLE = ["google.com"]


def stamped(results: bytes, name: str = "a-plain-question"):
    return mime.parse(b"Authentication-Results: " + results + b"\r\n" + raw(name))


def test_a_provider_that_we_trust_vouches():
    proof = proven(letter("gmail-vouches"), GOOGLE)

    assert (proof.verdict, proof.words) == ("proven", "Their mail provider vouches for this address.")


def test_a_provider_that_we_do_not_trust_counts_for_nothing():
    assert proven(letter("gmail-vouches"), ["mail.harbour-row.example"]).verdict == "unproven"
    assert proven(letter("gmail-vouches"), []).verdict == "unproven"


def test_a_name_that_only_ends_like_a_trusted_one_is_not_it():
    forged = stamped(b"notgoogle.com; dkim=pass header.d=duarte.example")

    assert proven(forged, GOOGLE).verdict == "unproven"


def test_a_forged_stamp_below_the_real_one_is_not_read():
    assert proven(letter("a-forged-stamp-below-the-real-one"), GOOGLE).verdict == "failed"


def test_microsofts_stamp_is_known_by_the_server_that_made_it():
    assert proven(letter("microsoft-vouches-without-its-name"), ["protection.outlook.com"]).verdict == "proven"
    assert proven(letter("microsoft-vouches-without-its-name"), GOOGLE).verdict == "unproven"


@pytest.mark.parametrize(
    ("results", "verdict"),
    [
        (b"mx.google.com; dkim=pass header.d=duarte.example", "proven"),
        (b"mx.google.com; dkim=pass header.i=@mail.duarte.example", "proven"),
        (b"mx.google.com; dkim=pass header.d=elsewhere.example", "unproven"),
        (b"mx.google.com; dkim=pass header.d=example", "unproven"),
        (b"mx.google.com; dkim=fail header.d=duarte.example", "unproven"),
        (b"mx.google.com; spf=pass smtp.mailfrom=ana@duarte.example", "proven"),
        (b"mx.google.com; spf=pass smtp.mailfrom=bounces@sender.example", "unproven"),
        (b"mx.google.com; spf=softfail smtp.mailfrom=duarte.example; dmarc=fail header.from=duarte.example", "failed"),
        (b"mx.google.com; (dkim=pass header.d=duarte.example) none", "unproven"),
        (b"mx.google.com 1; dmarc=pass (p=none) header.from=duarte.example", "proven"),
        (b"mx.google.com; dmarc=pass header.from=evil.example", "unproven"),
    ],
)
def test_what_a_stamp_proves(results, verdict):
    assert proven(stamped(results), GOOGLE).verdict == verdict


def test_several_senders_are_never_proven():
    read = mime.parse(
        b"Authentication-Results: mx.google.com; dmarc=pass header.from=a.example\nFrom: x@a.example, y@b.example\n\n"
    )

    assert proven(read, GOOGLE).verdict == "unproven"


def test_a_signature_that_we_checked_ourselves_counts():
    read = letter("a-plain-question")

    assert proven(read, [], dkim=[DkimCheck("duarte.example", passed=True)]).verdict == "proven"
    assert proven(read, [], dkim=[DkimCheck("duarte.example", passed=False)]).verdict == "unproven"
    assert proven(read, [], dkim=[DkimCheck("elsewhere.example", passed=True)]).verdict == "unproven"


@pytest.mark.parametrize(
    ("one", "other", "is_aligned"),
    [
        ("a.example", "a.example", True),
        ("A.example", "mail.a.example", True),
        ("x.a.example", "y.a.example", False),
        ("nota.example", "a.example", False),
        ("", "", False),
        ("com", "a.com", False),
    ],
)
def test_siblings_do_not_vouch_for_each_other(one, other, is_aligned):
    assert aligned(one, other) is is_aligned
    assert aligned(other, one) is is_aligned


def test_a_letter_reached_us_at_the_first_server_in_the_trusted_row():
    assert reached_us_at(letter("microsoft-vouches-without-its-name"), ["outlook.com"]) == datetime(
        2025, 11, 3, 8, 15, 5, tzinfo=UTC
    )
    assert reached_us_at(letter("microsoft-vouches-without-its-name"), ["google.com"]) is None


def test_a_clock_below_the_trusted_row_is_not_believed():
    early = mime.parse(
        b"Received: from a by mx.google.com; Mon, 3 Nov 2025 08:15:05 +0000\n"
        b"Received: from b by evil.example; Mon, 3 Nov 2025 07:00:00 +0000\n"
        b"Received: from c by mx.google.com; Mon, 3 Nov 2025 06:00:00 +0000\n\n"
    )

    assert reached_us_at(early, GOOGLE) == datetime(2025, 11, 3, 8, 15, 5, tzinfo=UTC)
