"""What the telephone network side has to know of each trunk, and of whom a message comes from and whom it calls. Pure."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from ipaddress import ip_address

from ..lib import phone_numbers

LOOPBACK = "127.0.0.1"
HIDDEN = ("anonymous", "unknown", "restricted", "unavailable", "private", "")


@dataclass(frozen=True, slots=True, kw_only=True)
class Account:
    """A trunk as its row describes it. `numbers` are ours, in E.164; `addresses` are those who may send us calls."""

    id: int
    host: str
    port: int = 5060
    user: str = ""
    password: str = field(default="", repr=False)
    realm: str = ""
    registers: bool = True
    addresses: tuple[str, ...] = ()
    numbers: tuple[str, ...] = ()
    region: str = "US"
    channels: int = 10

    def ours(self, *dialled: str) -> str | None:
        """Which number of ours was dialled, by the first of these words that says so; None when none of ours was.

        Providers write numbers in many ways, and some write only the account's user name: then a lone number is meant.
        """
        for word in dialled:
            for way in _ways(word, self.region):
                if way in self.numbers:
                    return way
        if len(self.numbers) == 1 and self.user and self.user in dialled:
            return self.numbers[0]
        return None


def _ways(word: str, region: str) -> Iterable[str]:
    """E.164 as this may be meant: as a national number, or as an international one without its plus."""
    word = word.strip()
    if not re.fullmatch(r"[+\d][\d().\- ]{2,30}", word):
        return
    for written in (word, f"+{re.sub(r'[^0-9]', '', word).removeprefix('00')}"):
        if number := phone_numbers.normalise(written, region):
            yield number


def shown_caller(user: str, name: str, *, hides: bool) -> tuple[str, str]:
    """Number and name of who calls, as they came; empty what they hide, or what is no number."""
    name = "".join(sign for sign in name if sign.isprintable())[:80].strip().strip('"')
    if hides or user.lower() in HIDDEN:
        return "", ""
    return user[:64], "" if name.lower() in HIDDEN or name == user else name


def callers(accounts: Iterable[Account], resolved: Mapping[str, Iterable[str]]) -> dict[str, int]:
    """Address -> the trunk it belongs to; anybody else is a stranger, who hears no byte.

    resolved: host -> its addresses. Nobody known leaves only this machine itself.
    """
    known: dict[str, int] = {}
    for account in accounts:
        for word in (*account.addresses, *resolved.get(account.host, ())):
            known.setdefault(_canonical(word), account.id)
    known.pop("", None)
    return known


def _canonical(address: str) -> str:
    try:
        return str(ip_address(address.strip()))
    except ValueError:
        return ""
