import email
import email.policy
from collections import Counter
from dataclasses import replace
from datetime import UTC, datetime

import pytest

from secondring.demo.enclosures import enclosure
from secondring.demo.letters import Sheet, bounce_bytes, letter_bytes, message_id, mix

AT = datetime(2026, 11, 25, 10, 41, tzinfo=UTC)


def _sheet(**more):
    return Sheet(
        sender=("Inês Carvalho", "ines@mares.example"),
        to=[("", "hello@harbourrow.example")],
        subject="Trinta discos à mesa",
        text="A caixa chegou.\n\nInês",
        at=AT,
        message_id=message_id("a", "mares.example"),
        **more,
    )


def _read(raw):
    return email.message_from_bytes(raw, policy=email.policy.default)


def test_a_letter_says_what_its_sheet_says():
    letter = _read(letter_bytes(_sheet(html="<p>A caixa chegou.</p>", files=[enclosure("whale.png")])))
    assert letter["Subject"] == "Trinta discos à mesa"
    assert letter["From"].addresses[0].display_name == "Inês Carvalho"
    assert letter["From"].addresses[0].addr_spec == "ines@mares.example"
    assert letter.get_body(("plain",)).get_content().split() == ["A", "caixa", "chegou.", "Inês"]
    (file,) = letter.iter_attachments()
    assert file.get_content() == enclosure("whale.png").content


def test_the_same_sheet_gives_the_same_bytes():
    sheet = _sheet(html="<p>x</p>", files=[enclosure("whale.png")])
    assert letter_bytes(sheet) == letter_bytes(sheet)


def test_a_letter_from_kyoto_is_written_as_there():
    letter = _read(letter_bytes(replace(_sheet(), charset="iso-2022-jp", text="女湯でかけました")))
    assert letter.get_content_charset() == "iso-2022-jp"
    assert letter.get_content().strip() == "女湯でかけました"


def test_lines_end_as_they_do_on_the_wire():
    raw = letter_bytes(_sheet())
    assert b"\n" not in raw.replace(b"\r\n", b"")


def test_an_answer_names_what_it_answers():
    letter = _read(letter_bytes(_sheet(in_reply_to="<b@x.example>", references=["<a@x.example>", "<b@x.example>"])))
    assert letter["In-Reply-To"] == "<b@x.example>"
    assert letter["References"] == "<a@x.example> <b@x.example>"


def test_a_returned_letter_is_a_report_about_one_recipient():
    raw = bounce_bytes(
        "hello@harbourrow.example", "theo@lettera.example", "<out@harbourrow.example>", "Re: già", at=AT,
        because="550 5.1.1 nobody lives here",
    )  # fmt: skip
    report = _read(raw)
    assert report.get_content_type() == "multipart/report"
    assert b"Final-Recipient: rfc822; theo@lettera.example" in raw
    assert b"Message-ID: <out@harbourrow.example>" in raw


def test_the_mix_is_as_even_as_it_says():
    letters = list(mix(200, to="hello@harbourrow.example", since=AT, seed=7))
    shares = Counter(letter.kind for letter in letters)
    assert shares["text"] == pytest.approx(140, abs=25)
    assert shares["html"] == pytest.approx(50, abs=25)
    assert shares["attachment"] == pytest.approx(10, abs=9)
    bounds = {"text": (3_000, 5_500), "html": (40_000, 50_000), "attachment": (295_000, 310_000)}
    for letter in letters:
        least, most = bounds[letter.kind]
        assert least <= len(letter.content) <= most
    assert len({letter.message_id for letter in letters}) == 200


def test_the_same_seed_gives_the_same_mix_and_another_seed_another():
    first, again, other = (
        [letter.content for letter in mix(12, to="hello@harbourrow.example", since=AT, seed=seed)] for seed in (1, 1, 2)
    )
    assert first == again
    assert not set(first) & set(other)
