"""What we write arrives as we meant it, and no field can bring in a header of its own."""

import base64
import email
from dataclasses import replace
from datetime import UTC, datetime
from email import policy

import dkim
import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from hypothesis import example, given, settings
from hypothesis import strategies as st

from secondring.lib.errors import NotPossible
from secondring.mail import mime
from secondring.mail.addresses import Address
from secondring.mail.composing import MOST_REFERENCES, Enclosure, OutgoingLetter, answering, compose
from secondring.mail.dkim_signing import sign

NOON = datetime(2024, 3, 5, 12, 0, tzinfo=UTC)
PNG = b"\x89PNG\r\n\x1a\n" + bytes(range(256))
KNOWN = set(
    "from reply-to to cc subject date message-id in-reply-to references second-ring-message auto-submitted "
    "x-auto-response-suppress mime-version content-type content-transfer-encoding".split()
)


USUAL = OutgoingLetter(
    sender=Address("help@records.example", "Bea Klein"),
    to=(Address("ana@songs.example", "Ana Lima"),),
    subject="Re: Your order",
    text="Hello Ana,\n\nit left today.\n",
    message_id="<1@records.example>",
    date=NOON,
)


def a_letter(**fields):
    return replace(USUAL, **fields)


def read(letter):
    return email.message_from_bytes(compose(letter).replace(b"\r\n", b"\n"), policy=policy.default)


def shape(part):
    kind = part.get_content_type()
    return (kind, [shape(inner) for inner in part.iter_parts()]) if part.is_multipart() else kind


def test_a_letter_of_plain_words_is_one_part():
    got = read(a_letter())

    assert got.get_content_type() == "text/plain"
    assert got.get_content() == "Hello Ana,\n\nit left today.\n"
    assert str(got["from"]) == "Bea Klein <help@records.example>"
    assert got["date"].datetime == NOON


def test_pictures_stand_in_the_page_and_files_beside_it():
    got = read(
        a_letter(
            html='<p>Look: <img src="cid:sleeve@records"></p>',
            enclosures=(
                Enclosure("sleeve.png", "image/png", PNG, "sleeve@records"),
                Enclosure("Rechnung Köln.pdf", "application/pdf", b"%PDF"),
            ),
        )
    )

    assert shape(got) == (
        "multipart/mixed",
        [
            ("multipart/alternative", ["text/plain", ("multipart/related", ["text/html", "image/png"])]),
            "application/pdf",
        ],
    )
    parts = list(got.walk())
    assert parts[-2]["content-id"] == "<sleeve@records>"
    assert parts[-2].get_content() == PNG
    assert parts[-1].get_filename() == "Rechnung Köln.pdf"


def test_who_writes_only_html_still_sends_words():
    got = read(a_letter(text="", html='<p>Hello <a href="https://songs.example/x">here</a></p><ul><li>one</li></ul>'))

    words = got.get_body(("plain",)).get_content()
    assert "https://songs.example/x" in words
    assert "one" in words


def test_our_own_reader_reads_what_we_wrote():
    name = "Søren “Öl” Müller-Lüdenscheidt, Geschäftsführer der Gesellschaft für Schallplatten"
    letter = a_letter(
        subject="Größe und 尺寸",
        to=(Address("ana@songs.example", name),),
        cc=(Address("cal@records.example"),),
        reply_to="help+abc@records.example",
        html="<p>Hello <b>Ana</b></p>",
        in_reply_to="<0@songs.example>",
        references=("<0@songs.example>",),
        enclosures=(Enclosure("尺寸.pdf", "application/pdf", PNG),),
        mark="42-abc",
    )

    got = mime.parse(compose(letter))

    assert (got.subject, got.text.strip(), got.own_mark) == (letter.subject, letter.text.strip(), letter.mark)
    assert [(person.email, person.name) for person in (*got.to, *got.cc)] == [
        ("ana@songs.example", name),
        ("cal@records.example", ""),
    ]
    assert [person.email for person in got.reply_to] == ["help+abc@records.example"]
    assert "<b>Ana</b>" in got.html
    assert (got.date, len(got.references)) == (NOON, 1)
    assert [(file.name, file.content) for file in got.attachments] == [("尺寸.pdf", PNG)]
    assert got.warnings == ()


def test_hidden_recipients_are_in_the_envelope_alone():
    letter = a_letter(
        cc=(Address("cal@records.example"),), bcc=(Address("mae@records.example"), Address("ana@songs.example"))
    )

    assert letter.recipients == ("ana@songs.example", "cal@records.example", "mae@records.example")
    assert b"mae@" not in compose(letter)


def test_names_and_subjects_in_any_script_arrive():
    subject = (
        "Größe, 尺寸 und ein sehr langer Betreff über viele Wörter hinweg, damit die Zeile gefaltet werden muss 🎵"
    )
    name = "Søren “Öl” Müller, Köln"

    got = read(a_letter(subject=subject, to=(Address("ana@songs.example", name), Address("li@songs.example", "李雷"))))

    assert str(got["subject"]) == subject
    assert [address.display_name for address in got["to"].addresses] == [name, "李雷"]


def test_a_domain_in_another_script_is_written_as_the_network_knows_it():
    assert b"ana@xn--bcher-kva.example" in compose(a_letter(to=(Address("ana@bücher.example"),)))


