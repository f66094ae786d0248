"""What the writer said stands out, whatever mail program wrote around it."""
# ruff: noqa: E501 - letters are as wide as mail programs make them

import pytest

from secondring.mail.quoting import Kind, as_dict, visible_of_text

ATTRIBUTIONS = [
    "On Tue, 5 Mar 2024 at 14:07, Bea Klein <bea@records.example> wrote:",
    "On Mar 5, 2024, at 2:07 PM, Bea Klein <bea@records.example> wrote:",
    "On 5 Mar 2024, at 14:07, Bea Klein wrote:",
    "On 05.03.24 14:07, Bea Klein wrote:",
    "On 2024-03-05 14:07, Bea Klein wrote:",
    "Am 05.03.24 um 14:07 schrieb Bea Klein:",
    "Am Di., 5. März 2024 um 14:07 Uhr schrieb Bea Klein <bea@records.example>:",
    "Bea Klein <bea@records.example> schrieb am Di., 5. März 2024, 14:07:",
    "Le mar. 5 mars 2024 à 14:07, Bea Klein <bea@records.example> a écrit :",
    "El mar, 5 mar 2024 a las 14:07, Bea Klein (<bea@records.example>) escribió:",
    "Il giorno mar 5 mar 2024 alle ore 14:07 Bea Klein <bea@records.example> ha scritto:",
    "Em ter., 5 de mar. de 2024 às 14:07, Bea Klein <bea@records.example> escreveu:",
    "Op di 5 mrt 2024 om 14:07 schreef Bea Klein <bea@records.example>:",
    "Op 5 mrt 2024, om 14:07 heeft Bea Klein <bea@records.example> het volgende geschreven:",
    "Den tis 5 mars 2024 kl 14:07 skrev Bea Klein <bea@records.example>:",
    "tir. 5. mar. 2024 kl. 14.07 skrev Bea Klein <bea@records.example>:",
    "ti 5. maalisk. 2024 klo 14.07 Bea Klein (bea@records.example) kirjoitti:",
    "wt., 5 mar 2024 o 14:07 Bea Klein <bea@records.example> napisał(a):",
    "W dniu 05.03.2024 o 14:07, Bea Klein pisze:",
    "út 5. 3. 2024 v 14:07 odesílatel Bea Klein <bea@records.example> napsal:",
    "Dňa 5. 3. 2024 o 14:07 Bea Klein <bea@records.example> napísal(a):",
    "uto, 5. ožu 2024. u 14:07 Bea Klein <bea@records.example> napisao je:",
    "V V tor., 5. mar. 2024 ob 14:07 je oseba Bea Klein <bea@records.example> napisala:",
    "Bea Klein <bea@records.example> ezt írta (időpont: 2024. márc. 5., K, 14:07):",
    "mar., 5 mar. 2024 la 14:07, Bea Klein <bea@records.example> a scris:",
    "вт, 5 мар. 2024 г. в 14:07, Bea Klein <bea@records.example>:",
    "5 марта 2024 г., в 14:07, Bea Klein <bea@records.example> написал(а):",
    "вт, 5 бер. 2024 р. о 14:07 Bea Klein <bea@records.example> пише:",
    "На вт, 5.03.2024 г. в 14:07 Bea Klein <bea@records.example> написа:",
    "Στις Τρί 5 Μαρ 2024 στις 2:07 μ.μ., ο χρήστης Bea Klein <bea@records.example> έγραψε:",
    "Bea Klein <bea@records.example>, 5 Mar 2024 Sal, 14:07 tarihinde şunu yazdı:",
    "Vào Th 3, 5 thg 3, 2024 vào lúc 14:07 Bea Klein <bea@records.example> đã viết:",
    "Pada Sel, 5 Mar 2024 pukul 14.07 Bea Klein <bea@records.example> menulis:",
    "El dt., 5 de març 2024 a les 14:07, Bea Klein <bea@records.example> va escriure:",
    "2024年3月5日(火) 14:07 Bea Klein <bea@records.example>:",
    "2024/03/05 14:07、Bea Klein <bea@records.example>のメール:",
    "在 2024年3月5日，下午2:07，Bea Klein <bea@records.example> 写道：",
    "Bea Klein <bea@records.example> 于2024年3月5日周二 14:07写道：",
    "2024년 3월 5일 (화) 오후 2:07, Bea Klein <bea@records.example>님이 작성:",
    "في الثلاثاء، 5 مارس 2024 في 2:07 م تمت كتابة ما يلي بواسطة Bea Klein <bea@records.example>:",
    "\u202bבתאריך יום ג׳, 5 במרץ 2024 ב-14:07 מאת \u202aBea Klein\u202c\u200f <\u202abea@records.example\u202c\u200f>:\u202c",
    "เมื่อ อ. 5 มี.ค. 2024 เวลา 14:07 Bea Klein <bea@records.example> เขียนว่า:",
    "2024-03-05 14:07 GMT+01:00 Bea Klein <bea@records.example>:",
    "---- On Tue, 05 Mar 2024 14:07:00 +0100 Bea Klein <bea@records.example> wrote ----",
    "-------- Bea Klein wrote --------",
    "Quoting Bea Klein <bea@records.example>:",
]  # fmt: skip


