"""What well-known providers of telephone numbers want, so that most people need only a name and a password. Data."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.utils.translation import gettext_lazy as _

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise


@dataclass(frozen=True)
class Provider:
    """How a provider is met. `advice`: where its user name and password are found, in a sentence."""

    name: str
    host: str
    advice: StrOrPromise
    port: int = 5060
    registers: bool = True


OTHER = "other"
KNOWN: dict[str, Provider] = {
    "telnyx": Provider(
        "Telnyx",
        "sip.telnyx.com",
        _("In Telnyx’s portal make a SIP Connection of the kind “Credentials” and give it your number."),
    ),
    "sipgate": Provider(
        "sipgate",
        "sipconnect.sipgate.de",
        _("With sipgate trunking: the SIP-ID and the SIP password stand in the settings of your trunk."),
    ),
    "zadarma": Provider(
        "Zadarma",
        "sip.zadarma.com",
        _("Your SIP number and its password stand in Zadarma’s settings, under SIP numbers."),
    ),
}
