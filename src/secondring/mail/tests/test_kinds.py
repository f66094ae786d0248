"""A machine is known as one and never answered; a person always waits for a person."""

import pytest

from secondring.mail import mime, threads
from secondring.mail.tests.letters import letter, raw

AWAY = [
    "away-in-english-by-exchange",
    "away-in-german-without-headers",
    "away-in-french-by-vacation",
    "away-in-spanish-without-headers",
    "away-in-portuguese",
    "away-in-italian-without-headers",
    "away-in-dutch-with-precedence",
    "away-in-swedish",
    "away-in-polish-without-headers",
    "away-in-japanese-without-headers",
    "away-in-russian",
    "away-in-korean-without-headers",
    "away-in-turkish-with-a-hint",
    "away-from-the-empty-path",
    "a-read-receipt",
    "a-robot-of-a-shop",
]
BOUNCES = [
    "postfix-knows-nobody-of-that-name",
    "two-recipients-two-reasons",
    "delayed-but-not-lost",
    "qmail-writes-to-people",
    "exim-names-it-in-a-header",
    "exchange-writes-prose",
    "gmail-cannot-find-the-domain",
    "ses-says-the-box-is-full",
    "a-bounce-in-russian",
]
PEOPLE = [
    "a-plain-question",
    "a-person-writes-of-holidays",
    "a-person-answers-an-automatic-reply",
    "a-person-forwards-a-bounce",
    "flowed-paragraphs",
    "utf-8-that-says-latin-1",
    "alternative-in-related-in-mixed",
    "an-invitation-from-outlook",
]
KEY = b"the house's own key"


@pytest.mark.parametrize("name", AWAY)
def test_an_automatic_answer_is_known(name):
    read = letter(name)

    assert (read.kind, read.auto_replied) == ("auto_reply", False)
    assert read.why_kind


@pytest.mark.parametrize("name", BOUNCES)
def test_a_returned_letter_is_known(name):
    assert (letter(name).kind, letter(name).auto_replied) == ("bounce", False)


@pytest.mark.parametrize("name", PEOPLE)
def test_a_person_is_never_taken_for_a_machine(name):
    assert (letter(name).kind, letter(name).auto_replied) == ("human", True)


def test_a_contact_form_waits_for_a_person_but_gets_no_automatic_line():
    read = letter("a-contact-form-for-a-person")

    assert (read.kind, read.auto_replied) == ("human", False)
    assert [one.email for one in read.reply_to] == ["ana@duarte.example"]


def test_a_complaint_names_who_complained():
    read = letter("a-complaint-by-arf")

    assert (read.kind, read.auto_replied, read.bounce.feedback_type) == ("complaint", False, "abuse")
    assert [one.email for one in read.bounce.recipients] == ["ana@duarte.example"]
    assert read.bounce.original_message_id == "<ours-1@harbour-row.example>"


def test_a_mailing_list_says_how_to_leave_it():
    read = letter("a-mailing-list")

    assert (read.kind, read.auto_replied) == ("list", False)
    assert (read.mailing_list.id, read.mailing_list.post) == ("rec.lists.example", "rec@lists.example")
    assert read.mailing_list.unsubscribe == ("https://lists.example/u/1", "mailto:rec-leave@lists.example")
    assert read.mailing_list.one_click


def test_a_list_that_is_our_own_mailbox_hides_nobody():
    group = raw("our-own-google-group")

    assert mime.parse(group).kind == "list"
    assert mime.parse(group, our_addresses=["Hello@Harbour-Row.example"]).kind == "human"


def test_what_the_provider_takes_for_spam_is_said_and_not_answered():
    read = letter("the-filter-says-spam")

    assert (read.junk.is_junk, read.junk.score, read.junk.source) == (True, 9.1, "x-spam-flag")
    assert not read.auto_replied


@pytest.mark.parametrize(
    ("header", "is_junk"),
    [
        (b"X-Spam-Status: No, score=-1.2", False),
        (b"X-Yandex-Spam: 1", False),
        (b"X-Yandex-Spam: 4", True),
        (b"X-MS-Exchange-Organization-SCL: 6", True),
        (b"X-MS-Exchange-Organization-SCL: -1", False),
        (b"X-Forefront-Antispam-Report: CIP:1.2.3.4;SCL:9;SFV:SPM", True),
        (b"X-Rspamd-Action: no action", False),
        (b"X-Other: yes", None),
    ],
)
def test_each_provider_has_its_own_word_for_spam(header, is_junk):
    assert mime.parse(header + b"\r\n" + raw("a-plain-question")).junk.is_junk is is_junk


def _is_ours(message_id, mark):
    return threads.is_own_mark(mark, key=KEY)


def test_our_own_letter_come_back_is_ours_although_a_gateway_renamed_it():
    mark = threads.own_mark("<ours-1@harbour-row.example>", key=KEY).encode()

    back = mime.parse(b"Second-Ring-Message: " + mark + b"\r\n" + raw("a-plain-question"), own=_is_ours)

    assert (back.kind, back.auto_replied) == ("own", False)


@pytest.mark.parametrize("mark", [b"yes", b"", b"ours-1@harbour-row.example 00000000000000000000000000000000"])
def test_nobody_hides_a_letter_by_claiming_to_be_us(mark):
    claim = b"Second-Ring-Message: " + mark + b"\r\n" + raw("a-plain-question")

    assert mime.parse(claim, own=_is_ours).kind == "human"
    assert mime.parse(claim).kind == "human"


@pytest.mark.parametrize("header", [
    b"Precedence: bulk", b"X-Auto-Response-Suppress: All", b"Auto-Submitted: auto-generated", b"Return-Path: <>",
    b"Reply-To: no-reply@duarte.example", b"List-Unsubscribe: <https://duarte.example/u>",
])  # fmt: skip
def test_one_sign_of_a_machine_is_enough_to_keep_silent(header):
    assert not mime.parse(header + b"\r\n" + raw("a-plain-question")).auto_replied
