"""Setting a number up on a screen: a name, a password, a sentence about how it is doing; hours, greeting, own telephone."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from secondring import testing as t
from secondring.phone import registering, sites
from secondring.phone.models import PhoneNumber, PlaceWords, Trunk
from secondring.phone.tests.test_setting_up import a_wav

from .desks import browser, get

pytestmark = pytest.mark.django_db
ADD = "/settings/telephone/numbers/add/"
FILLED = {"number": "+351 21 000 0001", "name": "Orders", "through": "sipgate", "user": "123t0", "password": "x y"}


def test_a_number_is_added_with_a_name_and_a_password() -> None:
    client = browser(t.mae())
    answer = client.post(ADD, FILLED)
    row = PhoneNumber.objects.get()
    assert (answer.status_code, answer["Location"]) == (302, f"/settings/telephone/numbers/{row.pk}/")
    assert row.trunk is not None
    assert (row.trunk.host, row.trunk.user, row.trunk.password) == ("sipconnect.sipgate.de", "123t0", "x y")
    page = get(client, answer["Location"])
    assert "sipgate has not answered yet" in page
    assert "x y" not in page


def test_what_went_wrong_stands_in_a_sentence_beside_the_number() -> None:
    client = browser(t.mae())
    client.post(ADD, FILLED)
    Trunk.objects.update(trouble="sipconnect.sipgate.de does not accept this user name and password.")
    for address in ("/settings/telephone/", "/settings/telephone/numbers/rows/"):
        assert "does not accept this user name" in get(client, address)


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ({"number": "21 000"}, "country code"),
        ({"user": ""}, "SIP-ID"),
        ({"through": "other", "host": ""}, "Which server"),
        ({"addresses": "nowhere"}, "like 192.0.2.5"),
    ],
)
def test_what_is_missing_is_said_beside_its_field(change: dict[str, str], says: str) -> None:
    answer = browser(t.mae()).post(ADD, {**FILLED, **change})
    assert answer.status_code == 422
    assert says in answer.content.decode()
    assert not PhoneNumber.objects.exists()


def test_a_new_password_is_tried_and_an_empty_one_keeps_the_old() -> None:
    client = browser(t.mae())
    client.post(ADD, FILLED)
    row = PhoneNumber.objects.get()
    assert row.trunk is not None
    here = {"through": f"trunk-{row.trunk_id}", "user": "123t0", "host": row.trunk.host, "port": "5060"}
    client.post(f"/settings/telephone/numbers/{row.pk}/", {**here, "password": "new"})
    assert registering.accounts()[0].password == "new"
    client.post(f"/settings/telephone/numbers/{row.pk}/", {**here, "password": ""})
    assert registering.accounts()[0].password == "new"
    client.post(f"/settings/telephone/numbers/{row.pk}/", {**here, "through": "telnyx", "user": "u", "password": "p"})
    assert [each.host for each in registering.accounts()] == ["sip.telnyx.com"]


def test_hours_are_the_houses_until_it_has_its_own() -> None:
    place = t.a_number().place
    client, address = browser(t.mae()), f"/settings/hours/{place.pk}/"
    kept = {"whose": "own", "mon": "09:00–18:00", "holidays": "25 December 2026"}
    assert client.post(address, kept).status_code == 302
    place.refresh_from_db()
    assert (place.hours["week"]["mon"], place.hours["week"]["tue"]) == ([["09:00", "18:00"]], [])
    assert 'value="09:00–18:00"' in get(client, address)
    client.post(address, {"whose": "own", "always": "on"})
    place.refresh_from_db()
    assert place.opening_hours(t.the_house(mon="09:00-10:00")).is_open(t.after(minutes=300))
    client.post(address, {"whose": "house"})
    place.refresh_from_db()
    assert place.hours == {}
    assert not place.opening_hours(t.the_house(mon="09:00-10:00")).is_open(t.after(minutes=300))


def test_the_mailboxes_hours_are_the_same_page() -> None:
    mailbox = t.a_mailbox()
    page = get(browser(t.mae()), f"/settings/mailboxes/{mailbox.pk}/")
    assert f"/settings/hours/{mailbox.place_id}/" in page
    assert "clock of waiting sleeps" in get(browser(t.mae()), f"/settings/hours/{mailbox.place_id}/")


def test_a_greeting_is_kept_played_and_taken_away() -> None:
    client, place = browser(t.mae()), t.a_number().place
    sound = SimpleUploadedFile("greeting.wav", a_wav(), content_type="audio/wav")
    assert client.post(f"/settings/telephone/greeting/{place.pk}/", {"sound": sound}).status_code == 302
    answer = client.get(f"/settings/telephone/greeting/{place.pk}/play/")
    assert (answer["Content-Type"], b"".join(answer)[:4]) == ("audio/wav", b"RIFF")
    client.post(f"/settings/telephone/greeting/{place.pk}/", {"silence": "yes"})
    assert PlaceWords.objects.get().greeting == ""
    assert client.get(f"/settings/telephone/greeting/{place.pk}/play/").status_code == 404


def test_the_web_page_has_a_greeting_and_hours_of_its_own() -> None:
    site = sites.open_site(by=t.mae(), at=t.MONDAY)
    page = get(browser(t.mae()), "/settings/telephone/")
    assert f"/settings/telephone/greeting/{site.pk}/" in page
    assert f"/settings/hours/{site.pk}/" in page


def test_my_own_telephone_is_mine_to_set_and_waits_to_be_confirmed() -> None:
    client = browser(t.bea())
    client.post("/settings/telephone/own/", {"number": "+351 91 000 0000", "rings": "on"})
    assert "+351 910 000 000 does not ring yet" in get(client, "/settings/telephone/")


def test_the_first_run_offers_the_telephone_and_lets_one_skip_it() -> None:
    page = get(browser(t.mae()), "/settings/telephone/first/")
    assert "How can customers call you?" in page
    assert '<a class="button is-key" href="/">' in page