@pytest.mark.parametrize("attribution", ATTRIBUTIONS)
def test_a_line_that_names_the_author_is_folded_with_the_quotation(attribution):
    letter = f"Thank you, the records came.\n\n{attribution}\n\n> Your parcel left today.\n> Bea\n"

    split = visible_of_text(letter)

    assert split.visible == "Thank you, the records came."
    assert split.quoted.startswith(attribution)


@pytest.mark.parametrize(
    "attribution", [line for line in ATTRIBUTIONS if "@" in line and not line.startswith("Quoting")]
)
def test_what_follows_an_author_is_folded_even_without_quotation_marks(attribution):
    split = visible_of_text(f"Thank you!\n\n{attribution}\n\nYour parcel left today.\n")

    assert split.visible == "Thank you!"


@pytest.mark.parametrize("attribution", [line for line in ATTRIBUTIONS if len(line.split()) > 7])
def test_the_author_may_be_named_over_several_lines(attribution):
    words = attribution.split()
    half = len(words) - 3
    broken = " ".join(words[:half]) + "\n" + " ".join(words[half:])

    split = visible_of_text(f"Thank you!\n{broken}\n> Your parcel left today.\n")

    assert split.visible == "Thank you!"


HEADS = [
    "From: Bea Klein <bea@records.example>\nSent: Tuesday, March 5, 2024 2:07 PM\nTo: Ana\nSubject: Your order",
    "From: Bea Klein\nDate: Tuesday, 5 March 2024 at 14:07\nTo: Ana\nSubject: Your order",
    "*From:* Bea Klein <bea@records.example>\n*Sent:* Tuesday, March 5\n*To:* Ana\n*Subject:* Your order",
    "Von: Bea Klein <bea@records.example>\nGesendet: Dienstag, 5. März 2024 14:07\nAn: Ana\nBetreff: Ihre Bestellung",
    "De : Bea Klein <bea@records.example>\nEnvoyé : mardi 5 mars 2024 14:07\nÀ : Ana\nObjet : Votre commande",
    "De: Bea Klein\nEnviado el: martes, 5 de marzo de 2024 14:07\nPara: Ana\nAsunto: Su pedido",
    "Da: Bea Klein\nInviato: martedì 5 marzo 2024 14:07\nA: Ana\nOggetto: Il suo ordine",
    "De: Bea Klein\nEnviada em: terça-feira, 5 de março de 2024 14:07\nPara: Ana\nAssunto: Pedido",
    "Van: Bea Klein\nVerzonden: dinsdag 5 maart 2024 14:07\nAan: Ana\nOnderwerp: Uw bestelling",
    "Från: Bea Klein\nSkickat: den 5 mars 2024 14:07\nTill: Ana\nÄmne: Din beställning",
    "Fra: Bea Klein\nSendt: 5. marts 2024 14:07\nTil: Ana\nEmne: Din ordre",
    "Lähettäjä: Bea Klein\nLähetetty: tiistai 5. maaliskuuta 2024 14.07\nVastaanottaja: Ana\nAihe: Tilaus",
    "Od: Bea Klein\nWysłano: wtorek, 5 marca 2024 14:07\nDo: Ana\nTemat: Zamówienie",
    "Od: Bea Klein\nOdesláno: úterý 5. března 2024 14:07\nKomu: Ana\nPředmět: Objednávka",
    "Feladó: Bea Klein\nElküldve: 2024. március 5., kedd 14:07\nCímzett: Ana\nTárgy: Rendelés",
    "De la: Bea Klein\nTrimis: marți, 5 martie 2024 14:07\nCătre: Ana\nSubiect: Comanda",
    "От: Bea Klein\nОтправлено: 5 марта 2024 г. 14:07\nКому: Ana\nТема: Заказ",
    "Від: Bea Klein\nНадіслано: 5 березня 2024 р. 14:07\nКому: Ana\nТема: Замовлення",
    "От: Bea Klein\nИзпратено: 5 март 2024 г. 14:07\nДо: Ana\nОтносно: Поръчка",
    "Από: Bea Klein\nΣτάλθηκε: Τρίτη, 5 Μαρτίου 2024 14:07\nΠρος: Ana\nΘέμα: Παραγγελία",
    "Kimden: Bea Klein\nGönderildi: 5 Mart 2024 Salı 14:07\nKime: Ana\nKonu: Sipariş",
    "差出人: Bea Klein\n送信日時: 2024年3月5日 14:07\n宛先: Ana\n件名: ご注文",
    "发件人: Bea Klein\n发送时间: 2024年3月5日 14:07\n收件人: Ana\n主题: 订单",
    "寄件者: Bea Klein\n寄件日期: 2024年3月5日 14:07\n收件者: Ana\n主旨: 訂單",
    "보낸 사람: Bea Klein\n보낸 날짜: 2024년 3월 5일 14:07\n받는 사람: Ana\n제목: 주문",
    "من: Bea Klein\nتم الإرسال: 5 مارس 2024\nإلى: Ana\nالموضوع: طلب",
    "מאת: Bea Klein\nנשלח: 5 מרץ 2024\nאל: Ana\nנושא: הזמנה",
]  # fmt: skip


