"""A letter taken apart into its parts (RFC 2046), in one walk over its lines however deep or broken it is."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from . import headers, transfer
from .headers import Headers

DEEPEST = 60
MOST_PARTS = 3_000
LONGEST_BOUNDARY = 4_000
_TYPE = re.compile(r"[a-z0-9!#$&^_.+-]+/[a-z0-9!#$&^_.+-]+")
_SHORT_TYPES = {"text": "text/plain", "plain": "text/plain", "html": "text/html", "text/": "text/plain"}


@dataclass(slots=True)
class Part:
    """One part: where its body begins and ends in the letter's bytes, and the parts inside it."""

    headers: Headers
    type: str
    parameters: dict[str, str]
    start: int
    end: int
    is_implied: bool = False  # its type comes from the multipart around it
    children: list[Part] = field(default_factory=list)

    @property
    def is_multipart(self) -> bool:
        return self.type.startswith("multipart/")

    @property
    def disposition(self) -> str:
        return headers.parameters(self.headers.raw("content-disposition"))[0]

    @property
    def file_name(self) -> str:
        given = headers.parameters(self.headers.raw("content-disposition"))[1]
        return given.get("filename") or given.get("name") or self.parameters.get("name") or ""

    def content(self, raw: bytes) -> tuple[bytes, str]:
        """The body with its transfer encoding undone, and a warning or ''."""
        encoding = self.headers.raw("content-transfer-encoding")
        return transfer.decode(raw[self.start : self.end], encoding, is_text=self.type.startswith("text/"))

    def walk(self) -> Iterator[Part]:
        """This part and all inside it, in reading order (no recursion: depth is the sender's choice)."""
        waiting = [self]
        while waiting:
            part = waiting.pop()
            yield part
            waiting.extend(reversed(part.children))


def straightened(raw: bytes) -> bytes:
    """The letter with line ends that can be told apart: old Mac returns and doubled returns become plain ones."""
    raw = raw.removeprefix(b"\xef\xbb\xbf")
    top = raw[:4096]
    if top.count(b"\r\r\n") * 2 > top.count(b"\n"):
        raw = raw.replace(b"\r\r\n", b"\r\n")
    elif top.count(b"\r") > 2 * top.count(b"\n"):
        raw = raw.replace(b"\r\n", b"\n").replace(b"\r", b"\n")
    unindented = raw.lstrip(b"\r\n") if raw[:1] in (b"\r", b"\n") else raw
    return unindented if headers.looks_like_one(unindented) else raw


def take_apart(raw: bytes) -> tuple[Part, list[str]]:
    """The (straightened) letter as a tree of parts, and warnings. Never raises; at most 3,000 parts, 60 deep."""
    walk = _Walk(raw)
    return walk.whole(), walk.warnings


@dataclass(slots=True)
class _Open:
    """A multipart whose last boundary has not come, and where its next one stands (looked up once, not once a part)."""

    part: Part
    pattern: re.Pattern[bytes]
    found: re.Match[bytes] | None = None
    searched: bool = False

    def next(self, raw: bytes, at: int, end: int) -> re.Match[bytes] | None:
        """Its boundary line from `at` on, sought up to `end`: there the multipart around it goes on, and this one is over."""
        if not self.searched or (self.found is not None and self.found.start() + 1 < at):
            self.found, self.searched = self.pattern.search(raw, max(0, at - 1), end), True
        return self.found


