"""A small OpenID Connect provider on loopback: discovery, a page that asks who one is, code with PKCE, tokens, userinfo, keys."""

from __future__ import annotations

import base64
import hashlib
import html
import json
import secrets
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

import jwt
from cryptography.hazmat.primitives.asymmetric import rsa
from jwt.algorithms import RSAAlgorithm

PAGE = "<!doctype html><title>Our log-in</title><h1>Our log-in</h1><a href='{yes}'>Go on as {who}</a> <a href='{no}'>Not now</a>"


class OIDCProvider:
    """Whoever sits in front of it is `email`; `verified` says whether the company has seen to it that the address is theirs."""

    def __init__(self, port: int) -> None:
        self.url = f"http://127.0.0.1:{port}"
        self.client_id, self.client_secret = "second-ring", secrets.token_urlsafe(12)
        self.email, self.verified = "mae@harbourrow.example", True
        self._key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
        self._codes: dict[str, dict[str, str]] = {}
        self._people: dict[str, dict[str, Any]] = {}

    @property
    def setting(self) -> str:
        """What SECONDRING_OIDC is to say."""
        return f"{self.url} {self.client_id} {self.client_secret} Our log-in"

    def configuration(self) -> dict[str, object]:
        """OpenID Connect Discovery 1.0, section 3."""
        return {
            "issuer": self.url,
            "authorization_endpoint": f"{self.url}/authorize",
            "token_endpoint": f"{self.url}/token",
            "userinfo_endpoint": f"{self.url}/userinfo",
            "jwks_uri": f"{self.url}/keys",
            "response_types_supported": ["code"],
            "subject_types_supported": ["public"],
            "id_token_signing_alg_values_supported": ["RS256"],
            "token_endpoint_auth_methods_supported": ["client_secret_post"],
            "code_challenge_methods_supported": ["S256"],
        }

    def authorize(self, asked: dict[str, str]) -> str:
        """The page that asks. Core 1.0, section 3.1.2; only with PKCE."""
        if asked.get("client_id") != self.client_id or asked.get("code_challenge_method") != "S256":
            return "<h1>This program is not known here.</h1>"
        code = secrets.token_urlsafe(12)
        self._codes[code] = asked
        back, state = asked["redirect_uri"], asked["state"]
        yes = f"{back}?{urlencode({'code': code, 'state': state})}"
        no = f"{back}?{urlencode({'error': 'access_denied', 'state': state})}"
        return PAGE.format(yes=html.escape(yes), no=html.escape(no), who=html.escape(self.email))

    def token(self, asked: dict[str, str]) -> tuple[int, dict[str, object]]:
        """Core 1.0, section 3.1.3, and RFC 7636 section 4.6."""
        began = self._codes.pop(asked.get("code", ""), None)
        proof = base64.urlsafe_b64encode(hashlib.sha256(asked.get("code_verifier", "").encode()).digest()).rstrip(b"=")
        if asked.get("client_secret") != self.client_secret:
            return 401, {"error": "invalid_client"}
        if began is None or began["code_challenge"] != proof.decode() or began["redirect_uri"] != asked["redirect_uri"]:
            return 400, {"error": "invalid_grant"}
        access, person = secrets.token_urlsafe(16), self._person()
        self._people[access] = person
        now = int(time.time())
        claims = {"iss": self.url, "aud": self.client_id, "iat": now, "exp": now + 600, **person}
        signed = jwt.encode(claims, self._key, "RS256", headers={"kid": "1"})
        return 200, {"access_token": access, "token_type": "Bearer", "expires_in": 600, "id_token": signed}

    def userinfo(self, authorization: str) -> dict[str, Any] | None:
        return self._people.get(authorization.removeprefix("Bearer "))

    def keys(self) -> dict[str, object]:
        return {"keys": [{**json.loads(RSAAlgorithm.to_jwk(self._key.public_key())), "kid": "1", "use": "sig"}]}

    def _person(self) -> dict[str, Any]:
        subject = hashlib.sha256(self.email.encode()).hexdigest()[:12]
        return {"sub": subject, "email": self.email, "email_verified": self.verified, "name": "Somebody"}


def _answering(provider: OIDCProvider) -> type[BaseHTTPRequestHandler]:
    class Answering(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            where = urlsplit(self.path)
            match where.path:
                case "/.well-known/openid-configuration":
                    self._say(200, provider.configuration())
                case "/authorize":
                    self._send(200, "text/html", provider.authorize(_first(where.query)).encode())
                case "/userinfo":
                    person = provider.userinfo(self.headers.get("Authorization", ""))
                    self._say(200 if person else 401, person or {"error": "invalid_token"})
                case "/keys":
                    self._say(200, provider.keys())
                case _:
                    self._say(404, {})

        def do_POST(self) -> None:
            asked = _first(self.rfile.read(int(self.headers.get("Content-Length", 0))).decode())
            self._say(*provider.token(asked))

        def _say(self, status: int, answer: dict[str, Any]) -> None:
            self._send(status, "application/json", json.dumps(answer).encode())

        def _send(self, status: int, kind: str, body: bytes) -> None:
            self.send_response(status)
            self.send_header("Content-Type", kind)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, format: str, *args: object) -> None:
            """Quiet: the test says what went wrong."""

    return Answering


def _first(query: str) -> dict[str, str]:
    return {name: values[0] for name, values in parse_qs(query).items()}


@contextmanager
def private_oidc() -> Iterator[OIDCProvider]:
    """A provider for as long as the block lasts."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), BaseHTTPRequestHandler)
    provider = OIDCProvider(server.server_address[1])
    server.RequestHandlerClass = _answering(provider)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield provider
    finally:
        server.shutdown()
        server.server_close()
