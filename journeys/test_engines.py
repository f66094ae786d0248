"""Each engine starts, does the one thing the journeys need of it, and leaves nothing behind."""

from __future__ import annotations

import base64
import contextlib
import os
import smtplib
import socket
import ssl
import threading
import urllib.request
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import psycopg
import pytest
from imap_tools import MailBoxUnencrypted
from websockets.sync.client import connect
from websockets.sync.server import ServerConnection, serve

from journeys.engines.dovecot import Dovecot, MailAccount
from journeys.engines.oauth import OAuthProvider
from journeys.engines.process import Server, free_port, private_folder
from journeys.engines.smtp_sink import SMTPSink, private_sink

LETTER = b"From: Ana <ana@music.example>\r\nTo: desk@desk.example\r\nSubject: My strings\r\n\r\nThey hum.\r\n"
PAGE = b"""<!doctype html><title>Front door</title><h1>Good morning</h1><input id=name>
<button id=greet>Greet</button><p id=out></p>
<script>greet.onclick = () => { out.textContent = "Hello, " + document.getElementById("name").value }</script>"""


class FrontDoor(BaseHTTPRequestHandler):
    """A page, and which visitor the proxy says is there."""

    def do_GET(self) -> None:
        self.send_response(200)
        self.send_header("Content-Type", "text/html")
        self.send_header("X-Saw", f"{self.headers['X-Forwarded-Proto']} {self.headers['Host']}")
        self.end_headers()
        self.wfile.write(PAGE)

    def log_message(self, format: str, *args: object) -> None:
        pass


@pytest.fixture
def front_door() -> Iterator[int]:
    server = ThreadingHTTPServer(("127.0.0.1", 0), FrontDoor)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield server.server_address[1]
    server.shutdown()
    server.server_close()


@pytest.fixture
def echo() -> Iterator[int]:
    def answer(line: ServerConnection) -> None:
        for word in line:
            line.send(word)

    with serve(answer, "127.0.0.1", 0) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield server.socket.getsockname()[1]
        server.shutdown()


def trusting() -> ssl.SSLContext:
    context = ssl.create_default_context()
    context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
    return context


def test_every_new_postgresql_database_is_empty_and_apart(postgresql) -> None:
    first, second = postgresql.new_database(), postgresql.new_database()
    with psycopg.connect(first) as one:
        one.execute("CREATE TABLE letter (id int)")
    with psycopg.connect(second) as two:
        assert two.execute("SELECT count(*) FROM pg_tables WHERE schemaname = 'public'").fetchone() == (0,)


def test_no_engine_runs_as_root(postgresql, dovecot: Dovecot) -> None:
    for server in (postgresql.server, dovecot.server):
        assert (Path(f"/proc/{server.pid}").stat().st_uid or os.geteuid()) != 0


def test_a_delivered_letter_wakes_whoever_is_idling(mail_account: MailAccount) -> None:
    with MailBoxUnencrypted("127.0.0.1", mail_account.server.imap_port).login(
        mail_account.address, mail_account.password
    ) as box:
        box.idle.start()
        mail_account.deliver(LETTER)
        woken = box.idle.poll(timeout=20)
        box.idle.stop()
        assert any(b"EXISTS" in line for line in woken)
        assert [letter.subject for letter in box.fetch(mark_seen=False)] == ["My strings"]


def test_a_letter_put_in_a_folder_comes_back_byte_for_byte(mail_account: MailAccount) -> None:
    mail_account.append(LETTER, folder="Sent", flags=r"(\Seen)")
    assert mail_account.letters("Sent") == [LETTER]
    assert mail_account.letters() == []


def test_letters_outlive_the_mail_server(mail_account: MailAccount) -> None:
    mail_account.deliver(LETTER)
    mail_account.server.stop()
    with pytest.raises(ConnectionRefusedError):
        mail_account.imap()
    mail_account.server.start()
    assert len(mail_account.letters()) == 1


def test_the_mail_server_takes_a_token_and_refuses_it_once_revoked(
    mail_account: MailAccount, oauth: OAuthProvider
) -> None:
    token = str(oauth.grant(mail_account.address)["access_token"])
    port = mail_account.server.imap_port
    with MailBoxUnencrypted("127.0.0.1", port).xoauth2(mail_account.address, token) as box:
        assert box.folder.exists("INBOX")
    oauth.revoke(token)
    with pytest.raises(Exception, match=r"(?i)auth"):
        MailBoxUnencrypted("127.0.0.1", port).xoauth2(mail_account.address, token)


def send(sink: SMTPSink, to: list[str], *, wait: float = 20) -> dict[str, tuple[int, bytes]]:
    with smtplib.SMTP(sink.host, sink.port, timeout=wait) as smtp:
        return smtp.sendmail("desk@desk.example", to, LETTER)


def test_the_sink_keeps_what_it_accepts_with_its_envelope(smtp_sink: SMTPSink) -> None:
    send(smtp_sink, ["ana@music.example", "bea@music.example"])
    [letter] = smtp_sink.letters()
    assert letter.raw == LETTER
    assert letter.sender == "desk@desk.example"
    assert letter.recipients == ("ana@music.example", "bea@music.example")


def test_the_sink_refuses_one_recipient_and_keeps_the_letter_for_the_other(smtp_sink: SMTPSink) -> None:
    smtp_sink.say(550, "5.1.1 No such person", at="rcpt", match="bea@")
    refused = send(smtp_sink, ["ana@music.example", "bea@music.example"])
    assert refused == {"bea@music.example": (550, b"5.1.1 No such person")}
    assert smtp_sink.letters()[0].recipients == ("ana@music.example",)


