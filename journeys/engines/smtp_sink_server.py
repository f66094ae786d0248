"""The SMTP server at the other end of the world: it keeps every letter it accepts, and misbehaves on command.

Orders are files in `orders/`, one JSON object each: `at` (connect, ehlo, mail, rcpt, data, dot), `do` (answer, hang,
close), `answer`, `match` (part of an address), `times`, `keep` (was a letter kept that is hung up on after the dot).
A letter is on the disk, synced, before it is answered: its folder is the oracle of what was accepted.
"""

from __future__ import annotations

import argparse
import asyncio
import base64
import json
import os
import ssl
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword, Session

FOR_EVER = 3600.0  # seconds; longer than the process lives


class Orders:
    """What the test has asked for, read from the folder at each step."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.used: dict[str, int] = {}

    def for_step(self, step: str, text: str = "") -> dict[str, Any] | None:
        """The oldest order that fits, counted as used."""
        for path in sorted(self.folder.glob("*.json")):
            try:
                order: dict[str, Any] = json.loads(path.read_text())
            except FileNotFoundError:  # taken back between the listing and the reading
                continue
            if order["at"] != step or order["match"] not in text:
                continue
            self.used[path.name] = self.used.get(path.name, 0) + 1
            if order["times"] and self.used[path.name] >= order["times"]:
                path.unlink(missing_ok=True)
            return order
        return None


class Kept:
    """The letters that were accepted, and a log of every step, both safe from a kill."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.count = len(list(folder.glob("letters/*.json")))

    def letter(self, session: Session, envelope: Envelope) -> None:
        self.count += 1
        name = self.folder / "letters" / f"{self.count:06d}"
        about = {
            "sender": envelope.mail_from,
            "recipients": envelope.rcpt_tos,
            "at": datetime.now(UTC).isoformat(),
            "tls": session.ssl is not None,
            "user": _user(session),
        }
        content = envelope.content if isinstance(envelope.content, bytes) else str(envelope.content).encode()
        _write(name.with_suffix(".eml"), content)
        _write(name.with_suffix(".json"), json.dumps(about).encode())

    def note(self, what: str, **facts: object) -> None:
        line = json.dumps({"at": datetime.now(UTC).isoformat(), "what": what, **facts})
        with (self.folder / "log.jsonl").open("a") as log:
            log.write(line + "\n")


def _user(session: Session) -> str:
    data = session.auth_data
    return data.login.decode() if isinstance(data, LoginPassword) else str(data or "")


def _write(path: Path, content: bytes) -> None:
    """All of it or nothing, on the disk before this returns."""
    partial = path.with_suffix(path.suffix + ".part")
    with partial.open("wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    partial.rename(path)


class Sink(SMTP):
    """aiosmtpd's server, with an order looked up before each step. It is its own event handler."""

    def __init__(self, orders: Orders, kept: Kept, *, user: str, password: str, **options: Any) -> None:
        self.orders, self.kept = orders, kept
        self.credentials = (user, password)
        super().__init__(
            self,
            hostname="sink.example",
            ident="Sink",
            enable_SMTPUTF8=True,
            timeout=FOR_EVER,
            authenticator=self._check if user else None,
            auth_required=bool(user),
            auth_require_tls=False,
            **options,
        )

    async def _ordered(self, step: str, text: str = "") -> str | None:
        order = self.orders.for_step(step, text)
        self.kept.note(step, text=text, do=order["do"] if order else "", answer=order["answer"] if order else "")
        if order is None:
            return None
        if order["do"] == "answer":
            return str(order["answer"])
        return await self._silence(hang_up=order["do"] == "close")

    async def _silence(self, *, hang_up: bool) -> str:
        """Not another word. Ends when the line does, so the answer reaches nobody."""
        if hang_up and isinstance(self.transport, asyncio.Transport):
            self.transport.abort()
        await asyncio.sleep(FOR_EVER)
        return "421 4.4.2 Good night"

    def _check(self, server: SMTP, session: Session, envelope: Envelope, mechanism: str, data: Any) -> AuthResult:
        given = (data.login.decode(), data.password.decode()) if isinstance(data, LoginPassword) else (None, None)
        return AuthResult(success=given == self.credentials, handled=False, auth_data=data)

    async def auth_XOAUTH2(self, server: SMTP, args: list[str]) -> AuthResult:
        """RFC 7628's older cousin: base64 of `user=…^Aauth=Bearer …^A^A`; the token is the configured password."""
        said = base64.b64decode(args[1]) if len(args) > 1 else await self.challenge_auth("")
        user, password = self.credentials
        success = said == f"user={user}\x01auth=Bearer {password}\x01\x01".encode()
        return AuthResult(success=success, handled=False, auth_data=LoginPassword(user.encode(), b""))

    async def _handle_client(self) -> None:
        if answer := await self._ordered("connect"):
            await self.push(answer)
            if self.transport is not None:
                self.transport.close()
            return
        await super()._handle_client()

    async def handle_EHLO(
        self, server: SMTP, session: Session, envelope: Envelope, hostname: str, responses: list[str]
    ) -> list[str]:
        session.host_name = hostname
        answer = await self._ordered("ehlo", hostname)
        return [answer] if answer else responses

    async def handle_MAIL(
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        if answer := await self._ordered("mail", address):
            return answer
        envelope.mail_from = address
        envelope.mail_options.extend(options)
        return "250 2.1.0 Sender noted"

    async def handle_RCPT(
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        if answer := await self._ordered("rcpt", address):
            return answer
        envelope.rcpt_tos.append(address)
        return "250 2.1.5 Recipient noted"

    async def smtp_DATA(self, arg: str) -> None:
        if self.envelope is not None and self.envelope.rcpt_tos and (answer := await self._ordered("data")):
            await self.push(answer)
            return
        await super().smtp_DATA(arg)

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:
        step = self.orders.for_step("dot", " ".join(envelope.rcpt_tos))
        keep = step["keep"] if step else True
        if keep:
            self.kept.letter(session, envelope)
        self.kept.note("dot", kept=keep, do=step["do"] if step else "", recipients=envelope.rcpt_tos)
        if step is None:
            return "250 2.0.0 Kept"
        if step["do"] == "answer":
            return str(step["answer"])
        return await self._silence(hang_up=step["do"] == "close")


async def serve(folder: Path, options: argparse.Namespace) -> None:
    """Listens on a free loopback port, writes it to `port`, and stays."""
    for name in ("orders", "letters"):
        (folder / name).mkdir(exist_ok=True)
    orders, kept = Orders(folder / "orders"), Kept(folder)
    context = None
    if options.tls:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(folder / "cert.pem", folder / "key.pem")

    def session() -> Sink:
        starttls = context if options.tls == "starttls" else None
        return Sink(
            orders,
            kept,
            user=options.user,
            password=options.password,
            tls_context=starttls,
            require_starttls=bool(starttls),
        )

    implicit = context if options.tls == "implicit" else None
    server = await asyncio.get_running_loop().create_server(session, "127.0.0.1", options.port, ssl=implicit)
    _write(folder / "port", str(server.sockets[0].getsockname()[1]).encode())
    await server.serve_forever()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--port", type=int, default=0)
    parser.add_argument("--user", default="")
    parser.add_argument("--password", default="")
    parser.add_argument("--tls", choices=["", "starttls", "implicit"], default="")
    options = parser.parse_args()
    asyncio.run(serve(options.folder, options))


if __name__ == "__main__":
    main()
