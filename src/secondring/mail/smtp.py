"""Hands letters to the next server, and says for each recipient what it answered (RFC 5321)."""

import base64
import contextlib
import re
import smtplib
import ssl
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _

from ..lib import clock, faults
from ..lib.errors import WorldFailed
from . import bounce_reasons, oauth
from .models import Mailbox, Security

PATIENCE = 30.0  # seconds for each answer
LAST_PATIENCE = 120.0  # seconds for the answer after the final dot; RFC 5321 would have ten minutes
CHUNK = 64 * 2**10
_DOTS = re.compile(rb"(?m)^\.")
_LINE_ENDS = re.compile(rb"\r\n|\r|\n")


class ServerTrouble(WorldFailed):
    """The way out is closed: the server cannot be reached, or does not let us in. It concerns the mailbox, not a letter."""


class Uncertain(WorldFailed):
    """All was said but the answer is missing: the letter may have arrived. It goes again under the same Message-ID."""


@dataclass(frozen=True)
class Refusal:
    """Why the letter did not go to one recipient."""

    because: str
    permanent: bool


Answers = dict[str, Refusal | None]  # by recipient; None: the next server said yes


class Line:
    """An open, logged-in connection to a mailbox's server for letters out; good for many letters."""

    def __init__(self, mailbox: Mailbox, *, patience: float = PATIENCE) -> None:
        self.mailbox = mailbox
        self.patience = patience
        self._smtp = _connected(mailbox, patience)

    def hand_over(
        self, sender: str, recipients: Sequence[str], raw: bytes, *, may_go_on: Callable[[], bool] = lambda: True
    ) -> Answers:
        """Hand over one letter. Raises ServerTrouble, Uncertain, or WorldFailed when the letter was refused as a whole.

        may_go_on: asked at the last moment before the bytes flow; when it says no, nothing is sent.
        """
        try:
            return self._transaction(sender, recipients, raw, may_go_on)
        except (smtplib.SMTPServerDisconnected, OSError) as problem:
            self.close()
            raise ServerTrouble(_("The connection to %s broke.") % self.mailbox.smtp_host) from problem

    def is_open(self) -> bool:
        """Does the server still answer? A line that rested may have been hung up."""
        try:
            return self._smtp.noop()[0] == 250
        except (smtplib.SMTPException, OSError):
            return False

    def close(self) -> None:
        with contextlib.suppress(OSError):
            self._smtp.close()

    def _transaction(
        self, sender: str, recipients: Sequence[str], raw: bytes, may_go_on: Callable[[], bool]
    ) -> Answers:
        self._begin(sender, raw, recipients)
        answers: Answers = {each: self._recipient(each) for each in recipients}
        accepted = [each for each, refusal in answers.items() if refusal is None]
        if not accepted or not may_go_on():
            self._smtp.rset()
            return answers if not accepted else {}
        code, words = self._smtp.docmd("DATA")
        if code != 354:
            self._smtp.rset()
            raise _failed(code, words)
        self._send(raw)
        return answers

    def _begin(self, sender: str, raw: bytes, recipients: Sequence[str]) -> None:
        options = [f"SIZE={len(raw)}"] if self._smtp.has_extn("size") else []
        if self._smtp.has_extn("8bitmime"):
            options.append("BODY=8BITMIME")
        if not all(each.isascii() for each in (sender, *recipients)) and self._smtp.has_extn("smtputf8"):
            options.append("SMTPUTF8")
        code, words = self._smtp.mail(sender, options)
        if code != 250:
            self._smtp.rset()
            if code in (421, 454) or 530 <= code <= 538:
                raise ServerTrouble(_text(words))
            raise _failed(code, words)

    def _recipient(self, address: str) -> Refusal | None:
        code, words = self._smtp.rcpt(address)
        if code in (250, 251):
            return None
        if code == 421:
            raise ServerTrouble(_text(words))
        failed = _failed(code, words)
        return Refusal(failed.because, failed.permanent)

    def _send(self, raw: bytes) -> None:
        body = _DOTS.sub(b"..", _LINE_ENDS.sub(b"\r\n", raw))
        body += b"" if body.endswith(b"\r\n") else b"\r\n"
        for start in range(0, len(body), CHUNK):
            self._smtp.send(body[start : start + CHUNK])
        faults.point("before-dot")
        code, words = self._after_the_dot()
        faults.point("after-250")
        if code != 250:
            raise _failed(code, words)

    def _after_the_dot(self) -> tuple[int, bytes]:
        sock = self._smtp.sock
        try:
            self._smtp.send(b".\r\n")
            faults.point("after-dot")
            if sock is not None:
                sock.settimeout(max(self.patience, LAST_PATIENCE) if self.patience == PATIENCE else self.patience)
            return self._smtp.getreply()
        except (smtplib.SMTPServerDisconnected, OSError) as problem:
            self.close()
            raise Uncertain(
                _(
                    "%s did not say at the last moment whether it took the letter. It goes once more, marked as the same."
                )
                % self.mailbox.smtp_host
            ) from problem
        finally:
            if sock is not None and self._smtp.sock is not None:
                sock.settimeout(self.patience)


