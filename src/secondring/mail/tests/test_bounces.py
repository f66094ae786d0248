"""A letter that comes back marks the very recipient it did not reach, and says why in words."""

import pytest

from secondring.mail import bounce_reasons
from secondring.mail.bounce_reasons import WORDS, is_hard, reason_of
from secondring.mail.tests.letters import letter

ANA = ["ana@duarte.example"]
TOLD = [
    ("postfix-knows-nobody-of-that-name", ANA, "userunknown", "5.1.1", True),
    ("qmail-writes-to-people", ANA, "userunknown", "5.1.1", True),
    ("exim-names-it-in-a-header", ANA, "mailboxfull", "5.2.2", False),
    ("exchange-writes-prose", ANA, "userunknown", "", True),
    ("gmail-cannot-find-the-domain", ["ana@duatre.example"], "hostunknown", "", True),
    ("ses-says-the-box-is-full", ANA, "mailboxfull", "5.2.2", False),
    ("a-bounce-in-russian", ANA, "userunknown", "", True),
    ("delayed-but-not-lost", ANA, "expired", "4.4.1", False),
]


@pytest.mark.parametrize(("name", "emails", "reason", "status", "hard"), TOLD)
def test_whom_it_did_not_reach_and_why(name, emails, reason, status, hard):
    bounce = letter(name).bounce

    assert [one.email for one in bounce.recipients] == emails
    assert (bounce.reason, bounce.status, bounce.hard_bounce) == (reason, status, hard)
    assert bounce.recipients[0].words == WORDS[reason]


def test_each_recipient_has_a_reason_of_its_own_and_who_got_it_is_left_out():
    ana, cal = letter("two-recipients-two-reasons").bounce.recipients

    assert (ana.email, ana.reason, ana.permanent) == ("ana@duarte.example", "mailboxfull", True)
    assert (cal.email, cal.reason, cal.diagnostic) == ("cal@duarte.example", "userunknown", "550 5.1.1 No such user")


def test_a_delayed_letter_is_not_lost():
    bounce = letter("delayed-but-not-lost").bounce

    assert (bounce.action, bounce.recipients[0].permanent, bounce.hard_bounce) == ("delayed", False, False)


@pytest.mark.parametrize(
    "name", ["postfix-knows-nobody-of-that-name", "qmail-writes-to-people", "exim-names-it-in-a-header"]
)
def test_it_says_which_letter_of_ours_it_means(name):
    assert letter(name).bounce.original_message_id == "<ours-1@harbour-row.example>"


@pytest.mark.parametrize(
    ("said", "reason"),
    [
        ("550 No such user here", "userunknown"),
        ("554 delivery error: dd This user doesn't have a duarte.example account", "userunknown"),
        ("452 4.2.2 The email account that you tried to reach is over quota", "mailboxfull"),
        ("550 relay not permitted", "norelaying"),
        ("550 5.7.26 This mail is unauthenticated: DMARC", "authfailure"),
        ("554 Service unavailable; Client host [192.0.2.7] blocked using zen.spamhaus.org", "blocked"),
        ("552 5.3.4 Message size exceeds fixed limit", "mesgtoobig"),
        ("550 Host unknown", "hostunknown"),
        ("550 This message contains a virus", "virusdetected"),
        ("550 5.7.25 The IP address has no PTR record", "requireptr"),
        ("421 4.7.0 Too many connections from your host", "toomanyconn"),
        ("550 account has been disabled", "suspend"),
        ("550 sender address rejected: domain not found", "rejected"),
        ("this message has been in the queue too long", "expired"),
        ("hm", "undefined"),
    ],
)
def test_what_servers_say_becomes_a_reason(said, reason):
    assert reason_of(said, bounce_reasons.status_in(said)) == reason


def test_words_in_an_address_are_no_reason():
    assert reason_of("550 <mailbox-full@virus.example> no such user", "") == "userunknown"


def test_a_passing_fault_is_no_proof_that_an_address_is_no_good():
    assert is_hard("userunknown", "5.1.1")
    assert is_hard("userunknown", "4.1.1")
    assert not is_hard("hostunknown", "4.4.4")
    assert not is_hard("mailboxfull", "5.2.2")


def test_every_reason_can_be_said_to_a_person():
    assert {reason for reason, _ in bounce_reasons._COMPILED} <= set(WORDS)
    assert set(bounce_reasons._BY_STATUS.values()) <= set(WORDS)
