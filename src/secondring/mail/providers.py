"""Where well-known providers keep their doors, so that most people need to type only an address and a password. Data."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Doors:
    """How to reach a provider. `advice` is what its users stumble over, in a sentence."""

    imap_host: str
    smtp_host: str
    imap_port: int = 993
    imap_security: str = "tls"
    smtp_port: int = 465
    smtp_security: str = "tls"
    advice: str = ""


_APP_PASSWORD = (
    "This provider wants an “app password” here, made in your account’s security settings, not your usual one."
)

_GOOGLE = Doors("imap.gmail.com", "smtp.gmail.com", advice=_APP_PASSWORD)
_MICROSOFT = Doors(
    "outlook.office365.com", "smtp.office365.com", smtp_port=587, smtp_security="starttls",
    advice="Microsoft lets other programs in only with its own log-in (OAuth). Fill in its part below.",
)  # fmt: skip
_APPLE = Doors("imap.mail.me.com", "smtp.mail.me.com", smtp_port=587, smtp_security="starttls", advice=_APP_PASSWORD)
_YAHOO = Doors("imap.mail.yahoo.com", "smtp.mail.yahoo.com", advice=_APP_PASSWORD)

KNOWN = {
    "gmail.com": _GOOGLE,
    "googlemail.com": _GOOGLE,
    "outlook.com": _MICROSOFT,
    "hotmail.com": _MICROSOFT,
    "live.com": _MICROSOFT,
    "icloud.com": _APPLE,
    "me.com": _APPLE,
    "mac.com": _APPLE,
    "yahoo.com": _YAHOO,
    "fastmail.com": Doors("imap.fastmail.com", "smtp.fastmail.com", advice=_APP_PASSWORD),
    "gmx.net": Doors("imap.gmx.net", "mail.gmx.net", advice="Allow “POP3 and IMAP” in the settings of GMX first."),
    "gmx.de": Doors("imap.gmx.net", "mail.gmx.net", advice="Allow “POP3 and IMAP” in the settings of GMX first."),
    "gmx.com": Doors("imap.gmx.com", "mail.gmx.com", advice="Allow “POP3 and IMAP” in the settings of GMX first."),
    "web.de": Doors("imap.web.de", "smtp.web.de", smtp_port=587, smtp_security="starttls"),
    "mailbox.org": Doors("imap.mailbox.org", "smtp.mailbox.org"),
    "posteo.de": Doors("posteo.de", "posteo.de"),
    "posteo.net": Doors("posteo.de", "posteo.de"),
    "zoho.com": Doors("imap.zoho.com", "smtp.zoho.com"),
    "migadu.com": Doors("imap.migadu.com", "smtp.migadu.com"),
}


def doors_for(address: str) -> Doors:
    """The doors of the provider this address is at; for a domain of one's own the usual names, to be corrected by hand."""
    domain = address.rpartition("@")[2].strip().lower()
    return KNOWN.get(domain) or Doors(f"imap.{domain}", f"smtp.{domain}")