@pytest.mark.parametrize("head", HEADS)
@pytest.mark.parametrize("rule", ["", "________________________________\n", "-----Original Message-----\n"])
def test_all_below_a_letterhead_of_an_older_letter_is_folded(head, rule):
    split = visible_of_text(f"Thank you!\n\nAna\n\n{rule}{head}\n\nDear Ana,\n\nyour parcel left today.\n")

    assert split.visible == "Thank you!\n\nAna"


def test_a_trip_is_no_letterhead():
    letter = "My flight changed:\nFrom: Paris\nTo: Rome\nDate: 5 May\n\nCan you deliver to Rome instead?"

    assert visible_of_text(letter).visible == letter


@pytest.mark.parametrize(
    "sentence",
    [
        "On Monday my brother wrote:\nplease send the blue one.\nCan you?",
        "As I wrote: the record is scratched.",
        "On the cover it said:\n\nlimited edition",
        "We met at 10:30 on 5 May 2024. Then Bea wrote: nothing.\nWhy?",
        "I am at home from 9:00 to 17:00 on:\n5 May 2024\n6 May 2024",
        "My number is: 12345\nMy address: ana@songs.example\nThank you",
        "Ich schreibe:\nam 5. Mai kam nichts an.",
    ],
)
def test_a_sentence_about_writing_is_the_writers_own(sentence):
    letter = f"Hello,\n\n{sentence}\n\nAna"

    assert visible_of_text(letter).visible == letter


def test_answers_between_the_quotations_stay_with_what_they_answer():
    letter = "On Tue, 5 Mar 2024 at 14:07, Bea <bea@records.example> wrote:\n\n> Which size?\n\nLarge.\n\n> Which colour?\n\nBlue.\n\n> Bea\n"

    split = visible_of_text(letter)

    assert split.visible == "> Which size?\n\nLarge.\n\n> Which colour?\n\nBlue."
    assert [segment.kind for segment in split.segments] == [
        Kind.QUOTED,
        Kind.ANSWERED,
        Kind.SAID,
        Kind.ANSWERED,
        Kind.SAID,
        Kind.QUOTED,
    ]


