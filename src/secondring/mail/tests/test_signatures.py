"""Signatures of programs fold away; a person's closing stays."""

import pytest

from secondring.mail.quoting import visible_of_text
from secondring.mail.signatures import is_sent_from

FROM_A_DEVICE = [
    "Sent from my iPhone",
    "Sent from my Verizon, Samsung Galaxy smartphone",
    "Sent from Yahoo Mail on Android",
    "Sent from Mail for Windows 10",
    "Sent with Proton Mail secure email.",
    "Sent via BlackBerry from T-Mobile",
    "Sent from my phone",
    "Sent from my iPhone, please excuse brevity and typos.",
    "Get Outlook for iOS<https://aka.ms/o0ukef>",
    "Von meinem iPhone gesendet",
    "Gesendet von Outlook für Android",
    "Envoyé de mon iPhone",
    "Envoyé à partir de Outlook pour iOS",
    "Enviado desde mi iPhone",
    "Enviado do meu iPhone",
    "Inviato da iPhone",
    "Verstuurd vanaf mijn iPad",
    "Skickat från min iPhone",
    "Sendt fra min iPhone",
    "Lähetetty iPhonesta",
    "Wysłane z iPhone'a",
    "Отправлено с iPhone",
    "Надіслано з iPhone",
    "Odesláno z iPhonu",
    "Trimis de pe iPhone-ul meu",
    "Στάλθηκε από το iPhone μου",
    "iPhone'umdan gönderildi",
    "iPhoneから送信",
    "发自我的 iPhone",
    "나의 iPhone에서 보냄",
    "נשלח מה-iPhone שלי",
]  # fmt: skip


@pytest.mark.parametrize("line", FROM_A_DEVICE)
def test_what_a_device_adds_is_folded(line):
    assert visible_of_text(f"Yes, please.\n\n{line}\n").visible == "Yes, please."


@pytest.mark.parametrize(
    "line",
    [
        "Sent from my desk, which is easier than my mobile phone.",
        "Sent my iPhone back yesterday",
        "Sent from the iPhone I bought from you.",
        "Get Outlook to work for me please",
        "Gesendet habe ich das iPhone gestern",
        "Von meinem iPhone kann ich nichts sehen",
        "Sent from my iPhone? No, from the office.",
        "My iPhone is broken",
    ],
)
def test_what_a_person_says_of_a_device_stays(line):
    assert not is_sent_from(line)
    assert line in visible_of_text(f"Hello,\n\n{line}").visible


@pytest.mark.parametrize(
    "signature",
    [
        "-- \nAna Lima\nSinger\n+49 30 1234567",
        "--\nAna",
        "---\nAna Lima",
        "—\nAna Lima | Songs Ltd | www.songs.example",
        "_______________________________________________\nsongs mailing list\nsongs@lists.example",
        "-- \nViele Grüße\n\nAna\n\nhttps://songs.example",
    ],
)
def test_a_signature_under_its_line_is_folded(signature):
    split = visible_of_text(f"The record is scratched.\n\n{signature}\n")

    assert split.visible == "The record is scratched."
    assert signature in split.quoted


@pytest.mark.parametrize(
    "letter",
    [
        "Two things:\n---\n1. Where is my parcel?\n2. Please refund the shipping",
        "Order 1: keep\n---\nOrder 2: cancel 3 of them",
        "Item          Price\n------------------\nBlue Train    12.00",
        "Hello\n\n***\n\nI waited for three weeks and nobody has told me where my parcel is now.",
        "It hurts.\n\nBest regards,\nAna",
        "Danke!\n\nMit freundlichen Grüßen\nAna Lima",
        "First part\n--\nI have another question that is longer than any signature would be\n--\nAnd could you call me?",
    ],
)
def test_a_line_drawn_by_the_writer_hides_nothing(letter):
    assert visible_of_text(letter).visible == letter