class _Walk:
    """One pass from boundary to boundary. Each open multipart remembers its next one, so no byte is searched twice for it."""

    def __init__(self, raw: bytes) -> None:
        self.raw = raw
        self.warnings: list[str] = []
        self.open: list[_Open] = []  # outermost first
        self.next_blank: dict[bytes, int] = {}
        self.count = 0

    def whole(self) -> Part:
        root = here = self._part(0, "text/plain")
        at = here.start
        while line := self._boundary(at):
            depth, found = line
            here = self._next_part(here, found.start() + 1, found.end(), depth, is_last=bool(found[1]))
            at = max(found.end(), here.start) if not found[1] else found.end()
            if self.count >= MOST_PARTS:
                self.warnings.append(f"This letter has more than {MOST_PARTS} parts; the rest was left unopened.")
                return root
        if self.open:
            self.warnings.append("The letter ends before its last part does.")
        return root

    def _boundary(self, at: int) -> tuple[int, re.Match[bytes]] | None:
        """The next boundary line from `at` (a line's beginning) and whose it is: the innermost where two are alike."""
        best: tuple[int, re.Match[bytes]] | None = None
        for depth, one in enumerate(self.open):
            found = one.next(self.raw, at, best[1].end() if best else len(self.raw))
            if found and (best is None or found.start() <= best[1].start()):
                best = depth, found
        return best

    def _next_part(self, here: Part, start: int, after: int, depth: int, *, is_last: bool) -> Part:
        """What a boundary line does: it ends all that is open inside its multipart, and begins a part or ends it."""
        multipart = self.open[depth].part
        end = start - 1 - (self.raw[start - 2 : start - 1] == b"\r") if start > 1 else 0
        for part in (here, *(inner.part for inner in self.open[depth + 1 :])):
            if part is not multipart:
                part.end = max(part.start, min(part.end, end))
        del self.open[depth + (not is_last) :]
        if is_last:
            multipart.end = max(multipart.start, end)
            return multipart
        part = self._part(after, "message/rfc822" if multipart.type == "multipart/digest" else "text/plain")
        multipart.children.append(part)
        return part

    def _part(self, start: int, default: str) -> Part:
        self.count += 1
        headers_end, body = self._header_end(start)
        fields = headers.split(self.raw[start : min(headers_end, start + headers.MOST_BYTES)])
        if start and not fields.fields and fields.strays:  # no headers and no blank line: all of it is the body
            body, fields = start, Headers()
        kind, parameters = _type_of(fields, default)
        part = Part(fields, kind, parameters, body, len(self.raw), is_implied="content-type" not in fields)
        if part.is_multipart:
            self._expect(part)
        return part

    def _expect(self, part: Part) -> None:
        boundary = part.parameters.get("boundary", "").encode("utf-8", "replace")
        if not boundary.strip() or len(boundary) > LONGEST_BOUNDARY:
            self.warnings.append("A part should hold others, but does not say what stands between them.")
        elif len(self.open) >= DEEPEST:
            self.warnings.append(f"Parts more than {DEEPEST} deep were left unopened.")
        else:
            self.open.append(_Open(part, re.compile(b"\n--" + re.escape(boundary) + rb"(--)?[ \t]*(?:\r?\n|\r?\Z)")))

    def _header_end(self, start: int) -> tuple[int, int]:
        """Where the headers end and the body begins: at the first blank line, or a boundary that comes before it."""
        if self.raw.startswith((b"\n", b"\r\n"), start):
            return start, start + 1 + self.raw.startswith(b"\r", start)
        blank, length = min((self._find(mark, start), len(mark)) for mark in (b"\n\n", b"\n\r\n"))
        if (line := self._boundary(start)) and line[1].start() < blank:
            return line[1].start() + 1, line[1].start() + 1
        return (blank, blank + length) if blank < len(self.raw) else (blank, blank)

    def _find(self, mark: bytes, start: int) -> int:
        """The next `mark` from `start` on, remembered: without blank lines each part would search to the end anew."""
        known = self.next_blank.get(mark, -1)
        if known < start:
            found = self.raw.find(mark, start)
            known = self.next_blank[mark] = found if found >= 0 else len(self.raw)
        return known


def _type_of(fields: Headers, default: str) -> tuple[str, dict[str, str]]:
    """The media type in lower case; what cannot be read becomes the default, or a plain file where it has a name."""
    given, parameters = headers.parameters(fields.raw("content-type"))
    given = _SHORT_TYPES.get(given, given)
    if found := _TYPE.match(given):
        return found[0], parameters
    if parameters.get("boundary"):
        return "multipart/mixed", parameters
    if "content-type" in fields and (parameters.get("name") or "filename" in fields.raw("content-disposition").lower()):
        return "application/octet-stream", parameters
    return default, parameters
