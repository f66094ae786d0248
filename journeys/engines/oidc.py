"""A small OpenID Connect provider on loopback: discovery, a page that asks who one is, code with PKCE, tokens, userinfo, keys."""

from __future__ import annotations

import base64
import hashlib
import html
import json
import secrets
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from urllib.parse import urlencode, urlsplit

import jwt
from cryptography.hazmat.primitives.asymmetric import rsa
from jwt.algorithms import RSAAlgorithm

from journeys.engines.local_site import Answering, first_of_each, listening

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


def _answering(provider: OIDCProvider) -> type[Answering]:
    class Provider(Answering):
        def do_GET(self) -> None:
            where = urlsplit(self.path)
            match where.path:
                case "/.well-known/openid-configuration":
                    self.say(200, provider.configuration())
                case "/authorize":
                    self.send(200, "text/html", provider.authorize(first_of_each(where.query)).encode())
                case "/userinfo":
                    person = provider.userinfo(self.headers.get("Authorization", ""))
                    self.say(200 if person else 401, person or {"error": "invalid_token"})
                case "/keys":
                    self.say(200, provider.keys())
                case _:
                    self.say(404, {})

        def do_POST(self) -> None:
            asked = self.form()
            self.say(*provider.token(asked))

    return Provider


@contextmanager
def private_oidc() -> Iterator[OIDCProvider]:
    """A provider for as long as the block lasts."""
    with listening() as server:
        provider = OIDCProvider(server.server_address[1])
        server.RequestHandlerClass = _answering(provider)
        yield provider