@pytest.mark.parametrize("step", ["connect", "ehlo", "mail", "rcpt", "data", "dot"])
def test_the_sink_says_try_later_once_and_then_is_kind(smtp_sink: SMTPSink, step: str) -> None:
    smtp_sink.say(451, "4.3.0 Try later", at=step, times=1)
    # smtplib greets a second time with HELO when EHLO is refused, which is the protocol's own way on.
    with contextlib.nullcontext() if step == "ehlo" else pytest.raises(smtplib.SMTPException):
        send(smtp_sink, ["ana@music.example"])
    kept = len(smtp_sink.letters())
    send(smtp_sink, ["ana@music.example"])
    assert len(smtp_sink.letters()) == kept + 1


@pytest.mark.parametrize("keep", [True, False])
def test_the_sink_breaks_the_line_after_the_dot(smtp_sink: SMTPSink, keep: bool) -> None:
    smtp_sink.hang_up(at="dot", keep=keep)
    with pytest.raises((smtplib.SMTPServerDisconnected, ConnectionError)):
        send(smtp_sink, ["ana@music.example"])
    assert len(smtp_sink.letters()) == keep


def test_the_sink_holds_the_line_until_the_sender_loses_patience(smtp_sink: SMTPSink) -> None:
    smtp_sink.hang(at="data")
    with pytest.raises(smtplib.SMTPServerDisconnected, match="timed out"):
        send(smtp_sink, ["ana@music.example"], wait=0.5)
    assert smtp_sink.letters() == []


def test_the_sink_comes_back_on_the_same_port_with_its_letters(smtp_sink: SMTPSink) -> None:
    send(smtp_sink, ["ana@music.example"])
    smtp_sink.stop()
    with pytest.raises(ConnectionRefusedError):
        send(smtp_sink, ["ana@music.example"])
    smtp_sink.start()
    send(smtp_sink, ["ana@music.example"])
    assert len(smtp_sink.letters()) == 2


def test_the_sink_wants_a_password_over_tls() -> None:
    with private_sink(user="desk", password="open sesame", tls="starttls") as sink:
        with smtplib.SMTP(sink.host, sink.port, timeout=20) as smtp:
            smtp.starttls(context=trusting())
            with pytest.raises(smtplib.SMTPAuthenticationError):
                smtp.login("desk", "wrong")
        with smtplib.SMTP(sink.host, sink.port, timeout=20) as smtp:
            smtp.starttls(context=trusting())
            smtp.login("desk", "open sesame")
            smtp.sendmail("desk@desk.example", ["ana@music.example"], LETTER)
        assert [(letter.tls, letter.user) for letter in sink.letters()] == [(True, "desk")]


def test_the_sink_takes_a_token() -> None:
    with private_sink(user="desk", password="a-token", tls="implicit") as sink, trusted_smtp(sink) as smtp:
        smtp.ehlo()
        said = base64.b64encode(b"user=desk\x01auth=Bearer a-token\x01\x01").decode()
        assert smtp.docmd("AUTH", f"XOAUTH2 {said}")[0] == 235


def trusted_smtp(sink: SMTPSink) -> smtplib.SMTP_SSL:
    return smtplib.SMTP_SSL(
        "localhost", sink.port, timeout=20, context=ssl.create_default_context(cafile=str(sink.cert))
    )


def test_chromium_shows_a_page_and_tells_its_troubles(watched_page, front_door: int) -> None:
    page = watched_page.page
    page.goto(f"http://127.0.0.1:{front_door}/")
    page.fill("#name", "Ana")
    page.click("#greet")
    assert page.inner_text("#out") == "Hello, Ana"
    page.evaluate("setTimeout(() => { throw new Error('out of tune') }, 0)")
    page.wait_for_timeout(200)
    assert any("out of tune" in trouble for trouble in watched_page.troubles)


def test_firefox_types_clicks_and_reads(firefox, front_door: int, tmp_path: Path) -> None:
    firefox.open(f"http://127.0.0.1:{front_door}/")
    firefox.type("#name", "Bea")
    firefox.click("#greet")
    assert firefox.wait_for("document.querySelector('#out').innerText") == "Hello, Bea"
    firefox.screenshot(tmp_path / "bea.png")
    assert (tmp_path / "bea.png").read_bytes().startswith(b"\x89PNG")


@pytest.mark.parametrize("proxy", ["nginx", "caddy"])
def test_a_proxy_passes_pages_on_and_says_who_came(request: pytest.FixtureRequest, proxy: str, front_door: int) -> None:
    url = request.getfixturevalue(proxy)(front_door)
    with urllib.request.urlopen(url, context=trusting(), timeout=20) as answer:
        assert b"Good morning" in answer.read()
        assert answer.headers["X-Saw"] == f"https {url.removeprefix('https://')}"


@pytest.mark.parametrize("proxy", ["nginx", "caddy"])
def test_a_proxy_carries_a_websocket(request: pytest.FixtureRequest, proxy: str, echo: int) -> None:
    url = request.getfixturevalue(proxy)(echo)
    with connect(url.replace("https", "wss"), ssl=trusting(), open_timeout=20, proxy=None) as line:
        line.send("ring")
        assert line.recv(timeout=20) == "ring"


def test_a_server_that_does_not_start_says_why() -> None:
    with (
        private_folder("broken") as folder,
        Server(["sh", "-c", "echo the disk is full; exit 3"], folder=folder) as server,
        pytest.raises(RuntimeError, match=r"(?s)ended with 3 .*the disk is full"),
    ):
        server.wait_for_port(free_port())


def test_a_server_ends_when_its_life_is_over() -> None:
    with private_folder("sleeper") as folder, Server(["sleep", "600"], folder=folder, life=0.2) as server:
        assert server.process.wait(timeout=20) != 0


def test_free_ports_are_free() -> None:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", free_port()))
