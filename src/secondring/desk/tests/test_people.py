"""The person: their card, what we learned, the list of everybody, search, nudges, letters, the palette."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from secondring import testing as t
from secondring.conversations import junking, noting
from secondring.customers import recognising, remembering
from secondring.customers.models import Customer, Fact
from secondring.desk import search
from secondring.lib import search_words
from secondring.mail.models import Fate, IncomingEmail

from .desks import HTMX, browser, get, post

pytestmark = pytest.mark.django_db


def test_the_card_says_who_it_is_and_what_we_learned() -> None:
    ana = t.ana()
    remembering.describe(
        ana,
        by=t.bea(),
        at=t.MONDAY,
        about="Cellist in Porto",
        great="She records the river.",
        time_zone="Europe/Lisbon",
    )
    remembering.remember(ana, "Her cello is called Dona Amélia", by=t.cal(), at=t.MONDAY)
    hidden = t.a_letter(mailbox=t.a_mailbox("boss@harbourrow.example", everyone=False), subject="Secret matter")
    letter = t.a_letter()
    card = get(browser(t.bea()), f"/customers/{ana.pk}/card/?conversation={letter.conversation_id}")
    for words in (
        "Cellist in Porto",
        "She records the river.",
        "Dona Amélia",
        "Cal",
        "there",
        "ana@example.org",
        "Warped",
    ):
        assert words in card
    assert "Secret matter" not in card
    assert "One conversation elsewhere" in card
    assert "Secret matter" in get(browser(t.mae()), f"/customers/{ana.pk}/card/")
    assert hidden.conversation_id


def test_packers_and_strangers_see_no_card() -> None:
    address = f"/customers/{t.ana().pk}/card/"
    assert browser(t.pia()).get(address).status_code == 404
    assert get(browser(t.bea()), address)


def test_more_facts_cost_no_more_queries() -> None:
    client, ana = browser(t.bea()), t.ana()
    remembering.remember(ana, "One", by=t.cal(), at=t.MONDAY)
    t.a_letter()
    get(client, f"/customers/{ana.pk}/card/")
    with CaptureQueriesContext(connection) as few:
        get(client, f"/customers/{ana.pk}/card/")
    for n in range(10):
        remembering.remember(ana, f"Fact {n}", by=t.bea(), at=t.MONDAY)
        t.a_letter(subject=f"Matter {n}")
    with CaptureQueriesContext(connection) as many:
        get(client, f"/customers/{ana.pk}/card/")
    assert len(many) == len(few) <= 16


@pytest.mark.parametrize("scripts", [True, False])
def test_remember_and_take_off_again(scripts: bool) -> None:
    ana, client = t.ana(), browser(t.bea())
    answer = post(client, f"/people/{ana.pk}/remember/", scripts=scripts, text="Plays at dawn")
    assert answer.status_code == (200 if scripts else 302)
    fact = Fact.objects.get()
    assert (fact.text, fact.by) == ("Plays at dawn", t.bea())
    post(client, f"/facts/{fact.pk}/forget/", scripts=scripts)
    assert not Fact.objects.kept().exists()
    assert post(client, f"/facts/{fact.pk}/forget/").status_code == 404
    assert post(client, f"/people/{ana.pk}/remember/", text=" ").status_code == 409
    assert post(browser(t.pia()), f"/people/{ana.pk}/remember/", text="x").status_code == 404


def test_where_they_heard_of_us_is_asked_once() -> None:
    ana, client = t.ana(), browser(t.bea())
    assert "Where did they hear of us?" in get(client, f"/customers/{ana.pk}/card/")
    post(client, f"/people/{ana.pk}/heard/", words="from Lou")
    card = get(client, f"/customers/{ana.pk}/card/")
    assert "Where did they hear of us?" not in card
    assert "“from Lou”" in card


def test_addresses_and_numbers_are_added_and_never_taken_from_somebody_else() -> None:
    ana, client = t.ana(), browser(t.bea())
    t.lou()
    assert (
        "studio@example.org" in post(client, f"/people/{ana.pk}/points/", value="Studio@example.org").content.decode()
    )
    assert "+351 21 000 0000" in post(client, f"/people/{ana.pk}/points/", value="+351 210000000").content.decode()
    answer = post(client, f"/people/{ana.pk}/points/", value="lou@example.org")
    assert answer.status_code == 409
    assert "belongs to Lou Pettersson" in answer.content.decode()
    assert Customer.objects.count() == 2


def test_what_is_written_on_the_card_is_checked_and_kept() -> None:
    ana, client = t.ana(), browser(t.bea())
    fields = {"name": "Ana Lima", "about": "Cellist", "great": "", "city": "Porto"}
    refused = client.post(
        f"/people/{ana.pk}/edit/", {**fields, "time_zone": "Porto/Porto", "site_url": "javascript:alert(1)"}
    )
    assert refused.status_code == 422
    assert b"There is no such time zone." in refused.content
    assert b"That is not the address of a site." in refused.content
    assert (
        client.post(
            f"/people/{ana.pk}/edit/", {**fields, "time_zone": "Europe/Lisbon", "site_url": "mares.example"}
        ).status_code
        == 302
    )
    ana.refresh_from_db()
    assert (ana.about, ana.site_url) == ("Cellist", "https://mares.example")


def test_a_persons_page_lists_what_one_may_see() -> None:
    letter = t.a_letter()
    t.a_letter(mailbox=t.a_mailbox("boss@harbourrow.example", everyone=False), subject="Secret matter")
    page = get(browser(t.bea()), f"/people/{letter.customer_id}/")
    assert "Warped" in page
    assert "Secret matter" not in page
    assert "/write/?to=ana@example.org" in page


def test_people_are_found_by_name_address_and_number() -> None:
    ana, client = t.ana(), browser(t.bea())
    remembering.add_contact_point(ana, "phone", "+351210000042", by=t.bea(), at=t.MONDAY)
    t.lou()
    for typed in ("lima", "ana@ex", "00042"):
        page = get(client, "/people/", data={"q": typed})
        assert "Ana Lima" in page, typed
        assert "Pettersson" not in page
    assert "Pettersson" in get(client, "/people/")
    assert "Ana Lima" not in get(browser(t.pia()), "/people/")


def test_people_come_by_pages() -> None:
    for n in range(55):
        recognising.recognise("email", f"p{n}@example.org", name=f"Person {n:02}", at=t.MONDAY)
    page = get(browser(t.bea()), "/people/")
    assert "Person 54" in page
    assert "Person 04" not in page
    more = page.split('id="more-people"><a class="button" href="')[1].split('"')[0].replace("&amp;", "&")
    assert "Person 04" in get(browser(t.bea()), more, headers=HTMX)


def test_the_envelope_suggests_people_as_one_types() -> None:
    t.ana()
    found = browser(t.bea()).get("/people/suggest/", {"q": "ana"}).json()["people"]
    assert found == [{"name": "Ana Lima", "address": "ana@example.org", "written": "Ana Lima <ana@example.org>"}]
    assert browser(t.pia()).get("/people/suggest/", {"q": "ana"}).json()["people"] == []


def test_search_finds_words_marks_them_and_hides_what_one_may_not_see() -> None:
    t.a_letter(text="The needle goes up and down like a little boat.")
    t.a_letter(t.lou(), text="A boat of my own.", mailbox=t.a_mailbox("boss@harbourrow.example", everyone=False))
    page = get(browser(t.bea()), "/search/", data={"q": "boat"})
    assert "<mark>boat</mark>" in page
    assert "of my own" not in page
    assert "of my own" in get(browser(t.mae()), "/search/", data={"q": "boat"})
    assert "Nothing found" in get(browser(t.bea()), "/search/", data={"q": "submarine"})


def test_a_find_far_up_in_a_long_conversation_opens_there() -> None:
    conversation = t.a_letter(text="The needle goes up and down.").conversation
    first = conversation.messages.get()
    for n in range(80):
        noting.note(conversation, f"Note {n}", by=t.bea(), at=t.after(n))
    client = browser(t.bea())
    assert f"?message={first.pk}#message-{first.pk}" in get(client, "/search/", data={"q": "needle"})
    page = get(client, f"/conversations/{conversation.pk}/?message={first.pk}")
    assert f'id="message-{first.pk}"' in page
    assert "Note 79" not in page.split('id="timeline"')[1]
    assert "To the newest words" in page
    last = conversation.messages.last()
    assert "To the newest words" not in get(client, f"/conversations/{conversation.pk}/?message={last.pk}")
    assert get(client, f"/conversations/{conversation.pk}/?message=nonsense")


def test_the_card_is_written_on_in_its_own_place() -> None:
    ana, client = t.ana(), browser(t.bea())
    in_card = {**HTMX, "HX-Target": "div#card-inside"}
    form = get(client, f"/people/{ana.pk}/edit/", headers=in_card)
    assert form.lstrip().startswith('<div id="card-inside"')
    refused = client.post(f"/people/{ana.pk}/edit/", {"time_zone": "Nowhere"}, headers=in_card)
    assert (refused.status_code, b'id="card-inside"' in refused.content) == (422, True)
    kept = client.post(f"/people/{ana.pk}/edit/", {"name": "Ana Lima", "about": "Cellist"}, headers=in_card)
    assert (kept.status_code, b"Cellist" in kept.content) == (200, True)


def test_what_is_found_is_shown_as_words() -> None:
    shown = search.around("<script>x</script> the boat & co", search_words.parse("boat "))
    assert "<script>" not in shown
    assert "&lt;script&gt;" in shown
    assert "<mark>boat</mark>" in shown


@pytest.mark.parametrize(
    ("words", "asked", "shown"),
    [
        ("about the boat", "boat", "about the <mark>boat</mark>"),
        ("Q&A and an amp & more", "amp", "Q&amp;A and an <mark>amp</mark> &amp; more"),
        ("Boats and a boat", "boat*", "<mark>Boats</mark> and a <mark>boat</mark>"),
    ],
)
def test_what_was_found_is_marked_in_whole_words(words: str, asked: str, shown: str) -> None:
    assert search.around(words, search_words.parse(asked)) == shown


def test_an_excerpt_begins_and_ends_between_words_and_says_that_it_goes_on() -> None:
    words = [f"word{n}" for n in range(200)]
    words[100] = "boat"
    shown = search.around(" ".join(words), search_words.parse("boat"))
    pieces = shown.split()
    assert (pieces[0], pieces[-1]) == ("…", "…")
    assert set(pieces[1:-1]) <= {*words, "<mark>boat</mark>"}
    assert search.around("潮" * 400, search_words.parse("x")).endswith("潮 …")


def test_who_sent_nothing_but_junk_is_not_among_the_people() -> None:
    junking.junk(t.a_letter(t.lou()).conversation, by=t.bea(), at=t.MONDAY)
    client = browser(t.bea())
    assert "Pettersson" not in get(client, "/people/")
    t.a_letter(t.lou(), text="This time I mean it.", subject="Other")
    assert "Pettersson" in get(client, "/people/")


def test_numbers_are_written_as_people_read_them() -> None:
    remembering.add_contact_point(t.ana(), "phone", "+442079460318", by=t.bea(), at=t.MONDAY)
    assert "+44 20 7946 0318" in get(browser(t.bea()), "/people/")


def test_every_letter_says_who_wrote_and_what_became_of_it() -> None:
    box = t.a_mailbox()
    kept = {"mailbox": box, "via": "imap", "size": 710, "kept_at": t.MONDAY, "understood_at": t.MONDAY}
    message = t.a_letter(mailbox=box)
    IncomingEmail.objects.create(**kept, sha256="a" * 64, fate=Fate.MESSAGE, became=message, subject="Warped")
    IncomingEmail.objects.create(
        **kept, sha256="b" * 64, fate=Fate.ASIDE, because="It has no end.", subject="Mail bomb"
    )
    page = get(browser(t.mae()), "/letters/")
    aside, ours = page.split("<article")[1:3]
    assert "Ana Lima" in ours
    assert '<p class="faint">On the desk</p>' in ours
    assert '<p class="is-wrong">Put aside: It has no end.</p>' in aside
    assert "Read it once more" in aside
