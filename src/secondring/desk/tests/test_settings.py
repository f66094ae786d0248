"""What one writes about the house and about oneself: kept as said, and refused with a word that helps."""

from io import BytesIO

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image

from secondring import testing as t
from secondring.desk.composer import address_lines
from secondring.team import joining
from secondring.team.models import House, Role, Teammate

from .desks import browser, get

pytestmark = pytest.mark.django_db
HOUSE = {"name": "Harbour Row", "rule": "", "time_zone": "Europe/London"}
WEEK = {"mon": "09:00–18:00", "tue": "9:00-13:00, 14:00-18:00"}
ME = {"name": "Bea", "about": "", "signature": "", "time_zone": ""}


def test_hours_are_kept_a_day_a_line() -> None:
    client = browser(t.mae())
    assert client.post("/settings/house/", {**HOUSE, **WEEK}).status_code == 302
    assert House.ours().hours["week"]["tue"] == [["09:00", "13:00"], ["14:00", "18:00"]]
    page = get(client, "/settings/house/")
    assert 'value="09:00–13:00, 14:00–18:00"' in page
    assert client.post("/settings/house/", {**HOUSE, **WEEK, "always": "on"}).status_code == 302
    assert House.ours().hours.get("week") is None


def test_hours_that_are_none_are_refused_with_an_example() -> None:
    answer = browser(t.mae()).post("/settings/house/", {**HOUSE, "mon": "nine to five"})
    assert answer.status_code == 422
    assert "Write hours like 09:00–18:00" in answer.content.decode()


@pytest.mark.parametrize("written", ["25 December 2026\n2027-01-01", "25. december 2026\n\n1 January 2027"])
def test_days_off_are_written_as_people_write_days(written: str) -> None:
    client = browser(t.mae())
    assert client.post("/settings/house/", {**HOUSE, **WEEK, "holidays": written}).status_code == 302
    assert House.ours().hours["holidays"] == ["2026-12-25", "2027-01-01"]
    assert "25 December 2026\n1 January 2027" in get(client, "/settings/house/")


@pytest.mark.parametrize("written", ["Christmas", "31 February 2026", "25 December"])
def test_a_day_that_is_none_is_named(written: str) -> None:
    answer = browser(t.mae()).post("/settings/house/", {**HOUSE, "holidays": f"2026-05-01\n{written}"})
    assert answer.status_code == 422
    assert f"this is none: {written}" in answer.content.decode()


def test_only_leads_see_the_house() -> None:
    assert browser(t.bea()).get("/settings/house/").status_code == 404


def test_what_i_say_of_myself_is_kept() -> None:
    client = browser(t.bea())
    kept = {**ME, "about": "Second alto,\nvinyl", "quiet_from": "21:30", "quiet_until": "07:00"}
    assert client.post("/settings/me/", kept).status_code == 302
    me = Teammate.objects.get(name="Bea")
    assert (me.about.splitlines(), me.preferences["quiet"]) == (["Second alto,", "vinyl"], ["21:30", "07:00"])
    page = get(client, "/settings/me/")
    assert '<input type="time" name="quiet_from" value="21:30"' in page


def test_an_hour_kept_without_its_nought_is_shown_to_a_field_that_wants_it() -> None:
    bea = t.bea()
    bea.preferences = {"quiet": ["9:05", "10:00"]}
    bea.save(update_fields=["preferences"])
    assert 'value="09:05"' in get(browser(bea), "/settings/me/")


def test_quiet_hours_have_two_ends() -> None:
    answer = browser(t.bea()).post("/settings/me/", {**ME, "quiet_from": "21:30"})
    assert answer.status_code == 422
    assert "Both hours, or neither." in answer.content.decode()


def test_a_picture_of_me_is_drawn_anew_and_square() -> None:
    drawn = BytesIO()
    Image.new("RGB", (300, 500), "navy").save(drawn, "PNG")
    client = browser(t.bea())
    client.post("/settings/me/", {**ME, "picture": SimpleUploadedFile("me.png", drawn.getvalue())})
    face = Teammate.objects.get(name="Bea").face
    assert f"/pictures/{face}" in get(client, "/settings/me/")
    answer = client.get(f"/pictures/{face}")
    content = b"".join(answer) if answer.streaming else answer.content
    assert Image.open(BytesIO(content)).size == (256, 256)


def test_what_is_no_picture_is_refused() -> None:
    answer = browser(t.bea()).post(
        "/settings/me/", {**ME, "picture": SimpleUploadedFile("me.png", b"MZ not a picture")}
    )
    assert answer.status_code == 422
    assert "not a picture we can show" in answer.content.decode()


@pytest.mark.parametrize(
    ("cc", "bcc", "folded"), [("", "", True), ("sam@example.org", "", False), ("", "x@y.example", False)]
)
def test_copies_are_folded_away_until_there_is_one(cc: str, bcc: str, folded: bool) -> None:
    lines = address_lines({"to": "ana@example.org", "cc": cc, "bcc": bcc})
    assert [line["is_folded"] for line in lines] == [False, folded, False]


def test_who_is_invited_and_has_not_come_in_stands_on_no_board() -> None:
    newcomer = joining.invite("eve@example.org", "Ottoline Newcomer", Role.TEAMMATE, by=t.mae(), at=t.MONDAY)
    client = browser(t.bea())
    assert "Ottoline" not in get(client, "/settings/me/")
    joining.choose_password(newcomer, "correct horse battery", at=t.MONDAY)
    assert "Ottoline" in get(client, "/settings/me/")
