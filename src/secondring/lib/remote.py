"""Fetches a file from an address a stranger wrote, without letting the stranger reach anything of ours.

The name is looked up once, by us, every answer is judged, and the connection goes to that very address; the same again for
each redirect. Nothing of ours goes along: no cookies, no referrer, no log-in.
"""

import socket
import ssl
import time
import zlib
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any
from urllib.parse import urljoin

import dns.exception
import dns.resolver
import httpcore

from secondring.lib import file_types
from secondring.lib.errors import WorldFailed
from secondring.lib.public_addresses import IPAddress, is_public, literal
from secondring.lib.web_addresses import web_link

Resolve = Callable[[str, float], Sequence[str]]
"""Given a host name and how many seconds it may take, returns its addresses."""

Allow = Callable[[IPAddress, int], bool]
"""Given an address and a port, tells whether we may connect."""

_MOST_REDIRECTS = 5
_ANSWER = 4_000  # bytes that may come with an answer to what we brought
_MOST_ADDRESSES = 4
_MOST_HEADERS = 32_000
_REDIRECTS = frozenset({301, 302, 303, 307, 308})
_HEADERS = [
    (b"User-Agent", b"Mozilla/5.0 (compatible; picture fetch)"),
    (b"Accept", b"image/*"),
    (b"Accept-Encoding", b"identity"),
]


class NotFetched(WorldFailed):
    """The file could not be fetched, or must not be. `permanent` when asking again will not help."""


@dataclass(frozen=True, slots=True)
class Fetched:
    """A file from elsewhere: where it was in the end, what it holds, and what it is by its own first bytes."""

    url: str
    content: bytes
    type: str


def open_web(address: IPAddress, port: int) -> bool:
    """The open internet's addresses, and the two ports of the web."""
    return is_public(address) and port in (80, 443)


def look_up(host: str, seconds: float) -> list[str]:
    """Ask the name servers of this machine for the addresses of `host`, both kinds. Ignores the hosts file on purpose."""
    resolver, found = dns.resolver.Resolver(), list[str]()
    deadline = time.monotonic() + seconds
    for kind in ("A", "AAAA"):
        try:
            answer = resolver.resolve(host, kind, lifetime=max(deadline - time.monotonic(), 0.01), search=False)
            found += [str(record) for record in answer]
        except dns.exception.DNSException:
            continue
    return found


def fetch(
    url: str,
    *,
    limit_bytes: int,
    time_limit: float,
    kinds: Iterable[str] = ("image/",),
    resolve: Resolve = look_up,
    allow: Allow = open_web,
    trust: ssl.SSLContext | None = None,
) -> Fetched:
    """Return the file at `url` (http or https).

    limit_bytes: of the file, unpacked. time_limit: seconds for everything, redirects included.
    kinds: beginnings of the types wanted, judged by content; what is not safe to show is never fetched.
    Raises NotFetched with a sentence.
    """
    deadline = time.monotonic() + time_limit
    for _ in range(_MOST_REDIRECTS + 1):
        response = _ask(url, _Rules(deadline, limit_bytes, resolve, allow, trust or ssl.create_default_context()))
        if isinstance(response, bytes):
            return Fetched(url, response, _judged(response, tuple(kinds)))
        url = urljoin(url, response)
    raise NotFetched("That address sends us round in circles.", permanent=True)


def post(
    url: str,
    content: bytes,
    *,
    headers: Mapping[str, str],
    time_limit: float,
    resolve: Resolve = look_up,
    allow: Allow = open_web,
    trust: ssl.SSLContext | None = None,
) -> int:
    """Bring `content` to an address a stranger wrote (https), and return what was answered: a status, redirects included.

    time_limit: seconds for everything. Raises NotFetched with a sentence.
    """
    target = web_link(url)
    if not target or target.disguised or not target.url.startswith("https://"):
        raise NotFetched("That is no address on the web.", permanent=True)
    rules = _Rules(time.monotonic() + time_limit, _ANSWER, resolve, allow, trust or ssl.create_default_context())
    said = [(name.encode(), value.encode()) for name, value in headers.items()]
    with (
        _world_failures(),
        httpcore.ConnectionPool(ssl_context=rules.trust, network_backend=_Pinned(rules)) as pool,
        pool.stream("POST", target.url, headers=said, content=content) as response,
    ):
        return response.status


@dataclass(frozen=True, slots=True)
class _Rules:
    deadline: float
    limit_bytes: int
    resolve: Resolve
    allow: Allow
    trust: ssl.SSLContext

    def seconds_left(self) -> float:
        left = self.deadline - time.monotonic()
        if left <= 0:
            raise NotFetched("The other side took too long.")
        return left


def _judged(content: bytes, kinds: tuple[str, ...]) -> str:
    kind = file_types.sniff(content)
    if not kind.startswith(kinds) or not file_types.safe_to_preview(kind):
        raise NotFetched("There is something else at that address than a picture we can show.", permanent=True)
    if file_types.is_picture_bomb(content):
        raise NotFetched("That picture is too large to unfold.", permanent=True)
    return kind