def _connected(mailbox: Mailbox, patience: float) -> smtplib.SMTP:
    host, port = mailbox.smtp_host, mailbox.smtp_port
    if not host:
        raise ServerTrouble(_("It has no server for letters out. Name one in the settings."))
    smtp: smtplib.SMTP | None = None
    try:
        context = ssl.create_default_context()
        if mailbox.smtp_security == Security.TLS:
            smtp = smtplib.SMTP_SSL(host, port, timeout=patience, context=context, local_hostname=_our_name(mailbox))
        else:
            smtp = smtplib.SMTP(host, port, timeout=patience, local_hostname=_our_name(mailbox))
        smtp.ehlo()
        if mailbox.smtp_security == Security.STARTTLS:
            smtp.starttls(context=context)
            smtp.ehlo()
        _log_in(smtp, mailbox)
    except (smtplib.SMTPException, OSError, WorldFailed) as problem:
        if smtp is not None:
            smtp.close()
        raise ServerTrouble(_why_closed(problem, mailbox)) from problem
    return smtp


def _our_name(mailbox: Mailbox) -> str:
    return mailbox.domain if mailbox.domain.isascii() else "localhost"


def _log_in(smtp: smtplib.SMTP, mailbox: Mailbox) -> None:
    if mailbox.oauth:
        _log_in_with_token(smtp, mailbox, fresh=False)
    elif mailbox.password and smtp.has_extn("auth"):  # a relay in one's own house may ask for none
        smtp.login(mailbox.login or mailbox.address, mailbox.password)


def _log_in_with_token(smtp: smtplib.SMTP, mailbox: Mailbox, *, fresh: bool) -> None:
    token = oauth.access_token(mailbox, at=clock.now(), fresh=fresh)
    said = f"user={mailbox.login or mailbox.address}\x01auth=Bearer {token}\x01\x01"
    code, words = smtp.docmd("AUTH", "XOAUTH2 " + base64.b64encode(said.encode()).decode())
    if code == 334:  # the error comes as a challenge that wants an empty answer
        code, words = smtp.docmd("")
    if code == 235:
        return
    if fresh:
        raise smtplib.SMTPAuthenticationError(code, words)
    _log_in_with_token(smtp, mailbox, fresh=True)


def _why_closed(problem: Exception, mailbox: Mailbox) -> str:
    where = {"host": mailbox.smtp_host, "port": mailbox.smtp_port}
    match problem:
        case WorldFailed():
            return problem.because
        case smtplib.SMTPAuthenticationError():
            return _("%(host)s refuses our user name or password for letters out.") % where
        case ssl.SSLCertVerificationError():
            return _("%(host)s shows a certificate that we cannot trust.") % where
        case TimeoutError():
            return _("%(host)s takes too long to answer on port %(port)s.") % where
        case smtplib.SMTPConnectError() | smtplib.SMTPHeloError():
            return _("%(host)s does not want to talk to us: %(words)s") % {**where, "words": _text(problem.smtp_error)}
        case smtplib.SMTPNotSupportedError():
            return _("%(host)s does not offer the encryption or log-in that the settings ask for.") % where
    return _("%(host)s cannot be reached on port %(port)s.") % where


def _failed(code: int, words: bytes) -> WorldFailed:
    """What the server's refusal means, in our words and its own."""
    text = _text(words)
    status = bounce_reasons.status_in(text)
    reason = bounce_reasons.WORDS[bounce_reasons.reason_of(text, status)]
    because = _("%(reason)s Their server said: %(code)s %(text)s") % {"reason": reason, "code": code, "text": text}
    return WorldFailed(because[:500], permanent=code >= 500)


def _text(words: bytes | str) -> str:
    text = words.decode("utf-8", "replace") if isinstance(words, bytes) else words
    return " ".join(text.split())[:300]
