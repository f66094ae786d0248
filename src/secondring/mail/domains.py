"""Does the world believe that our letters are ours? What a domain says in DNS (SPF, DKIM, DMARC), in sentences."""

import base64
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any, Literal

from cryptography.hazmat.primitives import serialization
from django.db import transaction
from django.utils.translation import gettext as _

from ..lib import clock, sealed
from ..lib.jobs import job
from . import showing
from .models import Mailbox

Resolve = Callable[
    [str, str], list[str]
]  # (name, "TXT" or "MX") -> texts; [] when there is none; raises OSError when unknown
Verdict = Literal["good", "missing", "doubtful", "unknown"]
EVERY = timedelta(days=1)
PATIENCE = 10.0  # seconds for DNS


def resolve(name: str, kind: str) -> list[str]:
    """Ask DNS. Raises OSError when nobody answers."""
    import dns.exception  # brings half the web with it, and is needed once a day
    import dns.resolver

    try:
        answer = dns.resolver.resolve(name, kind, lifetime=PATIENCE)
    except (dns.resolver.NXDOMAIN, dns.resolver.NoAnswer):
        return []
    except dns.exception.DNSException as problem:
        raise OSError(f"DNS does not answer ({type(problem).__name__})") from problem
    if kind == "TXT":
        return [b"".join(record.strings).decode("utf-8", "replace") for record in answer]
    return [str(record) for record in answer]


def report(mailbox: Mailbox, ask: Resolve = resolve) -> dict[str, Any]:
    """Three findings: {"spf": {"verdict", "words"}, "dkim": …, "dmarc": …}."""
    checks = {"spf": _spf, "dkim": _dkim, "dmarc": _dmarc}
    found = {}
    for name, check in checks.items():
        try:
            verdict, words = check(mailbox, ask)
        except OSError:
            verdict, words = "unknown", _("We could not ask just now; we try again tomorrow.")
        found[name] = {"verdict": verdict, "words": words}
    return found


def _spf(mailbox: Mailbox, ask: Resolve) -> tuple[Verdict, str]:
    domain = mailbox.domain
    records = [text for text in ask(domain, "TXT") if text.lower().split(" ")[0] == "v=spf1"]
    if not records:
        return "missing", _(
            "%s does not say which servers may send its letters (SPF), so some may land in junk."
        ) % domain
    if len(records) > 1:
        return "doubtful", _(
            "%s says twice which servers may send its letters (SPF); with two records neither counts."
        ) % domain
    if records[0].lower().split()[-1] in ("+all", "all"):
        return "doubtful", _("%s lets every server in the world send its letters (SPF ends in +all).") % domain
    return "good", _("%s says which servers may send its letters (SPF).") % domain


def _dkim(mailbox: Mailbox, ask: Resolve) -> tuple[Verdict, str]:
    domain, selector = mailbox.domain, mailbox.dkim_selector
    if not selector:
        return "unknown", _("We do not sign letters ourselves. If your provider does (DKIM), all is well.")
    records = ask(f"{selector}._domainkey.{domain}", "TXT")
    tags = _tags(records[0]) if records else {}
    if not records:
        return "missing", _(
            "We sign letters, but %(domain)s does not show the key '%(key)s' to check them with (DKIM)."
        ) % {
            "domain": domain,
            "key": selector,
        }
    if not tags.get("p"):
        return "doubtful", _("The key '%(key)s' of %(domain)s was withdrawn (DKIM).") % {
            "domain": domain,
            "key": selector,
        }
    if mailbox.dkim_key_sealed and not _is_our_key(mailbox, tags["p"]):
        return "doubtful", _("The key '%(key)s' that %(domain)s shows is not the one we sign with (DKIM).") % {
            "domain": domain,
            "key": selector,
        }
    return "good", _("Our letters are signed, and %s shows the key to check them with (DKIM).") % domain


def _dmarc(mailbox: Mailbox, ask: Resolve) -> tuple[Verdict, str]:
    domain = mailbox.domain
    candidates = [domain, ".".join(domain.split(".")[-2:])]
    for name in dict.fromkeys(candidates):
        records = [text for text in ask(f"_dmarc.{name}", "TXT") if text.lower().startswith("v=dmarc1")]
        if records and _tags(records[0]).get("p", "none").lower() == "none":
            return "doubtful", _("%s asks nobody to refuse forged letters (DMARC policy 'none').") % domain
        if records:
            return "good", _("%s asks others to refuse letters that only pretend to be yours (DMARC).") % domain
    return "missing", _(
        "%s does not say what to do with forged letters (DMARC). Large providers want to see this."
    ) % domain


def _tags(text: str) -> dict[str, str]:
    pairs = (part.partition("=") for part in text.split(";"))
    return {name.strip().lower(): "".join(value.split()) for name, _eq, value in pairs if name.strip()}


def _is_our_key(mailbox: Mailbox, shown: str) -> bool:
    try:
        ours = serialization.load_pem_private_key(sealed.unseal(mailbox.dkim_key_sealed).encode(), None).public_key()
        form = serialization.PublicFormat.SubjectPublicKeyInfo
        return ours.public_bytes(serialization.Encoding.DER, form) == base64.b64decode(shown + "==")
    except (ValueError, TypeError):
        return False


@transaction.atomic
def keep(mailbox: Mailbox, found: dict[str, Any], *, at: datetime) -> Mailbox:
    """Remember what the domain said, and when."""
    mailbox.domain_report = {**found, "at": at.isoformat()}
    mailbox.save(update_fields=["domain_report"])
    showing.changed(mailbox)
    return mailbox


@job("mail.check_domain")
def check_domain(mailbox_id: int) -> None:
    """Ask for one mailbox's domain, and again tomorrow."""
    mailbox = Mailbox.objects.in_use().filter(pk=mailbox_id).first()
    if mailbox is None:
        return
    found = report(mailbox)
    at = clock.now()
    keep(mailbox, found, at=at)


def check_soon(mailbox: Mailbox, *, at: datetime) -> None:
    """The address or key changed: look now. Once is enough."""
    check_domain.enqueue(at=at, unique_key=f"domain-{mailbox.pk}", mailbox_id=mailbox.pk)


def check_daily(at: datetime) -> int:
    """Look again at those that were looked at more than a day ago, or never; how many."""
    due = [each for each in Mailbox.objects.in_use() if (each.domain_report.get("at") or "") < (at - EVERY).isoformat()]
    for mailbox in due:
        check_soon(mailbox, at=at)
    return len(due)
