"""A small OAuth 2 provider on loopback: authorization code, refresh, introspection. It hands out tokens that Dovecot accepts."""

from __future__ import annotations

import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from urllib.parse import urlencode, urlsplit

from journeys.engines.local_site import Answering, first_of_each, listening


class OAuthProvider:
    """Whose token is whose. `revoke` makes an access token worthless, as an hour would; the refresh token still works."""

    def __init__(self, port: int) -> None:
        self.url = f"http://127.0.0.1:{port}"
        self.client_id, self.client_secret = "second-ring", secrets.token_urlsafe(12)
        self.owners: dict[str, str] = {}
        self.refreshers: dict[str, str] = {}
        self.codes: dict[str, str] = {}
        self.signs_in = "box@desk.example"

    def grant(self, user: str) -> dict[str, object]:
        """A fresh pair of tokens, as the token endpoint answers it (RFC 6749 section 5.1)."""
        access, refresh = secrets.token_urlsafe(24), secrets.token_urlsafe(24)
        self.owners[access], self.refreshers[refresh] = user, user
        return {"access_token": access, "refresh_token": refresh, "token_type": "Bearer", "expires_in": 3600}

    def revoke(self, access_token: str) -> None:
        self.owners.pop(access_token, None)

    def authorize(self, asked: dict[str, str]) -> str:
        """The address the browser is sent back to. The person in front of it is `signs_in`."""
        code = secrets.token_urlsafe(12)
        self.codes[code] = self.signs_in
        return f"{asked['redirect_uri']}?{urlencode({'code': code, 'state': asked.get('state', '')})}"

    def token(self, asked: dict[str, str]) -> tuple[int, dict[str, object]]:
        """RFC 6749 sections 4.1.3 and 6."""
        if asked.get("client_secret") != self.client_secret:
            return 401, {"error": "invalid_client"}
        if asked.get("grant_type") == "authorization_code":
            user = self.codes.pop(asked.get("code", ""), "")
        else:
            user = self.refreshers.get(asked.get("refresh_token", ""), "")
        return (200, self.grant(user)) if user else (400, {"error": "invalid_grant"})

    def introspect(self, asked: dict[str, str]) -> dict[str, object]:
        """RFC 7662 section 2.2."""
        user = self.owners.get(asked.get("token", ""))
        return {"active": True, "username": user} if user else {"active": False}


def _answering(provider: OAuthProvider) -> type[Answering]:
    class Provider(Answering):
        def do_GET(self) -> None:
            self.send_response(302)
            self.send_header("Location", provider.authorize(first_of_each(urlsplit(self.path).query)))
            self.end_headers()

        def do_POST(self) -> None:
            asked = self.form()
            self.say(*(provider.token(asked) if self.path == "/token" else (200, provider.introspect(asked))))

    return Provider


@contextmanager
def private_oauth() -> Iterator[OAuthProvider]:
    """A provider for as long as the block lasts."""
    with listening() as server:
        provider = OAuthProvider(server.server_address[1])
        server.RequestHandlerClass = _answering(provider)
        yield provider
