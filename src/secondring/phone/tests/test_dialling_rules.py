"""Only ordinary numbers in countries that were chosen; whatever is typed, the verdict is one of a few, and never a surprise."""

import phonenumbers
import pytest
from hypothesis import given
from hypothesis import strategies as st
from phonenumbers import PhoneNumberType as Kind

from secondring.phone.dialling_rules import No, judge

US = ["US"]
REGIONS = sorted(phonenumbers.SUPPORTED_REGIONS)
COSTLY = (Kind.PREMIUM_RATE, Kind.SHARED_COST, Kind.PERSONAL_NUMBER, Kind.PAGER, Kind.UAN, Kind.VOICEMAIL)
ORDINARY = (Kind.FIXED_LINE, Kind.MOBILE, Kind.FIXED_LINE_OR_MOBILE, Kind.TOLL_FREE, Kind.VOIP)


@pytest.mark.parametrize(
    ("written", "no"),
    [
        ("+1 212 555 0123", No.YES),
        ("(212) 555-0123", No.YES),
        ("+1 900 555 0100", No.COSTLY),
        ("+44 9098 790000", No.COSTLY),
        ("+44 70 1234 5678", No.COSTLY),
        ("+870 773 111 632", No.COSTLY),
        ("+882 16 2345 6789", No.COSTLY),
        ("+979 1 2345 6789", No.COSTLY),
        ("+1 876 555 0123", No.ELSEWHERE),
        ("+351 21 000 0001", No.ELSEWHERE),
        ("911", No.EMERGENCY),
        ("9-1-1", No.EMERGENCY),
        ("112", No.EMERGENCY),
        ("999", No.EMERGENCY),
        ("", No.NO_NUMBER),
        ("+1 212", No.NO_NUMBER),
        ("sip:you@example.org", No.NO_NUMBER),
        ("+12125550123;ext=9", No.NO_NUMBER),
        ("*72 212 555 0123", No.NO_NUMBER),
    ],
)
def test_what_may_be_dialled_from_a_house_in_the_united_states(written: str, no: No) -> None:
    assert judge(written, home="US", countries=US).no == no


def test_an_emergency_is_read_as_people_there_call_it() -> None:
    assert judge("110", home="DE", countries=["DE"]).is_emergency
    assert not judge("110", home="PT", countries=["PT"]).is_emergency


@given(written=st.text(max_size=30), home=st.sampled_from(REGIONS), countries=st.sets(st.sampled_from(REGIONS)))
def test_whatever_is_typed_only_ordinary_numbers_of_chosen_countries_pass(
    written: str, home: str, countries: set[str]
) -> None:
    verdict = judge(written, home=home, countries=countries)
    if verdict.no is No.YES:
        passes(verdict.number, countries)


@given(
    kind=st.sampled_from([*COSTLY, *ORDINARY]),
    region=st.sampled_from(REGIONS),
    countries=st.sets(st.sampled_from(REGIONS), max_size=3),
    plus=st.booleans(),
)
def test_costly_numbers_of_every_country_are_refused_and_ordinary_ones_only_where_chosen(
    kind: int, region: str, countries: set[str], plus: bool
) -> None:
    example = phonenumbers.example_number_for_type(region, kind)
    if example is None:
        return
    form = phonenumbers.PhoneNumberFormat.E164 if plus else phonenumbers.PhoneNumberFormat.NATIONAL
    verdict = judge(phonenumbers.format_number(example, form), home=region, countries=countries)
    if verdict.no is No.YES:
        passes(verdict.number, countries)
    if plus and phonenumbers.number_type(example) in COSTLY:
        assert verdict.no in (No.COSTLY, No.EMERGENCY)


@given(code=st.sampled_from([800, 808, 870, 878, 881, 882, 883, 888, 979]), rest=st.integers(0, 10**9))
def test_numbers_of_no_country_are_never_dialled(code: int, rest: int) -> None:
    assert judge(f"+{code}{rest}", home="US", countries=REGIONS).no in (No.COSTLY, No.NO_NUMBER)


def passes(number: str, countries: set[str]) -> None:
    read = phonenumbers.parse(number)
    assert number == phonenumbers.format_number(read, phonenumbers.PhoneNumberFormat.E164)
    assert phonenumbers.region_code_for_number(read) in countries
    assert phonenumbers.number_type(read) in ORDINARY
