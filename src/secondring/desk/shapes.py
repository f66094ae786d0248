"""What the parts of a screen are given: plain values, so that each part can be drawn, tested and looked at alone.

Where a part asks for *someone*, anything with a `name` and, if it has one, a `face` will do: a teammate, a customer, `Someone`.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol


class HasName(Protocol):
    @property
    def name(self) -> str: ...


@dataclass(frozen=True, slots=True)
class Someone:
    """A person who is not a row: the writer of a letter we know only by address, a sample on the parts page."""

    name: str
    face: str = ""  # SHA-256 of a picture
    picture: str = ""  # or its address


@dataclass(frozen=True, slots=True)
class Wait:
    """How long a customer has waited in opening hours, as of `at`; see `waits.of`."""

    seconds: int
    at: datetime
    sleeps: tuple[tuple[datetime, datetime], ...] = ()  # when the clock will stand still, from `at` on

    @property
    def is_late(self) -> bool:
        """Past the second ring."""
        return self.seconds >= 120


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One row of a list. Without a `wait` nobody is waiting."""

    id: str
    href: str
    who: HasName
    channel: str
    words: str  # the last words, one line
    subject: str = ""
    about: str = ""
    wait: Wait | None = None
    when: str = ""  # the day it came to rest, where nobody waits
    holder: HasName | None = None
    held: str = ""  # 'You', 'Bea is writing', 'Paused until 14:00'
    is_named: bool = False  # `held` is the holder's name and nothing more
    is_wrong: bool = False  # our last words came back: `held` says so
    is_writing: bool = False
    has_draft: bool = False
    tags: Sequence[str] = ()
    take_href: str = ""
    card_href: str = ""  # of the person, shown beside the list when the line is chosen
    is_current: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Link:
    """A place one can go, in the rail or in tabs."""

    href: str
    words: str
    icon: str = ""
    count: int | str | None = None  # a string where counting stopped: '1000+'
    is_urgent: bool = False  # a customer would feel this as waiting
    is_current: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Rail:
    """Everything on the left. `waiting` is cut to the six longest by the part itself."""

    house: str
    me: HasName
    lists: Sequence[Link]
    places: Sequence[Link] = ()
    waiting: Sequence[Line] = ()
    rule: str = ""
    bell: bool = False  # is there anything one could be nudged about?
    unseen: int = 0
    tries: str = ""  # in a demo: where one can call this very desk
    mine: Sequence[Link] = ()  # in the menu behind one's own face


@dataclass(frozen=True, slots=True, kw_only=True)
class Jack:
    """A colleague on the board. With an `id` (the teammate's key) lamps.js lights it as they write."""

    id: int = 0
    who: HasName
    words: str  # 'writing to Lou', 'free', 'back at 14:00'
    href: str = ""
    doing: str = ""  # "writing" or "talking" lights the lamp


@dataclass(frozen=True, slots=True, kw_only=True)
class Leaving:
    """Something that can still be taken back, for so many seconds after `at`."""

    words: str  # 'Your letter to Inês'
    seconds: int
    at: datetime
    take_back_href: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Board:
    """The foot of every page."""

    jacks: Sequence[Jack] = ()
    more: int = 0  # colleagues here who have no jack
    team_href: str = ""
    on_duty: bool = True
    duty_href: str = ""
    telephone_href: str = ""  # where the telephone is fetched; "" while there is no way to call us
    leaving: Leaving | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class File:
    """Something enclosed. With a `picture` it is shown small, else by its name."""

    name: str
    href: str = ""
    kind: str = "file"  # an icon: file, file-text, file-image, file-audio, file-video-camera, file-archive
    size: str = ""  # '84 kB', '0:22, play or download'
    picture: str = ""
    wrong: str = ""  # why it cannot go
    remove_href: str = ""  # in a draft
