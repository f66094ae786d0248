"""The words of quote_words.toml, by which mail programs in some forty languages announce what somebody else wrote."""

import re
import tomllib
from collections.abc import Iterable
from importlib import resources
from typing import Final

_TABLE: Final = tomllib.loads(resources.files(__package__).joinpath("quote_words.toml").read_text(encoding="utf-8"))

WROTE: Final[tuple[str, ...]] = tuple(_TABLE["wrote"])
WROTE_UNSPACED: Final[tuple[str, ...]] = tuple(_TABLE["wrote_unspaced"])
LEADS: Final[tuple[str, ...]] = tuple(_TABLE["leads"])
QUOTING: Final[tuple[str, ...]] = tuple(_TABLE["quoting"])
ORIGINAL: Final[tuple[str, ...]] = tuple(_TABLE["original"])
FORWARDED: Final[tuple[str, ...]] = tuple(_TABLE["forwarded"])
ABOVE: Final[tuple[str, ...]] = tuple(_TABLE["above"])
BELOW: Final[tuple[str, ...]] = tuple(_TABLE["below"])

# The later kind wins where one word means two things in two languages ("data" is a date, "de" a sender).
LETTERHEAD: Final[dict[str, str]] = {
    label: kind for kind in ("other", "to", "date", "sent", "subject", "from") for label in _TABLE[kind]
}

_SENT_FROM: Final[dict[str, list[str]]] = _TABLE["sent_from"]
SENT: Final = "|".join(_SENT_FROM["begins"])
ENDS: Final = "|".join(_SENT_FROM["ends"])
PRODUCTS: Final = "|".join(_SENT_FROM["products"])
DEVICES: Final = "|".join(_SENT_FROM["devices"])
OFFERS: Final = "|".join(_SENT_FROM["offers"])
OFFERED: Final = "|".join(_SENT_FROM["offered"])
SPOKEN: Final = "|".join(_SENT_FROM["spoken"])
EXCUSES: Final = "|".join(_SENT_FROM["excuses"])


def any_of(phrases: Iterable[str]) -> str:
    """A pattern for one of these phrases, the longest first."""
    return "|".join(re.escape(phrase) for phrase in sorted(set(phrases), key=len, reverse=True))
