"""When a letter was written, as its sender's clock said: many spellings, one aware UTC time (RFC 5322, section 3.3)."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta, timezone

_MONTHS = {name: number for number, name in enumerate(
    ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"], start=1)}  # fmt: skip
_ZONES = {"ut": 0, "utc": 0, "gmt": 0, "z": 0, "est": -300, "edt": -240, "cst": -360, "cdt": -300, "mst": -420,
          "mdt": -360, "pst": -480, "pdt": -420, "cet": 60, "cest": 120, "met": 60, "mest": 120, "bst": 60,
          "jst": 540, "ist": 330, "eet": 120, "eest": 180, "msk": 180}  # fmt: skip
_CLOCK = re.compile(r"(\d{1,2})[:.](\d{2})(?:[:.](\d{2})(?:[.,]\d{1,9})?)?\s*([AaPp][Mm])?")
_OFFSET = re.compile(r"(?:GMT|UTC)?\s*([+-])(\d{1,2}):?(\d{2})\b")
_DAY_MONTH = re.compile(r"(\d{1,2})[\s-]+([A-Za-z]{3})[a-z]*\.?,?[\s-]+(\d{2,4})")
_MONTH_DAY = re.compile(r"([A-Za-z]{3})[a-z]*\.?\s+(\d{1,2})(?:st|nd|rd|th)?\b(?:,?\s+(\d{4}))?")
_NUMBERS = re.compile(r"(\d{4})[-/.](\d{1,2})[-/.](\d{1,2})")


def read(text: str) -> datetime | None:
    """The time in a Date or Received header, in UTC; None when there is none. Without a zone it is taken as UTC."""
    text = re.sub(r"\([^()]{0,100}\)", " ", text[:300]).strip()
    day = _day(text)
    if day is None:
        return None
    year, month, number, rest = day
    hours = minutes = seconds = 0
    if clock := _CLOCK.search(rest):
        hours, minutes, seconds = int(clock[1]), int(clock[2]), min(int(clock[3] or 0), 59)
        if clock[4]:
            hours = hours % 12 + (12 if clock[4].lower() == "pm" else 0)
    zone = _zone(rest[clock.end() :] if clock else rest)
    try:
        return datetime(year, month, number, hours, minutes, seconds, tzinfo=zone).astimezone(UTC)
    except (ValueError, OverflowError):
        return None


def _day(text: str) -> tuple[int, int, int, str] | None:
    """Year, month, day and what stands beside them (clock and zone)."""
    if (found := _DAY_MONTH.search(text)) and found[2].lower() in _MONTHS:
        return _year(found[3]), _MONTHS[found[2].lower()], int(found[1]), text[found.end() :]
    if found := _NUMBERS.search(text):
        return int(found[1]), int(found[2]), int(found[3]), text[found.end() :]
    for found in _MONTH_DAY.finditer(text):
        year = found[3] or (late[0] if (late := re.search(r"\b(?:19|20)\d{2}\b", text[found.end() :])) else "")
        if found[1].lower() in _MONTHS and year:
            return int(year), _MONTHS[found[1].lower()], int(found[2]), text[found.end() :]
    return None


def _year(digits: str) -> int:
    """Two digits are this century below 50, the last one above (RFC 5322, section 4.3); three count from 1900."""
    year = int(digits)
    if len(digits) == 4:
        return year
    return year + (2000 if year < 50 else 1900)


def _zone(text: str) -> timezone:
    if offset := _OFFSET.search(text):
        minutes = int(offset[2]) * 60 + int(offset[3])
        if minutes < 24 * 60:
            return timezone(timedelta(minutes=minutes if offset[1] == "+" else -minutes))
    name = re.search(r"[A-Za-z]{1,4}", text)
    return timezone(timedelta(minutes=_ZONES.get(name[0].lower(), 0) if name else 0))
