"""Whatever bytes come, there is a letter, in bounded time and memory."""

import base64
import json
import random

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from secondring.mail import mime, structure, threads
from secondring.mail.proof import proven
from secondring.mail.tests.letters import NAMES, raw

HEAD = b"From: ana@duarte.example\r\nTo: hello@harbour-row.example\r\nSubject: x\r\n"
BOUNCE = b"From: MAILER-DAEMON@mx.example\nReturn-Path: <>\nSubject: failure notice\n"
MIXED = HEAD + b"Content-Type: multipart/mixed; boundary=b\r\n\r\n"
BITS = st.sampled_from([
    b"From: ", b"To: ", b"Subject: ", b"=?utf-8?B?", b"=?x?Q?=FF?=", b"?=",
    b"Content-Type: multipart/mixed; boundary=b", b"--b", b"--b--", b"\r\n", b"\n", b"\r", b"\r\n\r\n", b" ", b"\t",
    b"\0", b"\xff\xfe", b"\x1b$B", b"message/rfc822", b"Content-Transfer-Encoding: base64", b"Content-Type: ",
    b"text/html", b"; charset=utf-7", b"; charset=idna", b"name*0*=utf-8''", b"name*1=", b"<a@b.example>", b'"',
    b"(", b")", b",", b";", b"begin 644 x\n", b"\nend\n", b"Date: Mon, 99 Foo 99999 99:99:99 +9999",
    b"Content-Type: application/ms-tnef\n\n\x78\x9f\x3e\x22", b"Authentication-Results: a; b=c", b"Received: by ",
    b"Content-Type: message/delivery-status\n\nFinal-Recipient: rfc822; a@b.cc",
    b"BEGIN:VEVENT\nDTSTART:20250101T000000Z\nEND:VEVENT", b"+AAA-", b"&#x",
])  # fmt: skip


def is_whole(read):
    """Everything can be kept in a database, printed and asked about."""
    json.dumps(mime.as_dict(read, "x", safe_html=lambda one: "", visible=lambda one: one.readable_text)).encode()
    for words in (read.text, read.html, read.salvaged, read.subject, *(file.name for file in read.attachments)):
        words.encode("utf-8")
        assert "\0" not in words
    assert all(one.email == one.email.lower() and " " not in one.email for one in (*read.senders, *read.to, *read.cc))
    assert read.date is None or read.date.utcoffset().total_seconds() == 0
    assert not (read.auto_replied and read.kind != "human")
    assert not any("could not be read" in warning for warning in read.warnings)
    threads.evidence(read)
    proven(read, ["a.example"])
    return True


@settings(deadline=None)  # a busy machine is no reason to fail; the time-out of the run is the bound
@given(st.binary(max_size=600))
@example(b"")
@example(b"\n")
@example(b"--b")
def test_any_bytes_are_a_letter(data):
    assert is_whole(mime.parse(data))


@given(st.lists(BITS | st.binary(max_size=8), max_size=30).map(b"".join))
@settings(max_examples=300, deadline=None)
def test_any_mixture_of_what_letters_are_made_of_is_a_letter(data):
    assert is_whole(mime.parse(data))


@given(st.sampled_from(NAMES), st.randoms(use_true_random=False))
@settings(max_examples=300, deadline=None)
def test_a_damaged_letter_is_still_a_letter(name, chance: random.Random):
    data = bytearray(raw(name))
    for _ in range(chance.randrange(1, 8)):
        at = chance.randrange(len(data) + 1)
        match chance.randrange(4):
            case 0:
                del data[at : at + chance.randrange(40)]
            case 1:
                data[at:at] = chance.randbytes(chance.randrange(12))
            case 2:
                data[at:at] = data[chance.randrange(len(data) + 1) :][:200]
            case _:
                data = data[:at] or data

    assert is_whole(mime.parse(bytes(data)))


@given(
    st.text(st.characters(exclude_categories=("Cs", "Cc")), max_size=200),
    st.sampled_from(["utf-8", "utf-16", "utf-7", "gb18030"]),
)
@settings(deadline=None)
def test_words_come_through_any_charset(words, charset):
    encoded = base64.encodebytes(words.encode(charset))
    read = mime.parse(
        HEAD
        + f"Content-Type: text/plain; charset={charset}\r\n".encode()
        + b"Content-Transfer-Encoding: base64\r\n\r\n"
        + encoded
    )

    assert read.text.strip() == words.removeprefix("\ufeff").strip() or not words.strip()


