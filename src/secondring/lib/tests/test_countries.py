"""Every country that has telephone numbers can be chosen, by a name."""

import phonenumbers

from secondring.lib import countries


def test_every_country_with_numbers_has_a_name_and_its_code() -> None:
    found = dict(countries.all_of_them())
    assert set(found) == set(phonenumbers.SUPPORTED_REGIONS)
    assert (found["PT"], found["US"], found["CI"]) == ("Portugal +351", "United States +1", "Côte d'Ivoire +225")
