"""What a file really is, by its own first bytes; what may be shown; and how to hand one over so that it stays a file."""

import re
import struct
import unicodedata
from urllib.parse import quote

UNKNOWN = "application/octet-stream"
_PREVIEWED = frozenset({"image/png", "image/jpeg", "image/gif", "image/webp", "image/avif", "application/pdf"})
_MOST_PIXELS = 60_000_000
_LONGEST_NAME = 180

_PROGRAM_TYPES = frozenset(
    "application/x-msdownload application/x-executable application/x-ms-shortcut text/x-script".split()
)
_PROGRAMS = frozenset(
    "exe scr com pif bat cmd msi msix msp cpl dll hta js jse vbs vbe wsf wsh ps1 psm1 lnk url scf inf reg jar app apk dmg pkg"
    " deb rpm iso img vhd vhdx sh command desktop gadget application appref-ms chm msc one xll".split()
)
_WITH_MACROS = frozenset("docm dotm xlsm xltm xlam pptm potm ppsm sldm".split())
_PAGES = frozenset("html htm xhtml shtml mht mhtml svg xml".split())
_PRETENDED = {
    **dict.fromkeys("png jpg jpeg gif webp avif bmp tif tiff heic".split(), "a picture"),
    **dict.fromkeys("pdf doc docx odt rtf txt xls xlsx ods csv ppt pptx".split(), "a document"),
    **dict.fromkeys("mp3 wav ogg flac m4a aac".split(), "a recording"),
    **dict.fromkeys("mp4 mov avi mkv webm".split(), "a film"),
}
_TURNING = frozenset("\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069\u061c")
_RESERVED = frozenset({"CON", "PRN", "AUX", "NUL", *(f"{port}{n}" for port in ("COM", "LPT") for n in range(1, 10))})

_MAGIC = [
    (0, b"\x89PNG\r\n\x1a\n", "image/png"),
    (0, b"\xff\xd8\xff", "image/jpeg"),
    (0, b"GIF87a", "image/gif"),
    (0, b"GIF89a", "image/gif"),
    (8, b"WEBP", "image/webp"),
    (0, b"BM", "image/bmp"),
    (0, b"II*\0", "image/tiff"),
    (0, b"MM\0*", "image/tiff"),
    (0, b"%PDF-", "application/pdf"),
    (0, b"MZ", "application/x-msdownload"),
    (0, b"\x7fELF", "application/x-executable"),
    (0, b"\xca\xfe\xba\xbe", "application/x-executable"),
    (0, b"\xcf\xfa\xed\xfe", "application/x-executable"),
    (0, b"\xce\xfa\xed\xfe", "application/x-executable"),
    (0, b"#!", "text/x-script"),
    (0, b"L\0\0\0\x01\x14\x02\0", "application/x-ms-shortcut"),
    (0, b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "application/x-ole-storage"),
    (0, b"PK\x03\x04", "application/zip"),
    (0, b"PK\x05\x06", "application/zip"),
    (0, b"Rar!\x1a\x07", "application/vnd.rar"),
    (0, b"7z\xbc\xaf\x27\x1c", "application/x-7z-compressed"),
    (0, b"\x1f\x8b", "application/gzip"),
    (0x8001, b"CD001", "application/x-iso9660-image"),
    (0, b"ID3", "audio/mpeg"),
    (0, b"\xff\xfb", "audio/mpeg"),
    (0, b"\xff\xf3", "audio/mpeg"),
    (0, b"OggS", "audio/ogg"),
    (0, b"fLaC", "audio/flac"),
    (8, b"WAVE", "audio/wav"),
    (0, b"\x1aE\xdf\xa3", "video/webm"),
    (0, b"{\\rtf", "application/rtf"),
]
_BRANDS = {
    b"avif": "image/avif",
    b"avis": "image/avif",
    b"heic": "image/heic",
    b"heix": "image/heic",
    b"mif1": "image/heic",
}
_MARKUP = re.compile(
    rb"^\xef?\xbb?\xbf?\s*(?:<!--.{0,2000}?-->\s*)*<(!doctype html|!doctype svg|\?xml|[a-z]+[\s>/:])",
    re.IGNORECASE | re.DOTALL,
)
_OFFICE = [
    (b"word/", "wordprocessingml.document"),
    (b"xl/", "spreadsheetml.sheet"),
    (b"ppt/", "presentationml.presentation"),
]


def sniff(data: bytes) -> str:
    """Return the type of a file by its content; 'application/octet-stream' when it gives no sign. Forty kilobytes suffice."""
    for at, magic, kind in _MAGIC:
        if data.startswith(magic, at) and (at != 8 or data.startswith(b"RIFF")):
            return _office(data) or kind if kind == "application/zip" else kind
    if data[4:8] == b"ftyp":
        return _BRANDS.get(data[8:12], "video/mp4")
    if markup := _MARKUP.match(data[:4096]):
        return _kind_of_markup(markup[1].lower(), data[:4096].lower())
    return _text_or_unknown(data[:8192])


def _office(data: bytes) -> str:
    names = data[:20_000]
    for part, kind in _OFFICE:
        if part in names and b"[Content_Types].xml" in data:
            return f"application/vnd.openxmlformats-officedocument.{kind}"
    return ""


def _kind_of_markup(tag: bytes, data: bytes) -> str:
    if b"<svg" in data:
        return "image/svg+xml"
    return "text/xml" if tag.startswith(b"?xml") and b"<html" not in data else "text/html"


def _text_or_unknown(data: bytes) -> str:
    if not data or b"\0" in data:
        return UNKNOWN
    try:
        data.decode("utf-8")
    except UnicodeDecodeError as error:
        return "text/plain" if error.start > len(data) - 4 else UNKNOWN
    return "text/plain"


