"""Which numbers may be dialled at all. Pure: a number, where we are at home, the countries that were chosen; out comes a verdict.

Whoever breaks into a desk dials numbers that pay the caller's accomplice. So only ordinary numbers are dialled, in countries that
an owner chose: landlines, mobiles, free ones, and internet telephones. Not premium, shared-cost or personal numbers, not
satellites, not the numbers of no country.
"""

from collections.abc import Collection
from dataclasses import dataclass
from enum import StrEnum

EVERYWHERE = ("112", "911", "999")  # whoever types one of these means it, wherever they are
NOBODYS = "001"  # the "country" of satellites and international premium numbers


class No(StrEnum):
    """Why not."""

    YES = ""
    NO_NUMBER = "no-number"
    EMERGENCY = "emergency"
    COSTLY = "costly"
    ELSEWHERE = "elsewhere"


@dataclass(frozen=True, slots=True)
class Verdict:
    """number: in E.164, or as it was typed for an emergency; "" when it cannot be read."""

    number: str
    no: No
    country: str = ""

    @property
    def is_emergency(self) -> bool:
        return self.no is No.EMERGENCY


def judge(written: str, *, home: str, countries: Collection[str]) -> Verdict:
    """May this be dialled? home: where national numbers are read. countries: ISO 3166, those an owner chose."""
    import phonenumbers
    from phonenumbers import PhoneNumberType as Kind
    from phonenumbers import shortnumberinfo

    digits = "".join(sign for sign in written if sign in "0123456789")
    if digits in EVERYWHERE or (digits and shortnumberinfo.is_emergency_number(digits, home)):
        return Verdict(digits, No.EMERGENCY)
    try:
        read = phonenumbers.parse(written, home)
    except phonenumbers.NumberParseException:
        return Verdict("", No.NO_NUMBER)
    if read.extension or not phonenumbers.is_valid_number(read):
        return Verdict("", No.NO_NUMBER)
    number = phonenumbers.format_number(read, phonenumbers.PhoneNumberFormat.E164)
    country = phonenumbers.region_code_for_number(read) or NOBODYS
    ordinary = (Kind.FIXED_LINE, Kind.MOBILE, Kind.FIXED_LINE_OR_MOBILE, Kind.TOLL_FREE, Kind.VOIP)
    if country == NOBODYS or phonenumbers.number_type(read) not in ordinary:
        return Verdict(number, No.COSTLY, country)
    return Verdict(number, No.YES if country in countries else No.ELSEWHERE, country)
