"""Keeps count of everything a letter would load from elsewhere, and says what may be shown in its place."""

import re
from collections.abc import Callable, Mapping
from urllib.parse import unquote

from secondring.lib import web_addresses

ShowRemote = Callable[[str], str]
"""Given an outside address, returns the address of our own that fetches it for us."""

RASTER = re.compile(r"data:image/(?:png|gif|jpe?g|webp|bmp);base64,[A-Za-z0-9+/=\s%]*", re.IGNORECASE)
_NETWORK = re.compile(r"(?:https?|ftps?|wss?|feed):|[/\\]{2}", re.IGNORECASE)
_CANDIDATE = re.compile(r"[\s,]*+(\S++)(?:\s++[^,\s]++)*+\s*+,?")
_MOST = 500
_LONGEST = 4_000


class Pictures:
    """The pictures of one letter: its own (cid), those written into it (data), and those held back (remote)."""

    def __init__(self, inline: Mapping[str, str], show_remote: ShowRemote | None) -> None:
        self._inline = {name.strip("<> ").lower(): address for name, address in inline.items()}
        self._show_remote = show_remote
        self.base = ""
        self.remote: dict[str, int] = {}
        self.ours: set[str] = set()

    def address(self, written: str) -> str | None:
        """Return the address to load instead of `written`; None when nothing is loaded."""
        if written.lstrip()[:5].lower() == "data:":
            return written.strip() if RASTER.fullmatch(written.strip()) else None
        return self.address_in_css(written)

    def address_in_css(self, written: str) -> str | None:
        """The same without data: pictures, which have no business in a stylesheet of a letter."""
        url = web_addresses.cleaned(written[:_LONGEST])
        if url[:4].lower() == "cid:":
            return self._own(self._inline.get(unquote(url[4:]).strip("<> ").lower()))
        held = self.note(url)
        return self._own(self._show_remote(held)) if held and self._show_remote else None

    def _own(self, address: str | None) -> str | None:
        if address:
            self.ours.add(address)
        return address

    def note(self, written: str) -> str:
        """Write down an address as held back if it is one of the network's; return it as written down, else ''."""
        url = web_addresses.absolute(written[:_LONGEST], base=self.base) if written.strip() else ""
        if not _NETWORK.match(url):
            return ""
        target = web_addresses.web_link(url)
        held = target.url if target else url
        if held not in self.remote and len(self.remote) < _MOST:
            self.remote[held] = len(self.remote)
        return held if target else ""

    def note_set(self, srcset: str) -> None:
        """Write down every address of a srcset."""
        for candidate in _CANDIDATE.finditer(srcset[:_LONGEST]):
            self.note(candidate[1].rstrip(","))

    def number(self, written: str) -> int | None:
        """Return the place of an outside picture in the list of those held back."""
        return None if len(written) > _LONGEST else self.remote.get(self.note(written))
