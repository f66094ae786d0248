"""Registering with a provider that asks for a password: proved by its own arithmetic, said again in time."""

import hashlib
import re
import time

from .telephones import NUMBER, Answer, Caller, exchange_running

NONCE, REALM = "abc123", "sip.example"


def digest(*words: str) -> str:
    return hashlib.md5(":".join(words).encode(), usedforsecurity=False).hexdigest()


def proved(request: Answer, header: str, method: str, password: str) -> bool:
    """What a strict provider computes (RFC 2617), from the request line's own address."""
    given = dict(re.findall(r'(\w+)="?([^",]*)"?', request.header(header)))
    uri = request.first.split()[1]
    ha1, ha2 = digest("u-77", REALM, password), digest(method, uri)
    counted = [given["nc"], given["cnonce"], given["qop"]] if "qop" in given else []
    wanted = digest(ha1, NONCE, *counted, ha2)
    return given.get("uri") == uri and given["response"] == wanted


def challenge(provider: Caller, request: Answer, code: int, header: str, realm: str = REALM) -> None:
    lines = [line for line in request.head.split("\r\n") if re.match(r"(?i)(via|from|to|call-id|cseq):", line)]
    asked = f'{header}: Digest realm="{realm}", nonce="{NONCE}", algorithm=MD5, qop="auth"'
    head = "\r\n".join([f"SIP/2.0 {code} Unauthorized", *lines, asked, "Content-Length: 0"])
    provider.send(f"{head}\r\n\r\n".encode())


def account(port: int, **more: object) -> dict[str, object]:
    own = {"id": 1, "host": "127.0.0.1", "port": port, "user": "u-77", "password": "s3cret", "numbers": [NUMBER]}
    return {**own, **more}


def next_request(provider: Caller, method: str) -> Answer:
    until = time.monotonic() + 8
    while time.monotonic() < until:
        request = provider.next(8.0)
        if request and request.first.startswith(f"{method} "):
            return request
    raise AssertionError(f"no {method}")


def test_a_provider_is_told_where_we_are_with_the_proof_it_asks_for() -> None:
    with Caller(1) as provider, exchange_running(account(provider.port)) as (running, port):
        provider.there = ("127.0.0.1", port)
        running.tell("register")
        first = next_request(provider, "REGISTER")
        challenge(provider, first, 401, "WWW-Authenticate")
        second = next_request(provider, "REGISTER")
        assert proved(second, "authorization", "REGISTER", "s3cret")
        assert f"127.0.0.1:{port}" in second.header("contact")
        provider.send(
            second.text.replace(second.first, "SIP/2.0 200 OK").replace("expires=600", "expires=120").encode()
        )
        told = [running.hears("told")["about"] for _ in range(2)]
        assert told[0][2] == REALM, "the realm that may have our password from now on"
        assert told[1][1] > time.time() + 100


def test_a_wrong_password_is_said_in_a_sentence_and_not_hammered() -> None:
    with Caller(1) as provider, exchange_running(account(provider.port)) as (running, port):
        provider.there = ("127.0.0.1", port)
        running.tell("register")
        for _ in range(2):
            challenge(provider, next_request(provider, "REGISTER"), 401, "WWW-Authenticate")
        running.hears("told")
        assert running.hears("told")["about"][3] == "127.0.0.1 does not accept this user name and password."
        assert provider.next(2.0) is None


def test_a_password_is_proved_to_nobody_under_another_name() -> None:
    with (
        Caller(1) as provider,
        exchange_running(account(provider.port, realm="sip.elsewhere")) as (running, port),
    ):
        provider.there = ("127.0.0.1", port)
        running.tell("register")
        challenge(provider, next_request(provider, "REGISTER"), 401, "WWW-Authenticate")
        assert "do not trust" in running.hears("told")["about"][3]
        running.tell("dial", call="x", leg="phone-1", number="+15552222")
        challenge(provider, next_request(provider, "INVITE"), 407, "Proxy-Authenticate")
        running.hears("Declined", leg="phone-1")


def test_a_call_out_is_proved_too() -> None:
    with Caller(1) as provider, exchange_running(account(provider.port)) as (running, port):
        provider.there = ("127.0.0.1", port)
        running.tell("register")
        next_request(provider, "REGISTER")  # from now on the provider's address is known
        running.tell("dial", call="x", leg="phone-1", number="+15552222")
        challenge(provider, next_request(provider, "INVITE"), 407, "Proxy-Authenticate")
        second = next_request(provider, "INVITE")
        assert proved(second, "proxy-authorization", "INVITE", "s3cret")