@pytest.mark.parametrize(
    "address",
    [
        "",
        "ana",
        "ana@songs.example\r\nBcc: x@y.example",
        "ana@songs.example, x@y.example",
        "<ana@songs.example>",
        "a b@c.example",
    ],
)
def test_what_is_no_address_is_refused_in_a_sentence(address):
    with pytest.raises(NotPossible):
        compose(a_letter(to=(Address(address),)))


def test_an_unfit_message_id_is_refused():
    with pytest.raises(ValueError, match="Message-ID"):
        compose(a_letter(message_id="<1@records.example>\r\nBcc: x@y.example"))


def test_a_person_never_writes_as_a_machine():
    assert b"Auto-Submitted" not in compose(a_letter())
    assert b"Auto-Submitted: auto-replied" in compose(a_letter(automatic=True))


def test_the_same_letter_is_the_same_bytes():
    letter = a_letter(html="<p>Hello</p>", enclosures=(Enclosure("a.txt", "text/plain", b"x"),))

    assert compose(letter) == compose(letter)


@pytest.mark.parametrize(
    "name",
    ["a.pdf", 'say "hi".txt', "Rechnung Köln.pdf", "尺寸" * 60 + ".pdf", "=?utf-8?q?=0A?=.pdf", "x" * 150 + ".pdf"],
)
def test_a_file_keeps_its_name(name):
    got = read(a_letter(enclosures=(Enclosure(name, "application/pdf", b"%PDF"),)))

    assert next(got.iter_attachments()).get_filename() == name


def test_our_own_mark_comes_back():
    assert read(a_letter(mark="42-abcdef"))["Second-Ring-Message"] == "42-abcdef"


def test_long_ids_are_never_encoded():
    long = f"<{'x' * 150}@records.example>"
    got = read(a_letter(in_reply_to=long, references=("<0@a.example>", long)))

    assert got["in-reply-to"] == long
    assert got["references"].split() == ["<0@a.example>", long]


def test_a_chain_keeps_its_first_and_its_latest_letters():
    ids = [f"<{number}@a.example>" for number in range(100)]

    answered, chain = answering("<last@a.example>", ["junk", *ids])

    assert answered == "<last@a.example>"
    assert len(chain) == MOST_REFERENCES
    assert (chain[0], chain[-2], chain[-1]) == ("<0@a.example>", "<99@a.example>", "<last@a.example>")


ANY = st.text(max_size=60) | st.lists(
    st.sampled_from(
        ["\r\n", "\n", "\r", "Bcc: evil@x.example", "\x00", "\u2028", "=?utf-8?q?=0A?=", " ", "é", "a" * 80]
    )
).map("".join)


@settings(max_examples=50)
@given(subject=ANY, name=ANY, mark=ANY, text=ANY, html=ANY, file=ANY, kind=ANY, cid=ANY, reference=ANY)
@example(
    "\r\nBcc: evil@x.example",
    "\nBcc: evil@x.example",
    "\r\n\r\nx",
    "",
    "",
    'a"\r\nX: y',
    "a/b\r\nX: y",
    "x\r\n",
    "<a\r\n@b>",
)
def test_no_field_can_bring_in_a_header(subject, name, mark, text, html, file, kind, cid, reference):
    raw = compose(
        a_letter(
            subject=subject,
            to=(Address("ana@songs.example", name),),
            mark=mark,
            text=text,
            html=html,
            references=(reference,),
            enclosures=(Enclosure(file, kind, b"x", cid),),
        )
    )
    head = raw.split(b"\r\n\r\n")[0].split(b"\r\n")

    assert {line.split(b":")[0].decode().lower() for line in head if line[:1] not in b" \t"} <= KNOWN
    assert all(len(line) <= 998 for line in raw.split(b"\r\n"))
    assert raw.isascii()
    assert not raw.replace(b"\r\n", b"").count(b"\n")


@settings(max_examples=50)
@given(st.text(alphabet=st.characters(exclude_categories=["Cc", "Cs", "Zl", "Zp"]), min_size=1, max_size=200))
def test_a_subject_arrives_word_for_word(subject):
    assert " ".join(str(read(a_letter(subject=subject))["subject"]).split()) == " ".join(subject.split())


@settings(max_examples=50)
@given(st.text(alphabet=st.characters(exclude_categories=["Cc", "Cs", "Zl", "Zp"]), max_size=3000))
def test_words_arrive_as_they_were_written(text):
    assert read(a_letter(text=text + ".")).get_content().replace("\r\n", "\n") == text + ".\n"


def test_a_signed_letter_is_proven_and_a_changed_one_is_not():
    key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    private = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.TraditionalOpenSSL, serialization.NoEncryption()
    )
    public = key.public_key().public_bytes(serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo)
    record = b"v=DKIM1; k=rsa; p=" + base64.b64encode(public)

    signed = sign(compose(a_letter(subject="Größe")), domain="records.example", selector="desk", private_key=private)

    assert dkim.verify(signed, dnsfunc=lambda *_args, **_more: record)
    assert not dkim.verify(signed.replace(b"it left", b"it lost"), dnsfunc=lambda *_args, **_more: record)


def test_a_key_that_cannot_be_read_is_said_in_a_sentence():
    with pytest.raises(ValueError, match="could not be signed"):
        sign(compose(a_letter()), domain="records.example", selector="desk", private_key=b"no key")
