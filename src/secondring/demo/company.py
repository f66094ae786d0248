"""Who is who at Harbour Row: the house, its mailboxes, its people and everybody who writes to them, as the files tell it."""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

WORLD = Path(__file__).parent / "world"
TAKES_IN = "mx.harbourrow.example"  # the mail server that asks senders' domains whether a letter is theirs


@dataclass(frozen=True, slots=True)
class Colleague:
    """Somebody who works here. `face` is in the words of faces.py."""

    key: str
    name: str
    role: str
    email: str
    zone: str
    signature: str
    knows: str
    face: str


@dataclass(frozen=True, slots=True)
class Box:
    """A shared address."""

    key: str
    address: str
    name: str
    what: str


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody who buys, sells, wonders or worries. `facts` begin with the key of who learned them."""

    key: str
    name: str
    addresses: tuple[str, ...]
    face: str
    phones: tuple[str, ...] = ()
    since: date | None = None  # known to the house since; else since their first letter
    city: str = ""
    zone: str = ""
    about: str = ""
    great: str = ""
    heard: str = ""
    facts: tuple[str, ...] = ()
    site: Mapping[str, str] = field(default_factory=dict)
    work: Mapping[str, str] = field(default_factory=dict)

    @property
    def address(self) -> str:
        return self.addresses[0]


@dataclass(frozen=True, slots=True)
class Company:
    """Everything that stands still while letters come and go."""

    name: str
    colleagues: dict[str, Colleague]
    boxes: dict[str, Box]
    people: dict[str, Person]


@cache
def harbour_row() -> Company:
    """The company as the files in world/ tell it."""
    told = _read(WORLD / "team.toml")
    people = [each for file in sorted((WORLD / "people").glob("*.toml")) for each in _read(file)["person"]]
    return Company(
        name=told["house"]["name"],
        colleagues={each["key"]: Colleague(**each) for each in told["teammate"]},
        boxes={each["key"]: Box(**each) for each in told["mailbox"]},
        people={each["key"]: _person(each) for each in people},
    )


def _read(file: Path) -> dict[str, Any]:
    return tomllib.loads(file.read_text("utf-8"))


def _person(told: dict[str, Any]) -> Person:
    lists = {name: tuple(told.get(name, ())) for name in ("addresses", "phones", "facts")}
    return Person(**{**told, **lists})
