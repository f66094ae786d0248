"""A real Dovecot 2.3 as an ordinary user: IMAP with IDLE, plain and over TLS; LMTP for deliveries; passwords and XOAUTH2."""

from __future__ import annotations

import imaplib
import itertools
import smtplib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from journeys.engines.certificate import self_signed
from journeys.engines.process import Server, free_port, ordinary_user, private_folder, user_name

LONGEST_START = 90.0  # seconds; on a busy machine it forks slowly
PASSWORD = "open-sesame"  # without a space: Dovecot splits at it

CONFIG = """
protocols = imap lmtp
listen = 127.0.0.1
base_dir = {folder}/run
state_dir = {folder}/state
log_path = {folder}/dovecot-events.log
default_internal_user = {user}
default_internal_group = {group}
default_login_user = {user}
ssl = yes
ssl_cert = <{cert}
ssl_key = <{key}
disable_plaintext_auth = no
auth_failure_delay = 0
auth_mechanisms = plain login xoauth2 oauthbearer
mail_location = maildir:{folder}/mail/%n
mail_max_userip_connections = 100
imap_idle_notify_interval = 2 mins
service imap-login {{
  chroot =
  inet_listener imap {{
    port = {imap}
  }}
  inet_listener imaps {{
    port = {imaps}
    ssl = yes
  }}
}}
service lmtp {{
  chroot =
  inet_listener lmtp {{
    port = {lmtp}
  }}
}}
service anvil {{
  chroot =
}}
{tokens}
passdb {{
  driver = static
  args = password={password}
}}
userdb {{
  driver = static
  args = uid={user} gid={group} home={folder}/mail/%n allow_all_users=yes
}}
namespace inbox {{
  inbox = yes
  separator = /
  mailbox Sent {{
    auto = subscribe
    special_use = \\Sent
  }}
  mailbox Junk {{
    auto = subscribe
    special_use = \\Junk
  }}
}}
protocol lmtp {{
  postmaster_address = postmaster@localhost
}}
"""

TOKENS = """
passdb {{
  driver = oauth2
  mechanisms = xoauth2 oauthbearer
  args = {folder}/tokens.conf
}}
"""


@dataclass(frozen=True)
class MailAccount:
    """One person's mailbox on the server."""

    server: Dovecot
    address: str
    password: str = PASSWORD

    def deliver(self, raw: bytes, *, sender: str = "sender@elsewhere.example") -> None:
        """Hands a letter over by LMTP, as the company's mail server would: it is in the inbox when this returns."""
        with smtplib.LMTP("127.0.0.1", self.server.lmtp_port) as lmtp:
            lmtp.sendmail(sender, [self.address], raw)

    def append(self, raw: bytes, *, folder: str = "INBOX", flags: str = "") -> None:
        """Puts a letter straight into a folder, as another mail program would."""
        with self.imap() as imap:
            _ok(imap.append(folder, flags, "", raw))

    def letters(self, folder: str = "INBOX") -> list[bytes]:
        """Every letter in the folder, raw, in order of arrival. Reading here marks nothing as read."""
        with self.imap() as imap:
            _ok(imap.select(f'"{folder}"', readonly=True))
            numbers = _ok(imap.search(None, "ALL"))[0].split()
            return [_ok(imap.fetch(number.decode(), "(BODY.PEEK[])"))[0][1] for number in numbers]

    def imap(self) -> imaplib.IMAP4:
        """A connection of our own, logged in."""
        imap = imaplib.IMAP4("127.0.0.1", self.server.imap_port, timeout=20)
        imap.login(self.address, self.password)
        return imap


def _ok(answer: tuple[str, list[Any]]) -> list[Any]:
    if answer[0] != "OK":
        raise RuntimeError(f"Dovecot said {answer}")
    return answer[1]


class Dovecot:
    """One server; `account()` gives a fresh empty mailbox. `introspection` is the address that says whose a token is."""

    host = "127.0.0.1"

    def __init__(self, folder: Path, program: Path, *, introspection: str = "") -> None:
        self.folder, self.program = folder, program
        self.imap_port, self.imaps_port, self.lmtp_port = free_port(), free_port(), free_port()
        self.cert, key = self_signed(folder)
        self._numbers = itertools.count(1)
        self.config = folder / "dovecot.conf"
        self.config.write_text(self._config(key, introspection))
        self.start()

    def _config(self, key: Path, introspection: str) -> str:
        tokens = ""
        if introspection:
            (self.folder / "tokens.conf").write_text(
                f"introspection_mode = post\nintrospection_url = {introspection}\nusername_attribute = username\n"
                "active_attribute = active\nactive_value = true\n"
            )
            tokens = TOKENS.format(folder=self.folder)
        return CONFIG.format(
            folder=self.folder,
            user=user_name(),
            group=_group_name(),
            cert=self.cert,
            key=key,
            imap=self.imap_port,
            imaps=self.imaps_port,
            lmtp=self.lmtp_port,
            tokens=tokens,
            password=PASSWORD,
        )

    def start(self) -> None:
        """Serve; the same mailboxes at the same ports each time."""
        self.server = Server([self.program, "-F", "-c", self.config], folder=self.folder)
        for port in (self.imap_port, self.lmtp_port):
            self.server.wait_for_port(port, within=LONGEST_START)

    def stop(self) -> None:
        """The mail server is down; `start` brings it back with every letter it had."""
        self.server.stop()

    def account(self, name: str = "") -> MailAccount:
        return MailAccount(self, f"{name or 'box'}-{next(self._numbers)}@desk.example")


def _group_name() -> str:
    import grp
    import os

    return grp.getgrgid(ordinary_user().get("group", os.getegid())).gr_name


@contextmanager
def private_dovecot(program: Path, *, introspection: str = "") -> Iterator[Dovecot]:
    """A mail server for as long as the block lasts."""
    with private_folder("dovecot") as folder:
        dovecot = Dovecot(folder, program, introspection=introspection)
        try:
            yield dovecot
        finally:
            dovecot.stop()