def _ask(url: str, rules: _Rules) -> bytes | str:
    """Return the content, or where it has moved to."""
    target = web_link(url)
    if not target or target.disguised:
        raise NotFetched("That is no address on the web.", permanent=True)
    url = target.url.partition("#")[0]
    with (
        _world_failures(),
        httpcore.ConnectionPool(ssl_context=rules.trust, network_backend=_Pinned(rules)) as pool,
        pool.stream("GET", url, headers=_HEADERS) as response,
    ):
        return _read(response, rules)


def _read(response: httpcore.Response, rules: _Rules) -> bytes | str:
    headers = {name.lower(): value.decode("latin-1") for name, value in response.headers}
    if response.status in _REDIRECTS and headers.get(b"location"):
        return headers[b"location"]
    if response.status != 200:
        raise NotFetched(f"The other side answered {response.status}.", permanent=response.status in (404, 410))
    return b"".join(_unpacked(response.iter_stream(), headers.get(b"content-encoding", ""), rules))


@contextmanager
def _world_failures() -> Iterator[None]:
    try:
        yield
    except ssl.SSLCertVerificationError as error:
        raise NotFetched("The other side could not prove who it is.", permanent=True) from error
    except (httpcore.TimeoutException, TimeoutError) as error:
        raise NotFetched("The other side took too long.") from error
    except (httpcore.NetworkError, httpcore.ProtocolError, httpcore.UnsupportedProtocol, OSError, zlib.error) as error:
        raise NotFetched("The other side did not answer as it should.") from error


def _too_large() -> NotFetched:
    return NotFetched("That file is larger than we fetch.", permanent=True)


def _unpacked(chunks: Iterable[bytes], encoding: str, rules: _Rules) -> Iterator[bytes]:
    """Unpack what was packed although we asked for it plain, never further than the limit."""
    if encoding.strip().lower() not in ("", "identity", "gzip", "x-gzip", "deflate"):
        raise NotFetched("The other side packed the file in a way we did not ask for.", permanent=True)
    unpack = zlib.decompressobj(wbits=47) if encoding.strip().lower() not in ("", "identity") else None
    room, came = rules.limit_bytes, 0
    for chunk in chunks:
        rules.seconds_left()
        came += len(chunk)
        plain = unpack.decompress(chunk, room + 1) if unpack else chunk
        room -= len(plain)
        if room < 0 or came > rules.limit_bytes:
            raise _too_large()
        yield plain


class _Pinned(httpcore.NetworkBackend):
    """Connects to an address we looked up and judged, whatever the name may mean a moment later (DNS rebinding)."""

    def __init__(self, rules: _Rules) -> None:
        self._rules = rules

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[Any] | None = None,
    ) -> httpcore.NetworkStream:
        failure: OSError = OSError("nobody there")
        for address in self._judged_addresses(host, port)[:_MOST_ADDRESSES]:
            try:
                line = socket.create_connection((str(address), port), timeout=min(self._rules.seconds_left(), 10))
            except OSError as error:
                failure = error
            else:
                return _Line(line, self._rules)
        raise failure

    def _judged_addresses(self, host: str, port: int) -> list[IPAddress]:
        """Return every address of `host`; one that is not allowed condemns them all."""
        own = literal(host)
        written = [own] if own else [literal(one) for one in self._rules.resolve(host, self._rules.seconds_left())]
        addresses = [one for one in written if one]
        if not addresses:
            raise NotFetched("Nobody knows that address.")
        if not all(self._rules.allow(one, port) for one in addresses):
            raise NotFetched("That address leads into a private network, so we do not follow it.", permanent=True)
        return addresses


class _Line(httpcore.NetworkStream):
    """A connection on which every wait ends at the same deadline: bytes dripping in one by one buy no more time."""

    def __init__(self, line: socket.socket, rules: _Rules) -> None:
        self._line, self._rules = line, rules
        self._came = 0

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        self._line.settimeout(self._rules.seconds_left())
        came = self._line.recv(max_bytes)
        self._came += len(came)
        if self._came > self._rules.limit_bytes + _MOST_HEADERS:
            raise _too_large()
        return came

    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        self._line.settimeout(self._rules.seconds_left())
        self._line.sendall(buffer)

    def close(self) -> None:
        self._line.close()

    def start_tls(
        self, ssl_context: ssl.SSLContext, server_hostname: str | None = None, timeout: float | None = None
    ) -> httpcore.NetworkStream:
        self._line.settimeout(self._rules.seconds_left())
        return _Line(ssl_context.wrap_socket(self._line, server_hostname=server_hostname), self._rules)

    def get_extra_info(self, info: str) -> Any:
        return self._line if info == "socket" else None
