"""The demo's outside world, as the process that `demo` starts."""

import mailbox
import smtplib
import socket
import subprocess
import sys
import time

import pytest

LETTER = "From: hello@harbourrow.example\r\nSubject: Re: Is anybody there?\r\n\r\nI do read this.\r\n"


@pytest.fixture
def outside(tmp_path):
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    words = [
        sys.executable,
        "-m",
        "secondring.commands.process",
        "outside",
        "--folder",
        str(tmp_path),
        "--port",
        str(port),
    ]
    world = subprocess.Popen(words, stdin=subprocess.PIPE, env={"PYTHONPATH": ":".join(sys.path)})
    try:
        yield _line(port)
    finally:
        world.terminate()
        world.wait(timeout=20)


def _line(port):
    for _ in range(200):
        try:
            return smtplib.SMTP("127.0.0.1", port, timeout=10)
        except ConnectionRefusedError:
            time.sleep(0.1)
    raise AssertionError("nobody listens outside")


def test_everybody_out_there_gets_their_letters_into_a_box_of_their_own(outside, tmp_path):
    outside.sendmail("hello@harbourrow.example", ["Ana@example.org", "lou@loudlou.example"], LETTER)
    assert sorted(each.name for each in tmp_path.iterdir()) == ["ana@example.org", "lou@loudlou.example"]
    (letter,) = mailbox.Maildir(tmp_path / "ana@example.org")
    assert "I do read this." in letter.as_string()


def test_nobody_is_refused(outside):
    with pytest.raises(smtplib.SMTPRecipientsRefused):
        outside.sendmail("hello@harbourrow.example", ["nobody@example.org"], LETTER)
