"""Bytes to words: what a letter says of its charset is a hint, and the bytes themselves are the better witness."""

from __future__ import annotations

import codecs
import re
from functools import lru_cache

# What letters call them -> the wider set that mail programs really mean by it (WHATWG Encoding Standard, section 4.2).
_MEANT = {
    "ascii": "cp1252", "us-ascii": "cp1252", "ansi_x3.4-1968": "cp1252", "646": "cp1252", "ansi": "cp1252",
    "iso-8859-1": "cp1252", "iso8859-1": "cp1252", "latin1": "cp1252", "latin-1": "cp1252", "iso_8859-1": "cp1252",
    "l1": "cp1252", "windows-1252": "cp1252", "x-ansi": "cp1252", "8859-1": "cp1252", "x-cp1252": "cp1252",
    "iso-8859-9": "cp1254", "latin5": "cp1254", "iso-8859-11": "cp874", "tis-620": "cp874", "windows-874": "cp874",
    "iso-8859-8-i": "iso8859-8", "iso-8859-8-e": "iso8859-8", "iso-8859-6-i": "iso8859-6", "visual": "iso8859-8",
    "gb2312": "gb18030", "gb_2312-80": "gb18030", "gbk": "gb18030", "x-gbk": "gb18030", "cp936": "gb18030",
    "windows-936": "gb18030", "euc-cn": "gb18030", "csgb2312": "gb18030", "chinese": "gb18030",
    "big5": "big5hkscs", "x-x-big5": "big5hkscs", "big5-eten": "big5hkscs", "cp950": "cp950",
    "ks_c_5601-1987": "cp949", "ks_c_5601": "cp949", "euc-kr": "cp949", "x-windows-949": "cp949", "korean": "cp949",
    "shift_jis": "cp932", "shift-jis": "cp932", "sjis": "cp932", "x-sjis": "cp932", "windows-31j": "cp932",
    "ms932": "cp932", "csshiftjis": "cp932",
    "iso-2022-jp": "iso2022_jp_ext", "csiso2022jp": "iso2022_jp_ext", "cp50220": "iso2022_jp_ext",
    "cp50221": "iso2022_jp_ext", "x-euc-jp": "euc_jp",
    "unicode-1-1-utf-7": "utf-7", "unicode-1-1-utf-8": "utf-8", "utf8": "utf-8", "utf-8mb4": "utf-8", "utf8mb4": "utf-8",
    "unicode": "utf-16", "x-mac-roman": "mac_roman", "macintosh": "mac_roman", "x-mac-cyrillic": "mac_cyrillic",
    "koi8-r": "koi8-r", "koi": "koi8-r", "koi8": "koi8-r", "koi8-ru": "koi8-u", "cp-850": "cp850", "cp-1252": "cp1252",
    "cp-1251": "cp1251", "win-1251": "cp1251", "x-cp1251": "cp1251", "x-cp1250": "cp1250",
}  # fmt: skip
# Python codecs that are not charsets of text, or whose cost grows with the square of their input.
_NEVER = {"idna", "punycode", "unicode_escape", "raw_unicode_escape", "undefined", "mbcs", "oem", "utf-8-sig"}
_ONE_BYTE_GUESSES = {"cp1252", "cp1254", "iso8859-15", "iso8859_15"}
_HIGH = re.compile(rb"[\x80-\xff]")
_META = re.compile(rb"<meta[^>]{0,200}?charset\s*=\s*[\"']?\s*([A-Za-z0-9_.:-]{2,40})", re.IGNORECASE)
_SHIFT = re.compile(rb"\x1b(?:\$[@AB]|\([BJI])")


def codec_of(label: str) -> str | None:
    """The Python codec for a charset's label, or None when nobody knows it."""
    name = label.strip().strip("'\"").lower().replace(" ", "-")
    name = name.removeprefix("charset=").removeprefix("_").split("$")[0]
    name = _MEANT.get(name, _MEANT.get(name.replace("_", "-"), name))
    if not name or len(name) > 40 or "\0" in name:
        return None
    try:
        info = codecs.lookup(name)
    except (LookupError, ValueError):
        return _codec_of_windows_number(name)
    if info.name.replace("-", "_") in _NEVER or not getattr(info, "_is_text_encoding", True):
        return None
    return info.name


