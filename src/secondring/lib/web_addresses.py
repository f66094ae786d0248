"""Where a link in a letter really goes, said in plain letters, and whether its words say otherwise."""

import ipaddress
import re
from typing import NamedTuple
from urllib.parse import unquote, urljoin, urlsplit

import idna

_EDGES = "".join(map(chr, range(0x21)))
_SCHEME = re.compile(r"([a-zA-Z][a-zA-Z0-9+.-]*):")
_SLASHES = re.compile(r"(https?|ftp):[/\\]*", re.IGNORECASE)
_HOST = re.compile(r"[a-z0-9_-]+(\.[a-z0-9_-]+)*\.?|\[[0-9a-f:.]+\]")
_UNSAFE = re.compile(r"[\s\"'<>`{}|\\^\x00-\x20\x7f]")
_MAIL = re.compile(r"mailto:[^\s\"'<>`]{1,2000}", re.IGNORECASE)
_TELEPHONE = re.compile(r"tel:\+?[0-9().\- ;=a-zA-Z]{2,60}", re.IGNORECASE)
_SHOWN = re.compile(
    r"(?P<scheme>https?://|ftp://|www\.)?(?:[^\s/@]{1,64}@)?(?P<host>(?:[^\W_](?:[\w-]{0,61}[^\W_])?\.){1,8}[^\W\d_]{2,18})"
    r"(?::\d+)?(?=[\s/?#:,;.!)\]>]|$)",
    re.IGNORECASE,
)
# Names without 'https://' count as addresses only with an ending people know from addresses: 'report.pdf' is none.
_KNOWN_ENDINGS = frozenset(
    "com org net info biz edu gov mil int eu co io me tv app dev shop store online site club xyz bank pay cloud"
    " de at ch fr it es pt nl be lu dk se no fi pl cz sk hu ro bg gr ie uk us ca mx br ar cl au nz jp cn kr in ru ua tr za"
    " sg hk tw il ee lv lt hr si rs is".split()
)
_LONGEST = 8_000


class Link(NamedTuple):
    """An address that may be followed: written so that every browser reads it as we did."""

    url: str
    host: str
    disguised: bool = False


def link(written: str, *, base: str = "") -> Link | None:
    """Return where `written` leads (http, https, mailto or tel), or None when it must not be followed.

    `host` is in ASCII (an international name as xn--…) and empty for mailto and tel; `disguised` means a name stood before
    an @ sign ('https://bank.example@thief.example/'), which is left out of `url`.
    """
    url = cleaned(written)
    if len(url) > _LONGEST:
        return None
    if _MAIL.fullmatch(url) or _TELEPHONE.fullmatch(url):
        return Link(url, "")
    return web_link(url, base=base)


def cleaned(written: str) -> str:
    """Drop what browsers drop before they read an address (WHATWG URL, 4.4)."""
    return re.sub(r"[\t\r\n]+", "", written.strip(_EDGES))


def web_link(written: str, *, base: str = "") -> Link | None:
    """Return an http or https address in one plain spelling, or None when it is another kind or cannot be read."""
    url = absolute(written, base=base)
    try:
        parts = urlsplit(url)
        port = f":{parts.port}" if parts.port else ""
        host = _ascii_host(parts.hostname or "")
    except ValueError:
        return None
    if parts.scheme not in ("http", "https") or not host:
        return None
    tail = url[len(parts.scheme) + 3 + len(parts.netloc) :]
    tail = _UNSAFE.sub(lambda bad: "".join(f"%{byte:02X}" for byte in bad[0].encode()), tail)
    return Link(f"{parts.scheme}://{host}{port}{tail}", host.rstrip("."), "@" in parts.netloc)


def absolute(written: str, *, base: str = "") -> str:
    """Write out an address as a browser reads it, relative ones against `base`, with plain slashes before the host."""
    url = cleaned(written)
    if re.match(r"[/\\]{2}", url):
        url = "https:" + url
    if not _SCHEME.match(url) and base:
        url = _joined(base, url)
    url = _SLASHES.sub(lambda start: f"{start[1].lower()}://", url, count=1)
    head = re.match(r"[a-z]+://[^?#]*", url)
    return url if not head else head[0].replace("\\", "/") + url[head.end() :]


def _joined(base: str, url: str) -> str:
    try:
        return urljoin(base, url)
    except ValueError:
        return ""


def _ascii_host(name: str) -> str:
    """Return the name that would be looked up (UTS 46), or '' when there is none."""
    name = unquote(name).lower()
    if ":" in name:
        return f"[{ipaddress.IPv6Address(name.partition('%')[0])}]"
    if not name.isascii():
        try:
            name = idna.encode(name, uts46=True, transitional=False).decode("ascii")
        except (idna.IDNAError, UnicodeError):
            return ""
    return name if _HOST.fullmatch(name) and len(name) <= 253 else ""


def goes_elsewhere(words: str, target: Link) -> bool:
    """Tell whether the words of a link name another place than where it goes."""
    if target.disguised:
        return True
    shown = _shown_host(words, target)
    if not shown:
        return False
    if target.url.lower().startswith("mailto:"):
        return "@" in words and words.strip().lower() not in unquote(target.url).lower()
    return bool(target.host) and not _same_house(shown, target.host)


def _shown_host(words: str, target: Link) -> str:
    words = " ".join(words.split())[:300].replace("\u200b", "").replace("\u00ad", "")
    found = _SHOWN.match(words.lstrip("<([\"'«„“”‘’→> "))
    if not found:
        return ""
    ending = found["host"].rsplit(".", 1)[-1].lower()
    if not found["scheme"] and (ending not in _KNOWN_ENDINGS or unquote(target.url).endswith("/" + found["host"])):
        return ""
    try:
        return _ascii_host(found["host"]).removeprefix("www.")
    except ValueError:
        return ""


def _same_house(shown: str, host: str) -> bool:
    """'shop.example' and 'www.shop.example' are one house; 'shop.example.thief.test' is not."""
    host = host.removeprefix("www.")
    return shown == host or host.endswith("." + shown) or shown.endswith("." + host)
