"""The button beside a number, the rules page, 'call me now' as a page: shown where it helps, refused in a sentence."""

import json

import pytest
from django.test import Client

from secondring import testing as t
from secondring.customers.models import ContactPoint
from secondring.desk import calling_out_page
from secondring.lib import clock
from secondring.phone import calling_out, sites, spending
from secondring.phone.models import CallOut, Outbound, TestCall, Trunk
from secondring.team import duty
from secondring.team.models import Teammate

from .desks import browser, get, post

pytestmark = pytest.mark.django_db
RULES = {"countries": ["US", "PT"], "at_once": 2, "per_hour": 30, "minutes_a_day": 240,
         "each_per_hour": 15, "each_minutes_a_day": 120}  # fmt: skip


def a_point() -> ContactPoint:
    return t.ana().contact_points.create(kind="phone", value="+12125550123", added_at=t.MONDAY)


def a_house_that_calls() -> Teammate:
    """Bea on duty, in a house that has called out for long."""
    number = t.a_number("+12125550100")
    number.trunk = Trunk.objects.create(name="Carrier", host="127.0.0.1", registers=False)
    number.region = "US"
    number.save(update_fields=["trunk", "region"])
    calling_out.turn_on(Outbound.ours(), ["US"], by=t.mae(), at=t.after(days=-300))
    duty.go_on(t.bea(), at=t.MONDAY)
    return t.bea()


def test_the_button_stands_beside_numbers_only_where_calls_may_go_out() -> None:
    point = a_point()
    card = f"/customers/{point.customer_id}/card/"
    assert f"/people/{point.customer_id}/call/" not in get(browser(t.bea()), card)
    a_house_that_calls()
    page = get(browser(t.bea()), card)
    assert page.count(f'hx-post="/people/{point.customer_id}/call/"') == 1
    assert f'name="point" value="{point.pk}"' in page


def test_a_call_that_is_allowed_tells_the_page_to_dial() -> None:
    bea, point = a_house_that_calls(), a_point()
    answer = post(browser(bea), f"/people/{point.customer_id}/call/", point=point.pk)
    row = CallOut.objects.get()
    assert json.loads(answer["HX-Trigger"])["sr:dial"] == {"call": row.key}
    assert (row.customer, row.by, row.number) == (t.ana(), bea, "+12125550123")


def test_a_refusal_is_a_sentence_and_nothing_is_dialled() -> None:
    point = a_point()
    answer = post(browser(t.bea()), f"/people/{point.customer_id}/call/", point=point.pk)
    assert answer.status_code == 409
    assert "An owner can turn it on" in answer.content.decode()
    assert "HX-Trigger" not in answer


def test_a_number_of_somebody_else_cannot_be_called_from_this_card() -> None:
    bea, point = a_house_that_calls(), a_point()
    assert post(browser(bea), f"/people/{t.lou().pk}/call/", point=point.pk).status_code == 404


def test_an_emergency_fills_the_screen(client: Client) -> None:
    answer = post(browser(a_house_that_calls()), "/telephone/dial/", number="911")
    assert answer["HX-Redirect"] == "/telephone/emergency/?number=911"
    assert "This desk cannot call 911" in get(browser(t.bea()), answer["HX-Redirect"])


def test_a_typed_number_finds_whose_it_is() -> None:
    bea, point = a_house_that_calls(), a_point()
    post(browser(bea), "/telephone/dial/", number="+1 (212) 555-0123")
    assert CallOut.objects.get().customer == point.customer


def test_the_field_for_a_number_stands_only_where_calls_may_go_out_and_names_the_country() -> None:
    assert 'id="dial-pad"' not in get(browser(t.bea()), "/telephone/dialling/")
    bea = a_house_that_calls()
    for address in ("/telephone/dialling/", "/telephone/"):
        page = get(browser(bea), address)
        assert 'hx-post="/telephone/dial/"' in page
        assert "it is read as in United States" in page


