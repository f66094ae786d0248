"""Trying the doors of a mailbox, one by one, with a plain answer to what went wrong; ends with a letter to oneself.

The network is never touched in a request: the try is a job of the worker's, and the page shows each step as it is done.
"""

import imaplib
import smtplib
import socket
import ssl
from collections.abc import Callable
from datetime import datetime
from email.message import EmailMessage
from email.utils import format_datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from ..lib import clock
from ..lib.jobs import job
from . import showing, threads
from .models import Mailbox

PATIENCE = 20.0  # seconds for each door
TEST_MARK = "Second-Ring-Test"

NOBODY_THERE = -1  # smtplib's code for a greeting that is none


class LoginRefused(Exception):
    """The mailbox's server does not take this name and password."""


Step = tuple[str, Callable[[Mailbox], str]]


def begin(mailbox: Mailbox, *, at: datetime) -> None:
    """Have the worker try the doors; the page may look at `mailbox.checks` meanwhile."""
    mailbox.checks = {"began": at.isoformat(), "steps": [], "done": False}
    mailbox.save(update_fields=["checks"])
    try_doors.enqueue(at=at, unique_key=f"doors-{mailbox.pk}", mailbox=mailbox.pk)


@job("mail.try_doors")
def try_doors(mailbox: int) -> None:
    """Try each door in turn and write down what was found; stop at the first that does not open."""
    box = Mailbox.objects.select_related("place").get(pk=mailbox)
    steps: list[dict[str, Any]] = []
    for name, attempt in _steps(box):
        try:
            words, well = attempt(box), True
        except (OSError, LoginRefused, imaplib.IMAP4.error, smtplib.SMTPException) as problem:
            words, well = in_words(problem, name), False
        steps.append({"name": name, "well": well, "words": words})
        _note(box, steps, done=not well)
        if not well:
            return
    _note(box, steps, done=True)


def _steps(box: Mailbox) -> list[Step]:
    steps: list[Step] = []
    if box.imap_host:
        steps += [("in", _letters_in)]
    if box.smtp_host:
        steps += [("out", _letters_out), ("test", _letter_to_oneself)]
    return steps


@transaction.atomic
def _note(box: Mailbox, steps: list[dict[str, Any]], *, done: bool) -> None:
    box.checks = {**box.checks, "steps": steps, "done": done}
    box.save(update_fields=["checks"])
    showing.changed(box)


def _letters_in(box: Mailbox) -> str:
    context = ssl.create_default_context()
    if box.imap_security == "tls":
        line: imaplib.IMAP4 = imaplib.IMAP4_SSL(box.imap_host, box.imap_port, ssl_context=context, timeout=PATIENCE)
    else:
        line = imaplib.IMAP4(box.imap_host, box.imap_port, timeout=PATIENCE)
        if box.imap_security == "starttls":
            line.starttls(context)
    try:
        if not box.oauth:
            _log_in(line, box)
            line.select("INBOX", readonly=True)
        pushes = "IDLE" in line.capabilities
    finally:
        line.shutdown()
    return _("The server pushes new letters at once.") if pushes else _("The server will be asked twice a minute.")


def _log_in(line: imaplib.IMAP4, box: Mailbox) -> None:
    try:
        line.login(box.login or box.address, box.password)
    except imaplib.IMAP4.abort:
        raise  # the line broke; that says nothing of the password
    except imaplib.IMAP4.error as refused:
        raise LoginRefused from refused


def smtp_line(box: Mailbox) -> smtplib.SMTP:
    """An open, greeted and logged-in line to the mailbox's server for letters out. The caller closes it."""
    context = ssl.create_default_context()
    if box.smtp_security == "tls":
        line: smtplib.SMTP = smtplib.SMTP_SSL(box.smtp_host, box.smtp_port, timeout=PATIENCE, context=context)
    else:
        line = smtplib.SMTP(box.smtp_host, box.smtp_port, timeout=PATIENCE)
        if box.smtp_security == "starttls":
            line.starttls(context=context)
    line.ehlo_or_helo_if_needed()
    if box.password and not box.oauth and line.has_extn("auth"):  # a relay in one's own house may ask for none
        line.login(box.login or box.address, box.password)
    return line


def _letters_out(box: Mailbox) -> str:
    with smtp_line(box):
        return _("The server takes letters from this address.")


def _letter_to_oneself(box: Mailbox) -> str:
    letter = EmailMessage()
    letter["From"] = letter["To"] = box.address
    letter["Subject"] = _("A test letter from your new desk")
    letter["Message-ID"] = threads.new_message_id(box.domain)
    letter["Date"] = format_datetime(clock.now())
    letter[TEST_MARK] = box.place.name.encode("ascii", "ignore").decode()[:60] or "yes"
    letter.set_content(_("If you can read this on the desk, letters go out and come in. Answer it, if you like."))
    with smtp_line(box) as line:
        line.send_message(letter)
    box.checks = {**box.checks, "letter": letter["Message-ID"]}  # by which the page knows it when it comes back
    return _("A test letter is on its way to %(address)s.") % {"address": box.address}


def in_words(problem: Exception, step: str) -> str:
    """What went wrong with a door, as a person would say it, with what to do next."""
    which = _("letters in") if step == "in" else _("letters out")
    if isinstance(problem, socket.gaierror):
        return _("There is no server of that name. Look at the name of the server for %(which)s.") % {"which": which}
    if isinstance(problem, ssl.SSLCertVerificationError):
        return _("The server’s certificate is not valid for this name. Ask your provider which name to use.")
    if isinstance(problem, ssl.SSLError):
        return _("The server speaks another kind of encryption on this port. Try the other one below.")
    if isinstance(problem, TimeoutError):
        return _("The server does not answer. Its name, port or encryption may be wrong, or a firewall stands between.")
    if isinstance(problem, ConnectionRefusedError):
        return _("Nobody listens on this port. Look at the port of the server for %(which)s.") % {"which": which}
    if isinstance(problem, smtplib.SMTPAuthenticationError | LoginRefused):
        return _("The server does not accept this name and password. Some providers want an “app password” here.")
    if isinstance(problem, smtplib.SMTPNotSupportedError):
        return _("The server does not offer this encryption on this port. Try the other one below.")
    if _is_something_else(problem):
        return _("Something else answers on this port. Look at the port of the server for %(which)s.") % {
            "which": which
        }
    if isinstance(problem, smtplib.SMTPResponseException):
        said = problem.smtp_error
        words = said.decode("utf-8", "replace") if isinstance(said, bytes) else str(said)
        return _("The server said no: %(words)s") % {"words": words[:200]}
    return _("It did not work: %(words)s") % {"words": str(problem)[:200]}


def _is_something_else(problem: Exception) -> bool:
    """Was it understood so badly that it cannot have been a server for letters?"""
    if isinstance(problem, smtplib.SMTPResponseException):
        return problem.smtp_code == NOBODY_THERE
    return isinstance(problem, imaplib.IMAP4.error | smtplib.SMTPServerDisconnected)
