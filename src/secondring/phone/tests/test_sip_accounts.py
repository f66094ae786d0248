"""Which number was dialled, who calls, and who may: read from what providers really write."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ..sip_accounts import Account, callers, shown_caller

GERMAN = Account(id=1, host="sip.example", user="u-77", numbers=("+493012345678",), region="DE")
TWO = Account(id=2, host="sip.example", user="u-77", numbers=("+12125550100", "+12125550101"))


@pytest.mark.parametrize(
    "dialled", ["+493012345678", "03012345678", "493012345678", "00493012345678", "+49 30 12345678"]
)
def test_a_number_of_ours_is_known_however_it_is_written(dialled: str) -> None:
    assert GERMAN.ours(dialled) == "+493012345678"


def test_an_account_with_one_number_is_called_by_its_user_name() -> None:
    assert GERMAN.ours("u-77") == "+493012345678"
    assert TWO.ours("u-77") is None
    assert TWO.ours("u-77", "2125550101") == "+12125550101"


def test_a_number_that_is_not_ours_is_not_ours() -> None:
    assert GERMAN.ours("+493012345679", "100", "", "sip:x") is None


@given(st.text())
def test_any_word_may_be_dialled(word: str) -> None:
    assert TWO.ours(word) in (None, *TWO.numbers)


def test_who_calls_is_shown_unless_they_hide() -> None:
    assert shown_caller("+15551234", "Ana", hides=False) == ("+15551234", "Ana")
    assert shown_caller("+15551234", "Ana", hides=True) == ("", "")
    assert shown_caller("anonymous", "Anonymous", hides=False) == ("", "")
    assert shown_caller("+15551234", "+15551234", hides=False) == ("+15551234", "")
    assert shown_caller("+15551234", "A\r\nVia: x\x00" + "n" * 200, hides=False)[1].isprintable()


def test_only_the_trunks_may_call() -> None:
    account = Account(id=7, host="sip.example", addresses=("192.0.2.1", " 192.0.2.2 ", "nonsense"))
    assert callers([account], {"sip.example": ["198.51.100.9"]}) == {"192.0.2.1": 7, "192.0.2.2": 7, "198.51.100.9": 7}
    assert callers([], {}) == {}


def test_a_password_is_in_no_log() -> None:
    assert "s3cret" not in repr(Account(id=1, host="x", password="s3cret"))
