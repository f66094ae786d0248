"""Calendar invitations in a letter (RFC 5545, iTIP RFC 5546), enough of them to show what is meant and when."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from datetime import UTC, date, datetime, time, timedelta, timezone
from zoneinfo import ZoneInfo

from . import headers
from .parsed import Invitation

_MOST_LINES = 20_000
_DURATION = re.compile(r"P(?:(\d{1,4})W)?(?:(\d{1,4})D)?(?:T(?:(\d{1,4})H)?(?:(\d{1,4})M)?(?:(\d{1,6})S)?)?$")
# Outlook's names for the zones people write from most; others are worked out from the invitation's own VTIMEZONE.
_WINDOWS_ZONES = {
    "gmt standard time": "Europe/London", "w. europe standard time": "Europe/Berlin", "utc": "UTC",
    "romance standard time": "Europe/Paris", "central europe standard time": "Europe/Budapest",
    "central european standard time": "Europe/Warsaw", "e. europe standard time": "Europe/Chisinau",
    "gtb standard time": "Europe/Bucharest", "fle standard time": "Europe/Kyiv", "greenwich standard time": "UTC",
    "russian standard time": "Europe/Moscow", "turkey standard time": "Europe/Istanbul",
    "eastern standard time": "America/New_York", "central standard time": "America/Chicago",
    "mountain standard time": "America/Denver", "us mountain standard time": "America/Phoenix",
    "pacific standard time": "America/Los_Angeles", "atlantic standard time": "America/Halifax",
    "e. south america standard time": "America/Sao_Paulo", "tokyo standard time": "Asia/Tokyo",
    "china standard time": "Asia/Shanghai", "india standard time": "Asia/Kolkata",
    "korea standard time": "Asia/Seoul", "singapore standard time": "Asia/Singapore",
    "aus eastern standard time": "Australia/Sydney", "new zealand standard time": "Pacific/Auckland",
    "israel standard time": "Asia/Jerusalem", "south africa standard time": "Africa/Johannesburg",
    "arabian standard time": "Asia/Dubai",
}  # fmt: skip
Line = tuple[str, dict[str, str], str]


def read(calendars: Sequence[str]) -> Invitation | None:
    """The first event in these calendars, or None."""
    for calendar in calendars:
        try:
            event = _event(list(_lines(calendar)))
        except OverflowError:  # a year or a length that no calendar has
            continue
        if event:
            return event
    return None


def _lines(calendar: str) -> Iterator[Line]:
    """Name, parameters and value of each line, unfolded (RFC 5545, section 3.1)."""
    for line in re.sub(r"\r?\n[ \t]", "", calendar[:2_000_000]).splitlines()[:_MOST_LINES]:
        colon = _outside_quotes(line)
        if colon < 0:
            continue
        _, parameters = headers.parameters("x;" + line[:colon].partition(";")[2])
        yield line[:colon].partition(";")[0].strip().upper(), parameters, line[colon + 1 :].strip()


def _outside_quotes(line: str) -> int:
    quoted = False
    for at, letter in enumerate(line[:2_000]):
        if letter == '"':
            quoted = not quoted
        elif letter == ":" and not quoted:
            return at
    return -1


def _event(lines: list[Line]) -> Invitation | None:
    method = next((value.upper() for name, _, value in lines if name == "METHOD"), "PUBLISH")
    inside = _between(lines, "VEVENT")
    if not inside:
        return None
    told = {name: (parameters, value) for name, parameters, value in reversed(inside)}
    offsets = _offsets(lines)
    start = _time(told.get("DTSTART"), offsets)
    end = _time(told.get("DTEND"), offsets)
    if end is None and start is not None and "DURATION" in told:
        end = start + _duration(told["DURATION"][1])
    organiser = told.get("ORGANIZER", ({}, ""))
    return Invitation(
        method=method[:20],
        summary=_words(told.get("SUMMARY")),
        start=start,
        end=end,
        place=_words(told.get("LOCATION")),
        organiser=_email(organiser[1]),
        organiser_name=organiser[0].get("cn", "")[:200],
        attendees=tuple(_email(value) for name, _, value in inside if name == "ATTENDEE")[:500],
        uid=told.get("UID", ({}, ""))[1][:500],
        repeats="RRULE" in told or "RDATE" in told,
    )


def _between(lines: list[Line], what: str) -> list[Line]:
    """The lines of the first such component, without those of components inside it (alarms)."""
    inside: list[Line] = []
    depth = 0
    for name, parameters, value in lines:
        if name == "BEGIN" and (depth or value.upper() == what):
            depth += 1
        elif name == "END" and depth:
            depth -= 1
            if not depth:
                break
        elif depth == 1:
            inside.append((name, parameters, value))
    return inside


def _words(told: tuple[dict[str, str], str] | None) -> str:
    if told is None:
        return ""
    text = re.sub(r"\\([nN])", "\n", told[1][:5_000])
    return re.sub(r"\\(.)", r"\1", text).strip()


def _email(value: str) -> str:
    return re.sub(r"(?i)^mailto:", "", value).strip().lower()[:320]


def _time(told: tuple[dict[str, str], str] | None, offsets: dict[str, timezone]) -> datetime | date | None:
    if told is None:
        return None
    parameters, value = told
    found = re.match(r"(\d{4})(\d{2})(\d{2})(?:T(\d{2})(\d{2})(\d{2})?(Z)?)?", value)
    if not found:
        return None
    try:
        day = date(int(found[1]), int(found[2]), int(found[3]))
        if found[4] is None:
            return day
        zone = UTC if found[7] else _zone(parameters.get("tzid", ""), offsets)
        clock = time(int(found[4]), int(found[5]), min(int(found[6] or 0), 59), tzinfo=zone)
        return datetime.combine(day, clock).astimezone(UTC)
    except (ValueError, OverflowError):
        return None


def _zone(name: str, offsets: dict[str, timezone]) -> timezone | ZoneInfo:
    """A zone by its name, else by the standard offset that the invitation gives it, else UTC."""
    name = name.strip('"')
    for known in (_WINDOWS_ZONES.get(name.lower(), ""), name):
        if re.fullmatch(r"[A-Za-z]+(?:/[A-Za-z0-9_+-]+){0,2}", known):
            try:
                return ZoneInfo(known)
            except (KeyError, ValueError, OSError):
                continue
    return offsets.get(name, UTC)


def _offsets(lines: list[Line]) -> dict[str, timezone]:
    found: dict[str, timezone] = {}
    zone, in_standard = "", False
    for name, _, value in lines:
        if name == "TZID":
            zone = value
        elif name in ("BEGIN", "END"):
            in_standard = name == "BEGIN" and value.upper() == "STANDARD"
        elif name == "TZOFFSETTO" and in_standard and (offset := re.match(r"([+-])(\d{2})(\d{2})", value)):
            minutes = int(offset[2]) * 60 + int(offset[3])
            found[zone] = timezone(timedelta(minutes=min(minutes, 1439) * (1 if offset[1] == "+" else -1)))
    return found


def _duration(value: str) -> timedelta:
    found = _DURATION.match(value)
    if not found:
        return timedelta()
    weeks, days, hours, minutes, seconds = (int(number or 0) for number in found.groups())
    return timedelta(weeks=weeks, days=days, hours=hours, minutes=minutes, seconds=seconds)
