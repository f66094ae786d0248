"""A push service of our own, by TLS, and browsers behind it that open what it brings them."""

from __future__ import annotations

import json
import ssl
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from journeys.engines.certificate import self_signed
from secondring.lib import remote
from secondring.lib.public_addresses import IPAddress
from secondring.phone import web_push


@dataclass
class Device:
    """A browser: its own key, its secret, and the opening of what came (RFC 8291, read from the other end)."""

    key: ec.EllipticCurvePrivateKey = field(default_factory=web_push.new_key)
    secret: bytes = b"sixteen secrets."

    @property
    def public(self) -> str:
        return web_push.written(web_push.point(self.key))

    def opens(self, body: bytes) -> bytes:
        salt, size, length = body[:16], int.from_bytes(body[16:20], "big"), body[20]
        sender, sealed = body[21 : 21 + length], body[21 + length :]
        assert len(sealed) <= size
        shared = self.key.exchange(ec.ECDH(), ec.EllipticCurvePublicKey.from_encoded_point(web_push.CURVE, sender))
        info = b"WebPush: info\0" + web_push.point(self.key) + sender
        material = HKDF(hashes.SHA256(), 32, self.secret, info).derive(shared)
        key = HKDF(hashes.SHA256(), 16, salt, b"Content-Encoding: aes128gcm\0").derive(material)
        nonce = HKDF(hashes.SHA256(), 12, salt, b"Content-Encoding: nonce\0").derive(material)
        plain = AESGCM(key).decrypt(nonce, sealed, None)
        words, _end, padding = plain.rpartition(b"\x02")
        assert padding == b""
        return words


@dataclass
class PushService:
    """What came, and what is answered: 201, unless a path is named in `answers`."""

    port: int
    trust: ssl.SSLContext
    came: list[tuple[str, dict[str, str], bytes]] = field(default_factory=list)
    answers: dict[str, int] = field(default_factory=dict)
    arrived: threading.Condition = field(default_factory=threading.Condition)

    def endpoint(self, name: str) -> str:
        return f"https://localhost:{self.port}/{name}"

    def post(self, url: str, content: bytes, **how: Any) -> int:
        """`remote.post`, to which this machine is the open internet."""
        return remote.post(url, content, **how, resolve=lambda *_: ["127.0.0.1"], allow=_here, trust=self.trust)

    def wait_for(self, count: int) -> None:
        with self.arrived:
            assert self.arrived.wait_for(lambda: len(self.came) >= count, 20), f"only {len(self.came)} came"

    def words(self, device: Device, at: int = -1) -> dict[str, Any]:
        found: dict[str, Any] = json.loads(device.opens(self.came[at][2]))
        return found


def _here(address: IPAddress, port: int) -> bool:
    return str(address) == "127.0.0.1"


@contextmanager
def push_service(folder: Path) -> Iterator[PushService]:
    cert, key = self_signed(folder)

    class Takes(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            with service.arrived:
                service.came.append((self.path, dict(self.headers), body))
                service.arrived.notify_all()
            self.send_response(service.answers.get(self.path, 201))
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, *_words: object) -> None: ...

    server = ThreadingHTTPServer(("127.0.0.1", 0), Takes)
    shown = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    shown.load_cert_chain(cert, key)
    server.socket = shown.wrap_socket(server.socket, server_side=True)
    service = PushService(server.server_port, ssl.create_default_context(cafile=str(cert)))
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield service
    finally:
        server.shutdown()
        server.server_close()
        thread.join(5)