def test_a_number_typed_into_anything_can_be_called_and_a_word_cannot() -> None:
    assert "Call +1" not in get(browser(t.bea()), "/palette/?q=2125550123")
    client = browser(a_house_that_calls())
    assert "Call +1 212-555-0123" in get(client, "/palette/?q=(212) 555-0123")
    assert "Call +44 20 7946 0958" in get(client, "/palette/?q=%2B442079460958")
    for typed in ("12345", "Ana", "555 0123 Ana"):
        assert "telephone/dial" not in get(client, f"/palette/?q={typed}")


def test_the_countries_of_our_customers_stand_first() -> None:
    a_point()
    t.lou().contact_points.create(kind="phone", value="+4687654321", added_at=t.MONDAY)
    page = get(browser(t.mae()), "/settings/calling-out/")
    yours = page[page.index('label="Yours"') : page.index('label="Everywhere else"')]
    assert "Sweden +46" in yours
    assert "Portugal" not in yours
    assert page.count("Sweden +46") == 1


def test_who_called_and_waits_is_offered_a_call_back() -> None:
    point = a_point()
    found = t.a_letter().conversation
    found.channel = "phone"
    found.save(update_fields=["channel"])
    address = f"/conversations/{found.pk}/bar/"
    assert "Call back" not in get(browser(t.bea()), address)
    a_house_that_calls()
    page = get(browser(t.bea()), address)
    assert "Call back" in page
    assert f'name="point" value="{point.pk}"' in page


def test_an_owner_keeps_the_rules_and_nobody_else_sees_them() -> None:
    assert browser(t.lea()).get("/settings/calling-out/").status_code == 404
    client = browser(t.mae())
    trunk = Trunk.objects.create(name="Carrier", host="127.0.0.1")
    assert client.post("/settings/calling-out/", {**RULES, "emergency": [trunk.pk]}).status_code == 302
    rules = Outbound.ours()
    assert (rules.is_on, rules.countries, rules.per_hour) == (True, ["PT", "US"], 30)
    trunk.refresh_from_db()
    assert trunk.dials_emergency
    assert client.post("/settings/calling-out/", {**RULES, "at_once": 0}).status_code == 422
    client.post("/settings/calling-out/off/")
    assert not Outbound.ours().is_on


def test_what_was_not_dialled_stands_on_the_rules_page() -> None:
    calling_out.ask("+19005550100", by=a_house_that_calls(), at=clock.now())
    page = get(browser(t.mae()), "/settings/calling-out/")
    assert "+1 900-555-0100" in page
    assert "costs extra" in page


def test_every_reason_has_a_sentence() -> None:
    reasons = {*spending.HARD, spending.AT_ONCE, "off", "stopped", "no-number", "costly", "elsewhere", "new"}
    assert reasons <= set(calling_out_page.WHY)


def test_a_test_call_is_asked_for_by_the_page_and_told_in_words() -> None:
    sites.open_site(by=t.mae(), at=t.MONDAY)
    client = browser(t.bea())
    answer = post(client, "/settings/telephone/test/begin/", at="desk")
    test = TestCall.objects.get()
    assert json.loads(answer["HX-Trigger"])["sr:dial"] == {"call": test.key}
    assert "It rings at your desk" in answer.content.decode()
    for values, says in (
        ({"begun_at": clock.now(), "ended_at": clock.now()}, "nobody picked up"),
        ({"picked_at": clock.now(), "loudness": 20}, "We heard nothing from you"),
        ({"loudness": 5000}, "Did you hear us, and yourself?"),
        ({"they_heard": False}, "you did not hear us"),
        ({"they_heard": True}, "Both directions work"),
    ):
        TestCall.objects.filter(pk=test.pk).update(**values)
        assert says in get(client, "/settings/telephone/test/"), values


def test_nobody_answers_for_somebody_elses_test() -> None:
    test = TestCall.objects.create(key="k" * 32, teammate=t.bea(), place=t.a_number().place, asked_at=t.MONDAY)
    assert post(browser(t.cal()), f"/settings/telephone/test/{test.key}/heard/", heard="yes").status_code == 404