def _codec_of_windows_number(name: str) -> str | None:
    number = re.fullmatch(r"(?:windows|win|cp|ibm|x-cp|dos)[-_]?(\d{3,5})", name)
    if not number:
        return None
    try:
        return codecs.lookup("cp" + number[1]).name
    except LookupError:
        return None


def decode(data: bytes, label: str = "") -> tuple[str, str]:
    """The words in `data`, and a warning ('' when its label was right). Never raises."""
    if not data:
        return "", ""
    if data[:3] == b"\xef\xbb\xbf":
        return clean(data[3:].decode("utf-8", "replace")), ""
    codec = codec_of(label) if label else None
    warning = f"The charset '{label[:40]}' is not known." if label and codec is None else ""
    if not _HIGH.search(data) and _reads_as_ascii(data, codec):
        return clean(data.decode("ascii")), warning
    if codec is None:
        return clean(_guess(data)), warning
    return _decode_as(data, codec, label)


def _reads_as_ascii(data: bytes, codec: str | None) -> bool:
    if codec is None:
        return not _SHIFT.search(data)
    return not codec.replace("-", "_").startswith(
        ("utf_7", "utf_16", "utf_32", "iso2022", "hz", "cp037", "cp500", "cp1140")
    )


def _decode_as(data: bytes, codec: str, label: str) -> tuple[str, str]:
    if codec != "utf-8" and _is_utf8(data) and (codec in _ONE_BYTE_GUESSES or _reads_badly(data, codec)):
        return clean(data.decode("utf-8")), f"The letter says '{label[:40]}' but is written in UTF-8."
    if codec == "utf-8":
        return _decode_utf8(data)
    try:
        return clean(data.decode(codec)), ""
    except UnicodeError:
        if codec in _ONE_BYTE_GUESSES:
            return clean(_one_byte(data, codec)), ""
        return clean(data.decode(codec, "replace")), f"Some characters are not '{label[:40]}' as the letter says."


def _decode_utf8(data: bytes) -> tuple[str, str]:
    try:
        return clean(data.decode("utf-8")), ""
    except UnicodeDecodeError:
        words = data.decode("utf-8", "replace")
    broken = words.count("\ufffd")
    whole = sum(1 for letter in words[:200_000] if letter > "\x7f" and letter != "\ufffd")
    if broken > whole:  # nearly nothing in it is UTF-8: it was a Western letter all along
        return clean(_guess(data)), "The letter says UTF-8 but is not."
    return clean(words), "Some characters are not UTF-8 as the letter says."


def _guess(data: bytes) -> str:
    """No label to trust: escape sequences say Japanese, well-formed UTF-8 is hardly ever an accident, else Western."""
    if _SHIFT.search(data):
        return data.decode("iso2022_jp_ext", "replace")
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError:
        return _one_byte(data, "cp1252")


def _one_byte(data: bytes, codec: str) -> str:
    """As browsers do: the few bytes that such a set leaves open keep their number."""
    return codecs.charmap_decode(data, "replace", _whole_table(codec))[0]


@lru_cache(maxsize=8)
def _whole_table(codec: str) -> str:
    return "".join(bytes((number,)).decode(codec, "ignore") or chr(number) for number in range(256))


def _is_utf8(data: bytes) -> bool:
    try:
        data.decode("utf-8")
    except UnicodeDecodeError:
        return False
    return _HIGH.search(data) is not None


def _reads_badly(data: bytes, codec: str) -> bool:
    """True when the declared charset gives holes or private-use signs where UTF-8 reads cleanly."""
    words = data.decode(codec, "replace")
    return any(letter == "\ufffd" or "\ue000" <= letter <= "\uf8ff" for letter in words[:200_000])


def charset_in_html(data: bytes) -> str:
    """The charset that an HTML page names for itself in its first 2,048 bytes, or ''."""
    found = _META.search(data[:2048])
    return found[1].decode("ascii") if found else ""


def clean(words: str) -> str:
    """Without NUL and half surrogate pairs, which no database keeps and no page shows."""
    if "\0" in words:
        words = words.replace("\0", "")
    try:
        words.encode("utf-8")
    except UnicodeEncodeError:
        words = words.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
    return words