def test_an_answer_under_the_whole_quotation_stands_alone():
    letter = "On Tue, 5 Mar 2024 at 14:07, Bea wrote:\n> Which size?\n> Which colour?\n\nLarge and blue.\n"

    assert visible_of_text(letter).visible == "Large and blue."


def test_a_long_quotation_between_two_of_our_paragraphs_is_folded_where_it_stands():
    quotation = "".join(f"> line {number}\n" for number in range(20))
    letter = f"Above.\n\nOn Tue, 5 Mar 2024 at 14:07, Bea wrote:\n{quotation}\nBelow.\n"

    split = visible_of_text(letter)

    assert split.visible.split() == ["Above.", "Below."]
    assert [segment.kind for segment in split.segments] == [Kind.SAID, Kind.QUOTED, Kind.SAID]


def test_who_says_that_the_answers_are_below_gets_nothing_folded():
    letter = "Hi Bea, my answers are below in red.\n\nFrom: Bea <bea@records.example>\nSent: Tuesday\nSubject: Size\n\nWhich size? Large."

    assert "Large." in visible_of_text(letter).visible


def test_a_forwarded_letter_is_shown():
    letter = "Is this from you?\n\n---------- Forwarded message ---------\nFrom: <win@prize.example>\nSubject: You won\n\nClick here.\n"

    split = visible_of_text(letter)

    assert "Click here." in split.visible
    assert split.segments[-1].kind is Kind.FORWARDED


def test_a_list_marked_like_a_quotation_is_shown():
    letter = "I would like these three:\n> Blue Train\n> Kind of Blue\n> A Love Supreme\n"

    assert visible_of_text(letter).visible == letter.strip()


def test_a_letter_of_nothing_but_marked_lines_is_shown():
    assert visible_of_text("> Is anybody there?").visible == "> Is anybody there?"


def test_an_empty_answer_shows_nothing_and_folds_the_rest():
    split = visible_of_text("On Tue, 5 Mar 2024 at 14:07, Bea wrote:\n> Which size?\n")

    assert split.visible == ""
    assert "> Which size?" in split.quoted


def test_what_stands_below_a_desks_line_is_the_desks():
    split = visible_of_text(
        "Yes please.\n\n##- Please type your reply above this line -##\n\nYour request (42) was changed.\n"
    )

    assert split.visible == "Yes please."


def test_words_on_the_same_line_as_the_author_stay():
    split = visible_of_text("yes please On Wed, Apr 4, 2012 at 3:59 PM, bea@records.example wrote:\n> Shall I?\n")

    assert split.visible == "yes please"
    assert split.quoted.startswith("On Wed")


def test_a_quoted_line_that_a_server_broke_in_two_is_still_quoted():
    letter = (
        "Thanks!\n\nOn Tue, 5 Mar 2024 at 14:07, Bea wrote:\n"
        "> This is one long line of the letter that went out and was broken by\nsome server on its way back to us.\n> Bea\n"
    )

    assert visible_of_text(letter).visible == "Thanks!"


def test_the_armour_of_a_signed_letter_is_folded():
    letter = "-----BEGIN PGP SIGNED MESSAGE-----\nHash: SHA512\n\nIt is me.\n\n-----BEGIN PGP SIGNATURE-----\n\niQEz\n-----END PGP SIGNATURE-----\n"

    assert visible_of_text(letter).visible == "It is me."


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("a.txt", "Yes.\n\nOn 5 May 2024 at 10:00, Bea <bea@records.example> wrote:\n> Shall I?\n"),
        ("a.html", "<p>Yes.</p><blockquote type=cite>Shall I?</blockquote>"),
        ("a.eml", "From: ana@songs.example\nSubject: Re: x\n\nYes.\n\n-----Original Message-----\nShall I?\n"),
    ],
)
def test_a_file_of_each_sort_is_parted(tmp_path, name, content):
    (tmp_path / name).write_text(content, encoding="utf-8")

    shown = as_dict(name, tmp_path / name)

    assert (shown["file"], shown["visible"]) == (name, "Yes.")
    assert "Shall I?" in str(shown["quoted"])
    assert set(shown) == {"file", "visible", "quoted", "seconds"}
