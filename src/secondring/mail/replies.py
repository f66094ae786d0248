"""What an answer takes over from the letter it answers: its words under the name of who wrote them."""

from dataclasses import dataclass
from datetime import datetime
from html import escape
from typing import Final


@dataclass(frozen=True, slots=True)
class Origin:
    """Who wrote the letter that is answered or passed on, to whom and when (aware, in the reader's own time zone)."""

    name: str
    address: str
    at: datetime
    subject: str = ""
    to: str = ""

    @property
    def who(self) -> str:
        """Name and address as people write them."""
        return f"{self.name} <{self.address}>" if self.name and self.name != self.address else f"<{self.address}>"


def quoted_text(text: str, origin: Origin) -> str:
    """The letter under its author's name, each line marked, as plain text."""
    lines = (f">{line}" if line.startswith(">") else f"> {line}".rstrip() for line in text.strip().splitlines())
    return f"{_wrote(origin)}\n\n" + "\n".join(lines) + "\n"


def quoted_html(html: str, origin: Origin) -> str:
    """The same in HTML (made safe before), in the shape that Gmail, Apple Mail, Outlook and this desk fold."""
    return (
        f'<div class="gmail_quote"><div class="gmail_attr">{escape(_wrote(origin))}<br></div>'
        f'<blockquote type="cite" class="gmail_quote" style="margin:0 0 0 .8ex;border-left:1px solid #ccc;padding-left:1ex">'
        f"{html}</blockquote></div>"
    )


def forwarded_text(text: str, origin: Origin) -> str:
    """The letter under its letterhead, as plain text."""
    head = "".join(f"{name}: {value}\n" for name, value in _letterhead(origin))
    return f"---------- Forwarded message ---------\n{head}\n{text.strip()}\n"


def forwarded_html(html: str, origin: Origin) -> str:
    """The same in HTML (made safe before)."""
    head = "".join(f"<b>{name}:</b> {escape(value)}<br>" for name, value in _letterhead(origin))
    mark = "---------- Forwarded message ---------"
    return f'<div class="gmail_quote"><div class="gmail_attr">{mark}<br>{head}</div><br>{html}</div>'


def _when(at: datetime) -> str:
    return f"{at.day} {_MONTHS[at.month - 1]} {at.year} at {at:%H:%M}"


def _wrote(origin: Origin) -> str:
    return f"On {_when(origin.at)}, {origin.who} wrote:"


def _letterhead(origin: Origin) -> list[tuple[str, str]]:
    fields = [("From", origin.who), ("Date", _when(origin.at)), ("Subject", origin.subject), ("To", origin.to)]
    return [(name, " ".join(value.split())) for name, value in fields if value]


_MONTHS: Final = "January February March April May June July August September October November December".split()
