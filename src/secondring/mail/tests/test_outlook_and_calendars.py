"""Outlook's parcel is opened, and an invitation says what, when and where."""

from datetime import UTC, date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from secondring.mail import calendar_invite, rich_text, tnef
from secondring.mail.tests.letters import letter

# The example of MS-OXRTFCP, section 3.1.1.1.
COMPRESSED = bytes.fromhex(
    "2d0000002b0000004c5a4675f1c5c7a703000a007263706731323542320af32068656c090020627705b06c647d0a800fa0"
)


def test_the_files_and_words_of_winmail_dat_stand_in_its_place():
    read = letter("outlook-wraps-it-in-winmail-dat")

    assert [(file.name, file.type, file.content) for file in read.attachments] == [
        ("Größe.pdf", "application/pdf", b"%PDF-1.4 size")
    ]
    assert "<b>real</b>" in read.html


def test_compressed_rich_text_is_unpacked():
    assert rich_text.unpacked(COMPRESSED) == b"{\\rtf1\\ansi\\ansicpg1252\\pard hello world}\r\n"


def test_the_words_of_rich_text_are_read():
    rtf = rb"{\rtf1\ansi\ansicpg1252{\fonttbl{\f0 Arial;}}\pard Caf\'e9 \u8364?5\par next {\*\secret no}line}"

    assert rich_text.read(rtf) == ("", "Café €5\nnext line")


def test_html_hidden_in_rich_text_comes_out_whole():
    rtf = rb"{\rtf1\ansi\ansicpg1252\fromhtml1 {\*\htmltag64 <p>}\htmlrtf \par\htmlrtf0 Hello{\*\htmltag72 </p>}}"

    assert rich_text.read(rtf) == ("<p>Hello</p>", "")


@given(st.binary(max_size=400))
def test_a_damaged_parcel_is_read_as_far_as_it_goes(data):
    assert tnef.unpack(b"\x78\x9f\x3e\x22\0\0" + data) is not None
    rich_text.read(rich_text.unpacked(data))


def test_an_invitation_by_outlook():
    invitation = letter("an-invitation-from-outlook").invitation

    assert (invitation.method, invitation.summary, invitation.place) == (
        "REQUEST",
        "Rehearsal, second try",
        "Studio 2; back door",
    )
    assert (invitation.start, invitation.end) == (
        datetime(2025, 11, 5, 17, 0, tzinfo=UTC), datetime(2025, 11, 5, 18, 30, tzinfo=UTC),
    )  # fmt: skip
    assert (invitation.organiser, invitation.organiser_name) == ("ana@duarte.example", "Duarte, Ana")
    assert (invitation.attendees, invitation.uid) == (("bea@harbour-row.example",), "r-77@duarte.example")


def test_whole_days_are_dates():
    event = calendar_invite.read(["BEGIN:VEVENT\nDTSTART;VALUE=DATE:20251224\nRRULE:FREQ=YEARLY\nEND:VEVENT"])

    assert (event.start, event.repeats, event.method) == (date(2025, 12, 24), True, "PUBLISH")


def test_a_zone_that_nobody_knows_is_taken_from_the_invitation():
    zone = "BEGIN:VTIMEZONE\nTZID:Home\nBEGIN:STANDARD\nTZOFFSETTO:-0330\nEND:STANDARD\nEND:VTIMEZONE\n"
    event = calendar_invite.read([zone + "BEGIN:VEVENT\nDTSTART;TZID=Home:20251105T120000\nEND:VEVENT"])

    assert event.start == datetime(2025, 11, 5, 15, 30, tzinfo=UTC)


@pytest.mark.parametrize(
    "calendar", ["", "BEGIN:VTODO\nEND:VTODO", "BEGIN:VEVENT\nDTSTART:99999999T999999Z\nDURATION:P9999W\nEND:VEVENT"]
)
def test_what_is_no_time_is_none(calendar):
    event = calendar_invite.read([calendar])

    assert event is None or event.start is None