@given(st.binary(max_size=300), st.sampled_from(["a.bin", "ä ö.pdf", 'quo"te.txt']))
@settings(deadline=None)
def test_a_file_comes_through_byte_for_byte(content, name):
    shown = "=?utf-8?B?" + base64.b64encode(name.encode()).decode() + "?="
    head = f'--b\r\nContent-Type: application/x-y\r\nContent-Disposition: attachment; filename="{shown}"\r\n'
    read = mime.parse(
        MIXED
        + head.encode()
        + b"Content-Transfer-Encoding: base64\r\n\r\n"
        + base64.encodebytes(content)
        + b"--b--\r\n"
    )

    assert [(file.name, file.content) for file in read.attachments] == [(name, content)]


def nested(depth):
    return HEAD + b"".join(
        b"Content-Type: multipart/mixed; boundary=b%d\n\n--b%d\n" % (level, level) for level in range(depth)
    )


BOMBS = {
    "ten thousand parts inside each other": lambda: nested(10_000) + b"\nhello",
    "a hundred thousand empty parts": lambda: MIXED + b"--b\r\n\r\n" * 100_000,
    "parts that never end their headers": lambda: MIXED + b"--b\r\nX: y\r\n" * 2_900 + b"x" * 5_000_000,
    "multiparts that never begin": lambda: (
        MIXED
        + b"".join(b"--b\nContent-Type: multipart/mixed; boundary=c%d\n\n" % number for number in range(2_900))
        + b"\nx\n" * 300_000
    ),
    "lines that are nearly boundaries": lambda: MIXED + b"--b\r\n\r\n" + b"--bx\r\n" * 500_000,
    "one endless header": lambda: b"Subject: " + b"=?utf-8?q?a" * 500_000 + b"\r\n\r\nx",
    "addresses without end": lambda: b"To: " + b'<"(' * 500_000 + b"a@b.cc," * 500_000 + b"\r\n\r\nx",
    "a million headers": lambda: b"X-A: b\r\n" * 1_000_000 + b"\r\nx",
    "comments in comments": lambda: (
        b"Received: " + b"(" * 90_000 + b"\nAuthentication-Results: " + b"(" * 90_000 + b"\n\nx"
    ),
    "beginnings of files": lambda: HEAD + b"\n" + b"begin 644 a\n" * 300_000,
    "base64 that ends again and again": lambda: HEAD + b"Content-Transfer-Encoding: base64\n\n" + b"QQ==\n" * 1_000_000,
    "letters in letters": lambda: HEAD + b"Content-Type: message/rfc822\n\n" * 100_000,
    "a bounce of marks": lambda: (
        BOUNCE + b"\nunable to deliver\n" + b"> " * 100_000 + b"\n" + b"-" * 200_000 + b"\n" + b"- " * 100_000
    ),
    "a bounce of spaces": lambda: BOUNCE + b"\nunable to deliver\n" + b" " * 400_000,
    "a bounce of addresses": lambda: BOUNCE + b"\nunable to deliver\n" + b"<a@b.cc> " * 300_000,
    "a report of recipients": lambda: (
        BOUNCE + b"Content-Type: message/delivery-status\n\n" + b"Final-Recipient: rfc822; a@b.cc\n\n" * 50_000
    ),
    "a page of brackets": lambda: BOUNCE + b"Content-Type: text/html\n\n" + b"<" * 2_000_000,
    "a parcel of nothing": lambda: (
        HEAD + b"Content-Type: application/ms-tnef\n\n\x78\x9f\x3e\x22\0\0" + b"\2\2\x90\6\0\0\0\0\0\0\0" * 500_000
    ),
    "events in events": lambda: HEAD + b"Content-Type: text/calendar\n\n" + b"BEGIN:VEVENT\n" * 500_000,
    "an absence without end": lambda: b"Subject: " + b"re: " * 20_000 + b"away\n\nI am currently " + b"on " * 100_000,
    "nothing but returns": lambda: b"\r" * 3_000_000,
    "nothing but nothing": lambda: b"\0" * 3_000_000,
}


@pytest.mark.timeout(60)
@pytest.mark.parametrize("bomb", BOMBS.values(), ids=BOMBS)
def test_a_monstrous_letter_is_read_and_done_with(bomb):
    assert is_whole(mime.parse(bomb()))


def test_parts_are_bounded_in_number_and_depth_and_it_is_said():
    many, warnings = structure.take_apart(MIXED + b"--b\r\n\r\n" * 100_000)
    deep, _ = structure.take_apart(nested(200))

    assert sum(1 for _ in many.walk()) <= structure.MOST_PARTS
    assert sum(1 for _ in deep.walk()) <= structure.DEEPEST + 2
    assert any("more than" in warning for warning in warnings)


def test_a_letter_that_defeats_the_reader_is_still_shown(monkeypatch):
    def defeated(*_):
        raise RecursionError("too deep")

    monkeypatch.setattr(mime, "_parse", defeated)
    read = mime.parse(raw("a-plain-question"))

    assert "is my record on its way?" in read.salvaged
    assert "could not be read" in read.warnings[0]
    assert not read.auto_replied
