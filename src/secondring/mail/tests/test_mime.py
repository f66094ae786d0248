"""What a letter says is found, however its mail program wrote it down."""

import hashlib
import json
from datetime import UTC, datetime

import pytest

from secondring.mail import mime
from secondring.mail.addresses import Address
from secondring.mail.tests.letters import NAMES, folded, letter, raw

DIGEST = (
    "From: cal@elsewhere.example Subject: First First words. From: dev@elsewhere.example Subject: Second Second words."
)
WORDS = [
    ("a-plain-question", "Hello, is my record on its way? Ana"),
    ("utf-8-that-says-latin-1", "Schöne Grüße aus Köln, für 20 €."),
    ("curly-quotes-that-say-latin-1", "“It’s fine” – she said € 5."),
    ("gb18030-that-says-gb2312", "朱镕先生的唱片还没有到。"),
    ("iso-2022-jp-without-a-word", "レコードはまだですか。"),
    ("koi8-r-from-moscow", "Где моя пластинка?"),
    ("utf-7-from-an-old-server", "Füße & Äpfel"),
    ("a-charset-nobody-knows", "Café für dich."),
    ("the-last-boundary-never-comes", "Only half"),
    ("the-inner-boundary-is-swallowed", "First words"),
    ("old-mac-returns", "First line Second line"),
    ("doubled-returns", "Still readable"),
    ("from-a-mailbox-file", "From the start."),
    ("base64-with-a-list-footer", "Hello from Ana, all well."),
    ("base64-that-is-not", "I typed this myself; it is no base64 at all!"),
    ("quoted-printable-gone-wrong", "100% sure =ZZ and Café served."),
    ("a-picture-uuencoded", "Here is it: Ana"),
    ("alternative-in-related-in-mixed", "Look"),
    ("a-digest-of-letters", DIGEST),
]


@pytest.mark.parametrize(("name", "words"), WORDS)
def test_the_words_are_read(name, words):
    assert folded(letter(name).text) == words


@pytest.mark.parametrize("name", NAMES)
def test_no_sample_letter_defeats_the_reader(name):
    assert not any("could not be read" in warning for warning in letter(name).warnings)


def test_who_wrote_to_whom_and_when():
    read = letter("a-plain-question")

    assert read.from_ == Address("ana@duarte.example", "Ana Duarte")
    assert [one.email for one in read.to] == ["hello@harbour-row.example"]
    assert read.date == datetime(2025, 11, 3, 8, 15, tzinfo=UTC)
    assert (read.message_id, read.subject) == ("<a1@duarte.example>", "Where is my record?")
    assert (read.html, read.attachments, read.warnings) == ("", (), ())


def test_a_comma_in_an_encoded_name_makes_no_second_sender():
    read = letter("a-comma-in-the-encoded-name")

    assert read.senders == (Address("ana@duarte.example", "Duarte, Ana"),)
    assert read.to == (
        Address("hello@harbour-row.example", "Row, Harbour"),
        Address("second@harbour-row.example", "Second"),
    )


def test_a_character_cut_between_two_encoded_words_is_whole_again():
    assert letter("a-character-cut-in-two-words").subject == "Köln und München"


def test_raw_bytes_in_headers_are_read_in_the_letters_charset():
    read = letter("raw-bytes-in-the-subject")

    assert (read.subject, read.from_.name) == ("Dos discos más", "José")


def test_a_wrong_charset_is_said():
    assert any("UTF-8" in warning for warning in letter("utf-8-that-says-latin-1").warnings)


def test_words_in_no_proper_part_are_salvaged():
    read = letter("the-boundary-is-never-used")

    assert (read.text, read.html) == ("", "")
    assert "Please call me back." in read.readable_text


def test_words_among_the_headers_are_salvaged():
    read = letter("no-blank-line-after-the-headers")

    assert (read.subject, read.text) == ("Hurry", "")
    assert read.readable_text == "Please call me back today"


def test_a_letter_of_headers_only_has_them():
    read = letter("headers-only")

    assert (read.subject, read.text, read.salvaged) == ("Just the subject", "", "")


def test_flowed_paragraphs_are_joined_and_quotes_keep_their_marks():
    assert letter("flowed-paragraphs").text.split("\n") == [
        "This is one long paragraph in three lines.", "From the margin.", "> quoted ", "> stays", "-- ", "Ana",
    ]  # fmt: skip


def test_files_keep_their_names_types_and_bytes():
    read = letter("names-split-by-rfc-2231")

    (file,) = read.attachments
    assert (file.name, file.type, file.content) == ("Rechnung für März.pdf", "application/pdf", b"%PDF-1.4")
    assert (file.size, file.sha256) == (8, hashlib.sha256(b"%PDF-1.4").hexdigest())


def test_a_file_name_cannot_hide_its_folder_or_its_ending():
    assert [file.name for file in letter("a-file-name-that-lies").attachments] == ["invoicefdp.exe"]


def test_pictures_in_the_text_are_told_from_files_beside_it():
    picture, notes = letter("alternative-in-related-in-mixed").attachments

    assert (picture.name, picture.inline, picture.content_id) == ("cover.png", True, "pic@duarte")
    assert (notes.name, notes.inline) == ("notes.txt", False)


def test_a_uuencoded_file_leaves_the_text():
    (file,) = letter("a-picture-uuencoded").attachments

    assert (file.name, file.content) == ("hi.txt", b"Hello there")


def test_a_letter_inside_a_letter_is_a_file_and_its_words_are_shown_where_there_are_no_others():
    read = letter("a-letter-inside-in-base64")

    (inner,) = read.attachments
    assert (inner.name, inner.type) == ("inner.eml", "message/rfc822")
    assert read.text == ""
    assert "Inner words." in read.readable_text


def test_a_hash_does_not_change_on_the_road():
    before = raw("a-plain-question")
    after = b"Received: from a by b; Mon, 3 Nov 2025 09:16:00 +0100\r\nX-Spam-Flag: NO\r\n" + before.replace(
        b"\r\n", b"\n"
    )

    assert mime.body_hash(before) == mime.body_hash(after) == mime.parse(after).body_hash


@pytest.mark.parametrize("change", [(b"record", b"parcel"), (b"Where is", b"Here is"), (b"09:15:00", b"09:15:01")])
def test_another_letter_has_another_hash(change):
    before = raw("a-plain-question")

    assert mime.body_hash(before) != mime.body_hash(before.replace(*change))


def test_inspect_shows_null_and_empty_for_what_is_absent():
    shown = mime.as_dict(letter("headers-only"), "x.eml", safe_html=lambda read: "", visible=lambda read: "")

    assert json.loads(json.dumps(shown)) == shown
    assert (shown["file"], shown["message_id"], shown["in_reply_to"], shown["date"]) == ("x.eml", None, None, None)
    assert (shown["cc"], shown["attachments"], shown["attachment_sha256"], shown["recipients"]) == ([], [], [], [])
    assert (shown["status"], shown["reason"], shown["hard_bounce"]) == (None, None, False)


def test_inspect_asks_others_for_what_they_know():
    shown = mime.as_dict(
        letter("a-plain-question"), "x.eml", safe_html=lambda read: "<p>safe</p>", visible=lambda read: read.text[:5]
    )

    assert (shown["safe_html"], shown["visible"]) == ("<p>safe</p>", "Hello")
