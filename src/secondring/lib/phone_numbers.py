"""Phone numbers are E.164 from the door on; how they are shown is a question of the reader.

What is known of the world's numbers is imported when it is first asked for: it is large, and many a process never does.
"""


def normalise(written: str, region: str | None = None) -> str | None:
    """The number in E.164, or None when it cannot be one. `region` (ISO 3166, such as "PT") reads national formats."""
    import phonenumbers

    try:
        number = phonenumbers.parse(written, region)
    except phonenumbers.NumberParseException:
        return None
    if not phonenumbers.is_possible_number(number):
        return None
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)


def valid(written: str, region: str | None = None) -> str | None:
    """As `normalise`, but None too for a number that nobody can have."""
    import phonenumbers

    number = normalise(written, region)
    return number if number and phonenumbers.is_valid_number(phonenumbers.parse(number)) else None


def shown(e164: str) -> str:
    """The number as people of its country group it, with the country in front."""
    import phonenumbers

    try:
        number = phonenumbers.parse(e164)
    except phonenumbers.NumberParseException:
        return e164
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.INTERNATIONAL)


def region(e164: str) -> str:
    """Where this number is at home (ISO 3166, such as "PT"); "US" when nobody knows."""
    import phonenumbers

    try:
        return phonenumbers.region_code_for_number(phonenumbers.parse(e164)) or "US"
    except phonenumbers.NumberParseException:
        return "US"