def safe_to_preview(kind: str) -> bool:
    """Tell whether a browser may show a file of this (sniffed) type inside the desk: dots and pages, nothing that runs."""
    return kind in _PREVIEWED


def size_in_pixels(data: bytes) -> tuple[int, int] | None:
    """Return width and height as the head of a PNG, GIF, WebP or JPEG states them, without decoding it; None if it does not."""
    kind = sniff(data)
    try:
        match kind:
            case "image/png":
                return _pair(struct.unpack_from(">II", data, 16))
            case "image/gif":
                return _pair(struct.unpack_from("<HH", data, 6))
            case "image/webp":
                return _webp_size(data)
            case "image/jpeg":
                return _jpeg_size(data)
    except (struct.error, IndexError):
        return None
    return None


def _pair(numbers: tuple[int, ...]) -> tuple[int, int]:
    return numbers[0], numbers[1]


def _webp_size(data: bytes) -> tuple[int, int] | None:
    match data[12:16]:
        case b"VP8X":
            return 1 + int.from_bytes(data[24:27], "little"), 1 + int.from_bytes(data[27:30], "little")
        case b"VP8 ":
            width, height = struct.unpack_from("<HH", data, 26)
            return width & 0x3FFF, height & 0x3FFF
        case b"VP8L":
            bits = struct.unpack_from("<I", data, 21)[0]
            return 1 + (bits & 0x3FFF), 1 + (bits >> 14 & 0x3FFF)
    return None


def _jpeg_size(data: bytes) -> tuple[int, int] | None:
    at = 2
    while at + 9 < len(data) and data[at] == 0xFF:
        marker, length = data[at + 1], int.from_bytes(data[at + 2 : at + 4], "big")
        if 0xC0 <= marker <= 0xCF and marker not in (0xC4, 0xC8, 0xCC):
            height, width = struct.unpack_from(">HH", data, at + 5)
            return width, height
        at += 2 + max(length, 2)
    return None


def is_picture_bomb(data: bytes) -> bool:
    """Tell whether a small file would unfold into a picture that fills a browser's memory."""
    size = size_in_pixels(data)
    return bool(size and size[0] * size[1] > _MOST_PIXELS)


def headers_for(name: str, kind: str, *, inline: bool = False) -> dict[str, str]:
    """Return the headers with which a stranger's file is handed over (RFC 6266).

    kind: as `sniff` tells it, not as the stranger says. `inline` is honoured only for what is safe to preview; HTML, SVG and
    XML are never more than a download, so that they never run under our name.
    """
    shown = inline and safe_to_preview(kind)
    # Browsers show PDF with a part of their own that a sandbox would lock out; it runs nothing of the file in our name.
    policy = "object-src 'self'; frame-ancestors 'self'" if shown and kind == "application/pdf" else "sandbox"
    return {
        "Content-Type": kind if shown else UNKNOWN,
        "Content-Disposition": f"{'inline' if shown else 'attachment'}; {_written_name(safe_name(name))}",
        "X-Content-Type-Options": "nosniff",
        "Content-Security-Policy": f"default-src 'none'; {policy}",
        "Cross-Origin-Resource-Policy": "same-origin",
        "Referrer-Policy": "no-referrer",
    }


def _written_name(name: str) -> str:
    """Write a file name twice: for old programs in ASCII, for all others as it is (RFC 8187)."""
    ascii_only = "".join(each if 0x20 <= ord(each) < 0x7F and each not in '"\\%' else "_" for each in name)
    return f"filename=\"{ascii_only}\"; filename*=UTF-8''{quote(name, safe='')}"


def safe_name(name: str) -> str:
    """Return a name under which any system can keep the file: no folders, nothing invisible, nothing that turns words round."""
    name = " ".join(unicodedata.normalize("NFC", name).replace("\\", "/").rsplit("/", 1)[-1].split())
    name = "".join(
        each for each in name if unicodedata.category(each) not in ("Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp")
    )
    name = re.sub(r'[<>:"|?*]', "_", name)
    name = re.sub(r"\s+(?=\.\w{1,8}$)", "", name).strip(". ")
    stem, dot, ending = name.rpartition(".")
    if len(name.encode()) > _LONGEST_NAME and dot:
        ending = ending.encode()[:20].decode(errors="ignore")
        name = f"{_cut(stem, _LONGEST_NAME - 1 - len(ending.encode()))}.{ending}"
    name = _cut(name, _LONGEST_NAME)
    if name.partition(".")[0].upper() in _RESERVED:
        name = "_" + name
    return name or "file"


def _cut(words: str, most: int) -> str:
    return words.encode()[:most].decode(errors="ignore").rstrip(". ")


def warning_about(name: str, kind: str = "") -> str:
    """Return what a person should know before opening the file, as a sentence, or '' when there is nothing.

    kind: as `sniff` tells it; without it only the name is judged.
    """
    endings = [ending.lower() for ending in safe_name(name).split(".")[1:]]
    pretends = next((_PRETENDED[ending] for ending in endings if ending in _PRETENDED), "")
    if kind in _PROGRAM_TYPES or (endings and endings[-1] in _PROGRAMS):
        return (
            f"This is a program, not {pretends}."
            if pretends
            else "This is a program. Open it only if you asked for it."
        )
    if any(each in _TURNING for each in name):
        return "This name was written so that it reads differently from what it is."
    if endings and endings[-1] in _WITH_MACROS:
        return "This document may hold a program. Open it only if you asked for it."
    if (endings and endings[-1] in _PAGES) or kind in ("text/html", "image/svg+xml"):
        return "This is a web page. It may pretend to be somebody else's."
    if pretends == "a picture" and kind and not kind.startswith("image/"):
        return "This is not the picture that its name says."
    return ""
